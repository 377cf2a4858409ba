"""Reading from a store: its particulars, and things by their ids (README §3)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.json import encode

from plugin.domain.errors import PlatformError, StoreUnavailable
from plugin.domain.facts import Kind
from plugin.platforms.base import StoreInfo
from plugin.platforms.bigcommerce import gather, gather_orders
from plugin.platforms.bigcommerce.client import PAGE, Api, Client, Query, TooMuch
from plugin.platforms.bigcommerce.gather import Thing

BATCH = {Kind.CUSTOMER: 50, Kind.ORDER: 25, Kind.REFUND: 25, Kind.PRODUCT: 100, Kind.SUBSCRIBER: 100}
"""Things read in one go: what belongs to them is asked for in lists, but an order at a time where they lie apart."""
AT_ONCE = {Kind.CUSTOMER: 10, Kind.ORDER: 10, Kind.REFUND: 10, Kind.PRODUCT: 100, Kind.SUBSCRIBER: 50}
"""Things whose parts are asked for together: where the quota ends in the middle of them, they are read again."""
DENSE = 4
"""Orders are read as a stretch of ids where at least every fourth of it is wanted: V2 finds no ids in a list."""
CUSTOMER: Query = {"include": ("addresses", "attributes", "formfields")}
ORDER: Query = {"include": ("consignments.line_items",), "consignment_structure": "object"}
FIELDS = ("name", "type", "brand_id", "categories", "retail_price", "date_modified")
PRODUCT: Query = {"include": ("variants",), "include_fields": FIELDS}
Batch = Callable[[Client, Sequence[int]], list[Thing]]


def store_info(client: Client) -> StoreInfo:
    """The store's particulars. Deliveries call it by its hash, which is our name for its domain, too."""
    told = _store(client)
    return StoreInfo(
        remote_id=int(told["store_id"]),
        domain=client.store_hash,
        name=told["name"],
        timezone=told["timezone"]["name"],
        currency=told["currency"],
        scopes=client.scopes,
        taxes_included=bool(told.get("is_price_entered_with_tax")),
    )


def read(
    client: Client, kind: Kind, wanted: Mapping[int, int], read_began: datetime, unheard: Collection[int] = ()
) -> bytes:
    """A body for the inbox, topic ``api/`` and the kind of the things: ``api/customers``, ``api/orders`` …

    ``wanted`` maps an id to the counter of its read. The body answers those it names: after a trouble
    (throttled, token dead, store away) only the ones before it. One of the ``unheard`` that is not there may be
    there in a moment: it is not answered. Raises if nothing was done.
    """
    ids, nodes, done, size = list(wanted), [], 0, AT_ONCE[kind]
    while batch := ids[done : done + size]:
        try:
            nodes += _READ[kind](client, batch)
        except TooMuch:
            if size == 1:
                raise
            size = max(1, size // 2)
            continue
        except PlatformError:
            if not done:
                raise
            break
        done += len(batch)
    there = {_number(node) for node in nodes}
    answered = [each for each in ids[:done] if each in there or each not in unheard]
    return encode(
        {
            "read_began": read_began.isoformat(),
            "counters": {str(each): wanted[each] for each in answered},
            "nodes": nodes,
            "gone": [each for each in answered if each not in there],
        }
    )


def _customers(client: Client, ids: Sequence[int]) -> list[Thing]:
    found = client.rows(Api.V3, "/customers", {**CUSTOMER, "id:in": ids})
    return gather.people(client, found, live=True)


def _orders(client: Client, ids: Sequence[int]) -> list[Thing]:
    return gather_orders.purchases(client, find_orders(client, ids, ORDER), live=True)


def _products(client: Client, ids: Sequence[int]) -> list[Thing]:
    return gather.articles(client, client.rows(Api.V3, "/catalog/products", {**PRODUCT, "id:in": ids}))


def _subscribers(client: Client, ids: Sequence[int]) -> list[Thing]:
    return gather.addressed(client, gather.by_ids(client, "/customers/subscribers", "id:in", ids, none_for=()))


_READ: Mapping[Kind, Batch] = {
    Kind.CUSTOMER: _customers,
    Kind.ORDER: _orders,
    Kind.REFUND: _orders,
    Kind.PRODUCT: _products,
    Kind.SUBSCRIBER: _subscribers,
}


def find_orders(client: Client, ids: Sequence[int], query: Query) -> list[Thing]:
    """Those of these orders that are there, archived ones too, which lists do not show."""
    found: dict[int, Thing] = {}
    for stretch in _stretches(sorted(ids)):
        if len(stretch) > 1:
            window: Query = {**query, "min_id": stretch[0], "max_id": stretch[-1], "limit": PAGE, "page": 1}
            found |= {each["id"]: each for each in client.page(Api.V2, "/orders", window) or ()}
        for number in stretch:
            if number not in found and (one := client.get(Api.V2, f"/orders/{number}", query)) is not None:
                found[number] = one
    if any(number not in found for number in ids):  # Of a store that is not there nothing is.
        client.once("there", lambda: _store(client))
    return [found[number] for number in ids if number in found]


def _store(client: Client) -> Any:
    told = client.get(Api.V2, "/store")
    if told is None:
        raise StoreUnavailable("there is no such store", store=client.store_hash)
    return told


def _stretches(ids: Sequence[int]) -> Iterator[list[int]]:
    """The ids, those together that lie close."""
    stretch: list[int] = []
    for number in ids:
        if stretch and number - stretch[0] >= min(DENSE * (len(stretch) + 1), PAGE):
            yield stretch
            stretch = []
        stretch.append(number)
    if stretch:
        yield stretch


def _number(node: Mapping[str, Any]) -> int:
    told = node.get("subscription")
    thing = node.get("order") or node.get("customer") or (told["subscriber"] if told else node["product"])
    return int(thing["id"])
