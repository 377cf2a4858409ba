"""passages: when a customer entered and left a segment, told from the facts. The log says what was shown then."""

from datetime import datetime

from plugin.db import customers, stores
from plugin.db.transaction import Transaction
from plugin.domain.errors import NotFound
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.series import Passage, history
from plugin.flow.house import House


def passages(house: House, tx: Transaction, segment_id: SegmentId, customer_id: CustomerId) -> list[Passage] | None:
    """From the first fact up to now by the version that decides now; None while the segment can't be worked
    out. Raises NotFound."""
    if customer_id not in customers.named(tx, [customer_id]):
        raise NotFound("no such customer", customer=customer_id)
    rules = house.plans.of(tx, stores.get(tx))
    if not any(segment.id == segment_id for segment in rules.segments):
        return None
    until: datetime = tx.value("SELECT now()")
    return history(tx, rules.plan, segment_id, customer_id, until)
