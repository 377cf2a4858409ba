"""What a store agreed to pay for: a subscription of Unified Billing, and what all of a store's come to (README §11)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from plugin.platforms.base import Entitlement, Paying
from plugin.platforms.http import CallFailed

SCOPE = "bc/account/scope/"
EVERY = {"MONTH": "month", "QUARTER": "quarter", "SEMIANNUAL": "half-year", "ANNUAL": "year"}
ORDER = (Paying.ACTIVE, Paying.TRIAL, Paying.ENDING, None, Paying.FROZEN, Paying.NONE)
"""Of several subscriptions the one that gives most counts. None: a status we do not know."""


class Agreement(NamedTuple):
    """One subscription of one store."""

    id: str
    store: str
    """The store's hash."""
    status: str
    plan: str | None
    """The handle of the plan, which is what we gave as its level."""
    amount: Decimal
    currency: str
    every: str | None
    made_at: datetime
    billed_from: datetime | None
    """When billing began, or will: until then it is a trial."""
    paid_until: datetime | None
    changed_at: datetime

    def state(self, now: datetime) -> Paying | None:
        """How the store stands by this one; None for a status we do not know."""
        if self.status == "ACTIVE":
            return Paying.ACTIVE if self.is_billed(now) else Paying.TRIAL
        if self.status == "SUSPENDED":
            return Paying.FROZEN
        if self.status != "CANCELLED":
            return None
        # A trial ends at once when it is cancelled; what was billed is good until the end of what was paid.
        good = self.is_billed(self.changed_at) and self.paid_until is not None and self.paid_until > now
        return Paying.ENDING if good else Paying.NONE

    def is_billed(self, at: datetime) -> bool:
        """Whether the trial, if there was one, was over at that moment."""
        return self.billed_from is not None and self.billed_from <= at


def agreement(told: Mapping[str, Any], product: str) -> Agreement:
    """The subscription an answer tells of. Raises CallFailed for one that can't be read or is about another app."""
    try:
        if told["product"]["id"] != product or not told["scope"]["id"].startswith(SCOPE):
            raise CallFailed("the answer is about another app or no store", sent=True)
        price = told["pricePerInterval"]
        return Agreement(
            id=told["id"],
            store=told["scope"]["id"].removeprefix(SCOPE),
            status=told["status"],
            plan=told["product"]["productLevel"] or None,
            amount=Decimal(str(price["value"])),
            currency=price["currencyCode"],
            every=EVERY.get(told["billingInterval"]),
            made_at=_moment(told["createdAt"]),
            billed_from=_moment_or_none(told["activationDate"]),
            paid_until=_moment_or_none(told["currentPeriodEnd"]),
            changed_at=_moment(told["updatedAt"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise CallFailed(f"the answer can't be read: {type(error).__name__}", sent=True) from error


def best(found: Iterable[Agreement], now: datetime) -> Agreement | None:
    """The one that counts: it gives most, and is the newest of those; None where none gives or holds anything."""
    ranked = [(ORDER.index(each.state(now)), -each.made_at.timestamp(), each) for each in found]
    top = min(ranked, key=lambda row: row[:2], default=None)
    return None if top is None or top[2].state(now) is Paying.NONE else top[2]


def entitled(found: Iterable[Agreement], now: datetime) -> Entitlement:
    """What a store has by all of its subscriptions. Raises CallFailed where that hangs on a status we do not know."""
    it = best(found, now)
    if it is None:
        return Entitlement()
    state = it.state(now)
    if state is None:
        raise CallFailed("a subscription has a status that we do not know", sent=True, status=it.status)
    trial = (it.billed_from or it.paid_until) if state is Paying.TRIAL else None
    renews = trial if state is Paying.TRIAL else it.paid_until
    return Entitlement(
        plan=it.plan,
        state=state,
        trial_until=trial,
        renews_at=renews if renews and renews > now else None,  # The end of a period may lie behind us.
        amount=it.amount,
        currency=it.currency,
        every=it.every,
    )


def trial_left(found: Iterable[Agreement], days: int, now: datetime) -> int:
    """Days of trial a store still has: they count from the first subscription it ever made, however it ended."""
    first = min((each.made_at for each in found), default=now)
    return max(days - (now - first).days, 0)


def moment(text: Any) -> datetime:
    """A moment of the answer's; raises CallFailed for what is none."""
    try:
        return _moment(text)
    except (TypeError, ValueError) as error:
        raise CallFailed(f"the answer can't be read: {type(error).__name__}", sent=True) from error


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else _moment(text)
