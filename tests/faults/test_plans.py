"""A store's plan through its life: agreed to, tried, cancelled, on hold, gone, and while nobody can be asked."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from embedded.json_client import JsonClient
from embedded.stage import PARTNER
from plugin.db import bundles, entitlements, problems, stores
from plugin.db.bundles import Bundle, State
from plugin.db.entitlements import Entitled
from plugin.db.work import waiting
from plugin.domain.allowance import LANDING, TRUSTED, PricingPlan
from plugin.domain.errors import Invalid
from plugin.flow.agreed import look
from plugin.flow.allowed import may_write, plan_in_force
from plugin.flow.bell import Bell, Work
from plugin.flow.drain import drain
from plugin.flow.entitle import BACKOFF, DAILY, entitle, entitle_all
from plugin.flow.house import House, open_house
from plugin.flow.install import install
from plugin.flow.twin import make
from plugin.platforms import turns
from plugin.platforms.manifest import manifest
from tests.database import Database
from tests.faults.shop import Merchant, Shop
from tests.flow.conftest import Rings, settings_for
from tests.messages import post

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FREE, GROW = manifest().plans[:2]


class Clock:
    """The house's time: it stands where it was put, and PostgreSQL's goes on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Plans:
    """The plan of a merchant's store, and the shop it is sold to."""

    merchant: Merchant
    clock: Clock

    @property
    def shop(self) -> Shop:
        return self.merchant.shop

    @property
    def house(self) -> House:
        return self.merchant.house

    def agree(self, handle: str, **more: Any) -> None:
        """The merchant agrees on Shopify's page; no message tells."""
        self.shop.sandbox.call("PUT", f"/_sandbox/shops/{self.shop.domain}/plan", {"handle": handle, **more}, None)

    def leave(self) -> None:
        self.shop.sandbox.call("DELETE", f"/_sandbox/shops/{self.shop.domain}/plan", None, None)

    def passes(self, while_: timedelta) -> None:
        """So much time goes by."""
        self.clock.ahead += while_

    def read(self) -> bool:
        """A moment later somebody asks, and the plan is read; another test may have used up the second's turns."""
        self.passes(entitlements.APART)
        look(self.house, self.merchant.store, changed=True)
        return self.when_due()

    def when_due(self) -> bool:
        """Whatever is due is read, as the scan would have it."""
        calls = self.calls()
        for _ in range(50):
            if entitle(self.house, self.merchant.store):
                return True
            if self.calls() > calls or not self.is_due():
                return False
            time.sleep(0.25)  # A second has so many turns, here and at the sandbox; tests share them.
            self.passes(timedelta(seconds=1))
        raise AssertionError("never a turn")

    def is_due(self) -> bool:
        due = self.row.due_at
        return due is not None and due <= self.clock() + timedelta(seconds=2)

    def calls(self) -> int:
        return self.shop.calls().count("partner:ActiveSubscription")

    @property
    def row(self) -> Entitled:
        with self.house.database.store(self.merchant.store) as tx:
            found = entitlements.get(tx)
        assert found is not None
        return found

    @property
    def plan(self) -> PricingPlan | None:
        return plan_in_force(self.row, self.clock())

    @property
    def told(self) -> set[str]:
        """The codes of the store's problems with its plan."""
        with self.house.database.store(self.merchant.store) as tx:
            return {row["code"] for row in problems.listed(tx) if row["code"].startswith("plan_")}

    @property
    def may_write(self) -> bool:
        with self.house.database.store(self.merchant.store) as tx:
            return may_write(self.house, tx)


def selling(sandbox: JsonClient) -> dict[str, str]:
    """The settings of an app that sells plans at the sandbox."""
    return {"BILLING": "on", "SHOPIFY_PARTNER_URL": f"{sandbox.base}/partners", **PARTNER}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(database: Database, redis_url: str, rings: Rings, sandbox: JsonClient, clock: Clock) -> Iterator[House]:
    """A house whose platform is the sandbox, and which sells plans."""
    opened = open_house(
        settings_for(database, redis_url, SHOPIFY_SHOP_URL=f"{sandbox.base}/{{shop}}", **selling(sandbox))
    )
    yield replace(opened, bell=Bell(opened.redis, rings), now=clock)
    opened.database.close()


@pytest.fixture
def plans(merchant: Merchant, clock: Clock) -> Plans:
    """A store of six customers, its history read, its plan not asked yet."""
    return Plans(merchant, clock)


@pytest.fixture
def grown(plans: Plans) -> Plans:
    """The store has more customers than the free plan is for."""
    with plans.house.database.store(plans.merchant.store) as tx:
        tx.execute(GROW_BY, {"store": tx.store_id, "many": FREE.customers})
    return plans


GROW_BY = """INSERT INTO customers (store_id, id, updated_at, seen_at, digest)
             SELECT %(store)s, n, now(), now(), '\\x00' FROM generate_series(1, %(many)s) n"""


def test_opening_the_app_makes_the_plan_due_and_reading_it_needs_no_message(plans: Plans) -> None:
    assert plans.row.read_at is None
    assert plans.plan is None

    assert plans.read()

    assert plans.plan == FREE
    assert plans.row.due_at is not None
    assert plans.row.due_at - plans.clock() <= DAILY


def test_a_plan_is_read_with_its_trial_and_known_by_the_end_of_it(plans: Plans) -> None:
    plans.agree(GROW.handle, trial_days=7)
    plans.read()

    trial = plans.row
    plans.agree(GROW.handle)
    plans.read()

    assert trial.trial_until is not None
    assert (trial.plan, trial.state, plans.plan) == (GROW.handle, "trial", GROW)
    assert (plans.row.state, plans.row.amount is not None) == ("active", True)
    assert plans.row.since == trial.since


def test_a_trial_is_looked_at_when_it_ends_and_not_a_day_later(plans: Plans) -> None:
    plans.agree(GROW.handle, trial_days=0.01)
    plans.read()

    row = plans.row

    assert row.trial_until is not None
    assert row.due_at is not None
    assert row.trial_until < row.due_at < row.trial_until + MINUTE


def test_a_cancelled_plan_holds_to_its_end(plans: Plans) -> None:
    plans.agree(GROW.handle, cancel_at_end=True)
    plans.read()
    ending = (plans.row.state, plans.plan)
    plans.leave()
    plans.read()

    assert ending == ("ending", GROW)
    assert (plans.row.state, plans.plan) == ("none", FREE)


def test_a_plan_on_hold_gives_nothing_and_says_why_and_is_back_when_it_is_paid(plans: Plans) -> None:
    plans.agree(GROW.handle, status="FROZEN")
    hear(plans, status="FROZEN")
    plans.when_due()
    frozen = (plans.row.state, plans.plan)
    plans.agree(GROW.handle)
    hear(plans, status="ACTIVE")
    plans.when_due()

    assert frozen == ("frozen", FREE)
    assert (plans.row.state, plans.plan) == ("active", GROW)


def test_a_plan_of_one_merchants_own_limits_nothing(plans: Plans) -> None:
    plans.agree("for-a-friend", price="1.00")
    plans.read()

    assert (plans.row.plan, plans.plan) == ("for-a-friend", None)
    assert plans.may_write


def hear(plans: Plans, **told: Any) -> None:
    """A genuine message about the store's plan is absorbed."""
    plans.passes(entitlements.APART)
    body = {"app_subscription": {"status": "ACTIVE", **told}}
    post(plans.house, plans.merchant.store, "app_subscriptions/update", body)
    drain(plans.house, plans.merchant.store)


def test_a_message_is_a_reason_to_ask_and_never_the_answer(plans: Plans, rings: Rings) -> None:
    plans.read()

    hear(plans, status="ACTIVE", plan_handle="unlimited", price="0.00")

    assert (Work.ENTITLE, plans.merchant.store) in rings.heard
    assert plans.plan == FREE
    plans.when_due()
    assert plans.plan == FREE


def test_however_often_somebody_asks_a_store_is_read_once_in_a_while(plans: Plans) -> None:
    plans.read()
    asked = plans.calls()

    for _ in range(20):
        look(plans.house, plans.merchant.store, changed=True)
        entitle(plans.house, plans.merchant.store)

    assert plans.calls() == asked
    plans.passes(entitlements.APART)
    plans.when_due()
    assert plans.calls() == asked + 1


def test_who_asks_while_it_is_read_has_it_read_again(plans: Plans) -> None:
    """The merchant agrees while the answer is on its way."""
    plans.passes(entitlements.APART)
    look(plans.house, plans.merchant.store, changed=True)
    with plans.house.database.store(plans.merchant.store) as tx:
        began = plans.clock()
        assert entitlements.claim(tx, began) is not None
    plans.passes(entitlements.APART)
    look(plans.house, plans.merchant.store, changed=True)
    with plans.house.database.store(plans.merchant.store) as tx:
        entitlements.put_off(tx, began, began + DAY)

    assert plans.row.due_at is not None
    assert plans.row.due_at <= plans.clock()


def test_an_older_answer_never_takes_the_place_of_a_newer_one(plans: Plans) -> None:
    now = plans.clock()
    with plans.house.database.store(plans.merchant.store) as tx:
        for plan, began in ((GROW.handle, now), (None, now - MINUTE)):
            told = dict.fromkeys(entitlements.TOLD) | {"state": "active" if plan else "none", "plan": plan}
            entitlements.put(tx, began, **told)

    assert plans.row.plan == GROW.handle


def test_while_shopify_is_away_the_last_plan_holds_and_no_merchant_is_told(plans: Plans) -> None:
    plans.agree(GROW.handle)
    plans.read()
    plans.shop.fail(partner_status_next=[500, 503, 401, 500])

    plans.passes(DAY)
    failed = [plans.when_due()]
    first = plans.row
    plans.passes(BACKOFF[0] + MINUTE)
    failed.append(plans.when_due())

    assert failed == [False, False]
    assert (plans.plan, plans.told) == (GROW, {"plan_unread"})
    assert (first.attempts, plans.row.attempts) == (1, 2)
    assert first.due_at is not None
    assert timedelta(0) < first.due_at - (plans.clock() - BACKOFF[0] - MINUTE) <= BACKOFF[0] + MINUTE


def test_after_the_grace_the_plan_is_the_free_one_and_still_nothing_stops_at_once(grown: Plans) -> None:
    plans = grown
    plans.agree(GROW.handle)
    plans.read()
    plans.shop.fail(partner_status_next=[500] * 40)

    plans.passes(TRUSTED - DAY)
    plans.when_due()
    within = (plans.plan, plans.told)
    plans.passes(DAY + MINUTE)
    plans.when_due()
    after = (plans.plan, plans.told, plans.may_write)
    plans.shop.fail()
    plans.read()

    assert within == (GROW, {"plan_unread"})
    assert after[0] is not None
    assert (after[0].handle, after[1], after[2]) == (FREE.handle, {"plan_unread", "plan_over"}, True)
    assert (plans.plan, plans.told, plans.row.failing_since) == (GROW, set(), None)


def test_before_the_first_answer_nothing_is_limited(grown: Plans) -> None:
    plans = grown
    plans.shop.fail(partner_status_next=[500] * 5)
    plans.read()

    assert (plans.plan, plans.told, plans.may_write) == (None, {"plan_unread"}, True)


def test_a_store_over_its_limit_lands_softly_and_goes_on_by_itself(grown: Plans, rings: Rings) -> None:
    plans = grown
    plans.merchant.live("number_of_orders >= 1")
    plans.read()
    landing = (plans.told, plans.may_write)
    plans.merchant.deliver()
    who = next(each["id"] for each in plans.shop.get("/customers") if each["number_of_orders"])
    tagged = plans.shop.tags(who)

    plans.passes(LANDING)
    plans.when_due()
    paused = (plans.told, plans.may_write)
    plans.merchant.want(who)
    plans.merchant.time_passes()
    plans.merchant.deliver()
    meanwhile = (plans.shop.tags(who), scanned(plans))
    plans.agree(GROW.handle)
    rings.heard.clear()
    plans.read()
    went_on = (Work.DELIVER, plans.merchant.store) in rings.heard
    plans.merchant.deliver()

    assert landing == ({"plan_over"}, True)
    assert paused == ({"plan_paused"}, False)
    assert "vip" in tagged
    assert meanwhile == (tagged, False)  # Nothing is taken away, and nobody is woken for it.
    assert went_on
    assert (plans.told, plans.may_write) == (set(), True)
    assert "vip" not in plans.shop.tags(who)


def test_nothing_is_added_to_shopifys_own_segments_while_writing_stands_still(grown: Plans) -> None:
    merchant = grown.merchant
    segment = merchant.live("number_of_orders >= 1")
    grown.read()
    grown.passes(LANDING)
    grown.when_due()

    with pytest.raises(Invalid, match="plan"):
        make(merchant.house, merchant.store, segment)

    assert grown.shop.get("/segments") == []


def scanned(plans: Plans) -> bool:
    """Whether the scan would wake a writer for the store."""
    found = {work.store_id: work for work in waiting(plans.house.database, selling=("shopify",))}
    return plans.merchant.store in found and found[plans.merchant.store].outbox


def test_a_file_of_changes_under_way_is_seen_to_its_end_though_nothing_new_is_begun(grown: Plans) -> None:
    grown.read()
    grown.passes(LANDING)
    grown.when_due()
    idle = scanned(grown)

    with grown.house.database.store(grown.merchant.store) as tx:
        bundles.put(tx, Bundle(State.RUNNING, number=1, remote_id="gid://shopify/BulkOperation/1"))

    assert (grown.may_write, idle, scanned(grown)) == (False, False, True)


def test_the_landing_ends_on_its_day_without_anybody_asking(grown: Plans) -> None:
    plans = grown
    plans.read()

    for _ in range(LANDING.days - 1):
        plans.passes(DAY)
        plans.when_due()
    before = plans.may_write
    plans.passes(DAY + MINUTE)
    plans.when_due()

    assert (before, plans.may_write) == (True, False)


def test_a_store_under_its_limit_again_goes_on(grown: Plans) -> None:
    plans = grown
    plans.read()
    plans.passes(LANDING)
    plans.when_due()
    paused = plans.may_write
    with plans.house.database.store(plans.merchant.store) as tx:
        tx.execute("DELETE FROM customers WHERE store_id = %s AND id <= %s", (tx.store_id, FREE.customers))
    plans.read()

    assert (paused, plans.may_write, plans.row.over_since) == (False, True, None)


def test_a_store_whose_history_is_being_read_is_not_weighed(house: House, shop: Shop, clock: Clock) -> None:
    store = install(house, shop.domain, shop.id_token()).id
    plans = Plans(Merchant(house, shop, store), clock)

    plans.when_due()

    assert (plans.row.customers, plans.told) == (None, set())
    assert plans.row.due_at is not None
    assert plans.row.due_at < clock() + DAILY


def test_removing_the_app_ends_reading_and_coming_back_reads_anew(plans: Plans) -> None:
    plans.agree(GROW.handle)
    plans.read()
    with plans.house.database.store(plans.merchant.store) as tx:
        stores.set_state(tx, stores.State.UNINSTALLED, plans.clock())
    plans.shop.post("/uninstall")
    plans.passes(DAY)
    asked = plans.calls()
    gone = (plans.when_due(), plans.calls() == asked, plans.row.due_at)
    plans.shop.post("/open")
    install(plans.house, plans.shop.domain, plans.shop.id_token())

    back = plans.when_due()

    assert gone == (False, True, None)
    assert back
    assert plans.plan == FREE  # What it agreed to before ended with the app; it agrees anew or has the free one.


def test_a_store_from_before_billing_is_asked_about(plans: Plans) -> None:
    with plans.house.database.store(plans.merchant.store) as tx:
        tx.execute("DELETE FROM entitlements WHERE store_id = %s", (tx.store_id,))

    assert entitle_all(plans.house) == 1
    assert entitle_all(plans.house) == 0
    assert plans.when_due()


def test_without_billing_nothing_is_read_limited_or_paused(grown: Plans) -> None:
    plans = grown
    plans.read()
    plans.passes(LANDING)
    plans.when_due()
    asked = plans.calls()
    off = replace(plans.house, settings=replace(plans.house.settings, billing="off"))

    look(off, plans.merchant.store, changed=True)
    read = entitle(off, plans.merchant.store)

    assert (read, plans.calls(), entitle_all(off)) == (False, asked, 0)
    with off.database.store(plans.merchant.store) as tx:
        assert may_write(off, tx)


def test_what_is_recorded_of_the_question_opens_no_door(
    database: Database, redis_url: str, sandbox: JsonClient, shop: Shop, tmp_path: Path
) -> None:
    file = tmp_path / "requests.jsonl"
    more = {"SHOPIFY_SHOP_URL": f"{sandbox.base}/{{shop}}", "RECORD_REQUESTS": str(file), **selling(sandbox)}
    opened = open_house(settings_for(database, redis_url, **more))
    house = replace(opened, bell=Bell(opened.redis, Rings()))
    plans = Plans(Merchant(house, shop, install(house, shop.domain, shop.id_token()).id), Clock())

    for _ in range(20):
        look(house, plans.merchant.store, changed=True)
        if entitle(house, plans.merchant.store):
            break
        time.sleep(0.5)
    house.database.close()

    lines = [line for line in file.read_text().splitlines() if "ActiveSubscription" in line]
    assert lines
    assert PARTNER["SHOPIFY_PARTNER_TOKEN"] not in file.read_text()


def test_an_account_has_so_many_turns_and_then_waits_for_the_next(redis_url: str) -> None:
    with Redis.from_url(redis_url) as redis:
        waits = [turns.take(redis, "an account", 3, 60.0) for _ in range(5)]
        other = turns.take(redis, "another", 3, 60.0)

        pairs = [turns.take(redis, "in pairs", 5, 60.0, 2) for _ in range(3)]
        alone = turns.take(redis, "in pairs", 5, 60.0)

    assert [wait == 0 for wait in (*pairs, alone)] == [True, True, False, True]  # What is not had is not used up.
    assert waits[:3] == [0, 0, 0]
    assert all(0 < wait <= 60 for wait in waits[3:])
    assert other == 0


def test_without_redis_everyone_has_a_turn(new_port: Callable[[], int]) -> None:
    with Redis(port=new_port(), socket_connect_timeout=0.2) as redis:
        assert turns.take(redis, "an account", 1, 60.0) == 0
