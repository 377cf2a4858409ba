"""Money given back: for units, for shipping, or a bare amount of the order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.bigcommerce.commerce.draft import CommerceError
from sandbox.bigcommerce.store import statuses, totals
from sandbox.bigcommerce.store.order import Order, Refund, RefundItem
from sandbox.bigcommerce.store.store import Store
from sandbox.money import ZERO, cents


@dataclass(frozen=True, slots=True)
class Giving:
    """What to refund: units per line id (None is all that is left), shipping, a bare amount."""

    units: Mapping[int, int] | None = None
    shipping: bool = False
    bare: Decimal = ZERO
    reason: str = ""


def rest(order: Order) -> dict[int, int]:
    """Units the customer still has."""
    left = {line.id: line.quantity - line.quantity_refunded for line in order.lines}
    return {number: units for number, units in left.items() if units}


def give_back(store: Store, order: Order, giving: Giving, at: datetime) -> Refund:
    """The refund, made; the order's status and payment say so. Raises CommerceError for more than is left."""
    units = rest(order) if giving.units is None else dict(giving.units)
    items, tax = _of_lines(order, units)
    if giving.shipping and order.shipping and order.shipping_to:
        items.append(RefundItem("SHIPPING", order.shipping_to.id, 1, totals.shipping(order, tax=True)))
    if giving.bare:
        items.append(RefundItem("ORDER", order.id, 1, giving.bare))
    whole = min(sum((item.amount for item in items), ZERO), totals.total(order) - totals.refunded(order))
    if not items or whole < 0:
        raise CommerceError("nothing is left to refund")
    for line in order.lines:
        line.quantity_refunded += units.get(line.id, 0)
    number = store.numbers.next
    made = Refund(number("refund"), at, giving.reason, whole, min(tax, whole), tuple(items), number("payment"))
    order.refunds.append(made)
    order.updated_at = at
    whole_back = totals.refunded(order) >= totals.total(order)
    order.status_id = statuses.REFUNDED if whole_back else statuses.PARTIALLY_REFUNDED
    order.payment_status = "refunded" if whole_back else "partially refunded"
    return made


def _of_lines(order: Order, units: Mapping[int, int]) -> tuple[list[RefundItem], Decimal]:
    known = {line.id: line for line in order.lines}
    items, tax = [], ZERO
    for number, count in units.items():
        line = known.get(number)
        if line is None or not 0 < count <= line.quantity - line.quantity_refunded:
            raise CommerceError(f"{count} of line {number} cannot be refunded")
        share = cents(totals.paid_for(order, line) * count / line.quantity)
        items.append(RefundItem("PRODUCT", number, count, share))
        tax += share - cents(share / (1 + line.tax_rate))
    return items, tax
