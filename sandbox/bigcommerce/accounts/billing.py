"""What merchants were asked to pay for, and what they pay for."""

import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox import moments

DAYS = {"MONTH": 30, "QUARTER": 91, "SEMIANNUAL": 182, "ANNUAL": 365, "ONCE": 1}
LINK = timedelta(hours=24)


@dataclass(slots=True)
class Subscription:
    """A charge that comes again."""

    id: str
    account_id: str
    store: str
    level: str
    interval: str
    price: Decimal
    trial_days: int
    created_at: datetime
    updated_at: datetime
    period_end: datetime
    status: str = "ACTIVE"
    cancelled_at: datetime | None = None
    """The end of what is paid; until then it is ACTIVE."""

    @property
    def billed_from(self) -> datetime:
        """When billing begins: with the end of the trial."""
        return self.created_at + timedelta(days=self.trial_days)

    def in_trial(self, at: datetime) -> bool:
        """Whether nothing is billed yet."""
        return at < self.billed_from


@dataclass(slots=True)
class Checkout:
    """A charge the merchant is asked to agree to, for a day."""

    id: str
    account_id: str
    store: str
    level: str
    interval: str
    price: Decimal
    trial_days: int
    description: str
    redirect_url: str
    created_at: datetime
    subscription_id: str | None = None
    """Of what it changes; once complete, of what it made."""
    status: str = "PENDING"


@dataclass(eq=False)
class Billing:
    """All of one developer, and how often the API may be asked."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    checkouts: dict[str, Checkout] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    limit: int = 70
    window: float = 3600.0
    asked: deque[float] = field(default_factory=deque)
    refused: int = 0
    """How many more were asked than an hour takes."""

    def admit(self) -> bool:
        """Whether one more request fits into the hour; it is counted."""
        with self.lock:
            at = time.monotonic()
            while self.asked and self.asked[0] <= at - self.window:
                self.asked.popleft()
            if len(self.asked) >= self.limit:
                self.refused += 1
                return False
            self.asked.append(at)
            return True

    def complete(self, checkout: Checkout) -> Subscription:
        """The merchant agrees: the subscription is theirs, or is changed. Raises ValueError when it is too late."""
        with self.lock:
            at = moments.now()
            if checkout.status != "PENDING" or checkout.created_at + LINK < at:
                raise ValueError("the checkout is complete, or its link has ended")
            checkout.status = "COMPLETE"
            known = self.subscriptions.get(checkout.subscription_id or "")
            if known is None:
                end = at + timedelta(days=checkout.trial_days or DAYS[checkout.interval])
                known = Subscription(
                    str(uuid.uuid4()), checkout.account_id, checkout.store, checkout.level, checkout.interval,
                    checkout.price, checkout.trial_days, at, at, end,
                )  # fmt: skip
                self.subscriptions[known.id] = known
                checkout.subscription_id = known.id
            known.level, known.interval, known.price = checkout.level, checkout.interval, checkout.price
            known.updated_at = at
            return known

    def cancel(self, known: Subscription) -> datetime:
        """It ends with what is paid, or at once in a trial; gives that moment."""
        with self.lock:
            at = moments.now()
            in_trial = known.in_trial(at)
            known.cancelled_at = at if in_trial else known.period_end
            known.status = "CANCELLED" if in_trial else known.status
            known.updated_at = at
            return known.cancelled_at
