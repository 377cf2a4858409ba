"""What is known of why a customer is in a segment or not."""

from dataclasses import dataclass, field
from datetime import datetime

from plugin.db.pins import Pin
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.decide import Outcome
from plugin.engine.parts import Part, verdict


@dataclass(frozen=True)
class Explained:
    """A customer and a segment as of a moment."""

    segment_id: SegmentId
    customer_id: CustomerId
    as_of: datetime
    outcome: Outcome
    parts: tuple[Part, ...]
    next_change: datetime | None
    """When time alone changes the outcome; None: never, unless ``not_before`` is set."""
    next_outcome: Outcome | None = None
    not_before: datetime | None = field(default=None)
    """Nothing changes before it; what comes after was too far to follow."""
    grace_ends: datetime | None = None
    """Of a member of a two-sided segment who no longer fulfils the rule for staying: out from then on."""
    pin: Pin | None = None
    """What holds the customer in or out whatever the rule says."""
    labels: tuple[str, ...] = ()
    """Of tiers: all there are, the best first."""
    currency: str | None = None
    timezone: str = "UTC"

    @property
    def verdict(self) -> str:
        """``in``, ``out`` or ``undecided``."""
        return verdict(self.outcome)
