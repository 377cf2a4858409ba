"""why: for each segment, the reason a customer is in it or not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugin.db import stores
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.decide import Asked, decide
from plugin.flow.house import House


@dataclass(frozen=True)
class Why:
    """The rule's parts with their answers; and until when nothing changes by time alone."""

    tree: dict[str, Any] | None
    next_change: datetime | None


def why(house: House, tx: Transaction, customer_id: CustomerId) -> dict[SegmentId, Why]:
    """The reasons as of now, by segment; a segment that can't be worked out has none."""
    rules = house.plans.of(tx, stores.get(tx))
    as_of: datetime = tx.value("SELECT now()")
    found = {}
    for segment in rules.segments:
        for decision in decide(tx, rules.plan, Asked.customers([customer_id], as_of), only=[segment.id]):
            found[segment.id] = Why(None, decision.due_at)
    return found
