"""A row of which we do not know enough makes unknown what depends on it, and nothing else."""

import dataclasses
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from plugin.db import orders
from plugin.domain.facts import AMOUNTS, Address, OrderSeen, Version
from tests.engine.builders import ANN, Shop, a_line, ago, segment


def test_a_field_that_nobody_wrote_down_is_neither_so_nor_otherwise(shop: Shop) -> None:
    shop.order(ago(40), channel="pos")
    shop.order(ago(10), unknown=("channel",))

    assert shop.holds("count(orders WHERE channel = 'pos') = 1") is None
    assert shop.holds("count(orders WHERE NOT channel = 'pos') = 1") is None
    assert shop.holds("count(orders WHERE channel IS NULL) = 0") is None
    assert shop.holds("count(orders WHERE channel != 'pos' AND date <= -30d) = 0") is True
    assert shop.holds("count(orders WHERE channel = 'pos' OR net = 100) = 2") is True
    assert shop.holds("count(orders WHERE country IS NULL) = 2") is True


def test_every_kind_of_field_can_be_unknown(shop: Shop) -> None:
    names = ("tag", "gift", "app_id", "profit", "property", "address_differs", "gateway", "draft")
    shop.order(ago(10), unknown=names)

    for name in ("tag", "gift", "app_id", "profit", "property('x')", "address_differs", "gateway", "draft"):
        assert shop.holds(f"count(orders WHERE {name} IS NULL) = 1") is None, name
    assert shop.holds("count(orders WHERE gift = true) = 0") is None
    assert shop.holds("count(orders WHERE tag CONTAINS 'a') = 0") is None
    assert shop.holds("count(orders WHERE app_id = 3) = 0") is None
    assert shop.holds("count(lines WHERE order.tag CONTAINS 'a') = 0") is None


def test_a_profit_is_unknown_as_soon_as_one_cost_is(shop: Shop) -> None:
    known = a_line(1, gross="50", unit_cost=Decimal(20))
    shop.order(ago(40), net="50", lines=[known])
    shop.order(
        ago(10),
        net="80",
        lines=[a_line(1, gross="50", unit_cost=Decimal(20)), a_line(2, gross="30", unknown=("cost",))],
    )

    assert shop.holds("sum(orders.profit) >= 30") is None
    assert shop.holds("sum(orders.profit WHERE date <= -30d) = 30") is True
    assert shop.holds("first(orders.profit) = 30") is True
    assert shop.holds("last(orders.profit) = 30") is None
    assert shop.holds("max(first 1 orders.profit) = 30") is True
    assert shop.holds("count(orders WHERE profit >= 30) = 1") is None
    assert shop.holds("sum(lines.profit WHERE product_id = 1) = 60") is True
    assert shop.holds("avg(lines.profit) >= 0") is None
    assert shop.holds("count_distinct(lines.cost) = 1") is None


def test_a_line_known_to_have_no_cost_has_no_profit(shop: Shop) -> None:
    shop.order(ago(10), net="50", lines=[a_line(1, gross="50")])

    assert shop.holds("sum(lines.profit) = 0 AND count(orders WHERE profit IS NULL) = 1") is True


def test_only_the_chosen_rows_must_be_known_for_a_test_of_them(shop: Shop) -> None:
    shop.order(ago(40), unknown=("country",))
    shop.order(ago(10), country="IE")

    assert shop.holds("count(latest 1 orders HAVING country = 'IE') = 1") is True
    assert shop.holds("count(first 1 orders HAVING country = 'IE') = 1") is None
    assert shop.holds("count(latest 1 orders WHERE country = 'IE') = 1") is None


def test_what_is_unknown_of_a_line_is_unknown_of_its_order(shop: Shop) -> None:
    shop.order(ago(40), lines=[a_line(1, tags=None)])
    shop.order(ago(10), lines=[a_line(1, tags=["a"])])

    assert shop.holds("count(orders WHERE any(its lines WHERE product_tag CONTAINS 'a')) = 1") is None
    assert shop.holds("count(latest 1 orders HAVING any(its lines WHERE product_tag CONTAINS 'a')) = 1") is True
    assert shop.holds("count(orders WHERE any(its lines WHERE product_id = 2)) = 0") is True


def test_what_is_unknown_of_a_customer_is_unknown_inside_a_filter(shop: Shop) -> None:
    shop.customer(ANN, ago(400), unknown=("events",))
    shop.order(ago(10))

    assert shop.holds("count(orders WHERE date > max(events.date)) = 0") is None
    assert shop.holds("count(orders WHERE any(earlier events WHERE name = 'a')) = 0") is None
    assert shop.holds("count(orders WHERE any(earlier events WHERE name = 'a') AND net = 5) = 0") is True


def test_what_was_bought_is_unknown_where_nobody_wrote_it_down(shop: Shop) -> None:
    names = ("product_id", "variant_id", "sku", "title")
    shop.order(ago(10), lines=[replace(a_line(unknown=names), product_id=None)], unknown=("name", "discount_kind"))

    for name, value in (("product_id", "1"), ("variant_id", "1"), ("sku", "'A'"), ("title", "'A'")):
        assert shop.holds(f"none(lines WHERE {name} = {value})") is None, name
        assert shop.holds(f"any(lines WHERE {name} IS NULL)") is None, name
    assert shop.holds("products_purchased NOT MATCHES (id = 5)") is None
    assert shop.holds("none(orders WHERE name = '#1')") is None
    assert shop.holds("none(orders WHERE discount_kind CONTAINS 'manual')") is None


def test_a_part_of_an_address_that_nobody_wrote_down_is_unknown(shop: Shop) -> None:
    shop.customer(unknown=("city", "customer_cities", "postcode"))
    shop.addresses(ago(10), Address("GB", main=True))

    assert shop.holds("country = 'GB' AND customer_countries CONTAINS 'GB' AND region IS NULL") is True
    assert shop.holds("NOT (city = 'Leeds')") is None
    assert shop.holds("customer_cities NOT CONTAINS 'Leeds'") is None
    assert shop.holds("none(addresses WHERE postcode = 'LS1')") is None
    assert shop.holds("count(addresses WHERE country = 'GB') = 1") is True


def a_foreign_order(shop: Shop, placed: datetime) -> OrderSeen:
    """An order that was paid in a currency whose rate nobody knows."""
    shop.context = dataclasses.replace(shop.context, amounts_unsure=True)
    amounts = ("gross", "discount", "net", "profit")
    line = a_line(1, gross="0", unknown=(*amounts, "price", "cost"))
    return shop.order(placed, net="0", lines=[line], unknown=tuple(sorted(AMOUNTS)))


def test_amounts_that_nobody_can_tell_decide_nothing_and_the_order_counts(shop: Shop) -> None:
    shop.order(ago(40), net="50")
    foreign = a_foreign_order(shop, ago(10))
    shop.refund(foreign, ago(5), "0", total="0")

    for name in ("gross", "discount", "net", "total", "refunded", "shipping", "tax", "profit"):
        assert shop.holds(f"sum(orders.{name}) >= 0") is None, name
        assert shop.holds(f"NOT sum(orders.{name}) >= 0") is None, name
        assert shop.holds(f"count(orders WHERE {name} < 1 AND date >= -30d) = 1") is None, name
    for name in ("lines.gross", "lines.discount", "lines.net", "refunds.goods", "refunds.total"):
        assert shop.holds(f"sum({name}) >= 0") is None, name
    assert shop.holds("count(orders) = 2 AND sum(lines.quantity) = 2 AND count(refunds) = 1") is True
    assert shop.holds("sum(lines.order.total) >= 0") is None
    assert shop.holds("count(refunds WHERE order.net = 0) = 1") is None


def test_amounts_are_known_where_the_rest_of_the_rule_leaves_the_doubtful_order_out(shop: Shop) -> None:
    shop.order(ago(40), net="50")
    a_foreign_order(shop, ago(10))

    assert shop.holds("sum(orders.net WHERE date <= -30d) = 50") is True
    assert shop.holds("first(orders.net) = 50") is True
    assert shop.holds("last(orders.net) = 0") is None
    assert shop.holds("any(orders WHERE net >= 50)") is True
    assert shop.holds("any(orders WHERE net >= 60)") is None
    assert shop.holds("sum(orders.net) >= 500 OR count(orders) = 2") is True
    assert shop.holds("amount_spent >= 0") is None


def test_a_store_whose_amounts_are_all_known_is_not_asked_for_them(shop: Shop) -> None:
    shop.order(ago(40), net="50")

    plan = shop.plan(segment("sum(orders.net) + sum(lines.gross) + sum(refunds.total) >= 5"))
    shop.context = dataclasses.replace(shop.context, amounts_unsure=True)
    wary = shop.plan(segment("sum(orders.net) + sum(lines.gross) + sum(refunds.total) >= 5"))

    for name in ("o.unknown", "l.unknown"):
        assert all(name not in statement.text + statement.everyone for statement in plan.statements)
        assert all(name in statement.text and name in statement.everyone for statement in wary.statements)


def test_a_payment_that_was_taken_back_never_counted_at_any_moment(shop: Shop) -> None:
    version = Version(ago(9), ago(9), b"")
    taken = Version(ago(5), ago(5), b"")
    paid = shop.order(ago(10), payment_version=version)
    assert shop.holds("count(orders) = 1", as_of=ago(7)) is True

    with shop.open() as tx:
        orders.put(tx, [replace(paid, version=taken, payment_version=taken, paid_at=None)])

    for moment in (ago(9), ago(7), ago(5), ago(1)):
        assert shop.holds("count(orders) = 0 AND count(lines) = 0 AND count(unpaid orders) = 1", as_of=moment) is True
