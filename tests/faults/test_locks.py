"""Drains, deliveries and reads meet at the same rows and never wait for each other in a circle."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import psycopg
import pytest

from plugin.db import outbox, reads, segments, stores
from plugin.db.outbox import Standing, Wanted
from plugin.db.segments import State
from plugin.db.transaction import Transaction
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId, StoreId
from plugin.flow.compiled import compiled
from plugin.flow.decide import Cause
from plugin.flow.house import House
from plugin.flow.post import post
from tests.builders import a_store
from tests.database import Database

ANA, BEN = CustomerId(1), CustomerId(2)


@pytest.fixture
def store(house: House) -> StoreId:
    return a_store(house.database)


@pytest.fixture
def somebody_waits(database: Database) -> Iterator[Callable[[], None]]:
    """Returns once a transaction of the test's database waits for another's lock."""
    with psycopg.connect(database.owner, autocommit=True) as connection:
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted"

        def wait() -> None:
            deadline = time.monotonic() + 10
            while connection.execute(query).fetchone() == (0,):
                assert time.monotonic() < deadline, "nobody waits"
                time.sleep(0.01)

        yield wait


def test_posting_and_delivering_lock_customers_in_one_order(
    house: House, store: StoreId, somebody_waits: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.database.store(store) as tx:
        outbox.want(tx, [Wanted(ANA, ["old"], "before"), Wanted(BEN, ["old"], "before")])
        segment_id = segments.create(tx, "A", {"kind": "rule", "rule": "number_of_orders >= 1"}, {"": "vip"}, "test")
        live = replace(segments.get(tx, segment_id), state=State.LIVE)
        rules = replace(compiled(stores.get(tx), []), every=(live,))
    first, want = Event(), outbox.want

    def slow_want(tx: Transaction, *rest: object) -> None:
        want(tx, *rest)  # type: ignore[arg-type]
        if not first.is_set():
            first.set()
            somebody_waits()

    monkeypatch.setattr(outbox, "want", slow_want)

    def drains() -> None:
        with house.database.store(store) as tx:  # Ben's change has another cause, and is posted first.
            labels = {BEN: {segment_id: ""}, ANA: {segment_id: ""}}
            post(tx, rules, labels, {BEN: Cause("clock"), ANA: Cause("delivery")})

    def delivers() -> None:
        first.wait(10)
        with house.database.store(store) as tx:
            outbox.lock(tx, [BEN, ANA])
            outbox.sending(tx, [Standing(ANA, ["vip"], []), Standing(BEN, ["vip"], [])])

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(drains), pool.submit(delivers)]:
            future.result(20)


def test_putting_reads_off_waits_for_nobody(house: House, store: StoreId) -> None:
    with house.database.store(store) as tx:
        reads.want(tx, [(Kind.CUSTOMER, number) for number in range(1, 6)], urgent=True)
        claimed = reads.claim(tx, {Kind.CUSTOMER: 5, Kind.ORDER: 5, Kind.REFUND: 5})
        until = tx.value("SELECT now() + interval '1 hour'")
    held, done = Event(), Event()

    def drains() -> None:
        with house.database.store(store) as tx:
            reads.want(tx, [(Kind.CUSTOMER, 5)], urgent=True)
            held.set()
            assert done.wait(10)
            reads.want(tx, [(Kind.CUSTOMER, 1)], urgent=True)

    def puts_off() -> None:
        held.wait(10)
        with house.database.store(store) as tx:
            reads.put_off(tx, claimed, until)
            done.set()

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(drains), pool.submit(puts_off)]:
            future.result(20)

    with house.database.store(store) as tx:
        due = [row[0] for row in tx.rows("SELECT id FROM reads WHERE due_at <= now() ORDER BY id")]
    assert due == [1, 5]
