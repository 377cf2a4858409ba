"""Everyone is decided in ranges, by one connection or by two that see the same."""

import threading
from itertools import pairwise

import psycopg
import pytest

from plugin.db.transaction import Database, Transaction, Unavailable
from plugin.domain.ids import CustomerId
from plugin.engine import hands
from plugin.engine.asked import Asked
from plugin.engine.decide import Decision, decide
from plugin.engine.hands import ranges, shared
from tests.engine.builders import NOW, Shop, ago, segment

CROWD = 40


@pytest.fixture
def crowd(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Forty customers in eight ranges; each has one order more than the one before, up to three."""
    monkeypatch.setattr(hands, "LEAST", 2)
    for number in range(CROWD):
        customer_id = shop.customer(CustomerId(1_000 + 7 * number))
        for day in range(number % 4):
            shop.order(ago(day), customer_id)
    return shop


def decided(shop: Shop, beside: Database | None) -> list[Decision]:
    plan = shop.plan(segment("number_of_orders >= 2"))
    with shop.database.store(shop.id, isolation="REPEATABLE READ") as tx:
        return list(decide(tx, plan, Asked.everyone(NOW), beside=beside))


def test_ranges_hold_every_customer_once(crowd: Shop) -> None:
    with crowd.open() as tx:
        parts = ranges(tx, Asked.everyone(NOW))

        assert len(parts) == 8
        assert all(part.last + 1 == following.first for part, following in pairwise(parts))
        assert parts[-1].last == Asked.everyone(NOW).last
        assert ranges(tx, Asked.everyone(NOW, CustomerId(1), CustomerId(2))) == []


def test_two_connections_answer_as_one(crowd: Shop) -> None:
    alone = decided(crowd, None)

    together = decided(crowd, crowd.database)

    assert together == alone
    assert [decision.customer_id for decision in alone] == [1_000 + 7 * number for number in range(CROWD)]
    assert sum(decision.outcomes[0].label == "" for decision in alone) == CROWD // 2


def test_both_connections_work_and_see_one_snapshot(crowd: Shop) -> None:
    seen: dict[int, set[int]] = {}
    both = threading.Barrier(2, timeout=10)

    def work(tx: Transaction, part: Asked) -> list[object]:
        mine = seen.setdefault(threading.get_ident(), set())
        if not mine:
            both.wait()
        mine.add(tx.value("SELECT count(*) FROM customers WHERE store_id = %s", (tx.store_id,)))
        return []

    with crowd.database.store(crowd.id, isolation="REPEATABLE READ") as tx:
        parts = ranges(tx, Asked.everyone(NOW))
        with crowd.database.aside(crowd.id) as aside:
            aside.execute("DELETE FROM customers WHERE store_id = %s AND id = 1000", (crowd.id,))
        list(shared(tx, crowd.database, parts, work))

    assert list(seen.values()) == [{CROWD}, {CROWD}]


def test_who_reads_no_further_leaves_no_connection_behind(crowd: Shop) -> None:
    threads = threading.active_count()

    def work(tx: Transaction, part: Asked) -> list[int]:
        if threading.current_thread() is not threading.main_thread():
            tx.execute("SELECT pg_sleep(60)")
        return [part.first]

    with crowd.database.store(crowd.id, isolation="REPEATABLE READ") as tx:
        reading = shared(tx, crowd.database, ranges(tx, Asked.everyone(NOW)), work)
        next(reading)
        reading.close()

        assert threading.active_count() == threads
        assert tx.value("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%%pg_sleep%%' AND state = 'active'"
                        " AND pid <> pg_backend_pid()") == 0  # fmt: skip


def test_what_fails_on_the_second_connection_fails_here(crowd: Shop) -> None:
    def work(tx: Transaction, part: Asked) -> list[int]:
        if threading.current_thread() is not threading.main_thread():
            tx.execute("SELECT 1 / 0")
        threading.Event().wait(0.05)
        return []

    with crowd.database.store(crowd.id, isolation="REPEATABLE READ") as tx:
        reading = shared(tx, crowd.database, ranges(tx, Asked.everyone(NOW)), work)

        with pytest.raises(psycopg.errors.DivisionByZero):
            list(reading)


def test_without_a_second_connection_the_first_does_all(crowd: Shop) -> None:
    def no_address(role: str) -> str:
        return "postgresql://nobody@/none?host=/nowhere"

    with pytest.raises(Unavailable):
        Database(no_address).run("app", "SELECT 1")

    assert decided(crowd, Database(no_address)) == decided(crowd, None)


def test_the_second_connection_keeps_to_the_limit_of_the_first(crowd: Shop) -> None:
    limits: set[str] = set()

    def work(tx: Transaction, part: Asked) -> list[int]:
        limits.add(tx.value("SELECT current_setting('statement_timeout')"))
        return []

    with crowd.database.store(crowd.id, isolation="REPEATABLE READ") as tx:
        tx.limit(7)
        list(shared(tx, crowd.database, ranges(tx, Asked.everyone(NOW)), work))

    assert limits == {"7s"}
