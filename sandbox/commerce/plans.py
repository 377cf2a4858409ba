"""The merchant chooses a plan of the app, leaves it, or does not pay the platform; the app hears of it."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from sandbox import moments
from sandbox.store.agreement import Agreement
from sandbox.store.shop import Shop
from sandbox.webhooks import plan_body
from sandbox.webhooks.announce import Announcer

PRICES = ("0.00", "9.00", "29.00", "79.00")
"""Dollars for 30 days, smallest plan first: the platform's side knows them, the app does not."""
TRIAL = timedelta(days=7)


def price_of(plans: Mapping[str, str], handle: str) -> Decimal:
    """What a plan costs; a private one, which is not listed, as much as the dearest."""
    place = list(plans).index(handle) if handle in plans else len(PRICES) - 1
    return Decimal(PRICES[min(place, len(PRICES) - 1)])


def choose(announcer: Announcer, shop: Shop, plans: Mapping[str, str], handle: str) -> Agreement:
    """The merchant agrees to the plan: a dearer one at once, a cheaper one at the end of what is paid.

    Raises ValueError for a plan that is not offered.
    """
    if handle not in plans:
        raise ValueError(f"no plan {handle}")
    with shop.lock:
        now, price = moments.now(), price_of(plans, handle)
        known = shop.agreement
        if known and known.status == "ACTIVE" and known.handle == handle:
            known.pending, known.cancel_at_end = None, False
            return known
        if known and known.status == "ACTIVE" and price < known.price:
            known.pending, known.cancel_at_end = (handle, False) if price else (None, True)
            return agree(announcer, shop, known)
        trial = now + TRIAL if price and not shop.has_tried else None
        return agree(announcer, shop, Agreement(_number(shop), handle, plans[handle], price, now, trial_ends_at=trial))


def agree(announcer: Announcer, shop: Shop, agreement: Agreement) -> Agreement:
    """This is what the shop agreed to, and the app hears of it."""
    with shop.lock:
        shop.has_tried = shop.has_tried or agreement.trial_ends_at is not None
        shop.agreement = agreement
        _tell(announcer, shop, agreement)
        return agreement


def leave(announcer: Announcer, shop: Shop) -> None:
    """The shop has no plan any more, from now on."""
    with shop.lock:
        ended, shop.agreement = shop.agreement, None
        if ended:
            ended.status = "CANCELLED"
            _tell(announcer, shop, ended)


def current(shop: Shop) -> Agreement | None:
    """What the shop's agreement gives now: nothing when it is on hold, over, or was never made."""
    known = shop.agreement
    return known if known and known.status == "ACTIVE" else None


def _number(shop: Shop) -> int:
    return shop.numbers.next("AppSubscription")


def _tell(announcer: Announcer, shop: Shop, agreement: Agreement) -> None:
    announcer.announce(shop, ("app_subscriptions/update", lambda: plan_body.app_subscription(shop, agreement)))
