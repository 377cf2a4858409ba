"""The past of a store is its neighbour's, to the cent."""

import pytest

from sandbox.bigcommerce.history.build import build
from sandbox.bigcommerce.store import statuses, totals
from sandbox.bigcommerce.store.order import Order
from sandbox.bigcommerce.store.store import Details, Store
from sandbox.history.build import build as build_neighbour
from sandbox.store import totals as theirs
from sandbox.store.order import Order as Theirs
from sandbox.store.shop import Profile, Shop

Pair = tuple[Theirs, Order]


def pairs(currency: str, country: str) -> list[Pair]:
    """Each order of a neighbour's past, and the same one of the store's."""
    store = Store(Details("twin", "Twin", currency=currency, country=country), 1)
    build(store, customers=150, years=1.5, seed=11)
    shop = Shop(Profile("twin.myshopify.com", "Twin", currency=currency, country=country), 1, store.created_at)
    build_neighbour(shop, customers=150, years=1.5, seed=11)
    real = sorted((o for o in shop.orders.values() if not o.test), key=lambda order: (order.created_at, order.id))
    bought = [order for order in store.orders.values() if order.status_id != statuses.INCOMPLETE]
    return list(zip(real, bought, strict=True))


@pytest.fixture(scope="module", params=[("EUR", "DE"), ("USD", "US")])
def twins(request: pytest.FixtureRequest) -> list[Pair]:
    """Where prices contain the tax, and where they do not."""
    return pairs(*request.param)


def test_totals_and_refunds_are_equal(twins: list[Pair]) -> None:
    unequal = [
        (told.name, order.id)
        for told, order in twins
        if theirs.total(told) != totals.total(order) or theirs.refunded(told) != totals.refunded(order)
    ]

    assert unequal == []
    assert any(order.refunds for _, order in twins)


def test_a_status_says_what_became_of_an_order(twins: list[Pair]) -> None:
    for told, order in twins:
        if told.cancelled_at:
            assert order.status_id == statuses.CANCELLED
        elif theirs.refunded(told):
            assert order.status_id in {statuses.REFUNDED, statuses.PARTIALLY_REFUNDED}
        elif theirs.received(told) < theirs.total(told):
            assert order.status_id == statuses.AWAITING_PAYMENT
        else:
            assert order.status_id in {statuses.SHIPPED, statuses.COMPLETED, statuses.AWAITING_FULFILLMENT}


def test_discounts_fall_on_the_same_lines(twins: list[Pair]) -> None:
    for told, order in twins:
        for line, mine in zip(told.lines, order.lines, strict=True):
            assert line.discount == totals.discount_of(mine)
            assert (line.title, line.quantity, line.refunded) == (mine.name, mine.quantity, mine.quantity_refunded)
