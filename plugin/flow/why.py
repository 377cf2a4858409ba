"""why: the reason a customer is in a segment or not, part by part, and when time alone will change it."""

from datetime import datetime

from plugin.db import customers, stores
from plugin.db.transaction import Transaction
from plugin.domain.errors import NotFound
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine import cutoffs
from plugin.engine.explain import Explanation, explain
from plugin.flow.house import House


def why(
    house: House, tx: Transaction, segment_id: SegmentId, customer_id: CustomerId, as_of: datetime | None = None
) -> Explanation | None:
    """The explanation as of now, or of another moment as we know it today; None while the segment can't be
    worked out. Raises NotFound.

    What a ranking compares with at a moment for which none was computed is computed for it, and forgotten.
    """
    if customer_id not in customers.named(tx, [customer_id]):
        raise NotFound("no such customer", customer=customer_id)
    rules = house.plans.of(tx, stores.get(tx))
    if not any(segment.id == segment_id for segment in rules.segments):
        return None
    moment: datetime = as_of or tx.value("SELECT now()")
    absent = cutoffs.missing(tx, rules.plan.only([segment_id]), moment) if as_of else []
    if not absent:
        return explain(tx, rules.plan, segment_id, customer_id, moment)
    with cutoffs.supposed(tx):
        cutoffs.compute(tx, rules.plan, moment, absent)
        return explain(tx, rules.plan, segment_id, customer_id, moment)
