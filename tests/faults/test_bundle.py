"""Very many customers go to the store in one file; whatever breaks on the way, the end is right and nobody storms."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from plugin.db import bundles, outbox, problems, stores, writes
from plugin.db.bundles import Bundle, State
from plugin.domain.ids import CustomerId
from plugin.flow import deliver as deliver_module
from plugin.flow import gather as gather_module
from plugin.flow.bundle import bundle
from plugin.flow.gather import gather
from plugin.flow.house import House
from tests.faults.shop import Merchant, Shop
from tests.messages import post

CROWD = 30


@pytest.fixture(autouse=True)
def _a_crowd_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (deliver_module, gather_module):
        monkeypatch.setattr(module, "BUNDLE_FROM", CROWD - 5)


@pytest.fixture
def shop(sandbox: object) -> Shop:
    return Shop.of(sandbox, customers=CROWD + 5)  # type: ignore[arg-type]


@pytest.fixture
def crowd(shop: Shop) -> list[int]:
    return shop.customers()[:CROWD]


def wanted(merchant: Merchant, crowd: list[int], *tags: str) -> None:
    for each in crowd:
        merchant.want(each, *tags)


def stands(merchant: Merchant) -> Bundle:
    with merchant.house.database.store(merchant.store) as tx:
        return bundles.get(tx)


def to_the_end(merchant: Merchant, shop: Shop) -> None:
    """The store is as wanted: every step is taken as soon as the shop has done its part."""
    for _ in range(20):
        merchant.deliver()
        shop.post("/quiet", {"timeout": 10})
        with merchant.house.database.store(merchant.store) as tx:
            if not outbox.count(tx):
                return
        merchant.time_passes()
    raise AssertionError(f"something waits for ever: {stands(merchant)}")


def started(shop: Shop) -> int:
    return shop.calls().count("BundleStart")


def test_a_crowd_is_written_in_one_bundle_and_with_no_call_for_anybody(
    merchant: Merchant, shop: Shop, crowd: list[int]
) -> None:
    wanted(merchant, crowd, "fresh")

    to_the_end(merchant, shop)

    assert all("fresh" in shop.tags(each) for each in crowd)
    assert (shop.writes(), started(shop)) == ([], 1)
    assert all(merchant.entry(each).written == ("fresh",) for each in crowd)
    with merchant.house.database.store(merchant.store) as tx:
        journal = writes.latest(tx)
        assert (len(journal), {row["ok"] for row in journal}) == (CROWD, {True})
        assert bundles.lines(tx) == []
    assert stands(merchant).state is State.IDLE


def test_fewer_are_written_call_by_call(merchant: Merchant, shop: Shop, crowd: list[int]) -> None:
    wanted(merchant, crowd[: CROWD - 6], "fresh")

    to_the_end(merchant, shop)

    assert (len(shop.writes()), started(shop)) == (1, 0)


def test_who_moves_from_one_label_to_another_is_in_two_bundles_the_removal_first(
    merchant: Merchant, shop: Shop, crowd: list[int]
) -> None:
    wanted(merchant, crowd, "silver")
    to_the_end(merchant, shop)
    wanted(merchant, crowd, "gold")

    to_the_end(merchant, shop)

    assert all({"gold"} == {"gold", "silver"} & set(shop.tags(each)) for each in crowd)
    assert (shop.writes(), started(shop)) == ([], 3)
    with merchant.house.database.store(merchant.store) as tx:
        last = [(row["removed"], row["added"]) for row in reversed(writes.latest(tx, customer_id=CustomerId(crowd[0])))]
    assert last == [([], ["silver"]), (["silver"], []), ([], ["gold"])]


def test_a_merchants_own_tag_is_left_alone(house: House, shop: Shop, crowd: list[int]) -> None:
    shop.retag(crowd[0], add=["Fresh"])
    merchant = Merchant.of(house, shop)
    wanted(merchant, crowd, "fresh")
    to_the_end(merchant, shop)
    wanted(merchant, crowd)
    to_the_end(merchant, shop)

    assert [each for each in crowd if {"fresh", "Fresh"} & set(shop.tags(each))] == [crowd[0]]


@pytest.mark.parametrize("lost", [State.GATHERED, State.UPLOADED, State.RUNNING, State.ENDED])
def test_whatever_a_killed_worker_did_without_telling_is_found_or_done_again(
    merchant: Merchant, shop: Shop, crowd: list[int], lost: State
) -> None:
    """The step that begins in this state was made, and its end was never stored."""
    wanted(merchant, crowd, "fresh")
    house = merchant.house
    with house.database.store(merchant.store) as tx:
        store = stores.get(tx)
    assert gather(house, store, Bundle()) == CROWD
    while (before := stands(merchant)).state is not lost:
        bundle(house, store, before, lambda tx: True)
        shop.post("/quiet", {"timeout": 10})
    bundle(house, store, before, lambda tx: True)
    shop.post("/quiet", {"timeout": 10})
    with house.database.store(merchant.store) as tx:
        undone = before if before.state is not State.UPLOADED else replace(before, state=State.STARTING)
        bundles.put(tx, undone)

    to_the_end(merchant, shop)

    assert all(shop.tags(each).count("fresh") == 1 for each in crowd)
    assert all(merchant.entry(each).written == ("fresh",) for each in crowd)
    assert (shop.writes(), started(shop)) == ([], 1)


def test_an_operation_whose_beginning_had_no_answer_is_found_and_not_begun_again(
    merchant: Merchant, shop: Shop, crowd: list[int]
) -> None:
    wanted(merchant, crowd, "fresh")
    house = merchant.house
    with house.database.store(merchant.store) as tx:
        store = stores.get(tx)
    gather(house, store, Bundle())
    bundle(house, store, stands(merchant), lambda tx: True)
    shop.fail(lose_next=1)

    to_the_end(merchant, shop)

    assert (started(shop), shop.calls().count("BundleFind")) == (1, 1)
    assert all("fresh" in shop.tags(each) for each in crowd)


def test_of_one_that_fails_half_way_the_rest_is_read_back_and_sent_the_ordinary_way(
    merchant: Merchant, shop: Shop, crowd: list[int]
) -> None:
    shop.fail(bulk_fail_next=1)
    wanted(merchant, crowd, "fresh")

    to_the_end(merchant, shop)

    assert all("fresh" in shop.tags(each) for each in crowd)
    assert all(merchant.entry(each).written == ("fresh",) for each in crowd)
    assert "ReadTags" in shop.calls()
    assert len(shop.writes()) == 1
    assert stands(merchant).failures == 1


def test_a_shop_that_has_no_room_is_asked_again_and_the_others_are_written_meanwhile(
    merchant: Merchant, shop: Shop, crowd: list[int]
) -> None:
    shop.fail(bulk_busy_next=2)
    wanted(merchant, crowd, "fresh")
    merchant.deliver()
    other = shop.customers()[CROWD]
    merchant.want(other, "fresh")
    merchant.deliver()

    assert "fresh" in shop.tags(other)
    assert stands(merchant).state is State.UPLOADED
    assert started(shop) == 1
    to_the_end(merchant, shop)
    assert started(shop) == 3
    assert all("fresh" in shop.tags(each) for each in crowd)


def test_a_shop_that_never_has_room_gets_them_call_by_call(merchant: Merchant, shop: Shop, crowd: list[int]) -> None:
    shop.fail(bulk_busy_next=99)
    wanted(merchant, crowd, "fresh")
    merchant.deliver()
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE bundles SET began_at = began_at - interval '11 minutes' WHERE store_id = %s", (tx.store_id,))

    to_the_end(merchant, shop)

    assert all("fresh" in shop.tags(each) for each in crowd)
    assert len(shop.writes()) == 2
    assert stands(merchant).due_at is not None


@pytest.fixture
def two_crowds(house: House, sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Merchant:
    """A shop of which one bundle holds the half; it is running, and the other half waits."""
    monkeypatch.setattr(gather_module, "MOST", CROWD)
    shop = Shop.of(sandbox, customers=2 * CROWD)
    merchant = Merchant.of(house, shop)
    shop.fail(bulk_hold_seconds=30)
    wanted(merchant, shop.customers(), "fresh")
    merchant.deliver()
    assert stands(merchant).state is State.RUNNING
    return merchant


def test_a_crowd_waits_for_the_bundle_under_way_and_a_purchase_does_not(two_crowds: Merchant) -> None:
    merchant, shop = two_crowds, two_crowds.shop
    assert shop.writes() == []
    with merchant.house.database.store(merchant.store) as tx:
        (last,) = [each.customer_id for each in outbox.due(tx, CROWD)][-1:]

    merchant.want(last, "fresh", "bought", heard=True)
    merchant.deliver()

    assert shop.writes() == ["WriteTags"]
    assert "bought" in shop.tags(last)
    shop.fail()
    to_the_end(merchant, shop)
    assert all("fresh" in shop.tags(each) for each in shop.customers())
    assert started(shop) == 2


def test_a_crowd_does_not_wait_for_ever_for_a_bundle_that_takes_long(two_crowds: Merchant) -> None:
    merchant, shop = two_crowds, two_crowds.shop
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE bundles SET began_at = began_at - interval '11 minutes' WHERE store_id = %s", (tx.store_id,))

    merchant.deliver()

    assert stands(merchant).state is State.RUNNING
    assert sum("fresh" in shop.tags(each) for each in shop.customers()) == CROWD


def test_who_leaves_while_the_bundle_runs_is_written_to_when_it_has_ended(
    merchant: Merchant, shop: Shop, crowd: list[int]
) -> None:
    shop.fail(bulk_hold_seconds=30)
    wanted(merchant, crowd, "fresh")
    merchant.deliver()
    assert stands(merchant).state is State.RUNNING
    merchant.want(crowd[0])
    merchant.deliver()
    assert shop.writes() == []

    shop.fail()
    to_the_end(merchant, shop)

    assert [each for each in crowd if "fresh" not in shop.tags(each)] == [crowd[0]]
    assert merchant.entry(crowd[0]).written == ()


def test_in_a_bundle_too_the_dead_are_let_go_and_the_full_are_a_problem(
    merchant: Merchant, shop: Shop, crowd: list[int]
) -> None:
    gone, full = crowd[:2]
    shop.sandbox.call("DELETE", f"/_sandbox/shops/{shop.domain}/customers/{gone}?force=1", None, None)
    shop.retag(full, add=[f"t{number}" for number in range(250 - len(shop.tags(full)))])
    wanted(merchant, crowd, "fresh")
    merchant.deliver()
    shop.post("/quiet", {"timeout": 10})
    merchant.time_passes()
    merchant.deliver()

    with merchant.house.database.store(merchant.store) as tx:
        assert CustomerId(gone) not in outbox.of(tx, [CustomerId(gone)])
        found = {(row["code"], row["subject"]) for row in problems.listed(tx)}
        assert found == {("write_refused", str(full)), ("customer_gone", str(gone))}
    assert merchant.entry(full).written == ()
    assert all("fresh" in shop.tags(each) for each in crowd[2:])


def test_who_is_forgotten_while_the_bundle_runs_stays_forgotten(
    merchant: Merchant, shop: Shop, crowd: list[int]
) -> None:
    shop.fail(bulk_hold_seconds=30)
    wanted(merchant, crowd, "fresh")
    merchant.deliver()
    number = stores_remote_id(merchant)
    redact = {"shop_id": number, "shop_domain": shop.domain, "customer": {"id": crowd[0]}, "orders_to_redact": []}
    post(merchant.house, merchant.store, "customers/redact", redact)
    merchant.absorb()
    shop.fail()

    to_the_end(merchant, shop)

    with merchant.house.database.store(merchant.store) as tx:
        for table in ("outbox", "bundle_lines", "writes"):
            assert tx.value(f"SELECT count(*) FROM {table} WHERE customer_id = %s", (crowd[0],)) == 0


def stores_remote_id(merchant: Merchant) -> int:
    with merchant.house.database.store(merchant.store) as tx:
        return int(stores.get(tx).remote_id)


def test_the_platforms_word_that_it_has_ended_is_not_waited_for_in_vain(
    merchant: Merchant, shop: Shop, crowd: list[int], new_shop: Callable[[], Shop]
) -> None:
    shop.fail(bulk_hold_seconds=30)
    wanted(merchant, crowd, "fresh")
    merchant.deliver()
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE bundles SET due_at = now() + interval '1 hour' WHERE store_id = %s", (tx.store_id,))
    shop.fail()
    shop.post("/quiet", {"timeout": 10})
    told = {"admin_graphql_api_id": stands(merchant).remote_id, "status": "completed", "type": "mutation"}
    told |= {"completed_at": "2026-11-22T00:00:00Z", "created_at": "2026-11-22T00:00:00Z", "error_code": None}

    post(merchant.house, merchant.store, "bulk_operations/finish", told)
    merchant.absorb()
    merchant.deliver()

    assert stands(merchant).state is State.IDLE
    assert all("fresh" in shop.tags(each) for each in crowd)
