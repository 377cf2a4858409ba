"""A store's history, page after page: what an export is elsewhere (README §5).

Every piece says where the next one begins, so that whoever is killed goes on from the last piece that was stored.
Nothing is held but one page. Orders and products are walked by their ids, customers by the platform's own cursor:
whatever changes meanwhile, none is left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec.json import decode, encode

from plugin.domain.errors import PlatformRefused
from plugin.domain.facts import Kind
from plugin.platforms.base import Export, ExportState
from plugin.platforms.bigcommerce import gather, gather_orders
from plugin.platforms.bigcommerce.client import PAGE, Api, Client, TooMuch
from plugin.platforms.bigcommerce.gather import Thing
from plugin.platforms.bigcommerce.sync import CUSTOMER, ORDER, PRODUCT
from plugin.platforms.http import CallFailed

PIECE = 256 * 1024
"""Bytes of a page that become one row of the inbox, unless a single thing is larger."""
START = "0"
"""The place before everything."""
SIZES = (PAGE, 50, 10)
"""Things in a page; fewer where a page was too long, or too slow to make."""


class Piece(NamedTuple):
    """A part of the history."""

    body: bytes
    """A thing a line, topic ``export/customers``, ``export/orders`` or ``export/products``."""
    position: str
    """From here it goes on; empty: this was the last."""
    objects: int
    """Lines in this piece."""


class Page(NamedTuple):
    """Things as a list shows them, and where the next page begins (empty: nowhere)."""

    things: Sequence[Thing]
    position: str


def start_export(client: Client, kind: Kind, since: datetime | None) -> str:
    """The name of an export of everything updated since (None: everything): it says all there is to know of it."""
    return encode({"kind": kind.value, "since": None if since is None else moment(since), "whole": True}).decode()


def start_walk(client: Client, kind: Kind) -> str:
    """The name of an export of ids and moments only."""
    return encode({"kind": kind.value, "since": None, "whole": False}).decode()


def poll_export(client: Client, export_id: str) -> Export:
    """Always done: pages are made as they are asked for. How many things there will be nobody says beforehand."""
    return Export(ExportState.DONE, 0, export_id)


def stop_export(client: Client, export_id: str) -> None:
    """There is nothing to stop."""


def export_chunks(client: Client, export_id: str, position: str = "") -> Iterator[Piece]:
    """The history in pieces of about 256 kB, from a position on that an earlier piece told. Raises as ``run``."""
    told = decode(export_id)
    kind, since, whole = Kind(told["kind"]), told["since"], bool(told["whole"])
    while True:
        page = _page(client, kind, since, whole, position)
        nodes = _gathered(client, kind, page.things) if whole else [{kind.value: thing} for thing in page.things]
        yield from _pieces(kind, nodes, position, page.position)
        if not page.position:
            return
        position = page.position


def moment(at: datetime) -> str:
    """As filters of both halves of the API take it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _page(client: Client, kind: Kind, since: str | None, whole: bool, position: str) -> Page:
    """The page; a smaller one where the store cannot answer a large one."""
    for size in SIZES:
        try:
            return _PAGES[kind](client, since, whole, position, size)
        except (TooMuch, CallFailed):
            if size == SIZES[-1]:
                raise
    raise PlatformRefused("no page is small enough")


def _customers(client: Client, since: str | None, whole: bool, position: str, size: int) -> Page:
    query: dict[str, Any] = {"limit": size, **(CUSTOMER if whole else {})}
    if since is not None:
        query["date_modified:min"] = since
    if position not in ("", START):
        query["after"] = position
    told = client.get(Api.V3, "/customers", query) or {}
    return Page(told.get("data") or [], after(told))


def after(told: Mapping[str, Any]) -> str:
    """The cursor of the next page; empty where there is none."""
    cursor = (told.get("meta") or {}).get("cursor_pagination") or {}
    more = (cursor.get("links") or {}).get("next")
    return str(cursor.get("end_cursor") or "") if more and told.get("data") else ""


def _orders(client: Client, since: str | None, whole: bool, position: str, size: int) -> Page:
    query: dict[str, Any] = {"min_id": int(position or START) + 1, "sort": "id", "limit": size, "page": 1}
    query |= ORDER if whole else {}
    if since is not None:
        query["min_date_modified"] = since
    things = client.get(Api.V2, "/orders", query) or []
    return Page(things, str(things[-1]["id"]) if len(things) == size else "")


def _products(client: Client, since: str | None, whole: bool, position: str, size: int) -> Page:
    query: dict[str, Any] = {"id:greater": int(position or START), "sort": "id", "limit": size}
    query |= PRODUCT if whole else {"include_fields": ("date_modified",)}
    if since is not None:
        query["date_modified:min"] = since
    things = (client.get(Api.V3, "/catalog/products", query) or {}).get("data") or []
    return Page(things, str(things[-1]["id"]) if len(things) == size else "")


_PAGES: Mapping[Kind, Callable[[Client, str | None, bool, str, int], Page]] = {
    Kind.CUSTOMER: _customers,
    Kind.ORDER: _orders,
    Kind.PRODUCT: _products,
}


def _gathered(client: Client, kind: Kind, things: Sequence[Thing]) -> list[Thing]:
    if kind is Kind.CUSTOMER:
        return gather.people(client, things, live=False)
    if kind is Kind.ORDER:
        return gather_orders.purchases(client, things, live=False)
    return gather.articles(client, things)


def _pieces(kind: Kind, nodes: Sequence[Thing], began: str, following: str) -> Iterator[Piece]:
    """The page cut where it grows too long. A place within a page can only be named where ids are places."""
    held: list[bytes] = []
    size, place = 0, began
    for node in nodes:
        line = encode(node) + b"\n"
        if held and size + len(line) > PIECE:
            yield Piece(b"".join(held), place or START, len(held))
            held, size = [], 0
        held.append(line)
        size += len(line)
        if kind is not Kind.CUSTOMER:
            place = str(node[kind.value]["id"])
    yield Piece(b"".join(held), following, len(held))
