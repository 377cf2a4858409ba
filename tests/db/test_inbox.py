"""A delivery is stored once, by the short way, and waits beside the bytes it came as."""

from datetime import UTC, datetime

import psycopg
import pytest

from plugin.db import inbox
from plugin.db.inbox import State
from plugin.db.transaction import Database as Doors
from plugin.db.transaction import Unavailable
from plugin.domain.ids import StoreId
from tests.builders import a_store, doors
from tests.database import Database

NOW = datetime(2026, 11, 1, 12, 30, 15, 123456, tzinfo=UTC)
BODY = b'{"id":1,"note":"\xc3\xa9\x00"}'


@pytest.fixture
def at(module_database: Database) -> Doors:
    return doors(module_database)


def test_what_was_stored_waits_byte_for_byte(at: Doors) -> None:
    store = a_store(at)

    assert inbox.insert(at, store, "orders/create", "a", NOW, BODY)

    with at.store(store) as tx:
        (waiting,) = inbox.waiting(tx, 10)
    assert (waiting.topic, waiting.triggered_at, waiting.body) == ("orders/create", NOW, BODY)


def test_the_same_delivery_waits_once_in_each_store_it_came_to(at: Doors) -> None:
    one, two = a_store(at), a_store(at)

    assert [inbox.insert(at, store, "t", "same", NOW, b"{}") for store in (one, one, two)] == [True, False, True]


def test_a_connection_that_died_is_replaced(at: Doors, module_database: Database) -> None:
    store = a_store(at)
    inbox.insert(at, store, "t", "before", NOW, b"{}")
    with psycopg.connect(module_database.receive, autocommit=True) as other:
        other.execute(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
               WHERE usename = 'regulars_receive' AND datname = current_database() AND pid <> pg_backend_pid()"""
        )

    assert inbox.insert(at, store, "t", "after", NOW, b"{}")


def test_what_postgresql_refuses_is_an_error_of_its_kind(at: Doors) -> None:
    with pytest.raises(psycopg.errors.CharacterNotInRepertoire):
        inbox.insert(at, a_store(at), "a\x00topic", "x", NOW, b"{}")


def test_a_database_that_is_away_says_so() -> None:
    nowhere = Doors(lambda role: "postgresql://nobody@127.0.0.1:1/none")

    with pytest.raises(Unavailable):
        inbox.insert(nowhere, StoreId(1), "t", "x", NOW, b"{}")


def test_a_platform_is_heard_when_it_says_something_and_not_when_we_ask_or_are_told_by_people(at: Doors) -> None:
    store = a_store(at)
    for topic in ("api/orders", "export/orders", "given/facts"):
        inbox.insert(at, store, topic, topic, NOW, b"{}")
    with at.store(store) as tx:
        assert inbox.heard_at(tx) is None

    inbox.insert(at, store, "orders/create", "1", NOW, b"{}")

    with at.store(store) as tx:
        assert inbox.heard_at(tx) is not None


def test_what_is_done_keeps_its_bytes_and_what_stands_aside_its_reason(at: Doors) -> None:
    store = a_store(at)
    for name in ("done", "aside", "waits"):
        inbox.insert(at, store, "t", name, NOW, name.encode())
    with at.store(store) as tx:
        done, aside, _ = inbox.waiting(tx, 10)
        inbox.done(tx, [done.id])
        inbox.set_aside(tx, aside.id, "unreadable")

    with at.store(store) as tx:
        assert inbox.counts(tx) == {"waiting": 1, "set_aside": 1}
        assert [row["state"] for row in inbox.latest(tx)] == ["waiting", "set_aside", "done"]
        assert [row["reason"] for row in inbox.latest(tx, state=State.SET_ASIDE)] == ["unreadable"]
        assert inbox.find_body(tx, done.id) == b"done"
        assert inbox.retry(tx) == 1
        assert inbox.counts(tx) == {"waiting": 2, "set_aside": 0}


def test_receive_is_told_a_number_and_nothing_else(at: Doors) -> None:
    with psycopg.connect(at._role_url("receive"), autocommit=True) as connection:
        connection.execute("SELECT id FROM inbox LIMIT 1")
        for column in ("topic", "delivery_id", "body", "store_id"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT {column} FROM inbox")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT id FROM inbox_open")
