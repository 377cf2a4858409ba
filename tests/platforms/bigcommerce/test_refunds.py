"""What comes back lowers what was bought by exactly what it was worth."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.facts import OrderSeen, RefundLineSeen, RefundSeen
from plugin.domain.ids import LineId
from tests.platforms.bigcommerce.builders import (
    a_line,
    a_refund,
    amounts,
    an_order,
    bought,
    given_back,
    money,
    off,
    read,
    units,
)


def net(order: dict[str, Any], *refunds: dict[str, Any]) -> Decimal:
    told = bought(order, refunds=list(refunds))
    return told.gross - told.discount - sum((each.goods for each in given_back(order, *refunds)), Decimal(0))


def test_units_are_worth_what_the_buyer_paid_for_them() -> None:
    order = an_order(a_line(25, "10.0000", 2, "0.1", applied_discounts=[off("5.0000", "FIVE")]))
    (refund,) = given_back(order, a_refund(units(25, 1, 7.5), total=8.25, tax=0.75))

    assert refund.lines == (RefundLineSeen(LineId(25), 1, Decimal("7.5")),)
    assert (refund.goods, refund.total) == (Decimal("7.5"), Decimal("8.25"))
    assert refund.refunded_at == datetime(2026, 3, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize(("named", "included"), [(10, False), (11, True)])
def test_what_went_back_in_all_tells_whether_the_named_amounts_contain_tax(named: float, included: bool) -> None:
    order = an_order(a_line(25, "10.0000", 2, "0.1"), is_tax_inclusive_pricing=not included)
    (refund,) = given_back(order, a_refund(units(25, 1, named), total=11, tax=1))
    assert refund.goods == 10


def test_an_amount_that_is_not_told_follows_from_the_units() -> None:
    (refund,) = given_back(an_order(a_line(25, "10.0000", 4)), a_refund(units(25, 3), total=30))
    assert refund.goods == 30


def test_an_amount_that_was_named_is_taken_at_its_word() -> None:
    (refund,) = given_back(an_order(a_line(25, "10.0000", 2)), a_refund(units(25, 1, 6), total=6))
    assert refund.goods == 6


def test_what_is_kept_back_is_not_given_back() -> None:
    fee = units(25, 1, adjustments=[{"amount": -2.5, "description": "Restocking"}])
    (refund,) = given_back(an_order(a_line(25, "10.0000", 2)), a_refund(fee, total=7.5))
    assert refund.goods == Decimal("7.5")


def test_shipping_handling_wrapping_and_fees_are_no_goods() -> None:
    others = [money(kind, 3) for kind in ("SHIPPING", "HANDLING", "GIFT_WRAPPING", "FEE")]
    (refund,) = given_back(an_order(), a_refund(*others, units(25, 1, 10), total=22))

    assert (refund.goods, refund.total) == amounts(10, 22)
    assert len(refund.lines) == 1


def test_a_bare_amount_is_all_goods() -> None:
    (refund,) = given_back(an_order(), a_refund(money("ORDER", 4), total=4))
    assert (refund.goods, refund.lines) == (Decimal(4), ())


def test_tax_alone_takes_nothing_off_the_goods() -> None:
    (refund,) = given_back(an_order(), a_refund(total=1.5, tax=1.5))
    assert (refund.goods, refund.total) == amounts(0, "1.5")


def test_included_tax_is_no_goods() -> None:
    line = a_line(25, "10.0000", 2, "0.21", applied_discounts=[off("2.4200", "TEN")])
    order = an_order(line, is_tax_inclusive_pricing=True)
    (refund,) = given_back(order, a_refund(units(25, 1, 10.89), total=10.89, tax=1.89))

    assert refund.goods == 9
    assert net(order, a_refund(units(25, 1, 10.89), total=10.89, tax=1.89)) == 9


def test_cents_that_were_rounded_leave_nothing_of_a_whole_refund() -> None:
    order = an_order(a_line(25, "3.3333", 3, "0.19"), is_tax_inclusive_pricing=True, status_id=4)
    assert net(order, a_refund(units(25, 3, 11.9), total=11.9, tax=1.9)) == 0


def test_refunded_in_several_parts_the_last_one_takes_what_is_left() -> None:
    order = an_order(a_line(25, "10.0000", 3, applied_discounts=[off("10.0000", "TEN")]), status_id=4)
    first = a_refund(units(25, 1), number=4, total=6.67)
    second = a_refund(units(25, 1), number=5, total=6.67, created="2026-03-05T08:00:00+00:00")

    refunds = given_back(order, second, first)
    assert [each.id for each in refunds] == [4, 5]
    assert sum((each.goods for each in refunds), Decimal(0)) == 20
    assert net({**order, "status_id": 14}, first, second) == Decimal("6.6666")


def test_a_refund_the_provider_declined_is_none() -> None:
    declined = [{"id": 1, "provider_id": "stripe", "amount": 10, "offline": False, "is_declined": True}]
    assert given_back(an_order(), a_refund(units(25, 1, 10), total=10, payments=declined)) == []


def test_a_refund_of_a_line_that_is_gone_says_only_what_went_back() -> None:
    (refund,) = given_back(an_order(), a_refund(units(999, 1, 10), total=10))
    assert (refund.goods, refund.total, refund.lines) == (*amounts(0, 10), ())


def test_in_another_currency_nobody_knows_how_much_went_back() -> None:
    foreign = {"default_currency_code": "EUR", "store_default_to_transactional_exchange_rate": "0.92"}
    (refund,) = given_back(an_order(**foreign), a_refund(units(25, 1, 10), total=10))

    assert (refund.goods, refund.total) == amounts(0, 0)
    assert refund.lines[0].quantity == 1


@pytest.mark.parametrize("topic", ["api/orders", "api/refunds"])
def test_refunds_come_with_their_order_or_alone(topic: str) -> None:
    facts = read(topic, {"order": an_order(), "refunds": [a_refund(units(25, 1, 10), total=10)]}, answers={118: 2})

    assert sum(isinstance(fact, RefundSeen) for fact in facts) == 1
    assert any(isinstance(fact, OrderSeen) for fact in facts) is (topic == "api/orders")


def test_the_refunded_amounts_of_v2_are_not_believed() -> None:
    assert given_back(an_order(refunded_amount="20.0000")) == []
