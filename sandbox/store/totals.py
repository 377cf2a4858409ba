"""What an order adds up to. Every amount is in the shop's currency."""

from decimal import Decimal

from sandbox.money import ZERO, cents
from sandbox.store.order import Line, Order


def gross(order: Order) -> Decimal:
    """Lines before discounts."""
    return sum((line.original_total for line in order.lines), ZERO)


def discounts(order: Order) -> Decimal:
    """Every discount."""
    return sum((line.discount for line in order.lines), ZERO)


def subtotal(order: Order) -> Decimal:
    """Lines after discounts; includes tax when the shop's prices do."""
    return gross(order) - discounts(order)


def tax(order: Order) -> Decimal:
    """All tax, whether on top of the prices or within them."""
    return sum((line.tax for line in order.lines), ZERO)


def total(order: Order) -> Decimal:
    """What the customer is charged; never changes with refunds and edits."""
    return subtotal(order) + order.shipping + (ZERO if order.taxes_included else tax(order))


def taken_out(order: Order) -> Decimal:
    """What the units were worth that an edit took out, with their tax."""
    return sum((_taken_out(line, included=order.taxes_included) for line in order.lines), ZERO)


def _taken_out(line: Line, *, included: bool) -> Decimal:
    worth = line.discounted_total + (ZERO if included else line.tax)
    return cents(worth * line.removed / line.quantity)


def refunded(order: Order) -> Decimal:
    """All money given back."""
    return sum((refund.total for refund in order.refunds), ZERO)


def refunded_goods(order: Order) -> Decimal:
    """The part of the refunds that belongs to lines."""
    return sum((line.subtotal for refund in order.refunds for line in refund.lines), ZERO)


def refunded_tax(order: Order) -> Decimal:
    """The tax given back with lines."""
    return sum((line.tax for refund in order.refunds for line in refund.lines), ZERO)


def refunded_shipping(order: Order) -> Decimal:
    """The shipping given back."""
    return sum((refund.shipping for refund in order.refunds), ZERO)


def received(order: Order) -> Decimal:
    """All money that came in."""
    return sum((t.amount for t in order.transactions if t.kind in {"SALE", "CAPTURE"}), ZERO)


def outstanding(order: Order) -> Decimal:
    """What is still to be paid; nothing after a cancellation."""
    return ZERO if order.cancelled_at else max(ZERO, total(order) - taken_out(order) - received(order))


def financial_status(order: Order) -> str:
    """The GraphQL word for the state of the payment; webhooks write it in lower case."""
    came, back = received(order), refunded(order)
    if not came:
        if order.cancelled_at:
            return "VOIDED"
        if total(order) == 0:
            return "PAID"
        return "AUTHORIZED" if order.authorized else "PENDING"
    if back >= came:
        return "REFUNDED"
    if back:
        return "PARTIALLY_REFUNDED"
    return "PAID" if came >= total(order) - taken_out(order) else "PARTIALLY_PAID"
