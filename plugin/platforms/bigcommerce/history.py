"""A store's history, page after page: what an export is elsewhere (README §5).

Every chunk says where the next one begins, so that whoever is killed goes on from the last one that was stored.
Nothing is held but one page.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec.json import decode, encode

from plugin.domain.errors import PlatformRefused
from plugin.domain.facts import Kind
from plugin.platforms.base import Chunk, Export, ExportLost, ExportState
from plugin.platforms.bigcommerce import gather, gather_orders
from plugin.platforms.bigcommerce.client import Client
from plugin.platforms.bigcommerce.gather import Thing
from plugin.platforms.bigcommerce.pages import START, SUBSCRIBERS, Asked, page
from plugin.platforms.http import Http

CHUNK = 256 * 1024
"""Bytes of a page that become one row of the inbox, unless a single thing is larger."""
SLICE = 25
"""Orders for which the rest is asked together: what each may need is a call or two, and where the quota ends in
the middle, what was gathered before is not gathered again."""
END = "end"
"""The position behind the last chunk."""


def start_export(client: Client, kind: Kind, since: datetime | None) -> str:
    """The name of an export of everything updated since (None: everything): it says all there is to know of it."""
    return encode({"kind": kind.value, "since": None if since is None else moment(since), "whole": True}).decode()


def start_walk(client: Client, kind: Kind) -> str:
    """The name of an export of ids and moments only."""
    return encode({"kind": kind.value, "since": None, "whole": False}).decode()


def poll_export(client: Client, export_id: str) -> Export:
    """Always done: pages are made as they are asked for. How many things there will be nobody says beforehand."""
    return Export(ExportState.DONE, None, export_id)


def stop_export(client: Client, export_id: str) -> None:
    """There is nothing to stop."""


def export_chunks(client: Client, http: Http, export_id: str, position: str = "") -> Iterator[Chunk]:
    """The history in chunks of about 256 kB, from a position on that an earlier chunk told: a thing a line, topics
    ``export/customers``, ``export/orders`` and ``export/products``. Raises as ``run``, and ExportLost where the
    store refuses to go on there."""
    told = decode(export_id)
    asked = Asked(Kind(told["kind"]), told["since"], bool(told["whole"]))
    try:
        while position != END:
            found = page(client, asked, position)
            following = found.position or END
            for things, begins, ends in _slices(asked, found.things, position, following):
                yield from _chunks(asked.kind, _nodes(client, asked, things, position), begins, ends)
            position = following
    except PlatformRefused as error:
        raise ExportLost(f"the store refuses to go on with its history: {error.message}") from error


def moment(at: datetime) -> str:
    """As filters of both halves of the API take it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _slices(
    asked: Asked, things: Sequence[Thing], begins: str, ends: str
) -> Iterator[tuple[Sequence[Thing], str, str]]:
    """The page's things, some at a time, each time with the places before and behind them."""
    size = SLICE if asked.kind is Kind.ORDER and asked.whole else max(len(things), 1)
    for start in range(0, max(len(things), 1), size):
        some = things[start : start + size]
        last = start + size >= len(things)
        behind = ends if last else str(some[-1]["id"])
        yield some, begins, behind
        begins = behind


def _nodes(client: Client, asked: Asked, things: Sequence[Thing], position: str) -> list[Thing]:
    if not asked.whole:
        is_labelled = asked.kind is Kind.CUSTOMER
        return gather.labelled(client, things) if is_labelled else [{asked.kind.value: thing} for thing in things]
    if position.startswith(SUBSCRIBERS):
        return gather.subscriptions(client, things)
    if asked.kind is Kind.CUSTOMER:
        return gather.people(client, things, live=False)
    if asked.kind is Kind.ORDER:
        return gather_orders.purchases(client, things, live=False)
    return gather.articles(client, things)


def _chunks(kind: Kind, nodes: Sequence[Thing], begins: str, ends: str) -> Iterator[Chunk]:
    """The nodes cut where they grow too long. A place within a page can only be named where ids are places."""
    held: list[bytes] = []
    size, place = 0, begins
    for node in nodes:
        line = encode(node) + b"\n"
        if held and size + len(line) > CHUNK:
            yield Chunk(b"".join(held), place or START, len(held))
            held, size = [], 0
        held.append(line)
        size += len(line)
        if kind is not Kind.CUSTOMER:
            place = str(node[kind.value]["id"])
    yield Chunk(b"".join(held), ends, len(held))
