"""Cutoffs are there before a rule needs them, are renewed, and move only whom they move."""

from datetime import timedelta
from threading import Thread

import psycopg
import pytest

from plugin.db import cutoffs, leases, memberships, problems
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.engine import cutoffs as limits
from plugin.flow.bell import Work
from plugin.flow.count import count
from plugin.flow.house import House
from plugin.flow.plan import apply, go_live, plan
from plugin.flow.rank import rank, rank_all
from plugin.flow.save import save
from tests.builders import a_store
from tests.flow.conftest import Rings
from tests.flow.test_drain import a_segment, settle
from tests.messages import order, post

BEST = "TOP 1 BY sum(orders.net)"


def bought(house: House, store: StoreId, number: int, customer: int, amount: str) -> None:
    post(house, store, "orders/create", order(number, customer=customer, amount=amount))
    settle(house, store)


def members(house: House, store: StoreId, segment: SegmentId) -> list[int]:
    with house.database.store(store) as tx:
        return [int(row.customer_id) for row in memberships.members(tx, segment)]


def yesterday(house: House, store: StoreId) -> None:
    """What was computed so far was computed two days ago."""
    with house.database.store(store) as tx:
        tx.execute("UPDATE cutoffs SET at = at - interval '2 days' WHERE store_id = %s", (store,))
        tx.execute("UPDATE plans SET applied_at = applied_at - interval '2 days' WHERE store_id = %s", (store,))


@pytest.fixture
def store(house: House) -> StoreId:
    """Customers 1, 2 and 3 have spent 10, 20 and 30."""
    store = a_store(house.database)
    for customer in (1, 2, 3):
        bought(house, store, customer, customer, f"{customer}0.00")
    return store


def test_a_new_ranking_decides_from_its_first_plan_on(house: House, store: StoreId) -> None:
    best = a_segment(house, store, "Best", BEST)

    assert members(house, store, best) == [3]


def test_a_purchase_is_held_against_the_cut_that_stands(house: House, store: StoreId) -> None:
    best = a_segment(house, store, "Best", BEST)

    bought(house, store, 11, 1, "90.00")

    assert members(house, store, best) == [1, 3]


def test_a_renewed_ranking_moves_only_whom_it_moves(house: House, store: StoreId, rings: Rings) -> None:
    best = a_segment(house, store, "Best", BEST)
    everyone = a_segment(house, store, "Not best", "NOT (IN SEGMENT 'Best')", "rest")
    bought(house, store, 11, 1, "90.00")
    yesterday(house, store)
    rings.heard.clear()

    with house.database.store(store) as tx:
        tx.execute("UPDATE customers SET revision = 0 WHERE store_id = %s", (store,))
    due = rank(house, store)
    settle(house, store)

    assert due == 1
    assert (Work.SWEEP, store) in rings.heard
    assert members(house, store, best) == [1]
    assert members(house, store, everyone) == [2, 3]
    with house.database.store(store) as tx:
        (left, *_) = memberships.log_of(tx, CustomerId(3))
    assert left["cause"] == "ranking"


def test_a_ranking_of_today_is_left_alone(house: House, store: StoreId, rings: Rings) -> None:
    a_segment(house, store, "Best", BEST)
    rank(house, store)  # The plan was applied after its cutoffs were computed.
    rings.heard.clear()

    assert (rank(house, store), rank_all(house)) == (0, 0)
    assert rings.heard == []


def test_stores_with_yesterdays_ranking_are_rung_for(house: House, store: StoreId, rings: Rings) -> None:
    a_segment(house, store, "Best", BEST)
    other = a_store(house.database)
    a_segment(house, other, "All", "number_of_orders >= 0")
    rank(house, store)
    yesterday(house, store)
    rings.heard.clear()

    assert rank_all(house) == 1
    assert rings.heard == [(Work.RANK, store)]


def test_who_buys_meanwhile_is_decided_again(house: House, store: StoreId, monkeypatch: pytest.MonkeyPatch) -> None:
    best = a_segment(house, store, "Best", BEST)
    bought(house, store, 11, 3, "60.00")
    yesterday(house, store)
    computed = limits.compute

    def slowly(*arguments: object) -> object:
        found = computed(*arguments)  # type: ignore[arg-type]
        buyer = Thread(target=bought, args=(house, store, 12, 2, "15.00"))  # 35 in all: more than the old cut.
        buyer.start()
        buyer.join()
        return found

    monkeypatch.setattr(limits, "compute", slowly)
    rank(house, store)
    with house.database.store(store) as tx:
        assert tx.value("SELECT due_at <= now() FROM customers WHERE store_id = %s AND id = 2", (store,))
    settle(house, store)

    assert members(house, store, best) == [3]


def test_an_applied_plan_makes_the_ranking_outdated(house: House, store: StoreId) -> None:
    grown = a_segment(house, store, "Grown", "sum(orders.net) >= 20", "grown")
    least = a_segment(house, store, "Least", "BOTTOM 1 BY sum(orders.net) AMONG (IN SEGMENT 'Grown')", "least")
    assert members(house, store, least) == [2]

    rule = {"kind": "rule", "rule": "sum(orders.net) >= 30"}
    _, plan_id = save(house, store, "Grown", rule, {"": "grown"}, "test", grown)
    plan(house, store)
    apply(house, store, plan_id)
    rank(house, store)
    settle(house, store)

    assert members(house, store, least) == [3]


def test_one_ranks_a_store_at_a_time(house: House, store: StoreId) -> None:
    a_segment(house, store, "Best", BEST)
    yesterday(house, store)
    with house.database.store(store) as tx:
        leases.take(tx, "rank", "another", 60)

    rank(house, store)

    with house.database.store(store) as tx:
        newest = tx.value("SELECT now() - max(at) FROM cutoffs WHERE store_id = %s", (store,))
    assert newest > timedelta(days=1)


def test_a_ranking_that_fails_is_a_problem_until_one_succeeds(
    house: House, store: StoreId, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = a_segment(house, store, "Best", BEST)
    yesterday(house, store)

    def fails(*_: object) -> None:
        raise psycopg.errors.QueryCanceled("too slow")

    with monkeypatch.context() as patched:
        patched.setattr(limits, "compute", fails)
        assert rank(house, store) == 0
    with house.database.store(store) as tx:
        assert [row["code"] for row in problems.listed(tx)] == ["ranking_failed"]
    assert members(house, store, best) == [3]

    rank(house, store)

    with house.database.store(store) as tx:
        assert problems.listed(tx) == []


def test_a_draft_that_ranks_is_counted_and_leaves_nothing(house: House, store: StoreId) -> None:
    counted = count(house, store, {"kind": "rule", "rule": "TOP 50% BY sum(orders.net)"})

    assert (counted.inside, counted.undecided, counted.total) == (2, 0, 3)
    with house.database.store(store) as tx:
        assert tx.value("SELECT count(*) FROM cutoffs WHERE store_id = %s", (store,)) == 0


def test_a_store_that_ranks_nothing_is_never_ranked(house: House, store: StoreId) -> None:
    segment_id = a_segment(house, store, "All", "number_of_orders >= 1")
    go_live(house, store, segment_id)

    assert (rank(house, store), rank_all(house)) == (0, 0)
    with house.database.store(store) as tx:
        assert not cutoffs.outdated(tx, [], "UTC")
