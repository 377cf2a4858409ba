"""Whatever happens to the same customers at once ends as if one thing had happened after the other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from embedded.valkey import Valkey
from plugin.domain.ids import StoreId
from plugin.flow.bell import Bell
from plugin.flow.drain import drain
from plugin.flow.house import House, open_house
from plugin.flow.plan import plan
from plugin.flow.sweep import sweep
from tests.builders import a_store
from tests.database import Database
from tests.flow.conftest import settings_for
from tests.laws import serial
from tests.laws.serial import MEANINGS, WISHES, Find, Step

NAMES = tuple(MEANINGS)
CUSTOMERS = st.integers(1, 6)
NUMBERS = st.integers(101, 112)


@pytest.fixture(scope="module")
def house(module_database: Database, _session_redis: Valkey) -> Iterator[House]:
    """A house whose bell is not answered: the actors are the workers."""
    opened = open_house(settings_for(module_database, _session_redis.url))
    yield replace(opened, bell=Bell(opened.redis, lambda work, store, wait: None))
    opened.database.close()


def messages() -> st.SearchStrategy[Step]:
    """Something happens at the store."""
    return st.one_of(
        st.builds(serial.bought, NUMBERS, CUSTOMERS, st.sampled_from([10, 50]), st.sampled_from([2, 17, 25, 45])),
        st.builds(serial.given_back, NUMBERS, st.sampled_from([5, 10])),
        st.builds(serial.gone, st.just("orders/delete"), NUMBERS),
        st.builds(serial.gone, st.just("customers/delete"), CUSTOMERS),
        st.builds(serial.seen, CUSTOMERS),
    )


def work() -> st.SearchStrategy[Step]:
    """What workers do."""
    return st.sampled_from([Step(each.__name__, each) for each in (drain, drain, sweep, plan)])


def wishes(find: Find, data: st.DataObject) -> st.SearchStrategy[Step]:
    """What a merchant does, mostly with the same two segments."""
    names = st.sampled_from(data.draw(st.permutations(NAMES))[:2])
    edits = st.builds(find.edited, names, st.integers(0, 3), st.integers(0, 1))
    asked = st.sampled_from(["apply", "apply", "apply", "apply", "go live", "pause", "delete"])
    others = st.builds(lambda name, told: find.wished(name, WISHES[told], told), names, asked)
    return st.one_of(edits, others)


def deadlocks(database: Database) -> int:
    with psycopg.connect(database.owner) as connection:
        connection.execute("SELECT pg_stat_clear_snapshot()")
        found = connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        row = found.fetchone()
    assert row is not None
    return int(row[0])


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_happens_step_by_step_ends_as_a_clean_recompute_says(house: House, data: st.DataObject) -> None:
    store = a_store(house.database)
    find = serial.a_past(house, store)
    merchant = wishes(find, data)
    steps = data.draw(st.lists(st.one_of(messages(), work(), merchant, merchant), min_size=5, max_size=15))

    for step in steps:
        step(house, store)
    serial.settle(house, store)

    _holds(house, store)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_happens_at_once_ends_as_one_after_the_other(
    house: House, module_database: Database, data: st.DataObject
) -> None:
    store = a_store(house.database)
    find = serial.a_past(house, store)
    steps = [messages(), messages(), work(), work(), wishes(find, data)]
    actors = [data.draw(st.lists(each, min_size=2, max_size=6)) for each in steps]

    serial.at_once(house, store, actors)
    serial.settle(house, store)

    _holds(house, store)
    assert deadlocks(module_database) == 0


def _holds(house: House, store: StoreId) -> None:
    """What stands is what a clean recompute of the facts says, and no alarm will ring too late."""
    with house.database.store(store, isolation="REPEATABLE READ") as tx:
        clean, stands = serial.recomputed(tx), serial.standing(tx)
    assert stands.members == clean.members
    assert stands.wanted == clean.wanted
    assert {who for who, due in clean.alarms.items() if _late(stands.alarms[who], due)} == set()


def _late(armed: datetime | None, needed: datetime | None) -> bool:
    """Whether the alarm rings after the first moment at which time alone may change something."""
    return needed is not None and (armed is None or armed > needed)
