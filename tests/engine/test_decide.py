"""Rules of the first vocabulary, each with a customer who is in and one who just misses."""

from datetime import timedelta

import pytest

from plugin.engine.decide import Asked
from tests.engine.builders import ANN, BOB, NOW, Shop, a_line, ago, segment


@pytest.fixture
def regular(shop: Shop) -> Shop:
    """Ann: 100 ten days ago, 50 forty days ago, 30 two hundred days ago; Bob: nothing at all."""
    shop.customer(ANN, ago(400))
    shop.customer(BOB, ago(20))
    shop.order(ago(10), net="100", channel="web", country="DE", lines=[a_line(1, 2, "100", tags=["Shoes"])])
    shop.order(ago(40), net="50", discount="10", channel="pos", discount_codes=("SUMMER",), tags=("gift",))
    shop.order(ago(200), net="30", total="36", lines=[a_line(2, 1, "30", tags=None)])
    return shop


@pytest.mark.parametrize(
    ("rule", "ann", "bob"),
    [
        ("number_of_orders = 3", True, False),
        ("number_of_orders > 3", False, False),
        ("number_of_orders = 0", False, True),
        ("amount_spent >= 186", True, False),
        ("amount_spent > 186", False, False),
        ("last_order_date >= -10d", True, False),
        ("last_order_date > -10d", False, False),
        ("last_order_date < -10d", False, False),
        ("last_order_date != -10d", False, True),
        ("last_order_date IS NULL", False, True),
        ("first_order_date BETWEEN -200d AND -199d", True, False),
        ("customer_added_date > -21d", False, True),
        ("sum(orders.net) = 180", True, False),
        ("sum(orders.net WHERE date >= -40d) = 150", True, False),
        ("sum(orders.discount) = 10", True, False),
        ("avg(orders.net) = 60", True, False),
        ("avg(orders.net) != 61", True, False),
        ("avg(orders.net) IS NULL", False, True),
        ("min(orders.net) = 30 AND max(orders.net) = 100", True, False),
        ("count(orders WHERE channel = 'POS' AND date >= -90d) >= 1", True, False),
        ("count(orders WHERE discount_code CONTAINS 'summer') = 1", True, False),
        ("count(orders WHERE discount_code IS NULL) = 2", True, False),
        ("count(orders WHERE country IS NULL) = 2", True, False),
        ("count(orders WHERE country != 'DE') = 0", True, True),
        ("sum(lines.quantity) = 4", True, False),
        ("sum(lines.net WHERE product_id = 1) / sum(lines.net) >= 0.5", True, False),
        ("sum(orders.net) / 0 > 1 OR sum(orders.net) / 0 <= 1", False, False),
        ("orders_placed MATCHES (date >= -50d, amount > 90)", True, False),
        ("orders_placed MATCHES (count >= 3)", True, False),
        ("orders_placed NOT MATCHES (date >= -5d)", True, True),
        ("products_purchased MATCHES (id = 1)", True, False),
        ("products_purchased MATCHES (id IN (7, 8))", False, False),
        ("products_purchased MATCHES (tag = 'shoes', date >= -30d)", True, False),
        ("products_purchased MATCHES (tag = 'hats', date >= -30d)", False, False),
        ("products_purchased MATCHES (tag = 'hats')", None, False),
        ("NOT (number_of_orders > 5)", True, True),
        ("count(orders) = 3 AND NOT last_order_date >= -5d", True, False),
    ],
)
def test_a_rule_means_what_it_says(regular: Shop, rule: str, ann: bool | None, bob: bool | None) -> None:
    decisions = regular.decide(regular.plan(segment(rule)), Asked.customers([ANN, BOB], NOW))

    found = [None if d.outcomes[0].undecided else d.outcomes[0].label is not None for d in decisions]
    assert found == [ann, bob]


def test_later_facts_are_invisible_at_an_earlier_moment(regular: Shop) -> None:
    assert regular.holds("number_of_orders = 1", as_of=ago(100))
    assert regular.holds("number_of_orders = 2", as_of=ago(30))


def test_an_order_counts_from_the_instant_it_is_placed(regular: Shop) -> None:
    assert regular.holds("number_of_orders = 3", as_of=ago(10))
    assert regular.holds("number_of_orders = 2", as_of=ago(10) - timedelta(microseconds=1))


def test_a_refund_is_deducted_from_the_moment_it_was_made(shop: Shop) -> None:
    order = shop.order(ago(30), net="100")
    shop.refund(order, ago(10), "40", total="44")

    assert shop.holds("sum(orders.net) = 60 AND amount_spent = 56")
    assert shop.holds("sum(orders.net) = 100 AND amount_spent = 100", as_of=ago(11))


def test_a_fully_refunded_order_counts_no_more_but_stays_paid(shop: Shop) -> None:
    order = shop.order(ago(30), net="100")
    shop.refund(order, ago(10), "100", units=1)

    assert shop.holds("count(orders) = 0 AND count(paid orders) = 1 AND count(refunded orders) = 1")
    assert shop.holds("sum(lines.net_quantity) = 0 AND sum(paid lines.quantity) = 1")
    assert shop.holds("count(orders) = 1 AND sum(lines.net) = 100", as_of=ago(11))


def test_everyone_is_answered_as_each_by_name(regular: Shop) -> None:
    plan = regular.plan(segment("number_of_orders > 0", "buyers", 1), segment("NOT IN SEGMENT 'buyers'", "others", 2))

    everyone = regular.decide(plan, Asked.everyone(NOW))

    assert everyone == regular.decide(plan, Asked.customers([BOB, ANN], NOW))
    assert [[o.label for o in d.outcomes] for d in everyone] == [["", None], [None, ""]]
