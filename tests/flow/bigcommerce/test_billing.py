"""A merchant's way to a plan: chosen on our page, agreed to on BigCommerce's, had by its word alone."""

from datetime import UTC, datetime, timedelta

import pytest
import requests

from plugin.db import entitlements
from plugin.domain.allowance import LANDING
from plugin.flow.entitle import entitle_all
from plugin.flow.part import AGAIN, GRACE
from plugin.platforms.manifest import manifest
from tests.flow.bigcommerce.panel import Panel
from tests.flow.bigcommerce.selling import SELLING, Payer

FREE, GROW = manifest().plans[:2]
DAY = timedelta(days=1)


@pytest.fixture
def more() -> dict[str, str]:
    """Billing is on."""
    return SELLING


def test_a_new_store_has_the_free_plan_and_is_told_what_others_cost(payer: Payer) -> None:
    told = payer.page()

    assert (told["name"], told["state"], told["change_url"], told["cancelling"]) == ("Free", "none", None, None)
    rows = {each["handle"]: (each["costs"], each["tried"], each["can_choose"]) for each in told["plans"]}
    assert rows == {
        "free": ("Free", "", False),
        "grow": ("$19.00 a month", "", True),
        "scale": ("$190.00 a year", "", True),
        "unlimited": ("$99.00 every three months", "Free for a store's first 14 days with a plan", True),
    }
    assert told["billed"].startswith("BigCommerce bills a plan together with your store")


def test_a_plan_is_had_when_the_merchant_has_agreed_and_not_before(payer: Payer) -> None:
    address = payer.choose("grow").json()["url"]
    payer.read()
    before = payer.page()["name"]
    shown = requests.get(address, timeout=30).text
    requests.post(address, data={}, allow_redirects=False, timeout=30)  # They go back without agreeing.
    payer.read()
    declined = payer.page()["name"]

    payer.subscribe("grow")

    told = payer.page()
    assert "Regulars Grow" in shown
    assert (before, declined) == ("Free", "Free")
    assert (told["name"], told["state"], told["price"], told["limit"]) == (
        "Grow",
        "active",
        "$19.00 a month",
        GROW.customers,
    )
    assert "You keep Grow until the end of what is paid" in told["cancelling"]
    assert [each["handle"] for each in told["plans"] if each["can_choose"]] == ["scale", "unlimited"]


def test_a_plan_is_changed_and_there_is_one_still(payer: Payer) -> None:
    payer.subscribe("grow")

    payer.subscribe("scale")

    assert len(payer.books()) == 1
    assert (payer.page()["name"], payer.page()["price"]) == ("Scale", "$190.00 a year")


def test_a_cancelled_plan_is_good_to_its_end_though_bigcommerce_calls_it_active(payer: Payer) -> None:
    payer.subscribe("grow")

    until = payer.cancel().json()["until"]
    at_once = payer.page()
    payer.read()
    later = payer.page()
    payer.changed(status="CANCELLED")
    payer.read()
    cancelled = payer.page()
    payer.hour_passes()
    payer.read(timedelta(days=40))

    assert datetime.fromisoformat(until) == payer_end(payer)
    for told in (at_once, later, cancelled):
        assert (told["name"], told["state"], told["cancelling"]) == ("Grow", "ending", None)
        assert "It is cancelled and ends on" in told["says"][1]
    assert (payer.row.state, payer.row.plan) == ("none", None)


def payer_end(payer: Payer) -> datetime:
    """Until when the store has paid."""
    found = datetime.fromisoformat(payer.books()[-1]["period_end"])
    return found.replace(microsecond=0, tzinfo=found.tzinfo or UTC)


def test_a_plan_that_is_renewed_after_all_was_not_cancelled(payer: Payer) -> None:
    payer.subscribe("grow")
    payer.cancel()

    payer.changed(period_end=(payer.house.now() + 60 * DAY).isoformat())
    payer.read()

    assert payer.row.state == "active"


def test_another_plan_can_be_chosen_while_one_ends(payer: Payer) -> None:
    payer.subscribe("grow")
    payer.cancel()
    payer.read()

    payer.hour_passes()
    payer.subscribe("scale")

    assert (payer.row.plan, payer.row.state) == ("scale", "active")


def test_a_trial_is_not_changed_but_left_and_another_plan_is_chosen(payer: Payer) -> None:
    payer.subscribe("unlimited")
    told = payer.page()
    refused = payer.choose("scale")

    payer.hour_passes()
    address = payer.choose("scale", leaving_trial=True).json()["url"]
    payer.read()
    between = payer.row.state
    payer.panel.control("POST", f"/checkouts/{address.rpartition('=')[2]}/complete")
    payer.read()

    (scale,) = (each for each in told["plans"] if each["handle"] == "scale")
    assert told["state"] == "trial"
    assert "The trial of Unlimited ends at once, for good" in scale["leaving"]
    assert told["cancelling"].startswith("The free trial of Unlimited ends at once and costs nothing.")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "in_trial")
    assert between == "none"
    assert (payer.row.plan, payer.row.state) == ("scale", "active")


def test_a_trial_that_is_cancelled_is_over(payer: Payer) -> None:
    payer.subscribe("unlimited")

    assert payer.cancel().status_code == 200
    payer.read()

    assert (payer.page()["name"], payer.row.state) == ("Free", "none")


def test_what_is_not_paid_gives_nothing_until_it_is(payer: Payer) -> None:
    payer.subscribe("grow")

    payer.changed(status="SUSPENDED")
    payer.read()
    late = payer.page()
    payer.changed(status="ACTIVE")
    payer.read()

    assert (late["name"], late["state"], late["cancelling"]) == ("Free", "frozen", None)
    assert late["says"][1].startswith("Your plan is on hold because a bill at BigCommerce is unpaid.")
    assert payer.page()["name"] == "Grow"


@pytest.mark.parametrize("plan", ["free", "nonsense", ""])
def test_what_is_no_plan_is_not_asked_for(payer: Payer, plan: str) -> None:
    before = payer.asked()

    assert payer.choose(plan).status_code == 422

    assert payer.asked() == before


def test_whoever_comes_back_has_the_plan_read_anew_and_nothing_in_the_address_is_believed(payer: Payer) -> None:
    payer.panel.load()
    opened = payer.is_due()

    payer.panel.load(path="/plan?plan=unlimited&status=COMPLETE")
    payer.ahead += entitlements.APART

    assert (opened, payer.is_due()) == (False, True)
    assert payer.when_due()
    assert (payer.row.plan, payer.row.state) == (None, "none")


def test_a_store_over_its_limit_stands_still_and_goes_on_with_a_larger_plan(payer: Payer) -> None:
    with payer.house.database.store(payer.panel.id) as tx:
        tx.execute(
            """INSERT INTO customers (store_id, id, updated_at, seen_at, digest)
               SELECT %s, 1000000 + n, now(), now(), '\\x00' FROM generate_series(1, %s) n""",
            (tx.store_id, FREE.customers),
        )
    payer.read()
    over = (payer.page()["standing"], payer.may_write)
    payer.hour_passes()
    payer.read(LANDING)
    paused = payer.may_write

    payer.subscribe("grow")

    assert over == ("over", True)
    assert not paused
    assert payer.may_write


@pytest.mark.parametrize("plan", ["grow", "unlimited"])
def test_who_removes_the_app_pays_nothing_more_and_who_comes_back_soon_pays_on(payer: Payer, plan: str) -> None:
    payer.subscribe(plan)
    payer.panel.control("POST", "/uninstall", {})
    payer.hour_passes()
    payer.when_due()
    at_once = payer.books()[0]["cancelled_at"]
    payer.panel.install()
    assert payer.read()
    back = payer.row.state

    payer.panel.control("POST", "/uninstall", {})
    payer.panel.control("PUT", "/faults", {"api": {"account_status_next": [500]}})
    payer.ahead += GRACE
    payer.when_due()
    payer.ahead += AGAIN
    payer.when_due()
    gone = payer.row.due_at
    cancelled = payer.books()[0]["cancelled_at"]
    payer.panel.install()
    payer.hour_passes()
    payer.read()

    assert (at_once, back) == (None, "trial" if plan == "unlimited" else "active")
    assert (cancelled is not None, gone) == (True, None)
    assert payer.row.state == ("none" if plan == "unlimited" else "ending")


def test_what_an_order_is_refused_for_is_said_and_changes_nothing(payer: Payer) -> None:
    payer.panel.control("PUT", "/faults", {"api": {"account_status_next": [500]}})
    away = payer.choose("grow")
    payer.panel.control("PUT", "/faults", {"api": {"account_status_next": [401]}})
    refused = payer.choose("grow")

    assert (away.status_code, away.json()["error"]["message"]) == (
        502,
        "BigCommerce doesn't answer. Try again in a minute.",
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (502, "choosing_refused")
    assert payer.books() == []


def test_too_many_who_choose_wait_and_are_told_for_how_long(payer: Payer) -> None:
    answers = [payer.choose("grow") for _ in range(4)]

    assert [each.status_code for each in answers] == [200, 200, 200, 503]
    assert "try again in 30 minutes" in answers[-1].json()["error"]["message"]
    assert payer.asked()["refused"] == 0


class TestWithoutPrices:
    """As manifest.json is."""

    @pytest.fixture
    def prices(self) -> dict[str, object]:
        return {}

    @pytest.mark.usefixtures("named")
    def test_nothing_is_sold_and_stores_have_everything(self, installed: Panel) -> None:
        payer = Payer(installed)
        page = installed.load()
        with installed.house.database.store(installed.id) as tx:
            unread = entitlements.get(tx) is None
            entitlements.want(tx, payer.house.now())  # As if something had been sold, once.
            entitlements.weighed(tx, 5000, payer.house.now(), payer.house.now())

        assert payer.page() == {"billing": False}
        assert "/bigcommerce/plan" not in page.answer.text
        assert payer.choose("grow").status_code == payer.cancel().status_code == 404
        assert (unread, entitle_all(payer.house), payer.when_due(), payer.may_write) == (True, 0, False, True)
