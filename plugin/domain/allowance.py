"""What a store may do under its plan: a decision over numbers and moments, and nothing else.

The one thing a plan limits is writing to the store. Reading, counting, preview, export and leaving are never limited.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LANDING = timedelta(days=14)
"""How long everything goes on for a store that has grown beyond its plan."""
TRUSTED = timedelta(days=14)
"""How long the plan that was last read holds while the platform can't be asked."""


@dataclass(frozen=True)
class PricingPlan:
    """A plan as manifest.json tells it. What it costs is the platform's to say."""

    handle: str
    name: str
    customers: int | None
    """The largest number of customers it is for; None: any number."""
    free: bool = False
    """The plan of a store that has agreed to no other; there is one."""
    listed: bool = True
    """Whether the page offers it; others are made for one merchant."""
    includes: tuple[str, ...] = ()


class Standing(StrEnum):
    """How a store stands to the limit of its plan."""

    WITHIN = "within"
    OVER = "over"
    """Above it, and everything goes on until the landing ends."""
    PAUSED = "paused"
    """Above it for longer: what is on the store stays as it is, nothing is written."""


@dataclass(frozen=True)
class Allowance:
    """A store's standing. ``until``: when a landing ends, or ended; None within the limit."""

    standing: Standing
    customers: int
    limit: int | None
    over_since: datetime | None = None
    until: datetime | None = None

    @property
    def may_write(self) -> bool:
        """Whether the store's tags and the like may be changed now."""
        return self.standing is not Standing.PAUSED


def weigh(customers: int, limit: int | None, over_since: datetime | None, now: datetime) -> Allowance:
    """How a store with so many customers stands at this moment; ``over_since``: since when it was above, if it was.

    A store that comes back under its limit, or to another one, is within it at once; the next landing is a whole one.
    """
    if limit is None or customers <= limit:
        return Allowance(Standing.WITHIN, customers, limit)
    since = min(over_since, now) if over_since else now
    until = since + LANDING
    return Allowance(Standing.PAUSED if now >= until else Standing.OVER, customers, limit, since, until)


def is_trusted(last_read: datetime, now: datetime) -> bool:
    """Whether what was read then still holds, though the platform has not answered since."""
    return now - last_read < TRUSTED
