"""Paying, refunding and cancelling keep an order's sums right."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.commerce.draft import Cart, Item, draft
from sandbox.commerce.money_moves import CommerceError, call_off, give_back, rest, settle, take_out
from sandbox.history.catalogue import stock
from sandbox.store import totals
from sandbox.store.order import Discount, Order
from sandbox.store.shop import Profile, Shop

AT = datetime(2026, 6, 1, tzinfo=UTC)


def a_shop(currency: str = "EUR") -> Shop:
    shop = Shop(Profile("sums.myshopify.com", "Sums", currency=currency), 1)
    stock(shop, AT)
    return shop


def an_order(shop: Shop, *units: int, percent: str = "0", paid: bool = True) -> Order:
    items = [Item(product, count) for product, count in zip(shop.products.values(), units, strict=False)]
    discounts = [Discount("CODE", "CODE", Decimal(percent))] if Decimal(percent) else []
    order = draft(shop, Cart(items, None, discounts), AT)
    if paid:
        settle(shop, order, AT)
    return order


def test_an_unpaid_order_becomes_paid_in_parts() -> None:
    shop = a_shop()
    order = an_order(shop, 1, paid=False)
    assert totals.financial_status(order) == "PENDING"

    settle(shop, order, AT, Decimal("29.00"))
    assert totals.financial_status(order) == "PARTIALLY_PAID"
    assert totals.outstanding(order) == Decimal("100.00")

    settle(shop, order, AT)
    assert totals.financial_status(order) == "PAID"
    with pytest.raises(CommerceError):
        settle(shop, order, AT)


def test_what_an_edit_takes_out_is_not_to_be_paid_and_the_total_stays_what_it_was() -> None:
    shop = a_shop()
    order = an_order(shop, 2, 1, percent="10", paid=False)
    line, whole = order.lines[0], totals.total(order)

    take_out(order, AT, {line.id: 1})

    assert (line.quantity, line.current_quantity) == (2, 1)
    assert totals.total(order) == whole
    assert totals.outstanding(order) == whole - line.discounted_total / 2
    settle(shop, order, AT)
    assert totals.financial_status(order) == "PAID"
    give_back(shop, order, AT, {line.id: 1})
    assert order.refunds[0].lines[0].subtotal == line.discounted_total / 2
    with pytest.raises(CommerceError):
        take_out(order, AT, {line.id: 1})


def test_a_refund_of_everything_gives_back_every_cent() -> None:
    shop = a_shop()
    order = an_order(shop, 3, 1, percent="33")

    give_back(shop, order, AT, rest(order), shipping=True)

    assert totals.refunded(order) == totals.total(order)
    assert totals.financial_status(order) == "REFUNDED"
    assert rest(order) == {}


@given(st.sampled_from(["EUR", "USD"]), st.integers(1, 9), st.integers(0, 90), st.data())
def test_piece_by_piece_gives_back_the_same_as_all_at_once(
    currency: str, units: int, percent: int, data: st.DataObject
) -> None:
    shop = a_shop(currency)
    order = an_order(shop, units, 2, percent=str(percent))
    while left := rest(order):
        line = data.draw(st.sampled_from(sorted(left)))
        give_back(shop, order, AT, {line: data.draw(st.integers(1, left[line]))})

    assert totals.refunded_goods(order) == totals.subtotal(order)
    assert totals.refunded_tax(order) == totals.tax(order)
    assert totals.refunded(order) == totals.total(order) - order.shipping


def test_never_more_is_given_back_than_was_paid() -> None:
    shop = a_shop()
    order = an_order(shop, 1)
    give_back(shop, order, AT, {}, bare=Decimal("100.00"))

    refund = give_back(shop, order, AT, rest(order))

    assert refund.total == Decimal("29.00")
    assert refund.bare == Decimal("-100.00")
    with pytest.raises(CommerceError):
        give_back(shop, order, AT, {}, bare=Decimal("0.01"))


def test_more_units_than_are_left_are_refused() -> None:
    shop = a_shop()
    order = an_order(shop, 2)

    with pytest.raises(CommerceError, match="2 units left"):
        give_back(shop, order, AT, {order.lines[0].id: 3})


def test_an_order_without_payment_is_void_when_cancelled() -> None:
    shop = a_shop()
    order = an_order(shop, 1, paid=False)

    call_off(order, AT, "customer")

    assert totals.financial_status(order) == "VOIDED"
    assert totals.outstanding(order) == 0
    with pytest.raises(CommerceError, match="already"):
        call_off(order, AT, "customer")


def test_a_discount_does_not_touch_gift_cards() -> None:
    shop = a_shop()
    goods = list(shop.products.values())
    card = next(product for product in goods if product.is_gift_card)
    ten = [Discount("TEN", "TEN", Decimal(10))]

    order = draft(shop, Cart([Item(goods[0], 1), Item(card, 1)], None, ten), AT)

    assert [line.discount for line in order.lines] == [Decimal("12.90"), Decimal(0)]
    assert order.lines[1].tax == 0


def test_euro_prices_hold_their_tax_and_dollar_prices_do_not() -> None:
    euro, dollar = an_order(a_shop("EUR"), 1), an_order(a_shop("USD"), 1)

    assert totals.total(euro) == Decimal("129.00")
    assert totals.tax(euro) == Decimal("20.60")
    assert totals.total(dollar) == Decimal("129.00") + totals.tax(dollar)
