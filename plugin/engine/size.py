"""How many customers a draft would have, with examples from both sides."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.asked import Asked
from plugin.engine.decide import decide
from plugin.engine.plan import Plan

EXAMPLES = 5


@dataclass
class Size:
    """A segment among everyone as of a moment."""

    as_of: datetime
    total: int = 0
    undecided: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    """Members by label; a segment without tiers has the one label ``""``."""
    inside: list[CustomerId] = field(default_factory=list)
    outside: list[CustomerId] = field(default_factory=list)

    @property
    def members(self) -> int:
        """Those who are in, under whatever label."""
        return self.labels.total()


def size(tx: Transaction, plan: Plan, segment_id: SegmentId, as_of: datetime, examples: int = EXAMPLES) -> Size:
    """The segment decided for everyone; the first ``examples`` customers of either side."""
    found = Size(as_of)
    for decision in decide(tx, plan, Asked.everyone(as_of), only=[segment_id]):
        outcome = decision.outcomes[0]
        found.total += 1
        if outcome.undecided:
            found.undecided += 1
            continue
        if outcome.label is not None:
            found.labels[outcome.label] += 1
        side = found.outside if outcome.label is None else found.inside
        if len(side) < examples:
            side.append(decision.customer_id)
    return found
