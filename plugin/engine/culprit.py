"""Which segment breaks a plan."""

from collections import deque

import psycopg

from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId
from plugin.engine.asked import Asked
from plugin.engine.decide import decide
from plugin.engine.errors import EngineError
from plugin.engine.plan import Plan


def find_culprit(tx: Transaction, plan: Plan, asked: Asked) -> SegmentId | None:
    """The first segment, in the plan's order, that fails even alone; None when each by itself works.

    Each is tried under a savepoint, so the transaction stays usable. The plan's order puts a segment
    after all it reads: who is named fails by its own rule, not by another's.
    """
    for segment in plan.segments:
        try:
            with tx.savepoint():
                deque(decide(tx, plan, asked, only=[segment.id]), maxlen=0)
        except (psycopg.Error, EngineError):
            return segment.id
    return None
