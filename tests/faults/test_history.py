"""A history is whole in the end, whatever becomes of its exports, and nothing is decided before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from embedded.json_client import JsonClient
from plugin.db import backfills, inbox, leases, memberships, problems, reads, reconciles, stores
from plugin.db.backfills import Backfill
from plugin.db.backfills import State as Reading
from plugin.db.stores import State
from plugin.domain.facts import Kind
from plugin.flow import readings
from plugin.flow.backfill import KINDS, backfill
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.install import install
from plugin.flow.restart import restart
from plugin.platforms.manifest import asked
from plugin.platforms.shopify import sync
from tests.faults.shop import Merchant, Shop
from tests.faults.test_reconcile import compare, summary
from tests.messages import post

ORDERS = "SELECT count(*) FROM orders"


@pytest.fixture
def installed(house: House, shop: Shop) -> Merchant:
    """The app on a shop whose history is still to be read."""
    return Merchant(house, shop, install(house, shop.domain, shop.id_token()).id)


def reading(merchant: Merchant, kind: Kind = Kind.ORDER) -> Backfill:
    with merchant.house.database.store(merchant.store) as tx:
        return next(row for row in backfills.listed(tx) if row.kind is kind)


def step(merchant: Merchant, *, later: timedelta = timedelta(0)) -> None:
    backfill(replace(merchant.house, now=lambda: datetime.now(UTC) + later), merchant.store)


def reach(merchant: Merchant, state: Reading) -> None:
    """The reading of the orders stands there."""
    for _ in range(100):
        step(merchant)
        if reading(merchant).state is state:
            return
    raise AssertionError(f"it stands at {reading(merchant)}")


def value(merchant: Merchant, query: str) -> Any:
    with merchant.house.database.store(merchant.store) as tx:
        return tx.value(query)


def is_whole(merchant: Merchant) -> bool:
    """Every order and customer of the shop is here, and nothing of the history waits."""
    merchant.read_history()
    theirs = len(merchant.shop.get("/orders")), len(merchant.shop.customers())
    return (value(merchant, ORDERS), value(merchant, "SELECT count(*) FROM customers")) == theirs


def test_an_export_that_fails_is_asked_for_again(installed: Merchant, shop: Shop) -> None:
    shop.fail(bulk_fail_next=3)

    assert is_whole(installed)
    assert shop.calls().count("ExportStart") == 3 + len(KINDS)


def test_after_many_failures_the_merchant_is_told_and_it_is_tried_again_every_hour(
    installed: Merchant, shop: Shop
) -> None:
    shop.fail(bulk_fail_next=1000)
    reach(installed, Reading.FAILED)
    started = shop.calls().count("ExportStart")
    step(installed)
    with installed.house.database.store(installed.store) as tx:
        assert ("history_failed", "order") in {(row["code"], row["subject"]) for row in problems.listed(tx)}
    assert shop.calls().count("ExportStart") == started

    shop.fail()
    step(installed, later=readings.AGAIN + timedelta(minutes=1))

    assert is_whole(installed)
    with installed.house.database.store(installed.store) as tx:
        assert problems.listed(tx) == []


def test_an_export_that_stands_still_is_given_up_for_another(installed: Merchant, shop: Shop) -> None:
    shop.fail(bulk_hold_seconds=60)
    reach(installed, Reading.EXPORTING)
    step(installed)
    assert reading(installed).state is Reading.EXPORTING

    step(installed, later=readings.STILL + timedelta(minutes=1))

    assert reading(installed).state is Reading.WAITING
    assert "ExportStop" in shop.calls()
    shop.fail()
    assert is_whole(installed)


def test_a_file_that_is_gone_is_asked_for_anew(installed: Merchant, shop: Shop) -> None:
    reach(installed, Reading.LOADING)
    with installed.house.database.store(installed.store) as tx:
        backfills.change(tx, Kind.ORDER, url=f"{shop.sandbox.base}/files/bulk-of-last-week.jsonl")

    step(installed)

    assert reading(installed).state is Reading.WAITING
    assert is_whole(installed)


def test_a_file_that_came_short_is_asked_for_anew(installed: Merchant) -> None:
    reach(installed, Reading.LOADING)
    with installed.house.database.store(installed.store) as tx:
        backfills.change(tx, Kind.ORDER, objects=reading_objects(tx) + 1)

    step(installed)

    assert reading(installed).state is Reading.WAITING
    assert "should have" in str(reading(installed).error)
    assert is_whole(installed)


def test_exports_without_parents_and_cut_short_and_never_announced_end_whole(installed: Merchant, shop: Shop) -> None:
    shop.fail(bulk_gap_next=len(KINDS))

    assert is_whole(installed)

    assert shop.calls().count("ExportStart") == 2 * len(KINDS)
    ours = value(installed, "SELECT count(*) FROM lines")
    assert ours == sum(len(order["lines"]) for order in shop.get("/orders"))
    assert value(installed, "SELECT count(*) FROM inbox WHERE topic = 'bulk_operations/finish'") == 0
    with installed.house.database.store(installed.store) as tx:
        assert problems.listed(tx) == []  # What came of the first files was unreadable in part, and is told anew.


def reading_objects(tx: Any) -> int:
    return next(row.objects or 0 for row in backfills.listed(tx) if row.kind is Kind.ORDER)


def test_a_worker_that_dies_between_two_chunks_costs_the_chunk_it_was_reading(
    installed: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "CHUNK", 2000)
    reach(installed, Reading.LOADING)
    taken, take = [0], leases.take

    def until_it_dies(*arguments: Any) -> bool:
        taken[0] += 1
        if taken[0] > 4:
            raise KeyboardInterrupt
        return take(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(leases, "take", until_it_dies)
        with pytest.raises(KeyboardInterrupt):
            step(installed)
    before = value(installed, "SELECT count(*) FROM inbox")
    assert before >= 2

    assert is_whole(installed)
    assert value(installed, "SELECT sum(loaded - objects)::int FROM backfills") == 0
    bodies = "SELECT count(DISTINCT body) = count(*) FROM inbox WHERE topic LIKE 'export/%'"
    assert value(installed, bodies)


def test_the_word_that_an_export_is_done_is_not_needed(installed: Merchant) -> None:
    assert is_whole(installed)

    assert value(installed, "SELECT count(*) FROM inbox WHERE topic = 'bulk_operations/finish'") == 0


def test_how_much_there_is_is_known_before_it_is_read(installed: Merchant, shop: Shop) -> None:
    shop.fail(bulk_hold_seconds=60)
    reach(installed, Reading.EXPORTING)

    assert reading(installed).expected == len(shop.get("/orders"))
    assert reading(installed, Kind.CUSTOMER).expected == len(shop.customers())
    shop.fail()
    assert is_whole(installed)
    assert reading(installed).roots == reading(installed).expected


@pytest.fixture
def recent(sandbox: JsonClient) -> Shop:
    """A shop that lets us read the orders of the last sixty days only."""
    shop = Shop(sandbox, "recent.myshopify.com")
    body = {"domain": shop.domain, "customers": 20, "years": 1, "seed": 5, "scopes": asked("shopify").scopes}
    if shop.domain not in sandbox.get("/_sandbox/health")["shops"]:
        sandbox.post("/_sandbox/shops", {**body, "timezone": "UTC", "currency": "EUR"})
    shop.fail()
    shop.post("/open")
    return shop


def known_from(merchant: Merchant) -> datetime | None:
    with merchant.house.database.store(merchant.store) as tx:
        return stores.get(tx).orders_known_from


def test_without_the_scope_for_all_orders_history_is_known_since_a_day(house: House, recent: Shop) -> None:
    merchant = Merchant.of(house, recent)

    since = known_from(merchant)

    assert since is not None
    assert timedelta(days=59) < house.now() - since < timedelta(days=61)
    assert 0 < value(merchant, ORDERS) < len(recent.get("/orders"))


@pytest.mark.parametrize("rule", ["number_of_orders = 0", "NOT (number_of_orders >= 1)", "amount_spent = 0"])
def test_who_may_have_bought_before_the_history_begins_never_bought_nothing(
    house: House, recent: Shop, rule: str
) -> None:
    merchant = Merchant.of(house, recent)
    somebody_new(merchant, recent)
    segment = merchant.live(rule, tag="new")
    since = known_from(merchant)

    with house.database.store(merchant.store) as tx:
        inside = {row.customer_id for row in memberships.members(tx, segment)}
        old = {row[0] for row in tx.rows("SELECT id FROM customers WHERE created_at < %s", (since,))}
    assert inside
    assert old
    assert not inside & old


def somebody_new(merchant: Merchant, shop: Shop) -> None:
    """Somebody new is there, who bought nothing."""
    shop.post("/customers", {"first_name": "Zoe"})
    compare(merchant)


def test_what_was_known_before_the_sixty_days_is_known_still_when_history_is_read_again(
    house: House, recent: Shop
) -> None:
    merchant = Merchant.of(house, recent)
    long_ago = house.now() - timedelta(days=200)
    with house.database.store(merchant.store) as tx:
        stores.set_known_from(tx, long_ago)
    restart(house, merchant.store)
    merchant.read_history()
    assert known_from(merchant) != long_ago  # Nobody compared: what happened between may be lost.

    with house.database.store(merchant.store) as tx:
        stores.set_known_from(tx, long_ago)
    compare(merchant)
    restart(house, merchant.store)
    merchant.read_history()

    assert known_from(merchant) == long_ago


def test_orders_that_are_too_old_to_be_listed_are_not_taken_for_deleted(house: House, recent: Shop) -> None:
    merchant = Merchant.of(house, recent)
    with house.database.store(merchant.store) as tx:
        tx.execute("UPDATE orders SET placed_at = placed_at - interval '60 days', id = id + 100000")
    before = value(merchant, ORDERS)

    compare(merchant, everything=True)

    assert value(merchant, "SELECT count(*) FROM tombstones") == 0
    assert value(merchant, ORDERS) == 2 * before
    with house.database.store(merchant.store) as tx:
        assert {row.failures for row in reconciles.listed(tx)} == {0}


def test_a_store_that_never_stops_talking_is_ready_all_the_same(installed: Merchant, shop: Shop) -> None:
    reach(installed, Reading.DONE)
    for _ in range(100):
        with installed.house.database.store(installed.store) as tx:
            tx.execute("UPDATE reads SET due_at = now()")
        installed.absorb()
        told(installed, order=len(shop.calls()))
        step(installed)
        if installed.is_ready():
            break

    assert installed.is_ready()
    with installed.house.database.store(installed.store) as tx:
        assert inbox.has_waiting(tx)
        assert reads.count_of(tx, (Kind.ORDER,))


def told(merchant: Merchant, order: int) -> None:
    """A message waits to be absorbed, and another named an order of which nothing was heard."""
    summary(merchant, order)
    drain(merchant.house, merchant.store)
    post(merchant.house, merchant.store, "shop/update", {"id": 1, "myshopify_domain": merchant.shop.domain})


def test_refunds_that_are_still_to_be_read_hold_a_history_up(installed: Merchant, shop: Shop) -> None:
    refunded = a_refund(shop)
    reach(installed, Reading.DONE)
    while drain(installed.house, installed.store).count:
        pass
    step(installed)
    assert reading(installed).state is Reading.ABSORBED
    assert installed.state is State.BACKFILLING

    installed.absorb()
    step(installed)

    assert installed.is_ready()
    assert value(installed, f"SELECT count(*) FROM refunds WHERE order_id = {refunded}") == 1


def a_refund(shop: Shop) -> int:
    order = next(each for each in shop.get("/orders") if each["financial_status"] == "PAID" and not each["refunds"])
    shop.post(f"/orders/{order['id']}/refund")
    return int(order["id"])


def test_refunds_that_can_not_be_read_for_long_hold_up_nothing(installed: Merchant, shop: Shop) -> None:
    a_refund(shop)
    reach(installed, Reading.DONE)
    while drain(installed.house, installed.store).count:
        pass
    with installed.house.database.store(installed.store) as tx:
        tx.execute("UPDATE reads SET attempts = %s, due_at = now() + interval '1 hour'", (reads.HOPELESS,))
    step(installed)
    step(installed)

    assert installed.is_ready()


def test_a_history_in_the_reading_is_not_ready(installed: Merchant, shop: Shop) -> None:
    shop.fail(bulk_hold_seconds=60)
    reach(installed, Reading.EXPORTING)

    assert installed.state is State.BACKFILLING
    shop.fail()
