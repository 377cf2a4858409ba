"""No message of these shops ever arrives: what their books know and ours do not is found, read and counted."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.db import leases, problems, reconciles, repairs, stores
from plugin.db.reconciles import Look
from plugin.db.stores import State
from plugin.domain.facts import Kind
from plugin.flow import changes
from plugin.flow import walk as walks
from plugin.flow.bell import Work
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.reconcile import ask, reconcile, reconcile_all
from tests.faults.shop import Merchant, Shop
from tests.flow.conftest import Rings
from tests.messages import post


def later(house: House, minutes: float = 10) -> House:
    """The house so much later: what changed until now is no longer young."""
    return replace(house, now=lambda: datetime.now(UTC) + timedelta(minutes=minutes))


def compare(merchant: Merchant, *, everything: bool = False, minutes: float = 10) -> None:
    """The look is complete, and what it found is absorbed."""
    ask(later(merchant.house, minutes), merchant.store, everything=everything)
    look_on(merchant, minutes)


def walk(merchant: Merchant) -> None:
    """Only the weekly look is complete."""
    reconcile(merchant.house, merchant.store)
    with merchant.house.database.store(merchant.store) as tx:
        reconciles.ask(tx, [Look.CHANGES], merchant.house.now() + timedelta(days=1))
        reconciles.ask(tx, [Look.WALK], merchant.house.now())
    look_on(merchant, 10)


def look_on(merchant: Merchant, minutes: float) -> None:
    """Whatever is due, and what follows from it, is done."""
    for step in range(200):
        house = later(merchant.house, minutes + step / 10)
        if not reconcile(house, merchant.store):
            break
        merchant.absorb()
    merchant.absorb()


def found(merchant: Merchant) -> dict[tuple[str, str], int]:
    """What was mended so far: how many by kind and by what was wrong."""
    with merchant.house.database.store(merchant.store) as tx:
        rows = repairs.latest(tx)
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (str(row["kind"]), str(row["what"]))
        sums[key] = sums.get(key, 0) + int(str(row["count"]))
    return sums


def rows(merchant: Merchant, query: str) -> list[tuple[Any, ...]]:
    with merchant.house.database.store(merchant.store) as tx:
        return tx.rows(query)


def codes(merchant: Merchant) -> set[str]:
    with merchant.house.database.store(merchant.store) as tx:
        return {row["code"] for row in problems.listed(tx)}


def buy(shop: Shop, customer: int | None = None) -> int:
    goods = next(product["id"] for product in shop.get("/products") if not product["gift_card"])
    lines = [{"product_id": goods, "quantity": 2, "price": "50.00"}]
    return int(shop.post("/orders", {"customer_id": customer, "lines": lines, "paid": True})["id"])


def told(merchant: Merchant, topic: str = "shop/update") -> None:
    """Something else of the shop does arrive."""
    post(merchant.house, merchant.store, topic, {"id": 1, "myshopify_domain": merchant.shop.domain})
    drain(merchant.house, merchant.store)


def books(merchant: Merchant) -> tuple[list[int], list[int]]:
    """The ids of orders and customers: theirs are ours, or this fails."""
    theirs = sorted(order["id"] for order in merchant.shop.get("/orders")), sorted(merchant.shop.customers())
    ours = (
        [row[0] for row in rows(merchant, "SELECT id FROM orders ORDER BY id")],
        [row[0] for row in rows(merchant, "SELECT id FROM customers WHERE merged_into IS NULL ORDER BY id")],
    )
    assert ours == theirs
    return ours


def test_orders_nobody_told_us_of_are_read_and_counted(merchant: Merchant, shop: Shop) -> None:
    ana = shop.customers()[0]
    made = {buy(shop, ana) for _ in range(3)}
    compare(merchant)

    assert found(merchant)["order", "missed"] == 3
    books(merchant)
    assert made <= {row[0] for row in rows(merchant, f"SELECT id FROM orders WHERE customer_id = {ana}")}


def test_a_second_look_finds_nothing_more(merchant: Merchant, shop: Shop) -> None:
    buy(shop, shop.customers()[0])
    compare(merchant)
    before = found(merchant)

    compare(merchant, minutes=12)
    compare(merchant, minutes=14, everything=True)

    assert found(merchant) == before


def test_a_refund_that_nobody_told_us_of_is_a_change_of_its_order(merchant: Merchant, shop: Shop) -> None:
    bought = buy(shop, shop.customers()[0])
    compare(merchant)
    move_back(merchant, Kind.ORDER, bought)
    shop.post(f"/orders/{bought}/refund")

    compare(merchant)

    assert found(merchant)["order", "changed"] == 1
    assert rows(merchant, f"SELECT refunded > 0 FROM orders WHERE id = {bought}") == [(True,)]


def summary(merchant: Merchant, number: int) -> None:
    """The one message that names the order arrives: it is to be read."""
    body = {
        "customerId": f"gid://shopify/Customer/{merchant.shop.customers()[0]}",
        "numberOfOrders": 1,
        "amountSpent": {"amount": "1.00", "currencyCode": "EUR"},
        "lastOrderId": f"gid://shopify/Order/{number}",
        "occurredAt": "2026-01-01T00:00:00.000Z",
    }
    post(merchant.house, merchant.store, "customers/purchasing_summary", body)


def move_back(merchant: Merchant, kind: Kind, number: int) -> None:
    """What we know of it is an hour old: the shop's clock goes by whole seconds."""
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute(f"UPDATE {kind.value}s SET updated_at = updated_at - interval '1 hour' WHERE id = %s", (number,))
        if kind is Kind.CUSTOMER:
            tx.execute("UPDATE tag_observations SET at = at - interval '1 hour' WHERE customer_id = %s", (number,))


def test_a_tag_the_merchant_added_unheard_is_read(merchant: Merchant, shop: Shop) -> None:
    ana = shop.customers()[0]
    move_back(merchant, Kind.CUSTOMER, ana)
    shop.retag(ana, add=["friend"])

    compare(merchant)

    assert found(merchant)["customer", "changed"] >= 1
    assert rows(merchant, f"SELECT 1 FROM tag_observations WHERE customer_id = {ana} AND 'friend' = ANY(folded)")


def test_what_changed_a_moment_ago_is_left_to_the_next_look(merchant: Merchant, shop: Shop) -> None:
    buy(shop, shop.customers()[0])

    compare(merchant, minutes=0)

    assert found(merchant) == {}
    compare(merchant, minutes=10)
    assert found(merchant)["order", "missed"] == 1


def test_a_look_waits_for_messages_that_may_tell_it_all(merchant: Merchant, shop: Shop) -> None:
    buy(shop, shop.customers()[0])
    post(merchant.house, merchant.store, "shop/update", {"id": 1, "myshopify_domain": shop.domain})
    house = later(merchant.house)
    ask(house, merchant.store)

    reconcile(house, merchant.store)

    assert found(merchant) == {}
    assert not [row for row in state(merchant) if row.began_at]
    assert all(row.due_at > house.now() for row in state(merchant) if row.look is Look.CHANGES)


def state(merchant: Merchant) -> list[reconciles.Reconcile]:
    with merchant.house.database.store(merchant.store) as tx:
        return reconciles.listed(tx)


def test_what_is_being_read_already_is_no_difference(merchant: Merchant, shop: Shop) -> None:
    summary(merchant, buy(shop, shop.customers()[0]))
    drain(merchant.house, merchant.store)

    compare(merchant)

    assert ("order", "missed") not in found(merchant)


def test_up_to_where_a_look_looked_nothing_is_missing_only_once_it_is_complete(merchant: Merchant, shop: Shop) -> None:
    compare(merchant)
    before = {row.kind: row.known_to for row in state(merchant) if row.look is Look.CHANGES}
    shop.fail(status_next=[500] * 20)
    house = later(merchant.house, 30)
    ask(house, merchant.store)

    reconcile(house, merchant.store)

    assert {row.kind: row.known_to for row in state(merchant) if row.look is Look.CHANGES} == before
    assert all(row.failures == 1 and row.due_at > house.now() for row in state(merchant) if row.look is Look.CHANGES)
    shop.fail()
    compare(merchant, minutes=40)
    after = {row.kind: row.known_to for row in state(merchant) if row.look is Look.CHANGES}
    assert all(after[kind] > before[kind] for kind in before)


def test_a_look_that_keeps_failing_is_a_problem_until_one_succeeds(merchant: Merchant, shop: Shop) -> None:
    for minute in (10, 60, 200):
        shop.fail(status_next=[500] * 20)
        ask(later(merchant.house, minute), merchant.store)
        reconcile(later(merchant.house, minute), merchant.store)
    assert codes(merchant) == {"reconcile_failed"}

    shop.fail()
    compare(merchant, minutes=300)

    assert "reconcile_failed" not in codes(merchant)


def test_a_search_that_is_misread_fails_the_look(merchant: Merchant, shop: Shop) -> None:
    buy(shop, shop.customers()[0])
    shop.fail(misread=["updated_at"])  # It would find every order and customer there ever was.
    house = later(merchant.house)
    ask(house, merchant.store)

    reconcile(house, merchant.store)

    assert all(row.failures == 1 for row in state(merchant) if row.look is Look.CHANGES)
    assert found(merchant) == {}
    shop.fail()
    compare(merchant, minutes=60)
    assert found(merchant)["order", "missed"] == 1


def test_a_throttled_look_goes_on_where_it_stood(merchant: Merchant, shop: Shop) -> None:
    buy(shop, shop.customers()[0])
    shop.fail(throttle_next=1)
    ask(later(merchant.house), merchant.store)
    reconcile(later(merchant.house), merchant.store)

    waiting = [row for row in state(merchant) if row.began_at is not None]
    assert len(waiting) == 1
    assert waiting[0].failures == 0
    compare(merchant, minutes=11)
    assert found(merchant)["order", "missed"] == 1


def test_a_dead_worker_costs_a_lease_and_no_more(merchant: Merchant, shop: Shop) -> None:
    buy(shop, shop.customers()[0])
    house = later(merchant.house)
    ask(house, merchant.store)
    with house.database.store(merchant.store) as tx:
        assert leases.take(tx, changes.LEASE, "dead", 120)

    assert reconcile(house, merchant.store) == 0
    merchant.time_passes()
    compare(merchant)

    assert found(merchant)["order", "missed"] == 1


def test_very_many_changes_come_by_an_export_of_which_only_what_differs_goes_on(
    merchant: Merchant, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_LISTED", 0)
    monkeypatch.setattr("plugin.platforms.shopify.listing.PAGE", 2)
    people = shop.customers()
    compare(merchant)
    with merchant.house.database.store(merchant.store) as tx:
        for row in reconciles.listed(tx):
            reconciles.change(tx, row, known_to=row.known_to - timedelta(days=30))
    made = {buy(shop, people[step % len(people)]) for step in range(5)}
    bought = len(rows(merchant, "SELECT id FROM inbox WHERE topic = 'export/orders'"))

    compare(merchant, minutes=20)

    assert found(merchant)["order", "missed"] == 5
    assert made <= set(books(merchant)[0])
    chunks = rows(merchant, "SELECT body FROM inbox WHERE topic = 'export/orders' ORDER BY id")[bought:]
    assert chunks
    text = b"".join(bytes(body) for (body,) in chunks).decode()
    assert text.count('"__typename":"Order"') == 3  # Two stood on the one page that was seen before.
    assert "ExportStart" in shop.calls()


def test_what_was_deleted_unheard_is_found_by_the_weekly_walk(merchant: Merchant, shop: Shop) -> None:
    orders, people = books(merchant)
    shop.post(f"/orders/{orders[-1]}/delete")
    alone = int(shop.post("/customers", {"first_name": "Zoe", "email": "zoe@example.com"})["id"])
    compare(merchant)
    shop.sandbox.call("DELETE", f"/_sandbox/shops/{shop.domain}/customers/{alone}", None, None)

    compare(merchant, everything=True, minutes=20)

    assert (found(merchant)["order", "gone"], found(merchant)["customer", "gone"]) == (1, 1)
    assert books(merchant) == (orders[:-1], people)
    assert rows(merchant, f"SELECT kind FROM tombstones WHERE id = {alone}") == [("customer",)]


def test_a_walk_that_has_to_wait_goes_on_where_it_stood(
    merchant: Merchant, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walks, "ASKED_AT_ONCE", 1)
    made = [int(shop.post("/customers", {"email": f"{name}@example.com"})["id"]) for name in ("a", "b", "c")]
    compare(merchant)
    for each in made:
        shop.sandbox.call("DELETE", f"/_sandbox/shops/{shop.domain}/customers/{each}", None, None)
    ask(later(merchant.house, 20), merchant.store, everything=True)
    for step in range(100):
        if any(row.url and row.kind is Kind.CUSTOMER for row in state(merchant)):
            break
        reconcile(later(merchant.house, 20 + step / 10), merchant.store)
    asked_before = shop.calls().count("StillThere")
    shop.fail(throttle_next=1)
    reconcile(later(merchant.house, 31), merchant.store)

    (waits,) = [row for row in state(merchant) if row.url and row.kind is Kind.CUSTOMER]
    with merchant.house.database.store(merchant.store) as tx:
        listed = reconciles.listed_ids(tx, waits)
    assert (len(listed), waits.loaded, waits.failures) == (len(shop.customers()), waits.objects, 0)
    assert waits.read_to
    look_on(merchant, 40)
    assert found(merchant)["customer", "gone"] == 3
    assert shop.calls().count("StillThere") == asked_before + 1 + 3  # One was refused; none was asked for twice.


def test_a_walk_that_has_to_wait_before_there_is_a_list_begins_again(merchant: Merchant, shop: Shop) -> None:
    house = later(merchant.house)
    ask(house, merchant.store, everything=True)
    with house.database.store(merchant.store) as tx:
        reconciles.ask(tx, [Look.CHANGES], house.now() + timedelta(days=1))
    shop.fail(throttle_next=2)
    reconcile(house, merchant.store)
    waiting = [row for row in state(merchant) if row.began_at is not None]
    assert [row.remote_id for row in waiting] == [None, None]

    look_on(merchant, 20)
    assert [row.began_at for row in state(merchant)] == [None] * 4
    assert all(row.failures == 0 for row in state(merchant))


def test_a_walk_is_not_made_while_the_counts_are_as_far_apart_as_they_were(merchant: Merchant, shop: Shop) -> None:
    compare(merchant, everything=True)
    started = shop.calls().count("ExportStart")
    assert all(row.apart == 0 for row in state(merchant) if row.look is Look.WALK)

    compare(merchant, everything=True, minutes=20)

    assert shop.calls().count("ExportStart") == started
    buy(shop, None)
    compare(merchant, minutes=30, everything=True)
    books(merchant)


def test_reconcile_brings_nobody_back(merchant: Merchant, shop: Shop) -> None:
    ana = shop.customers()[0]
    bought = buy(shop, ana)
    compare(merchant)
    erase = {"shop_id": 1, "shop_domain": shop.domain, "customer": {"id": ana}, "orders_to_redact": [bought]}
    post(merchant.house, merchant.store, "customers/redact", erase)
    merchant.absorb()
    shop.retag(ana, add=["seen"])
    shop.post(f"/orders/{bought}/tags", {"add": ["seen"]})
    before = found(merchant)

    compare(merchant, minutes=30)
    compare(merchant, minutes=40, everything=True)

    assert rows(merchant, f"SELECT 1 FROM customers WHERE id = {ana}") == []
    assert rows(merchant, f"SELECT 1 FROM orders WHERE id = {bought}") == []
    assert rows(merchant, "SELECT 1 FROM reads") == []
    assert found(merchant) == before
    forgotten = rows(merchant, "SELECT kind, count(*) FROM tombstones GROUP BY kind")
    assert {(row.kind.value, row.apart) for row in state(merchant) if row.look is Look.WALK} == set(forgotten)


def test_a_tag_of_ours_that_was_taken_unheard_is_written_again(merchant: Merchant, shop: Shop) -> None:
    merchant.live("number_of_orders >= 0")
    merchant.deliver()
    ana = shop.customers()[0]
    assert "vip" in shop.tags(ana)
    shop.retag(ana, remove=["vip"])

    walk(merchant)
    merchant.time_passes()
    merchant.deliver()

    assert found(merchant)["customer", "tags"] == 1
    assert "vip" in shop.tags(ana)
    assert rows(merchant, "SELECT 1 FROM outbox WHERE due_at IS NOT NULL") == []


def test_our_own_writes_are_nothing_we_missed(merchant: Merchant, shop: Shop) -> None:
    merchant.live("number_of_orders >= 0")
    merchant.deliver()

    compare(merchant)

    assert ("customer", "changed") not in found(merchant)


def test_many_missed_messages_are_a_problem_and_what_the_shop_sends_is_looked_after(
    merchant: Merchant, shop: Shop, rings: Rings
) -> None:
    told(merchant)
    for _ in range(12):
        buy(shop, None)
    compare(merchant)

    assert codes(merchant) == {"messages_missing"}
    assert (Work.REPAIR, merchant.store) in rings.heard
    buy_heard(merchant, shop)
    compare(merchant, minutes=15)
    assert codes(merchant) == set()


def buy_heard(merchant: Merchant, shop: Shop) -> None:
    """A purchase of which a read knows before anybody looks."""
    number = buy(shop, None)
    summary(merchant, number)
    merchant.absorb()
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE reads SET due_at = now()")
    merchant.absorb()


def test_a_shop_that_changes_and_tells_nothing_for_an_hour_is_a_problem(
    merchant: Merchant, shop: Shop, rings: Rings
) -> None:
    buy(shop, shop.customers()[0])

    compare(merchant)

    assert codes(merchant) == {"messages_stopped"}
    assert (Work.REPAIR, merchant.store) in rings.heard
    told(merchant)
    compare(merchant, minutes=12)
    assert codes(merchant) == set()


def test_only_ready_stores_are_compared_each_at_a_minute_of_its_own(merchant: Merchant, rings: Rings) -> None:
    assert reconcile_all(merchant.house) == 1
    assert (Work.RECONCILE, merchant.store) in rings.heard
    reconcile(merchant.house, merchant.store)
    looks = {(row.kind, row.look) for row in state(merchant)}

    assert looks == {(kind, look) for kind in (Kind.CUSTOMER, Kind.ORDER) for look in Look}
    assert reconcile_all(merchant.house) == (1 if merchant.store % 60 == 0 else 0)
    with merchant.house.database.store(merchant.store) as tx:
        stores.set_state(tx, State.UNINSTALLED, merchant.house.now())
        reconciles.ask(tx, list(Look), merchant.house.now())
    assert reconcile_all(merchant.house) == 0
    assert reconcile(merchant.house, merchant.store) == 0


def test_a_store_that_rests_is_not_compared_until_it_wakes(merchant: Merchant, shop: Shop) -> None:
    buy(shop, None)
    with merchant.house.database.store(merchant.store) as tx:
        stores.pause(tx, merchant.house.now())
    ask(later(merchant.house), merchant.store)

    assert reconcile(later(merchant.house), merchant.store) == 0
    assert reconcile_all(merchant.house) == 0

    with merchant.house.database.store(merchant.store) as tx:
        stores.resume(tx)
    compare(merchant)
    assert found(merchant)["order", "missed"] == 1
    assert "reconcile_failed" not in codes(merchant)


def test_repairs_are_not_kept_for_ever(merchant: Merchant, shop: Shop) -> None:
    buy(shop, None)
    compare(merchant)

    with merchant.house.database.store(merchant.store) as tx:
        repairs.retire(tx, merchant.house.now() + repairs.KEPT + timedelta(hours=1))

    assert found(merchant) == {}
