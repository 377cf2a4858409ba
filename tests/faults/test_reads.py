"""Tags are only known once they were read: until then a segment that asks for them keeps who it has."""

from datetime import timedelta

import pytest

from plugin.db import memberships, problems, reads
from plugin.domain.errors import PlatformRefused
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId
from plugin.flow.drain import drain
from plugin.flow.fetch import fetch
from plugin.flow.house import House
from plugin.platforms.shopify import sync
from plugin.platforms.shopify.client import Client
from tests.faults.shop import Merchant, Shop
from tests.messages import order, person, post

RULE = "customer_tags CONTAINS 'newsletter' AND number_of_orders >= 0"


def inside(merchant: Merchant, customer: int) -> bool:
    with merchant.house.database.store(merchant.store) as tx:
        return bool(memberships.of(tx, [CustomerId(customer)]))


def seen(merchant: Merchant, customer: int) -> None:
    """A thin message about the customer is absorbed; what it leaves out is not read yet."""
    post(merchant.house, merchant.store, "customers/update", person(customer))
    drain(merchant.house, merchant.store)


def pending(merchant: Merchant) -> int:
    with merchant.house.database.store(merchant.store) as tx:
        return len(reads.of_kind(tx, Kind.CUSTOMER))


def test_a_thin_message_changes_nothing_before_the_answer_is_in(house: House, shop: Shop) -> None:
    ana = shop.customers()[0]
    merchant = Merchant.of(house, shop)
    merchant.live(RULE)
    shop.retag(ana, add=["newsletter"])

    seen(merchant, ana)
    assert not inside(merchant, ana)
    merchant.absorb()
    assert inside(merchant, ana)

    shop.retag(ana, remove=["newsletter"])
    seen(merchant, ana)
    assert inside(merchant, ana)
    merchant.absorb()
    assert not inside(merchant, ana)


def test_a_segment_that_reads_tags_waits_for_the_answer_and_others_do_not(house: House, shop: Shop) -> None:
    ana = shop.customers()[0]
    shop.retag(ana, add=["newsletter"])
    merchant = Merchant.of(house, shop)
    asks = merchant.live("customer_tags CONTAINS 'newsletter' AND sum(orders.net) >= 5000", tag="asks")
    plain = merchant.live("sum(orders.net) >= 5000", tag="plain")
    seen(merchant, ana)

    post(house, merchant.store, "orders/create", order(900, ana, amount="9000.00", currency="EUR"))
    drain(house, merchant.store)
    with house.database.store(merchant.store) as tx:
        assert {row.segment_id for row in memberships.of(tx, [CustomerId(ana)])} == {plain}
    merchant.absorb()

    with house.database.store(merchant.store) as tx:
        assert {row.segment_id for row in memberships.of(tx, [CustomerId(ana)])} == {asks, plain}


def test_a_change_while_the_answer_is_on_its_way_is_read_again(house: House, shop: Shop) -> None:
    ana = shop.customers()[0]
    merchant = Merchant.of(house, shop)
    merchant.live(RULE)
    seen(merchant, ana)
    assert fetch(house, merchant.store) == 1  # The answer waits in the inbox.

    shop.retag(ana, add=["newsletter"])
    seen(merchant, ana)
    assert pending(merchant) == 1
    merchant.absorb()

    assert pending(merchant) == 0
    assert inside(merchant, ana)


def test_a_read_that_fails_is_tried_again_and_the_segment_stays(house: House, shop: Shop) -> None:
    ana = shop.customers()[0]
    merchant = Merchant.of(house, shop)
    merchant.live(RULE)
    shop.retag(ana, add=["newsletter"])
    shop.fail(status_next=[500, 500, 500, 500])

    seen(merchant, ana)
    assert fetch(house, merchant.store) == 0
    assert pending(merchant) == 1
    shop.fail()
    with house.database.store(merchant.store) as tx:
        tx.execute("UPDATE reads SET due_at = now()")
    merchant.absorb()

    assert inside(merchant, ana)


def want(merchant: Merchant, kind: Kind, ids: list[int]) -> None:
    with merchant.house.database.store(merchant.store) as tx:
        reads.want(tx, [(kind, id_) for id_ in ids], urgent=True)


def now_due(merchant: Merchant, *, asked_ago: timedelta = timedelta(0)) -> None:
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE reads SET due_at = now(), asked_at = now() - %s", (asked_ago,))


def left(merchant: Merchant) -> dict[int, int]:
    """The reads that are pending, and how often each was tried."""
    with merchant.house.database.store(merchant.store) as tx:
        return dict(tx.rows("SELECT id, attempts FROM reads"))


def codes(merchant: Merchant) -> set[tuple[str, str]]:
    with merchant.house.database.store(merchant.store) as tx:
        return {(row["code"], row["subject"]) for row in problems.listed(tx)}


@pytest.fixture
def poisoned(merchant: Merchant, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> int:
    """An order of which Shopify says nothing but an error, whoever is asked for with it."""
    poison = int(shop.get("/orders")[0]["id"])
    run = Client.run

    def refuses(self: Client, operation: str, variables: dict[str, object]) -> dict[str, object]:
        if operation == "read_orders" and f"{sync.GIDS[Kind.ORDER]}{poison}" in variables["ids"]:  # type: ignore[operator]
            raise PlatformRefused("Something went wrong")
        return run(self, operation, variables)

    monkeypatch.setattr(Client, "run", refuses)
    return poison


def test_one_thing_that_can_not_be_read_holds_up_nothing_else(merchant: Merchant, shop: Shop, poisoned: int) -> None:
    bought = [int(order["id"]) for order in shop.get("/orders")][:4]
    want(merchant, Kind.ORDER, bought)

    for _ in range(5):
        fetch(merchant.house, merchant.store)
        drain(merchant.house, merchant.store)
        now_due(merchant, asked_ago=timedelta(minutes=2))
    fetch(merchant.house, merchant.store)

    assert left(merchant).keys() == {poisoned}
    assert codes(merchant) == {("reads_late", "order")}


def test_many_that_can_not_be_read_do_not_slow_the_others_down(merchant: Merchant, shop: Shop, poisoned: int) -> None:
    want(merchant, Kind.ORDER, [poisoned])
    for _ in range(3):
        now_due(merchant)
        fetch(merchant.house, merchant.store)
    want(merchant, Kind.CUSTOMER, shop.customers())
    with merchant.house.database.store(merchant.store) as tx:
        tx.execute("UPDATE reads SET due_at = now() - interval '1 hour' WHERE kind = 'order'")
    fetch(merchant.house, merchant.store)

    assert fetch(merchant.house, merchant.store) == len(shop.customers())


def test_what_can_be_read_again_is_no_problem_any_more(
    merchant: Merchant, shop: Shop, poisoned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    want(merchant, Kind.ORDER, [poisoned])
    for _ in range(3):
        now_due(merchant, asked_ago=timedelta(minutes=2))
        fetch(merchant.house, merchant.store)
    assert codes(merchant) == {("reads_late", "order")}

    monkeypatch.undo()
    now_due(merchant)
    merchant.absorb()

    assert (left(merchant), codes(merchant)) == ({}, set())


def test_what_fails_again_and_again_is_tried_less_and_less_often(merchant: Merchant, poisoned: int) -> None:
    want(merchant, Kind.ORDER, [poisoned])
    waits = []
    for _ in range(9):
        now_due(merchant)
        fetch(merchant.house, merchant.store)
        with merchant.house.database.store(merchant.store) as tx:
            waits.append(tx.value("SELECT extract(epoch FROM due_at - now())::int FROM reads"))

    assert waits == sorted(waits)
    assert 25 <= waits[0] <= 30
    assert 590 <= waits[-1] <= 600


def test_while_shopify_has_no_time_nothing_counts_as_tried(merchant: Merchant, shop: Shop) -> None:
    some = [int(order["id"]) for order in shop.get("/orders")][:3]
    want(merchant, Kind.ORDER, some)
    shop.fail(throttle_next=1)

    assert fetch(merchant.house, merchant.store) == 0

    assert left(merchant) == dict.fromkeys(some, 0)
    with merchant.house.database.store(merchant.store) as tx:
        assert tx.value("SELECT count(*) FROM reads WHERE due_at <= now()") == 0


def test_a_platform_in_trouble_is_not_asked_by_each_that_waits(merchant: Merchant, shop: Shop) -> None:
    want(merchant, Kind.CUSTOMER, shop.customers())
    want(merchant, Kind.ORDER, [int(order["id"]) for order in shop.get("/orders")])
    shop.fail(status_next=[500] * 20)

    before = len(shop.calls())
    for _ in range(4):
        fetch(merchant.house, merchant.store)

    assert len(shop.calls()) - before <= 1
    shop.fail()


def test_what_a_record_bought_that_went_into_another_unheard_is_the_others(merchant: Merchant, shop: Shop) -> None:
    bought = {order["customer_id"]: int(order["id"]) for order in shop.get("/orders") if order["customer_id"]}
    lost, order = min(bought.items())
    kept = next(who for who in shop.customers() if who != lost)
    shop.post(f"/customers/{lost}/merge", {"into": kept})

    want(merchant, Kind.CUSTOMER, [lost])  # As a tag that could not be written asks for it.
    merchant.absorb()
    now_due(merchant)
    merchant.absorb()

    with merchant.house.database.store(merchant.store) as tx:
        assert tx.value("SELECT customer_id FROM orders WHERE id = %s", (order,)) == kept
        assert tx.value("SELECT count(*) FROM customers WHERE id = %s", (lost,)) == 0
