"""Filters that ask for the lines of an order, the orders before and after it, and for the customer."""

import pytest

from plugin.db.transaction import Database
from plugin.engine.decide import Asked
from plugin.engine.errors import EngineError
from tests.engine.builders import ANN, BOB, NOW, Shop, a_line, ago, segment

A_AND_B = (
    "count(orders WHERE count(its lines WHERE product_id = 1) >= 1 AND count(its lines WHERE product_id = 2) >= 1)"
)
B_AFTER_A = """count(orders WHERE count(its lines WHERE product_id = 2) >= 1
    AND count(earlier orders WHERE count(its lines WHERE product_id = 1) >= 1 AND date + 30d >= outer.date) >= 1)"""


@pytest.fixture
def regular(shop: Shop) -> Shop:
    """Ann: products 1 and 2 together, 2 twenty days later, 3 sixty days after that. Bob: 2, then 1."""
    shop.customer(ANN, ago(400))
    shop.customer(BOB, ago(200))
    shop.order(ago(100), net="30", channel="pos", lines=[a_line(1, gross="10"), a_line(2, 2, gross="20")])
    order = shop.order(ago(80), net="40", channel="web", lines=[a_line(2, gross="40")])
    shop.order(ago(20), net="50", channel="web", lines=[a_line(3, gross="50")])
    shop.order(ago(19), BOB, net="5", lines=[a_line(2, gross="5")])
    shop.order(ago(15), BOB, net="7", lines=[a_line(1, gross="7")])
    shop.refund(order, ago(75), "10", units=1)
    return shop


@pytest.mark.parametrize(
    ("rule", "ann", "bob"),
    [
        (f"{A_AND_B} = 1", True, False),
        (f"{A_AND_B} = 0", False, True),
        (f"{B_AFTER_A} = 1", True, False),
        (f"{B_AFTER_A.replace('30d', '19d')} = 1", False, False),
        ("count(orders WHERE every(its lines HAVING product_id = 2)) = 1", True, True),
        ("count(orders WHERE none(its lines WHERE product_id IN (1, 2))) = 1", True, False),
        ("sum(orders.net WHERE sum(its lines.quantity) = 3) = 30", True, False),
        ("sum(orders.net WHERE sum(its lines.quantity) > 3) = 30", False, False),
        ("sum(orders.net WHERE sum(its lines.net WHERE product_id = 2) / net >= 0.6) = 60", True, False),
        ("count(orders WHERE count(its refunds WHERE date <= outer.date + 5d) = 1) = 1", True, False),
        ("count(orders WHERE count(its refunds WHERE date <= outer.date + 4d) = 1) = 1", False, False),
        ("any(orders WHERE any(its refunds WHERE date >= -75d))", True, False),
        ("any(orders WHERE any(its refunds WHERE date > -75d))", False, False),
        ("any(orders WHERE sum(latest 1 its lines.quantity) = 2)", True, False),
        ("any(orders WHERE date >= -30d AND none(its lines WHERE product_id = 3))", False, True),
        ("sum(lines.quantity WHERE count(its refunds) >= 1) = 1", True, False),
        ("count(orders WHERE count(earlier orders) = 0) = 1", True, True),
        ("count(orders WHERE count(later orders) = 2) = 1", True, False),
        ("count(orders WHERE net > max(earlier orders.net)) = 1", True, True),
        ("count(orders WHERE net >= max(earlier orders.net)) = 2", True, False),
        ("count(orders WHERE date - 60d >= max(earlier orders.date)) = 1", True, False),
        ("count(orders WHERE date - 61d >= max(earlier orders.date)) = 1", False, False),
        ("count(orders WHERE net > avg(orders.net)) = 1", True, True),
        ("sum(orders.net WHERE date = max(orders.date)) = 50", True, False),
        ("count(orders WHERE net > avg(orders.net WHERE channel = 'web') + 9) = 1", True, False),
        ("count(orders WHERE customer_added_date + 300d <= date) = 3", True, False),
        ("count(orders WHERE customer_added_date + 301d <= date) = 3", False, False),
        ("count(orders WHERE number_of_orders = 2) = 2", False, True),
        ("count(lines WHERE order.net = 30 AND order.net > net) = 2", True, False),
        ("count(lines WHERE count(earlier lines WHERE product_id = outer.product_id) >= 1) = 1", True, False),
        ("count(orders WHERE count(orders WHERE date > outer.date AND date <= outer.date + 30d) = 1) = 1", True, True),
        ("count(orders WHERE count(orders WHERE date > outer.date AND date <= outer.date + 3d) = 1) = 1", False, False),
        ("count(orders WHERE first(its lines.product_id) = 2) = 1", True, True),
        ("last(orders.net WHERE count(its lines WHERE order.channel = 'pos') = 2) = 30", True, False),
        ("count(orders WHERE count(its lines WHERE outer.position = 2) = 1) = 1", True, True),
        ("count(latest 1 orders HAVING count(its lines WHERE product_id = 3) = 1) = 1", True, False),
        ("count(orders WHERE count(latest 2 orders HAVING date = outer.date) = 1) = 2", True, True),
        ("count(orders WHERE net > avg(orders.net WHERE net < max(orders.net))) = 1", True, True),
        ("count(orders WHERE count(earlier orders WHERE count(earlier orders) = 1) = 1) = 1", True, False),
    ],
)
def test_a_filter_asks_beyond_its_row(regular: Shop, rule: str, ann: bool, bob: bool) -> None:
    decisions = regular.decide(regular.plan(segment(rule)), Asked.customers([ANN, BOB], NOW))

    assert [d.outcomes[0].label is not None for d in decisions] == [ann, bob]
    assert regular.decide(regular.plan(segment(rule)), Asked.everyone(NOW)) == decisions


def test_an_order_after_an_abandoned_checkout(shop: Shop) -> None:
    shop.checkout(ago(20), "80")
    shop.checkout(ago(5), "90", completed=ago(4))
    shop.order(ago(15))

    rule = "count(orders WHERE count(earlier checkouts WHERE date + 7d >= outer.date) >= 1) >= 1"

    assert shop.holds(rule)
    assert not shop.holds(rule.replace("7d", "4d"))
    assert shop.holds("count(orders WHERE date > max(checkouts.date)) = 1")
    assert shop.holds("count(checkouts) = 2 AND max(checkouts.date) = -1d", as_of=ago(4.5))


def test_two_orders_of_one_moment_are_neither_before_nor_after_one_another(shop: Shop) -> None:
    shop.order(ago(3))
    shop.order(ago(3))

    assert shop.holds("count(orders WHERE count(earlier orders) = 0 AND count(later orders) = 0) = 2")


def test_the_customers_tags_can_be_asked_for_inside_a_filter(shop: Shop) -> None:
    shop.order(ago(3))
    shop.tags(ago(9), "VIP")

    assert shop.holds("count(orders WHERE customer_tags CONTAINS 'vip') = 1")
    assert shop.holds("count(orders WHERE customer_tags CONTAINS 'new') = 0")


def test_a_tag_that_a_segment_writes_is_refused_inside_a_filter(shop: Shop) -> None:
    vip = segment("number_of_orders > 3", "vips", 1, ["VIP"])
    asks = segment("count(orders WHERE customer_tags CONTAINS 'vip') = 1", "asks", 2)
    other = segment("count(orders WHERE customer_tags CONTAINS 'new') = 1", "other", 2)

    with pytest.raises(EngineError, match="a segment writes it"):
        shop.plan(vip, asks)
    assert shop.plan(vip, other).statements


def test_what_came_before_is_unknown_where_older_orders_may_be_missing(door: Database) -> None:
    shop = Shop(door, orders_known_from=ago(60))
    shop.customer(ANN, ago(500))
    shop.customer(BOB, ago(50))
    for customer in (ANN, BOB):
        shop.order(ago(30), customer)
        shop.order(ago(10), customer)

    for rule, ann in [
        ("count(orders WHERE date >= -20d AND count(earlier orders) = 1) = 1", None),
        ("count(orders WHERE date >= -20d AND any(earlier orders WHERE date >= -40d)) = 1", True),
        ("count(orders WHERE date >= -40d AND count(later orders) = 1) = 1", True),
        ("count(orders WHERE count(later orders) = 1) = 1", None),
        ("sum(first 1 orders.net) = 100", None),
        ("sum(first 1 orders.net WHERE date >= -40d) = 100", True),
        ("every(orders HAVING net = 100)", None),
        ("count(orders WHERE date >= -40d AND net = max(orders.net)) = 2", None),
        ("count(orders WHERE date >= -40d AND any(its lines WHERE product_id = 1)) = 2", True),
    ]:
        assert shop.holds(rule) is ann, rule
        assert shop.holds(rule, BOB) is True, rule
