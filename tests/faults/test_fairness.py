"""A store's backlog and a wave of alarms do not stand in the way of a single purchase: by order, not by time."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from plugin.db import customers, inbox, memberships
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.flow import sweep as sweeping
from plugin.flow.bell import Work
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.scan import scan
from plugin.flow.sweep import sweep
from tests.builders import a_store
from tests.database import Database
from tests.flow.conftest import Rings
from tests.flow.test_drain import a_segment
from tests.messages import dumped, order, person, post

BACKLOG = 20_000
ONE_BATCH = 500
FLOWS = {Work.DRAIN: drain, Work.SWEEP: sweep}


def a_backlog(database: Database, store: StoreId) -> None:
    """That many deliveries wait, put there as the web server does it."""
    body, at = dumped(person(1)), datetime.now(UTC)
    with psycopg.connect(database.receive, autocommit=True) as connection, connection.cursor() as cursor:
        rows = ({**VALUES, "store": store, "delivery": f"b{n}", "triggered": at, "body": body} for n in range(BACKLOG))
        cursor.executemany(inbox.ADD, rows)


VALUES = {"topic": "customers/update"}


def one_worker(house: House, rings: Rings, most: int) -> list[tuple[Work, StoreId]]:
    """What one worker did, in order: each ring is answered in the order in which it was heard."""
    done: list[tuple[Work, StoreId]] = []
    while rings.heard and len(done) < most:
        work, store = rings.heard.pop(0)
        if work in FLOWS:
            FLOWS[work](house, store)
            done.append((work, store))
    return done


def waits(house: House, store: StoreId) -> int:
    with house.database.store(store) as tx:
        return inbox.counts(tx)["waiting"]


def test_a_backlog_delays_another_stores_purchase_by_one_batch_at_most(
    house: House, database: Database, rings: Rings
) -> None:
    large, small = a_store(house.database), a_store(house.database)
    a_backlog(database, large)
    scan(house)
    one_worker(house, rings, 2)

    post(house, small, "orders/create", order(1))
    house.bell.ring(Work.DRAIN, small)
    done = one_worker(house, rings, 2)

    assert done.index((Work.DRAIN, small)) <= 1
    assert waits(house, small) == 0
    assert waits(house, large) >= BACKLOG - 4 * ONE_BATCH


@pytest.fixture
def midnight(house: House) -> tuple[StoreId, SegmentId]:
    """A store of whose customers all but one fall out of a segment at the same moment, which is now."""
    store = a_store(house.database)
    segment = a_segment(house, store, "Recent", "count(orders WHERE date >= -1d) >= 1")
    with house.database.store(store) as tx:
        tx.execute("INSERT INTO customers (store_id, id) SELECT %s, generate_series(1, %s)", (store, BACKLOG))
        tx.execute(
            """INSERT INTO memberships (store_id, customer_id, segment_id, label, since, version)
               SELECT %s, generate_series(1, %s), %s, '', now(), 1""",
            (store, BACKLOG, segment),
        )
        tx.execute("UPDATE customers SET due_at = now() WHERE store_id = %s", (store,))
    return store, segment


def test_a_wave_at_midnight_lets_purchases_go_first(
    house: House, rings: Rings, midnight: tuple[StoreId, SegmentId]
) -> None:
    store, _ = midnight
    house.bell.ring(Work.SWEEP, store)
    batches = []

    for number in range(1, 6):
        one_worker(house, rings, 3)
        post(house, store, "orders/create", order(number, customer=BACKLOG + number))
        house.bell.ring(Work.DRAIN, store)
        done = one_worker(house, rings, 3)
        with house.database.store(store) as tx:
            batches.append(customers.count_due(tx))
            entered = {row.customer_id for row in memberships.of(tx, [CustomerId(BACKLOG + number)])}
        assert entered == {BACKLOG + number}, done

    assert batches == sorted(batches, reverse=True)
    assert batches[-1] > BACKLOG / 2
    assert all(
        before - after <= 6 * sweeping.BATCH for before, after in zip([BACKLOG, *batches], batches, strict=False)
    )


def test_the_wave_drains_in_bounded_batches_to_the_last(
    house: House, rings: Rings, midnight: tuple[StoreId, SegmentId]
) -> None:
    store, _ = midnight
    sizes = []

    while size := sweep(house, store):
        sizes.append(size)

    assert max(sizes) == sweeping.BATCH
    assert sum(sizes) == BACKLOG
    with house.database.store(store) as tx:
        assert memberships.sizes(tx) == {}
        logged = tx.rows("SELECT decided_at, count(*) FROM membership_log WHERE NOT entered GROUP BY 1")
    assert max(count for _, count in logged) <= sweeping.BATCH


def test_a_wave_is_not_starved_by_purchases_that_never_stop(house: House, midnight: tuple[StoreId, SegmentId]) -> None:
    store, _ = midnight
    post(house, store, "orders/create", order(1, customer=BACKLOG + 1))
    assert sweep(house, store) == 0

    with house.database.store(store) as tx:
        tx.execute("UPDATE customers SET due_at = due_at - %s WHERE store_id = %s", (timedelta(minutes=2), store))

    assert sweep(house, store) == sweeping.BATCH
