"""What the lines of an order were worth: before discounts, and how much of every discount falls on each.

BigCommerce states amounts with and without tax, and which of the two are exact. Ours are without, and exact where
its own are: a discount is stated in the prices the store is kept in, so of one that includes tax the tax is taken.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from plugin.domain.money import ZERO
from plugin.platforms.bigcommerce import sales
from plugin.platforms.bigcommerce.values import amount, share

ON_SHIPPING = frozenset({3, 4})
"""Types of coupons that lower the shipping and no line."""


class Worth(NamedTuple):
    """A line, in the currency of its order, without tax."""

    line: sales.Line
    gross: Decimal
    discount: Decimal

    @property
    def net(self) -> Decimal:
        """What is left of it."""
        return self.gross - self.discount


def lines(purchase: sales.Purchase) -> list[sales.Line]:
    """Every line of the order, each once, in their order; links and lines of nothing left out."""
    found = purchase.products if purchase.products is not None else shipped(purchase.order)
    each = {line.id: line for line in found if line.id and line.quantity}
    return [each[number] for number in sorted(each)]


def shipped(order: sales.Order) -> list[sales.Line]:
    """The lines that the order's consignments hold, if they were asked for."""
    told = order.consignments
    if not isinstance(told, sales.Consignments):
        return []
    mailed = told.email.gift_certificates if isinstance(told.email, sales.Mailed) else ()
    each: list[sales.Consignment | sales.Pickup] = [*(told.shipping or ()), *(told.pickups or ())]
    each += [*(told.downloads or ()), *(mailed or ())]
    return [line for consignment in each for line in consignment.line_items or ()]


def worths(purchase: sales.Purchase) -> list[Worth]:
    """What each line was worth."""
    order, found = purchase.order, lines(purchase)
    included = order.is_tax_inclusive_pricing
    priced = [Worth(line, _gross(line), _named(line, included)) for line in found]
    if any(worth.discount for worth in priced):
        return [worth._replace(discount=min(worth.discount, worth.gross)) for worth in priced]
    return _spread(priced, _unnamed(purchase))


def _gross(line: sales.Line) -> Decimal:
    if line.total_ex_tax is not None:
        return amount(line.total_ex_tax)
    return amount(amount(line.price_ex_tax) * int(line.quantity))


def _named(line: sales.Line, included: bool) -> Decimal:
    """The discounts that name the line, of the whole order's their share."""
    told = sum((amount(each.amount) for each in line.applied_discounts or ()), ZERO)
    return share(told, _gross(line), amount(line.total_inc_tax)) if included and told else told


def _unnamed(purchase: sales.Purchase) -> Decimal:
    """Discounts on goods that no line knows of, as orders from other systems and from long ago have them."""
    order = purchase.order
    told = amount(order.discount_amount) + amount(order.coupon_discount)
    told -= sum((amount(each.discount) for each in purchase.coupons if each.type in ON_SHIPPING), ZERO)
    if told <= 0:
        return ZERO
    if order.is_tax_inclusive_pricing:
        return share(told, amount(order.subtotal_ex_tax), amount(order.subtotal_inc_tax))
    return told


def _spread(priced: Sequence[Worth], discount: Decimal) -> list[Worth]:
    """The discount falls on the lines in proportion; to the last goes what rounding left."""
    whole = sum((worth.gross for worth in priced), ZERO)
    rest = min(discount, whole)
    if not rest:
        return list(priced)
    found: list[Worth] = []
    for number, worth in enumerate(priced):
        last = number == len(priced) - 1
        part = rest if last else min(share(min(discount, whole), worth.gross, whole), rest, worth.gross)
        found.append(worth._replace(discount=min(part, worth.gross)))
        rest -= found[-1].discount
    return found
