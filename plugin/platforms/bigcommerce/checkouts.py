"""Checkouts that were not finished: who reached the payment page and left is there as an order (README §2).

The order keeps its id if the buyer comes back: then it is an order like any other, and nothing was abandoned.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.json import Decoder, encode

from plugin.domain.facts import CheckoutSeen, Fact, Version
from plugin.domain.ids import CustomerId
from plugin.platforms.bigcommerce import sales, values
from plugin.platforms.bigcommerce.client import PAGE, Api, Client, Query, goes_on
from plugin.platforms.bigcommerce.statuses import INCOMPLETE
from plugin.platforms.bigcommerce.till import till

A_WHILE = timedelta(hours=1)
"""Who is still typing has abandoned nothing: BigCommerce waits for an hour in which nothing changes."""
BY_OTHERS = frozenset({"manual", "external"})
"""Sources of orders that no buyer brought to a payment page."""


class Page(Struct, gc=False):
    """What ``list_checkouts`` puts into the inbox."""

    nodes: list[sales.Order]


_page = Decoder(Page, strict=False)


def list_checkouts(client: Client, after: int) -> tuple[bytes, int | None]:
    """A body for the inbox, topic ``api/checkouts``, with the next by id; and the last one's id, None at the end."""
    return with_status(client, INCOMPLETE, after)


def with_status(client: Client, status: int, after: int) -> tuple[bytes, int | None]:
    """A body with the orders of a status behind this id; and the last one's id, None at the end."""
    query: Query = {"status_id": status, "min_id": after + 1, "sort": "id", "limit": PAGE, "page": 1}
    nodes = client.page(Api.V2, "/orders", query) or []
    return encode({"nodes": nodes}), int(nodes[-1]["id"]) if goes_on(None, len(nodes), PAGE) else None


def listed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/checkouts``: a page of ``list_checkouts``."""
    for order in _page.decode(body).nodes:
        yield from of_order(order, values.version(values.known(order.date_modified), seen_at, encode(order.id)))


def of_order(order: sales.Order, version: Version) -> Iterator[CheckoutSeen]:
    """The order as a checkout: abandoned a while after it was last touched, or completed. One of nobody is nobody's."""
    customer = values.somebody(order.customer_id)
    if customer is None or order.order_source in BY_OTHERS:
        return
    placed, own = values.known(order.date_created), till(order)
    finished = order.status_id != INCOMPLETE or order.is_deleted
    yield CheckoutSeen(
        order.id,
        CustomerId(customer),
        version,
        version.updated_at + A_WHILE,
        placed if finished else None,
        own.own(values.amount(order.total_inc_tax)) if own.known else None,
    )
