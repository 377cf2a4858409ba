"""Disputes: a status that orders paid through PayPal may have. When it began is told, and not how it ended."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.json import Decoder

from plugin.domain.facts import DisputeSeen, Fact, Version
from plugin.domain.ids import OrderId
from plugin.platforms.bigcommerce import sales, values
from plugin.platforms.bigcommerce.checkouts import Page, with_status
from plugin.platforms.bigcommerce.client import Client
from plugin.platforms.bigcommerce.statuses import DISPUTED

BEGUN = "NEEDS_RESPONSE"

_page = Decoder(Page, strict=False)


def list_disputes(client: Client, after: int) -> tuple[bytes, int | None]:
    """A body for the inbox, topic ``api/disputes``, with the next orders in dispute; the last one's id, None at the
    end."""
    return with_status(client, DISPUTED, after)


def listed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/disputes``: a page of ``list_disputes``."""
    for order in _page.decode(body).nodes:
        yield from of_order(order, values.version(values.known(order.date_modified), seen_at, b""))


def of_order(order: sales.Order, version: Version) -> Iterator[DisputeSeen]:
    """The order is disputed since it last changed, as far as anybody says; an order has one dispute here."""
    if order.status_id == DISPUTED:
        yield DisputeSeen(OrderId(order.id), order.id, version.updated_at, BEGUN)
