"""What a shop agreed to pay the app for, on the platform's own page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

DAYS = {"EVERY_30_DAYS": 30, "ANNUAL": 365}


@dataclass(slots=True)
class Agreement:
    """An app subscription. A free plan is one too, at no price."""

    id: int
    handle: str
    name: str
    price: Decimal
    started_at: datetime
    currency: str = "USD"
    interval: str = "EVERY_30_DAYS"
    trial_ends_at: datetime | None = None
    cancel_at_end: bool = False
    pending: str | None = None
    """The handle it changes to at the end of the cycle."""
    status: str = "ACTIVE"

    def on_trial(self, now: datetime) -> bool:
        """Whether nothing has been charged yet."""
        return self.trial_ends_at is not None and now < self.trial_ends_at

    def cycle(self, now: datetime) -> tuple[datetime, datetime]:
        """The billing cycle that runs at this moment, the first one before any."""
        length = timedelta(days=DAYS[self.interval])
        first = self.trial_ends_at or self.started_at
        start = first + length * max(0, (now - first) // length)
        return start, start + length

    def ends_at(self, now: datetime) -> datetime:
        """When what is paid, or tried, ends."""
        return self.trial_ends_at if self.trial_ends_at and self.on_trial(now) else self.cycle(now)[1]
