"""The past of a shop is believable, and its sums are right to the cent."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sandbox.history.build import build
from sandbox.store import totals
from sandbox.store.shop import Profile, Shop

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def a_shop(customers: int = 300, seed: int = 1, currency: str = "EUR") -> Shop:
    shop = Shop(Profile("past.myshopify.com", "Past", currency=currency), 1, NOW)
    build(shop, customers=customers, years=2, seed=seed)
    return shop


@pytest.fixture(scope="module")
def shop() -> Shop:
    return a_shop()


def test_the_same_seed_gives_the_same_past() -> None:
    def told(shop: Shop) -> list[tuple[object, ...]]:
        return [
            (order.id, order.customer_id, totals.total(order), totals.refunded(order), len(order.lines))
            for order in shop.orders.values()
        ]

    assert told(a_shop(60, seed=5)) == told(a_shop(60, seed=5))
    assert told(a_shop(60, seed=5)) != told(a_shop(60, seed=6))


def test_every_kind_of_order_occurs(shop: Shop) -> None:
    orders = list(shop.orders.values())
    statuses = Counter(totals.financial_status(order) for order in orders)

    assert {"PAID", "PARTIALLY_REFUNDED", "REFUNDED", "PENDING"} <= set(statuses)
    assert {order.source_name for order in orders} == {"web", "pos"}
    assert any(order.customer_id is None for order in orders)
    assert any(order.test for order in orders)
    assert any(order.cancelled_at for order in orders)
    assert any(order.discounts for order in orders)
    assert len({order.presentment_currency for order in orders}) > 2


def test_customers_differ_as_people_do(shop: Shop) -> None:
    counts = Counter(shop.number_of_orders(number) for number in shop.customers)
    countries = Counter(who.address.country_code for who in shop.customers.values() if who.address)

    assert counts[0] > 5
    assert counts[1] > 60
    assert max(counts) >= 10
    assert countries.most_common(1)[0][0] == "DE"
    assert len(countries) > 5
    assert {who.consent.state for who in shop.customers.values()} >= {"SUBSCRIBED", "NOT_SUBSCRIBED", "UNSUBSCRIBED"}
    assert 20 < sum(1 for who in shop.customers.values() if len(who.tags)) < 100


def test_nothing_lies_in_the_future_or_before_its_cause(shop: Shop) -> None:
    for order in shop.orders.values():
        assert order.created_at <= order.updated_at <= shop.created_at
        assert all(order.created_at < refund.created_at <= shop.created_at for refund in order.refunds)
        if order.customer_id is not None:
            who = shop.customers[order.customer_id]
            assert who.created_at - timedelta(days=1) <= order.created_at
    for who in shop.customers.values():
        assert all(at <= shop.created_at for at in who.tags.since().values())
        assert who.consent.updated_at is None or who.consent.updated_at <= shop.created_at


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_sums_add_up_to_the_cent(currency: str) -> None:
    for order in a_shop(120, currency=currency).orders.values():
        parts = sum((line.discounted_total for line in order.lines), Decimal())
        tax = Decimal() if order.taxes_included else totals.tax(order)

        assert totals.total(order) == parts + order.shipping + tax
        assert totals.gross(order) - totals.discounts(order) == totals.subtotal(order)
        assert 0 <= totals.refunded(order) <= totals.received(order) <= totals.total(order)
        assert all(amount == round(amount, 2) for amount in (totals.total(order), totals.tax(order)))
        assert order.taxes_included == (currency == "EUR")


def test_a_line_never_gives_back_more_than_it_had(shop: Shop) -> None:
    for order in shop.orders.values():
        for line in order.lines:
            given = [part for refund in order.refunds for part in refund.lines if part.line is line]
            assert sum(part.quantity for part in given) == line.refunded <= line.quantity
            assert sum((part.subtotal for part in given), Decimal()) <= line.discounted_total


def test_two_shops_have_equal_ids_above_what_javascript_can_count() -> None:
    one, other = a_shop(10, seed=1), a_shop(10, seed=2)

    assert list(one.customers) == list(other.customers)
    assert min(one.customers) > 2**53
