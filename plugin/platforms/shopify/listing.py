"""What a shop has, by id and moment only: what changed, how many there are, all of them, which still exist.

Everything here asks for little: whoever knows more than we do is then read like anything else (README §4).
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.json import Decoder, encode

from plugin.domain.errors import PlatformRefused
from plugin.domain.facts import Fact, Gone, Kind
from plugin.platforms.base import Listing, Stamp
from plugin.platforms.shopify import values
from plugin.platforms.shopify.client import Client, document
from plugin.platforms.shopify.sync import DAY, GIDS, start_bulk

_CHANGED = {Kind.CUSTOMER: "changed_customers", Kind.ORDER: "changed_orders"}
_FIELD = {Kind.CUSTOMER: "customers", Kind.ORDER: "orders"}
_COUNT = {Kind.CUSTOMER: "count_customers", Kind.ORDER: "count_orders", Kind.PRODUCT: "count_products"}
_WALK = {Kind.CUSTOMER: "walk_customers", Kind.ORDER: "walk_orders"}
SEARCH = "updated_at:>='{since}'"
"""Unquoted, the colons of the moment would make the term mean nothing."""
PAGE = 250
AT_ONCE = 100
"""Ids looked up in one call."""
ALL_ORDERS = "read_all_orders"
SIXTY_DAYS = timedelta(days=60)
"""How far back a store's orders can be read without the scope for all of them."""


class _Line(Struct, rename="camel", gc=False):
    """A line of a bulk result; a child names its parent and has no moment of its own."""

    id: str | None = None
    updated_at: values.Moment | None = None
    tags: list[str] | None = None
    parent: str | None = field(default=None, name="__parentId")


class _Missing(Struct, gc=False):
    """What ``gone_among`` puts into the inbox."""

    kind: Kind
    ids: list[int]


_line = Decoder(_Line)
_missing = Decoder(_Missing)


def changed(client: Client, kind: Kind, since: datetime, cursor: str | None) -> Listing:
    """A page of what changed since, the latest first. Where it ends there is no cursor.

    Customers are searched by whole days, so theirs begins a day early and is cut here. Raises
    PlatformRefused where the answer shows that the search was misread, and as ``Client.run``.
    """
    begin = since.replace(microsecond=0)
    if kind is Kind.CUSTOMER:
        begin = (begin - DAY).replace(hour=0, minute=0, second=0)
    query = SEARCH.format(since=f"{begin:%Y-%m-%dT%H:%M:%SZ}")
    page = client.run(_CHANGED[kind], {"query": query, "first": PAGE, "after": cursor})[_FIELD[kind]]
    nodes = page["nodes"]
    stamps = [Stamp(values.number(node["id"]), _moment(node["updatedAt"])) for node in nodes]
    if any(stamp.updated_at < begin for stamp in stamps):
        raise PlatformRefused("Shopify misreads our search", query=query)
    later = tuple(stamp for stamp in stamps if stamp.updated_at >= since)
    goes_on = page["pageInfo"]["hasNextPage"] and len(later) == len(stamps)
    return Listing(later, page["pageInfo"]["endCursor"] if goes_on else None)


def how_many(client: Client, kind: Kind) -> int | None:
    """How many there are; None where Shopify does not say it exactly."""
    if kind not in _COUNT:
        return None
    told = client.run(_COUNT[kind], {})["count"]
    return int(told["count"]) if told is not None and told["precision"] == "EXACT" else None


def start_walk(client: Client, kind: Kind) -> str:
    """The id of a bulk operation that writes out every id, each with its moment; raises as ``start_export``."""
    return start_bulk(client, document(_WALK[kind]))


def orders_back(scopes: Collection[str]) -> timedelta | None:
    """How far back orders are told with these scopes; None: all of them."""
    return None if ALL_ORDERS in scopes else SIXTY_DAYS


def stop_export(client: Client, export_id: str) -> None:
    """The bulk operation is about to end; one that has ended stays as it is."""
    client.run("export_stop", {"id": export_id})


def stamps(body: bytes) -> list[Stamp]:
    """The ids and moments in a chunk of an export; of its children nothing."""
    lines = (_line.decode(line) for line in body.splitlines() if line)
    return [
        Stamp(values.number(line.id), values.to_utc(line.updated_at), None if line.tags is None else tuple(line.tags))
        for line in lines
        if line.parent is None and line.id is not None and line.updated_at is not None
    ]


def only(body: bytes, ids: Collection[int]) -> bytes:
    """Of a chunk of an export the lines of these, with their children."""
    kept = []
    for text in body.splitlines(keepends=True):
        if text.strip():
            line = _line.decode(text)
            if values.number(line.parent or line.id or "") in ids:
                kept.append(text)
    return b"".join(kept)


def gone_among(client: Client, kind: Kind, ids: Sequence[int]) -> tuple[list[int], bytes]:
    """Which of these Shopify no longer has, and the same as a body for the inbox, topic ``api/gone``."""
    gone: list[int] = []
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        nodes = client.run("still_there", {"ids": [GIDS[kind] + str(each) for each in some]})["nodes"]
        gone += [each for each, node in zip(some, nodes, strict=True) if node is None]
    return gone, encode(_Missing(kind, gone))


def gone_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/gone``: a whole list did not name these, and asked for one by one they were not there."""
    told = _missing.decode(body)
    for each in told.ids:
        yield Gone(told.kind, each, seen_at)


def _moment(text: str) -> datetime:
    return values.to_utc(datetime.fromisoformat(text))
