"""What a store has, by id and moment only: what changed, how many there are, all of them, which still exist.

Everything here asks for little: whoever knows more than we do is then read like anything else (README §5).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder, encode

from plugin.domain.errors import PlatformRefused
from plugin.domain.facts import Kind
from plugin.platforms.base import Listing, Stamp
from plugin.platforms.bigcommerce import gather, unheard, values
from plugin.platforms.bigcommerce.client import PAGE, Api, Client, Query
from plugin.platforms.bigcommerce.history import moment, start_walk, stop_export
from plugin.platforms.bigcommerce.pages import after
from plugin.platforms.bigcommerce.sync import find_orders

__all__ = ["changed", "gone_among", "how_many", "only", "orders_back", "stamps", "start_walk", "stop_export"]

MISREAD = timedelta(minutes=1)
"""A list that shows what changed so much earlier than asked for was not filtered at all."""
_LISTS = {Kind.CUSTOMER: "/customers", Kind.PRODUCT: "/catalog/products"}


class _Thing(Struct, gc=False):
    """Of a thing in a line its id and when it last changed."""

    id: int
    date_modified: str


class _Line(Struct, gc=False):
    """A line of a page of history."""

    customer: _Thing | None = None
    order: _Thing | None = None
    product: _Thing | None = None
    tags: tuple[str, ...] | None = None


_line = Decoder(_Line)


def changed(client: Client, kind: Kind, since: datetime, cursor: str | None) -> Listing:
    """A page of what changed since, by id: so nothing that changes meanwhile moves away under it. Behind the customers
    comes what changes without them (``unheard``).

    Archived orders are not in lists. Raises PlatformRefused where the answer shows that the filter was not understood,
    and as ``Client.run``.
    """
    begin = since.astimezone(UTC).replace(microsecond=0)
    if unheard.begins(cursor):
        return unheard.page(client, moment(begin), cursor or "")
    rows, following = (_orders if kind is Kind.ORDER else _customers)(client, begin, cursor)
    found = [Stamp(each["id"], values.known(each["date_modified"])) for each in rows]
    if any(stamp.updated_at < begin - MISREAD for stamp in found):
        raise PlatformRefused("BigCommerce does not understand our filter", kind=kind.value)
    return Listing(tuple(stamp for stamp in found if stamp.updated_at >= since), following)


def _orders(client: Client, begin: datetime, cursor: str | None) -> tuple[list[Any], str | None]:
    first = int(cursor or 0) + 1
    query: Query = {"min_date_modified": moment(begin), "min_id": first, "sort": "id", "limit": PAGE, "page": 1}
    rows = client.page(Api.V2, "/orders", query) or []
    return rows, str(rows[-1]["id"]) if len(rows) == PAGE else None


def _customers(client: Client, begin: datetime, cursor: str | None) -> tuple[list[Any], str | None]:
    query: dict[str, Any] = {"date_modified:min": moment(begin), "limit": PAGE}
    told = client.page(Api.V3, "/customers", query if cursor is None else {**query, "after": cursor}) or {}
    return told.get("data") or [], after(told, PAGE) or unheard.FIRST


def orders_back(scopes: Collection[str]) -> timedelta | None:
    """None: whoever may read orders may read all of them."""
    return None


def how_many(client: Client, kind: Kind) -> int | None:
    """How many there are, unfinished checkouts among the orders; None where that is not said."""
    if kind is Kind.ORDER:
        told = client.page(Api.V2, "/orders/count") or {}
        return None if told.get("count") is None else int(told["count"])
    if kind not in _LISTS:
        return None
    told = client.page(Api.V3, _LISTS[kind], {"limit": 1, "page": 1}) or {}
    total = ((told.get("meta") or {}).get("pagination") or {}).get("total")
    return None if total is None else int(total)


def stamps(body: bytes) -> list[Stamp]:
    """The ids and moments in a piece of history."""
    lines = [_line.decode(line) for line in body.splitlines() if line.strip()]
    things = [(line.customer or line.order or line.product, line.tags) for line in lines]
    return [Stamp(each.id, values.known(each.date_modified), tags) for each, tags in things if each is not None]


def only(body: bytes, ids: Collection[int]) -> bytes:
    """Of a piece of history the lines of these, and those that have no moment: consents."""
    kept = []
    for line in body.splitlines(keepends=True):
        if line.strip():
            told = _line.decode(line)
            thing = told.customer or told.order or told.product
            if thing is None or thing.id in ids:
                kept.append(line)
    return b"".join(kept)


def gone_among(client: Client, kind: Kind, ids: Sequence[int]) -> tuple[list[int], bytes]:
    """Which of these are no longer in the store, and the same as a body for the inbox, topic ``api/gone``.

    An order that was archived is not in lists and may come back: the body asks for it to be read.
    """
    archived: list[int] = []
    if kind is Kind.ORDER:
        found = find_orders(client, ids, {})
        there = {each["id"] for each in found}
        archived = [each["id"] for each in found if each.get("is_deleted")]
    else:
        there = {each["id"] for each in gather.by_ids(client, _LISTS[kind], "id:in", ids, none_for=())}
    gone = [each for each in ids if each not in there]
    told: Mapping[str, Any] = {"kind": kind.value, "ids": gone, "archived": archived}
    return [*gone, *archived], encode(told)
