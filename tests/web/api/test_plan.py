"""What a merchant is told of their plan, and what they never are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.db import entitlements, problems
from plugin.db.transaction import Database as Doors
from plugin.platforms.manifest import manifest
from plugin.settings import Settings
from plugin.web import plan_words
from plugin.web.words import say
from tests.database import Database
from tests.web.conftest import settings_for
from tests.web.stock import stock
from tests.web.visit import Visit

BILLING = {
    "BILLING": "on",
    "SHOPIFY_PARTNER_ORGANISATION": "1",
    "SHOPIFY_PARTNER_TOKEN": "very-secret",
    "SHOPIFY_APP_ID": "2",
}
NOW = datetime.now(UTC)
FREE = manifest().plans[0]


@pytest.fixture
def settings(database: Database, redis_url: str) -> Settings:
    """Billing is on."""
    return settings_for(database, redis_url, **BILLING)


@pytest.fixture
def owner(visit: Callable[..., Visit], at: Doors) -> Visit:
    """In front of the page of a store with five customers."""
    owner = visit()
    stock(at, owner.store_id)
    return owner


@pytest.fixture
def known(owner: Visit, at: Doors) -> Callable[..., None]:
    """Makes it known what Shopify said of the store's plan."""

    def knowing(read_at: datetime = NOW, over_since: datetime | None = None, **told: Any) -> None:
        with at.store(owner.store_id) as tx:
            entitlements.want(tx, NOW)
            entitlements.claim(tx, NOW)
            entitlements.put(tx, read_at, **dict.fromkeys(entitlements.TOLD) | {"state": "none"} | told)
            entitlements.put_off(tx, NOW, NOW + timedelta(days=1))
            entitlements.weighed(tx, 5, over_since, None)

    return knowing


def test_before_shopify_was_asked_nothing_is_limited(owner: Visit) -> None:
    told = owner.get("/plan")

    assert (told["name"], told["limit"], told["standing"], told["reading"]) == ("", None, "within", True)
    assert told["says"] == [say(plan_words.NOT_KNOWN)]


def test_a_store_without_an_agreement_has_the_free_plan(owner: Visit, known: Callable[..., None]) -> None:
    known()

    told = owner.get("/plan")

    assert (told["name"], told["customers"], told["limit"]) == ("Free", 5, FREE.customers)
    assert told["says"] == [f"Your store has 5 of {FREE.customers:,} customers."]
    assert [plan["name"] for plan in told["plans"] if plan["current"]] == ["Free"]
    assert told["reading"] is False


def test_a_trial_is_told_with_its_end_and_its_price(owner: Visit, known: Callable[..., None]) -> None:
    end = datetime(2031, 12, 3, 12, tzinfo=UTC)
    known(plan="grow", state="trial", trial_until=end, amount="29.00", currency="USD", every="30 days")

    told = owner.get("/plan")

    assert told["price"] == "$29.00 every 30 days"
    assert told["says"][1] == "Your free trial ends on December 3, 2031."


def test_what_ends_and_what_changes_is_told(owner: Visit, known: Callable[..., None]) -> None:
    end = datetime(2031, 12, 3, 12, tzinfo=UTC)
    known(plan="scale", state="active", renews_at=end, next_plan="grow")
    changing = owner.get("/plan")["says"]
    known(plan="scale", state="ending", renews_at=end)
    ending = owner.get("/plan")["says"]

    assert changing[1:] == ["It renews on December 3, 2031.", "It changes to Grow on December 3, 2031."]
    assert ending[1:] == [
        "It is cancelled and ends on December 3, 2031. Your store has the free plan from then on.",
    ]


def test_a_plan_nobody_else_has_limits_nothing(owner: Visit, known: Callable[..., None]) -> None:
    known(plan="for-a-friend", state="active")

    told = owner.get("/plan")

    assert (told["name"], told["limit"]) == ("A plan of your own", None)


def test_the_button_leads_to_shopifys_own_page(owner: Visit) -> None:
    handle = manifest().handle

    url = owner.get("/plan")["change_url"]

    assert url == f"https://admin.shopify.com/store/corner/charges/{handle}/pricing_plans"


def test_asking_again_makes_the_plan_due_and_no_parameter_changes_it(
    owner: Visit, known: Callable[..., None], at: Doors
) -> None:
    known()

    owner.send(
        "POST", "/plan/read?plan_handle=unlimited&charge_id=1", {"plan": "unlimited", "plan_handle": "unlimited"}
    )

    assert owner.get("/plan")["name"] == "Free"
    assert owner.get("/plan")["reading"] is True


def test_a_store_that_is_over_is_told_when_what_happens(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        until = datetime(2031, 12, 3, 12, tzinfo=UTC).isoformat()
        problems.report(tx, "plan_over", plan="Free", customers=1204, limit=1000, until=until)
        problems.report(tx, "plan_over", plan="Free", customers=1204, limit=1000, until=until)

    (problem,) = owner.get("/problems")["problems"]

    assert problem["title"] == "Your store has 1,204 customers; the plan Free is for 1,000"
    assert problem["advice"].startswith("Nothing changes before December 3, 2031.")
    assert problem["times"] == 1


def test_what_is_ours_to_mend_no_merchant_is_told(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        problems.report(tx, "plan_unread", reason="401")

    assert owner.get("/problems")["problems"] == []
    assert owner.get("/overview")["problems"] == []


def test_every_word_of_the_manifest_is_said() -> None:
    assert {word for plan in manifest().plans for word in plan.includes} <= set(plan_words.INCLUDES)


class TestWithoutBilling:
    """As it is by default."""

    @pytest.fixture
    def settings(self, database: Database, redis_url: str) -> Settings:
        return settings_for(database, redis_url)

    def test_there_is_no_plan_and_nothing_to_read(self, owner: Visit, at: Doors) -> None:
        assert owner.get("/plan") == {"billing": False}
        assert owner.send("POST", "/plan/read").status_code == 202
        with at.store(owner.store_id) as tx:
            assert entitlements.get(tx) is None
