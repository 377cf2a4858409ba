"""How a merchant comes to a plan, changes it and gives it up, and what a store has meanwhile."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil

import pytest
import requests

from plugin.domain.errors import PlatformRefused, Throttled
from plugin.platforms.base import Entitlement, InTrial, Order, Paying, Seller
from plugin.platforms.bigcommerce import billing
from plugin.platforms.bigcommerce.billing import ask, buyer, cancel, choose, entitlement, entitlements
from plugin.platforms.manifest import Price
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.paying import (
    BACK,
    PRICE,
    agree,
    hours,
    merchant,
    pays_late,
    subscriptions,
    the_seller,
)
from tests.platforms.bigcommerce.reading import HTTP, a_past, calls
from tests.platforms.server import Reply, Server, serving

Sandbox = tuple[str, Server]
MONTH, FORTNIGHT = timedelta(days=30), timedelta(days=14)
TRIED = replace(PRICE, trial_days=14)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox, and the app it calls."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def store(sandbox: Sandbox) -> Pretended:
    """A store of this test's own, at the beginning of an hour."""
    hours(sandbox[0])
    return a_past(*sandbox, customers=1, years=0.1)


@pytest.fixture
def seller(sandbox: Sandbox) -> Seller:
    """Our account."""
    return the_seller(sandbox[0])


def now() -> datetime:
    return datetime.now(UTC)


def asked(
    store: Pretended, seller: Seller, plan: str = "grow", price: Price = PRICE, at: datetime | None = None
) -> str:
    return choose(HTTP, seller, merchant(store), plan, price, f"Regulars, {plan}", BACK, at or now())


def subscribed(store: Pretended, seller: Seller, plan: str = "grow", price: Price = PRICE) -> None:
    agree(store, asked(store, seller, plan, price))


def told(store: Pretended, seller: Seller, at: datetime | None = None) -> Entitlement:
    return entitlement(HTTP, seller, store.hash, at or now())


def test_a_store_without_an_agreement_has_none(store: Pretended, seller: Seller) -> None:
    assert told(store, seller) == Entitlement()


def test_nothing_is_agreed_before_the_merchant_says_so(store: Pretended, seller: Seller) -> None:
    address = asked(store, seller)

    before = told(store, seller)
    agree(store, address)
    after = told(store, seller)

    assert before == Entitlement()
    assert (after.plan, after.state, after.amount) == ("grow", Paying.ACTIVE, Decimal("29.9"))
    assert (after.currency, after.every, after.trial_until) == ("USD", "month", None)
    assert after.renews_at is not None
    assert abs(after.renews_at - now() - MONTH) < timedelta(minutes=1)


def test_the_page_of_the_checkout_says_what_for_and_leads_back(store: Pretended, seller: Seller) -> None:
    address = asked(store, seller)

    page = requests.get(address, timeout=30)
    left = requests.post(address, data={}, allow_redirects=False, timeout=30)

    assert "Regulars, grow" in page.text
    assert left.headers["Location"] == BACK
    assert told(store, seller) == Entitlement()


def test_the_store_itself_says_who_pays_and_where_its_control_panel_is(store: Pretended, seller: Seller) -> None:
    address = ask(calls(store), HTTP, seller, Order("grow", PRICE, "Regulars Grow", "/plan"), now())

    left = requests.post(address, data={}, allow_redirects=False, timeout=30)

    assert left.headers["Location"] == f"{merchant(store).panel}/manage/app/{seller.app}/plan"


def test_of_two_subscriptions_each_takes_a_turn_to_be_cancelled(store: Pretended, seller: Seller) -> None:
    addresses, turns = [asked(store, seller), asked(store, seller)], list[None]()
    for address in addresses:
        agree(store, address)

    cancel(HTTP, seller, store.hash, now(), lambda: turns.append(None))

    assert len(turns) == 1
    assert all(each["cancelled_at"] for each in subscriptions(store))


def test_who_has_a_plan_changes_it_and_has_one_still(store: Pretended, seller: Seller) -> None:
    subscribed(store, seller)

    subscribed(store, seller, "scale", Price(Decimal("99.00"), "year", trial_days=14))

    assert len(subscriptions(store)) == 1
    assert (told(store, seller).plan, told(store, seller).every) == ("scale", "year")


@pytest.mark.parametrize("every", ["month", "quarter", "half-year", "year"])
def test_each_period_comes_back_by_its_name(store: Pretended, seller: Seller, every: str) -> None:
    subscribed(store, seller, price=Price(Decimal("1.00"), every))

    assert told(store, seller).every == every


def test_a_trial_is_one_until_billing_begins(store: Pretended, seller: Seller) -> None:
    subscribed(store, seller, price=TRIED)

    trying = told(store, seller)
    paying = told(store, seller, now() + FORTNIGHT + timedelta(minutes=1))

    assert trying.state is Paying.TRIAL
    assert trying.trial_until == trying.renews_at
    assert trying.trial_until is not None
    assert abs(trying.trial_until - now() - FORTNIGHT) < timedelta(minutes=1)
    assert (paying.state, paying.trial_until) == (Paying.ACTIVE, None)


def test_a_plan_is_not_changed_during_its_trial_but_another_is_chosen_after_it_is_cancelled(
    store: Pretended, seller: Seller
) -> None:
    subscribed(store, seller, price=TRIED)

    with pytest.raises(InTrial):
        asked(store, seller, "scale", TRIED)
    ended = cancel(HTTP, seller, store.hash, now())
    without = told(store, seller)
    subscribed(store, seller, "scale", TRIED)

    assert ended is not None
    assert abs(ended - now()) < timedelta(minutes=1)
    assert without == Entitlement()
    assert (told(store, seller).plan, told(store, seller).state) == ("scale", Paying.TRIAL)


def test_the_days_of_a_trial_are_not_had_twice(store: Pretended, seller: Seller) -> None:
    subscribed(store, seller, price=TRIED)
    cancel(HTTP, seller, store.hash, now())

    for days, left in ((0, 14), (4, 10), (14, 0), (400, 0)):
        asked(store, seller, price=TRIED, at=now() + timedelta(days=days))
        assert store.control("GET", "/billing")["checkouts"][-1]["trial_days"] == left


def test_what_is_cancelled_is_good_to_the_end_of_what_was_paid(store: Pretended, seller: Seller) -> None:
    subscribed(store, seller)

    ends = cancel(HTTP, seller, store.hash, now())
    again = cancel(HTTP, seller, store.hash, now())
    pays_late(store, "CANCELLED")
    ending = told(store, seller)

    assert ends is not None
    assert ends == again == ending.renews_at
    assert (ending.plan, ending.state) == ("grow", Paying.ENDING)
    assert told(store, seller, ends + timedelta(seconds=1)) == Entitlement()


def test_who_pays_for_nothing_has_nothing_to_cancel(store: Pretended, seller: Seller) -> None:
    assert cancel(HTTP, seller, store.hash, now()) is None


def test_what_is_not_paid_gives_nothing_until_it_is(store: Pretended, seller: Seller) -> None:
    subscribed(store, seller)

    pays_late(store)
    late = told(store, seller)
    pays_late(store, "ACTIVE")

    assert (late.plan, late.state) == ("grow", Paying.FROZEN)
    assert told(store, seller).state is Paying.ACTIVE


def test_a_new_agreement_counts_before_one_that_was_never_paid(store: Pretended, seller: Seller) -> None:
    subscribed(store, seller)
    pays_late(store)

    subscribed(store, seller, "scale")

    assert len(subscriptions(store)) == 2
    assert told(store, seller).plan == "scale"


def test_every_stores_plan_is_read_fifty_at_once(sandbox: Sandbox, seller: Seller) -> None:
    turns: list[None] = []
    hours(sandbox[0], 1000)
    stores = [a_past(*sandbox, customers=0, years=0.1) for _ in range(52)]
    for each in stores:
        subscribed(each, seller)
    cancel(HTTP, seller, stores[1].hash, now())
    pays_late(stores[0])

    found = entitlements(HTTP, seller, now(), lambda: turns.append(None))

    assert found.keys() >= {each.hash for each in stores}
    assert found[stores[0].hash] == told(stores[0], seller)
    assert found[stores[51].hash] == told(stores[51], seller)
    assert len(turns) == ceil(sum(len(subscriptions(each)) for each in all_of(sandbox, found)) / 50)


def all_of(sandbox: Sandbox, found: Iterable[str]) -> list[Pretended]:
    return [Pretended(sandbox[0], each, sandbox[1]) for each in found]


def test_a_walk_without_a_turn_is_none(store: Pretended, seller: Seller) -> None:
    def none_left() -> None:
        raise Throttled(60)

    with pytest.raises(Throttled):
        entitlements(HTTP, seller, now(), none_left)


def test_however_the_hours_fall_no_hour_has_more_than_bigcommerce_takes() -> None:
    most = sum((ceil(3600 / seconds) + 1) * turns for turns, seconds in (billing.TURNS, billing.CHOOSING_TURNS))

    assert most == billing.HOURLY


def test_a_full_hour_is_waited_for_and_not_stormed(sandbox: Sandbox, store: Pretended, seller: Seller) -> None:
    hours(sandbox[0], 1)
    told(store, seller)

    with pytest.raises(Throttled) as full:
        told(store, seller)
    hours(sandbox[0])

    assert full.value.wait == billing.REST


def test_the_store_says_who_is_asked_to_pay(store: Pretended) -> None:
    assert buyer(calls(store)) == merchant(store)


@pytest.mark.parametrize("wrong", [{"token": "another"}, {"account": "another"}])
def test_a_wrong_account_of_ours_is_refused(sandbox: Sandbox, store: Pretended, wrong: dict[str, str]) -> None:
    with pytest.raises(PlatformRefused):
        told(store, the_seller(sandbox[0], **wrong))


def test_a_checkout_that_cannot_be_says_why(store: Pretended, seller: Seller) -> None:
    with pytest.raises(PlatformRefused, match="Product does not belong to partner"):
        asked(store, replace(seller, app="1"))
