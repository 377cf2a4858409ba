"""why: the reason a customer is in a segment or not, part by part, and when time alone will change it."""

from datetime import datetime

from plugin.db import customers, stores
from plugin.db.transaction import Transaction
from plugin.domain.errors import NotFound
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.explain import Explanation, explain
from plugin.flow.house import House


def why(house: House, tx: Transaction, segment_id: SegmentId, customer_id: CustomerId) -> Explanation | None:
    """The explanation as of now; None while the segment can't be worked out. Raises NotFound."""
    if customer_id not in customers.named(tx, [customer_id]):
        raise NotFound("no such customer", customer=customer_id)
    rules = house.plans.of(tx, stores.get(tx))
    if not any(segment.id == segment_id for segment in rules.segments):
        return None
    as_of: datetime = tx.value("SELECT now()")
    return explain(tx, rules.plan, segment_id, customer_id, as_of)
