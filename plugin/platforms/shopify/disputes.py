"""Disputes over orders paid through Shopify Payments."""

from collections.abc import Iterator
from datetime import datetime

from msgspec.json import Decoder

from plugin.domain.facts import DisputeSeen, Fact
from plugin.domain.ids import OrderId
from plugin.platforms.shopify import payloads, values

STATES = {
    "needs_response": "NEEDS_RESPONSE",
    "under_review": "UNDER_REVIEW",
    "won": "WON",
    "lost": "LOST",
    "accepted": "LOST",  # The merchant gave in.
    "charge_refunded": "LOST",  # The merchant paid it back before it was judged.
}

_dispute = Decoder(payloads.Dispute)


def changed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``disputes/create`` and ``disputes/update``: the state since the message was sent, the first since it began."""
    told = _dispute.decode(body)
    if told.order_id is None:  # An inquiry over a charge that belongs to no order of ours.
        return
    state = STATES.get((told.status or "").lower())
    if told.initiated_at is not None:
        yield DisputeSeen(OrderId(told.order_id), told.id, values.to_utc(told.initiated_at), "NEEDS_RESPONSE")
    if state is not None:
        yield DisputeSeen(OrderId(told.order_id), told.id, seen_at, state)
