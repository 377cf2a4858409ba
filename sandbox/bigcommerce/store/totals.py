"""What follows from an order's lines: totals with and without tax, what was given back and what is left."""

from decimal import Decimal

from sandbox.bigcommerce.store.order import Line, Order
from sandbox.money import ZERO


def discount_of(line: Line) -> Decimal:
    """All that was taken off this line, in the order's kind of prices."""
    return sum((each.amount for each in line.applied), ZERO)


def paid_for(order: Order, line: Line) -> Decimal:
    """What the buyer paid for the line, tax included."""
    return order.with_tax(line.price * line.quantity - discount_of(line), line.tax_rate)


def subtotal(order: Order, *, tax: bool) -> Decimal:
    """All lines before discounts."""
    return sum((_taxed(order, line.price * line.quantity, line.tax_rate, tax=tax) for line in order.lines), ZERO)


def shipping(order: Order, *, tax: bool) -> Decimal:
    """The cost of shipping."""
    return _taxed(order, order.shipping, order.shipping_tax_rate, tax=tax)


def total(order: Order, *, tax: bool = True) -> Decimal:
    """All of it, after discounts and before store credit."""
    lines = (
        _taxed(order, line.price * line.quantity - discount_of(line), line.tax_rate, tax=tax) for line in order.lines
    )
    return sum(lines, ZERO) + shipping(order, tax=tax)


def coupon_discount(order: Order) -> Decimal:
    """What coupons took off."""
    return sum((each.discount for each in order.coupons), ZERO)


def refunded(order: Order) -> Decimal:
    """What was given back so far."""
    return sum((each.total for each in order.refunds), ZERO)


def units(order: Order) -> int:
    """Items in the order."""
    return sum(line.quantity for line in order.lines)


def _taxed(order: Order, amount: Decimal, rate: Decimal, *, tax: bool) -> Decimal:
    return order.with_tax(amount, rate) if tax else order.without_tax(amount, rate)
