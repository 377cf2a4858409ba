"""Buyers want back what they paid, and it is judged."""

from datetime import datetime
from typing import Any

from sandbox import moments
from sandbox.commerce.money_moves import CommerceError
from sandbox.store import totals
from sandbox.store.extras import Dispute
from sandbox.store.order import Order
from sandbox.store.shop import Shop
from sandbox.webhooks.announce import Announcer

ENDS = frozenset({"ACCEPTED", "LOST", "PREVENTED", "WON"})


def begin(announcer: Announcer, shop: Shop, order: Order, at: datetime) -> Dispute:
    """A dispute over the order waits for the merchant."""
    with shop.lock:
        made = Dispute(shop.numbers.next("ShopifyPaymentsDispute"), order, totals.received(order), at)
        shop.disputes[made.id] = made
        announcer.announce(shop, ("disputes/create", lambda: body(shop, made)))
        return made


def move_on(announcer: Announcer, shop: Shop, dispute: Dispute, status: str, at: datetime) -> None:
    """The merchant answered, or it was judged. Raises CommerceError."""
    if status not in {*ENDS, "UNDER_REVIEW"}:
        raise CommerceError(f"no dispute is {status}")
    with shop.lock:
        dispute.status = status
        if status == "UNDER_REVIEW":
            dispute.evidence_sent_on = at
        else:
            dispute.finalized_on = at
        announcer.announce(shop, ("disputes/update", lambda: body(shop, dispute)))


def body(shop: Shop, dispute: Dispute) -> dict[str, Any]:
    """``disputes/create`` and ``disputes/update``."""

    def local(at: datetime | None) -> str | None:
        return None if at is None else moments.local(at, shop.zone)

    return {
        "id": dispute.id,
        "order_id": dispute.order.id,
        "type": "chargeback",
        "amount": f"{dispute.amount:.2f}",
        "currency": shop.profile.currency,
        "reason": "fraudulent",
        "network_reason_code": "4837",
        "status": dispute.status.lower(),
        "evidence_due_by": None,
        "evidence_sent_on": local(dispute.evidence_sent_on),
        "finalized_on": local(dispute.finalized_on),
        "initiated_at": local(dispute.initiated_at),
    }
