"""Money that comes and goes: paying an order, refunding it, cancelling it. Silent: nothing is announced."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sandbox.money import ZERO, cents
from sandbox.store import totals
from sandbox.store.order import Line, Order, Refund, RefundLine, Transaction
from sandbox.store.shop import Shop


class CommerceError(ValueError):
    """This cannot be done in the shop; the text says why."""


def settle(shop: Shop, order: Order, at: datetime, amount: Decimal | None = None) -> None:
    """The order is paid: all of it, or ``amount``. Raises CommerceError."""
    due = totals.outstanding(order)
    paid = due if amount is None else amount
    if order.cancelled_at or paid > due or paid < 0 or (due == 0 and totals.total(order)):
        raise CommerceError("nothing of this order is left to pay, or less than that")
    if paid:
        gateway = "cash" if order.source_name == "pos" else "bogus"
        number = shop.numbers.next("OrderTransaction")
        order.transactions.append(Transaction(number, "SALE", paid, at, gateway))
    order.updated_at = at


def give_back(shop: Shop, order: Order, at: datetime, units: Mapping[int, int], *, shipping: bool = False,
              bare: Decimal = ZERO, note: str | None = None) -> Refund:  # fmt: skip
    """Units per line id, perhaps the shipping, perhaps a bare amount are refunded. Raises CommerceError.

    Never more than was paid: what goods are worth beyond that is a discrepancy, a negative bare amount.
    """
    taken = totals.received(order) - totals.refunded(order)
    lines = [_give_back_line(shop, order, line, units[line.id]) for line in order.lines if units.get(line.id)]
    freight = order.shipping - totals.refunded_shipping(order) if shipping else ZERO
    refund = Refund(
        shop.numbers.next("Refund"), at, note, lines, freight, bare, None, taxes_included=order.taxes_included
    )
    if bare < 0 or bare > taken or not taken or not refund.total:
        raise CommerceError("more would be refunded than was paid, or nothing at all")
    refund.bare -= max(ZERO, refund.total - taken)
    for given in lines:
        given.line.refunded += given.quantity
    if refund.total:
        number = shop.numbers.next("OrderTransaction")
        refund.transaction = Transaction(number, "REFUND", refund.total, at, "bogus")
    order.refunds.append(refund)
    order.updated_at = at
    return refund


def rest(order: Order) -> dict[int, int]:
    """Every unit that was not refunded yet, per line id."""
    return {line.id: line.current_quantity for line in order.lines if line.current_quantity}


def call_off(order: Order, at: datetime, reason: str) -> None:
    """The order is cancelled. Raises CommerceError when it was before."""
    if order.cancelled_at:
        raise CommerceError("this order is cancelled already")
    order.cancelled_at, order.cancel_reason, order.updated_at = at, reason.upper(), at


def take_out(order: Order, at: datetime, units: Mapping[int, int]) -> None:
    """Units per line id are not part of the order any more. Raises CommerceError."""
    lines = {line.id: line for line in order.lines}
    for number, quantity in units.items():
        if number not in lines or not 0 < quantity <= lines[number].current_quantity:
            raise CommerceError(f"line {number} has no {quantity} units that could be taken out")
    for number, quantity in units.items():
        lines[number].removed += quantity
    order.edited, order.updated_at = bool(units) or order.edited, at


def _give_back_line(shop: Shop, order: Order, line: Line, quantity: int) -> RefundLine:
    if not 0 < quantity <= line.current_quantity:
        raise CommerceError(f"line {line.id} has {line.current_quantity} units left, not {quantity}")
    before = [given for refund in order.refunds for given in refund.lines if given.line is line]
    subtotal, tax = line.discounted_total, line.tax
    if quantity == line.current_quantity and not line.removed:
        subtotal -= sum((given.subtotal for given in before), ZERO)
        tax -= sum((given.tax for given in before), ZERO)
    else:
        subtotal = cents(subtotal * quantity / line.quantity)
        tax = cents(tax * quantity / line.quantity)
    return RefundLine(shop.numbers.next("RefundLineItem"), line, quantity, subtotal, tax)
