"""Messages are kept as long as the setting says, and not longer."""

from dataclasses import replace
from datetime import timedelta

from plugin.db import inbox, problems
from plugin.domain.ids import DeliveryId, StoreId
from plugin.flow.house import House
from plugin.flow.retire import retire, retire_all
from tests.builders import a_store

AGES = (30, 20, 8, 6, 0)
"""In days; every one absorbed but the first two: one waits, one stands aside."""


def stocked(house: House) -> StoreId:
    store = a_store(house.database)
    with house.database.store(store) as tx:
        for age in AGES:
            inbox.add(tx, "t", house.now(), str(age).encode())
        tx.execute(
            """UPDATE inbox SET received_at = now() - convert_from(body, 'UTF8')::int * interval '1 day'
               WHERE store_id = %s""",
            (store,),
        )
        _, second, *others = [each.id for each in inbox.waiting(tx, 10)]
        inbox.set_aside(tx, second, "unreadable")
        inbox.done(tx, others)
    return store


def ages(house: House, store: StoreId) -> list[int]:
    with house.database.store(store) as tx:
        return [int(row[0]) for row in tx.rows("SELECT body FROM inbox ORDER BY id")]


def test_what_was_absorbed_a_week_ago_is_gone_and_nothing_else(house: House) -> None:
    one, two = stocked(house), stocked(house)

    retire_all(house)
    retire_all(house)

    assert ages(house, one) == ages(house, two) == [30, 6, 0]


def test_what_nobody_could_read_is_kept_no_longer_and_counted_once(house: House) -> None:
    store = stocked(house)
    with house.database.store(store) as tx:
        aside = tx.value("SELECT id FROM inbox_open WHERE state = 2")
        problems.report(tx, "delivery_set_aside", str(aside), topic="t")

    retire(house, store)
    retire(house, store)

    with house.database.store(store) as tx:
        (told,) = problems.listed(tx)
        assert (told["code"], told["particulars"], told["times"]) == (
            "deliveries_given_up",
            {"number": 1, "days": 7},
            1,
        )
        assert inbox.counts(tx) == {"waiting": 1, "set_aside": 0}
        inbox.set_aside(tx, tx.value("SELECT min(id) FROM inbox"), "unreadable too")
    retire(house, store)

    with house.database.store(store) as tx:
        assert [each["particulars"]["number"] for each in problems.listed(tx)] == [2]


def test_the_setting_says_how_long(house: House) -> None:
    store = stocked(house)

    retire(replace(house, settings=replace(house.settings, keep_messages_days="3")), store)

    assert ages(house, store) == [30, 0]


def test_small_batches_come_as_far_as_one_large_one(house: House) -> None:
    store = stocked(house)

    retire(house, store, batch=1)

    assert ages(house, store) == [30, 6, 0]


def test_a_batch_is_the_most_that_one_transaction_looks_at(house: House) -> None:
    store = stocked(house)

    with house.database.store(store) as tx:
        first, _ = inbox.retire(tx, house.now() - timedelta(days=7), DeliveryId(0), 2)
        assert first is not None
        assert first == tx.value("SELECT min(id) + 1 FROM inbox WHERE store_id = %s", (store,))
        assert inbox.retire(tx, house.now() - timedelta(days=7), first, 10) == (None, [])
