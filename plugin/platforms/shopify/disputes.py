"""Disputes over orders paid through Shopify Payments: messages tell each step, a list tells all of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.json import Decoder, encode

from plugin.domain.facts import DisputeSeen, Fact
from plugin.domain.ids import OrderId
from plugin.platforms.shopify import payloads, values
from plugin.platforms.shopify.answers import Node
from plugin.platforms.shopify.client import Client
from plugin.platforms.shopify.values import Moment, number

BEGUN = "NEEDS_RESPONSE"
STATES = {
    "needs_response": BEGUN,
    "under_review": "UNDER_REVIEW",
    "won": "WON",
    "prevented": "WON",  # It came to nothing.
    "lost": "LOST",
    "accepted": "LOST",  # The merchant gave in.
    "charge_refunded": "LOST",  # The merchant paid it back before it was judged.
}
PAGE = 250


class Listed(Struct, rename="camel", gc=False):
    """A dispute as list_disputes asks."""

    id: str
    initiated_at: Moment
    status: str
    evidence_sent_on: Moment | None = None
    finalized_on: Moment | None = None
    order: Node | None = None


class List(Struct, gc=False):
    """What ``list_disputes`` puts into the inbox."""

    nodes: list[Listed]


_dispute = Decoder(payloads.Dispute)
_list = Decoder(List)


def changed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``disputes/create`` and ``disputes/update``. An inquiry over a charge of no order of ours says nothing."""
    told = _dispute.decode(body)
    if told.order_id is not None:
        moments = (told.initiated_at, told.evidence_sent_on, told.finalized_on)
        yield from _steps(OrderId(told.order_id), told.id, told.status, moments, seen_at)


def listed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/disputes``: the same facts as their messages give."""
    for each in _list.decode(body).nodes:
        if each.order is not None:
            moments = (each.initiated_at, each.evidence_sent_on, each.finalized_on)
            yield from _steps(OrderId(number(each.order.id)), number(each.id), each.status, moments, seen_at)


def list_disputes(client: Client, after: int) -> tuple[bytes, int | None]:
    """A body for the inbox, topic ``api/disputes``, with all of them: a shop has few, in no order that is promised."""
    nodes: list[Any] = []
    cursor: str | None = None
    while True:
        page = client.run("list_disputes", {"first": PAGE, "after": cursor})["disputes"]
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return encode({"nodes": nodes}), None
        cursor = page["pageInfo"]["endCursor"]


def _steps(
    order_id: OrderId,
    own: int,
    status: str | None,
    moments: tuple[datetime | None, datetime | None, datetime | None],
    seen_at: datetime,
) -> Iterator[DisputeSeen]:
    """It began, it was answered, it was judged: each at its own moment, or when we heard of it where none is told."""
    began, answered, judged = moments
    state = STATES.get((status or "").lower())
    if began is not None:
        yield DisputeSeen(order_id, own, values.to_utc(began), BEGUN)
    if answered is not None or state == "UNDER_REVIEW":
        yield DisputeSeen(order_id, own, values.to_utc(answered or seen_at), "UNDER_REVIEW")
    if state in ("WON", "LOST"):
        yield DisputeSeen(order_id, own, values.to_utc(judged or seen_at), state)
    elif state == BEGUN and began is None:
        yield DisputeSeen(order_id, own, values.to_utc(seen_at), BEGUN)
