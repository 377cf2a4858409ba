"""Between a plan and its application life goes on; applied, it forgets nobody."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from embedded.valkey import Valkey
from plugin.db import memberships, plans, segments
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.flow.bell import Bell
from plugin.flow.compiled import Plans, Rules
from plugin.flow.drain import drain
from plugin.flow.house import House, open_house
from plugin.flow.plan import go_live, plan
from plugin.flow.save import delete, save
from tests.builders import a_store
from tests.database import Database
from tests.flow.conftest import settings_for
from tests.laws import serial
from tests.laws.serial import bought, rule

MANY = "number_of_orders >= 2"


@pytest.fixture(scope="module")
def house(module_database: Database, _session_redis: Valkey) -> Iterator[House]:
    """A house whose bell is not answered: the tests are the workers."""
    opened = open_house(settings_for(module_database, _session_redis.url))
    yield replace(opened, bell=Bell(opened.redis, lambda work, store, wait: None))
    opened.database.close()


@pytest.fixture
def store(house: House) -> StoreId:
    return a_store(house.database)


def a_live_segment(house: House, store: StoreId, name: str, text: str) -> SegmentId:
    segment, _ = save(house, store, name, rule(text), {"": name}, "test")
    plan(house, store)
    go_live(house, store, segment)
    serial.settle(house, store)
    return segment


def edited(house: House, store: StoreId, segment: SegmentId, name: str, text: str, tag: str = "") -> None:
    """The segment has a new version and a plan that nobody applied yet."""
    save(house, store, name, rule(text), {"": tag or name}, "test", segment)
    plan(house, store)


def applied(house: House, store: StoreId, segment: SegmentId) -> None:
    serial.apply_newest(house, store, segment)
    serial.settle(house, store)


def members(house: House, store: StoreId, segment: SegmentId) -> set[int]:
    with house.database.store(store) as tx:
        return {row.customer_id for row in memberships.members(tx, segment)}


def test_who_buys_between_a_plan_and_its_application_is_decided_by_the_new_rule(house: House, store: StoreId) -> None:
    bought(1, 1, 10, 2)(house, store)
    drain(house, store)
    segment = a_live_segment(house, store, "A", "number_of_orders >= 9")
    edited(house, store, segment, "A", MANY)

    bought(2, 1, 10, 1)(house, store)
    drain(house, store)
    applied(house, store, segment)

    assert members(house, store, segment) == {1}


def test_a_purchase_that_is_being_absorbed_while_the_plan_looks_is_not_forgotten(house: House, store: StoreId) -> None:
    bought(1, 1, 10, 2)(house, store)
    drain(house, store)
    segment = a_live_segment(house, store, "A", "number_of_orders >= 9")
    save(house, store, "A", rule(MANY), {"": "A"}, "test", segment)
    bought(2, 1, 10, 1)(house, store)
    written, looked = Barrier(2), Barrier(2)

    def slow_drain() -> None:
        drain(replace(house, plans=HeldUp(lambda: (written.wait(20), looked.wait(20)))), store)
        house.database.close()

    thread = Thread(target=slow_drain)
    thread.start()
    written.wait(20)
    plan(house, store)
    looked.wait(20)
    thread.join(20)
    applied(house, store, segment)

    assert members(house, store, segment) == {1}


class HeldUp(Plans):
    """Plans that are given only after a wait, in a transaction that has begun to write."""

    def __init__(self, wait: Callable[[], object]) -> None:
        super().__init__()
        self._wait = wait

    def of(self, tx: Transaction, store: Store) -> Rules:
        tx.execute("SELECT pg_current_xact_id()")
        self._wait()
        return super().of(tx, store)


def test_who_is_out_today_and_in_by_time_alone_gets_the_new_rules_alarm(house: House, store: StoreId) -> None:
    bought(1, 1, 10, 15)(house, store)
    drain(house, store)
    segment = a_live_segment(house, store, "A", "number_of_orders >= 9")
    edited(house, store, segment, "A", "count(orders WHERE date >= -20d) = 0")

    applied(house, store, segment)

    with house.database.store(store) as tx:
        assert tx.value("SELECT due_at FROM customers WHERE id = 1 AND store_id = %s", (store,)) is not None


def test_members_who_stay_get_the_new_versions_tag(house: House, store: StoreId) -> None:
    bought(1, 1, 10, 2)(house, store)
    drain(house, store)
    segment = a_live_segment(house, store, "A", "number_of_orders >= 1")
    edited(house, store, segment, "A", "number_of_orders >= 1", tag="other")

    applied(house, store, segment)

    with house.database.store(store) as tx:
        assert serial.standing(tx).wanted == {CustomerId(1): frozenset({"other"})}


def test_whoever_asks_about_the_edited_segment_is_decided_too(house: House, store: StoreId) -> None:
    bought(1, 1, 10, 40)(house, store)
    drain(house, store)
    asked = a_live_segment(house, store, "A", "count(orders WHERE date >= -20d) >= 2")
    join = {"kind": "two_sided", "join": "IN SEGMENT 'A'", "stay": "number_of_orders >= 1", "grace": "0d"}
    asking, _ = save(house, store, "B", join, {"": "B"}, "test")
    plan(house, store)
    assert members(house, store, asking) == set()

    edited(house, store, asked, "A", "count(orders WHERE date >= -20d) >= 1")
    applied(house, store, asked)

    assert members(house, store, asked) == set()  # Not any more; but once, and that is what B asks.
    assert members(house, store, asking) == {1}


def test_a_segment_can_ask_about_one_whose_first_plan_still_waits(house: House, store: StoreId) -> None:
    bought(1, 1, 10, 2)(house, store)
    drain(house, store)
    save(house, store, "A", rule("number_of_orders >= 1"), {"": "A"}, "test")
    asking, _ = save(house, store, "B", rule("IN SEGMENT 'A'"), {"": "B"}, "test")

    serial.settle(house, store)

    assert members(house, store, asking) == {1}


def test_a_segment_stays_while_the_applied_version_of_another_asks_about_it(house: House, store: StoreId) -> None:
    asked = a_live_segment(house, store, "A", "number_of_orders >= 1")
    asking = a_live_segment(house, store, "B", "IN SEGMENT 'A'")
    edited(house, store, asking, "B", "number_of_orders >= 1")

    with pytest.raises(Invalid, match="B"):
        delete(house, store, asked)
    bought(1, 1, 10, 2)(house, store)
    drain(house, store)

    assert members(house, store, asking) == {1}


def test_a_segment_that_cannot_be_decided_does_not_stop_those_that_ask_about_it(house: House, store: StoreId) -> None:
    asked = a_live_segment(house, store, "A", "number_of_orders >= 1")
    asking = a_live_segment(house, store, "B", "IN SEGMENT 'A'")
    other = a_live_segment(house, store, "C", "number_of_orders >= 1")
    with house.database.store(store) as tx:
        segments.set_stale(tx, asked, "broken")

    bought(1, 1, 10, 2)(house, store)
    drain(house, store)

    assert members(house, store, other) == {1}
    assert members(house, store, asking) == set()


def test_a_plan_run_by_two_workers_at_once_is_applied_once_and_whole(house: House, store: StoreId) -> None:
    for customer in range(1, 30):
        bought(customer, customer, 10, 2)(house, store)
    drain(house, store)
    segment, plan_id = save(house, store, "A", rule("number_of_orders >= 1"), {"": "A"}, "test")

    serial.at_once(house, store, [[serial.Step("plan", plan)]] * 3)
    serial.settle(house, store)

    assert members(house, store, segment) == set(range(1, 30))
    with house.database.store(store) as tx:
        assert plans.get(tx, plan_id).state is plans.State.APPLIED
