"""Tags are only known once they were read: until then a segment that asks for them keeps who it has."""

from plugin.db import memberships, reads
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId
from plugin.flow.drain import drain
from plugin.flow.fetch import fetch
from plugin.flow.house import House
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
        return reads.count_of(tx, (Kind.CUSTOMER,))


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
