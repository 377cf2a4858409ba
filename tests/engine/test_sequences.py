"""Where an order stands among the customer's others, and how long after and before them."""

import pytest

from plugin.db.transaction import Database
from plugin.engine.decide import Asked
from tests.engine.builders import ANN, BOB, NOW, Shop, a_line, ago, segment


@pytest.fixture
def regular(shop: Shop) -> Shop:
    """Ann's orders: 100, 60.5 and 30 days ago, an unpaid one 10 days ago; Bob's: one."""
    shop.customer(ANN, ago(400))
    shop.customer(BOB, ago(200))
    shop.order(ago(100), net="10", lines=[a_line(1, gross="10")])
    shop.order(ago(60.5), net="20", lines=[a_line(2, gross="20")])
    shop.order(ago(30), net="40", lines=[a_line(1, gross="40")])
    shop.order(ago(10), net="80", paid=False, lines=[a_line(3, gross="80")])
    shop.order(ago(7), BOB, net="5", lines=[a_line(1, gross="5")])
    return shop


@pytest.mark.parametrize(
    ("rule", "ann", "bob"),
    [
        ("sum(orders.net WHERE position = 2) = 20", True, False),
        ("sum(orders.net WHERE position = 2 AND net > 20) = 20", False, False),
        ("count(orders WHERE position >= 4) = 0", True, True),
        ("count(placed orders WHERE position = 4) = 1", True, False),
        ("sum(orders.net WHERE net >= 20 AND position = 3) = 40", True, False),
        ("max(orders.days_since_previous) = 39.5", True, False),
        ("max(orders.days_since_previous) > 39.5", False, False),
        ("min(orders.days_since_previous) = 30.5", True, False),
        ("max(orders.days_since_previous) IS NULL", False, True),
        ("avg(orders.days_since_previous) = 35", True, False),
        ("sum(orders.days_since_previous) = 70", True, False),
        ("sum(orders.days_since_previous) = 0", False, True),
        ("count(orders WHERE days_since_previous IS NULL) = 1", True, True),
        ("count(orders WHERE days_since_previous >= 39.5) = 1", True, False),
        ("count(orders WHERE days_since_previous > 39.5) = 0", True, True),
        ("count(orders WHERE days_until_next < 31) = 1", True, False),
        ("last(orders.days_until_next) IS NULL", True, True),
        ("last(placed orders.days_since_previous) = 20", True, False),
        ("avg(orders.days_since_previous) = (max(orders.net) - 5) / 1", True, False),
        ("count(orders WHERE days_since_previous * 2 = 79) = 1", True, False),
        ("count(orders WHERE days_since_previous > days_until_next) = 1", True, False),
        ("sum(lines.net WHERE order.position = 2) = 20", True, False),
        ("count(lines WHERE order.days_since_previous < 31) = 1", True, False),
        ("sum(placed lines.net WHERE order.days_since_previous = 20) = 80", True, False),
        ("sum(lines.net WHERE order.days_until_next = 39.5) = 10", True, False),
    ],
)
def test_an_order_knows_its_place(regular: Shop, rule: str, ann: bool, bob: bool) -> None:
    decisions = regular.decide(regular.plan(segment(rule)), Asked.customers([ANN, BOB], NOW))

    assert [d.outcomes[0].label is not None for d in decisions] == [ann, bob]
    assert regular.decide(regular.plan(segment(rule)), Asked.everyone(NOW)) == decisions


def test_a_gap_is_exact_to_the_microsecond(shop: Shop) -> None:
    shop.order(ago(3))
    shop.order(ago(2, hours=16))  # A third of a day later, which no decimal number is.

    assert shop.holds("count(orders WHERE days_since_previous * 3 = 1) = 1")
    assert shop.holds("avg(orders.days_since_previous) * 3 = 1")
    assert not shop.holds("count(orders WHERE days_since_previous * 3 > 1) = 1")


def test_a_later_order_is_not_there_yet(regular: Shop) -> None:
    assert regular.holds("count(orders WHERE days_until_next IS NULL AND position = 2) = 1", as_of=ago(31))


def test_a_place_is_unknown_where_older_orders_may_be_missing(door: Database) -> None:
    shop = Shop(door, orders_known_from=ago(60))
    shop.customer(ANN, ago(500))
    shop.customer(BOB, ago(50))
    for customer in (ANN, BOB):
        shop.order(ago(20), customer)

    assert shop.holds("count(orders WHERE position = 1 AND date >= -30d) = 1") is None
    assert shop.holds("count(orders WHERE position = 1 AND date >= -30d) = 1", BOB) is True
    assert shop.holds("count(orders WHERE days_until_next IS NULL AND date >= -30d) = 1") is True


def test_a_place_matters_only_where_the_rest_does_not_decide(door: Database) -> None:
    shop = Shop(door, orders_known_from=ago(60))
    shop.customer(ANN, ago(500))
    shop.order(ago(20))

    assert shop.holds("any(orders WHERE date >= -7d AND position = 1)") is False
    assert shop.holds("any(orders WHERE date >= -30d AND position = 1)") is None


def test_a_gap_is_known_between_two_orders_of_the_time_that_is_known(door: Database) -> None:
    shop = Shop(door, orders_known_from=ago(60))
    shop.customer(ANN, ago(500))
    for days in (50, 20):
        shop.order(ago(days))

    assert shop.holds("any(orders WHERE date >= -30d AND days_since_previous >= 30)") is True
    assert shop.holds("any(orders WHERE date >= -30d AND days_since_previous > 30)") is False
    assert shop.holds("any(orders WHERE date >= -55d AND days_since_previous > 30)") is None
    assert shop.holds("any(lines WHERE date >= -30d AND order.days_since_previous >= 30)") is True
