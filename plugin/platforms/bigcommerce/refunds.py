"""Refunds of V3 become facts: of V2's orders and lines the refunded amounts are always zero (README §2)."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from msgspec.structs import replace

from plugin.domain.facts import RefundLineSeen, RefundSeen, Version
from plugin.domain.ids import LineId, OrderId, RefundId
from plugin.domain.money import ZERO
from plugin.platforms.bigcommerce import goods, sales, values

PRODUCT, WHOLE = "PRODUCT", "ORDER"
"""Kinds of parts that are goods: units of a line, and money for the order as such. The others are shipping,
handling, wrapping and fees."""
NEARLY = Decimal("0.02")
"""How far an amount in whole cents may be from the exact worth of the units."""

Own = Callable[[Decimal], Decimal]


class Part(NamedTuple):
    """Units of a line that came back, and what they were worth."""

    line: int
    quantity: int
    amount: Decimal


def of_order(
    purchase: sales.Purchase, worths: Sequence[goods.Worth], own: Own, version: Version, *, whole: bool
) -> list[RefundSeen]:
    """The order's refunds, the oldest first; one that the payment provider declined is none.

    ``whole``: its status says that all of it was given back, so the last one takes what rounding, or a refund made
    elsewhere, left over.
    """
    by_line = {worth.line.id: worth for worth in worths}
    usual = purchase.order.is_tax_inclusive_pricing
    happened = [each for each in purchase.refunds if not _declined(each)]
    found = []
    for refund in sorted(happened, key=lambda each: (values.known(each.created), each.id)):
        included = _tax_is_included(refund, usual)
        parts = [_part(each, by_line, included) for each in refund.items or () if each.item_type == PRODUCT]
        bare = sum(
            (values.amount(each.requested_amount) for each in refund.items or () if each.item_type == WHOLE), ZERO
        )
        found.append(_seen(refund, [part for part in parts if part is not None], bare, own, version))
    if whole and found:
        left = sum((own(worth.net) for worth in worths), ZERO) - sum((each.goods for each in found), ZERO)
        found[-1] = _with(found[-1], max(left, ZERO))
    return found


def _declined(refund: sales.Refund) -> bool:
    return bool(refund.payments) and all(payment.is_declined for payment in refund.payments or ())


def _tax_is_included(refund: sales.Refund, usual: bool) -> bool:
    """Whether the named amounts contain their tax: nobody says so, but what was given back in all usually tells.

    ``usual``: how the store keeps its prices, where it does not.
    """
    tax, total = values.amount(refund.total_tax), values.amount(refund.total_amount)
    if not refund.items or not tax or any(each.requested_amount is None for each in refund.items):
        return usual
    named = sum((values.amount(each.requested_amount) for each in refund.items), ZERO)
    if abs(named - total) < NEARLY:
        return True
    return usual and abs(named + tax - total) >= NEARLY


def _seen(refund: sales.Refund, parts: Sequence[Part], bare: Decimal, own: Own, version: Version) -> RefundSeen:
    lines = tuple(RefundLineSeen(LineId(part.line), part.quantity, own(part.amount)) for part in parts)
    return RefundSeen(
        RefundId(refund.id),
        OrderId(refund.order_id),
        version,
        refunded_at=values.known(refund.created),
        goods=sum((line.amount for line in lines), ZERO) + own(bare),
        total=own(values.amount(refund.total_amount)),
        lines=lines,
    )


def _with(refund: RefundSeen, left: Decimal) -> RefundSeen:
    """The refund that takes all that is left."""
    goods = refund.goods + left
    return replace(refund, goods=goods, total=max(refund.total, goods) if left else refund.total, whole=True)


def _part(each: sales.Returned, by_line: Mapping[int, goods.Worth], included: bool) -> Part | None:
    """Units are worth what the buyer paid for them; an amount that was named instead is taken at its word."""
    worth = by_line.get(each.item_id or 0)
    quantity = int(each.quantity or 0)
    if worth is None:
        return None
    kept_back = sum((values.amount(part.amount) for part in each.adjustments or ()), ZERO)
    units = values.share(worth.net, Decimal(quantity), Decimal(int(worth.line.quantity)))
    if each.requested_amount is None:
        return Part(worth.line.id, quantity, max(units + _without_tax(kept_back, worth, included), ZERO))
    named = _without_tax(values.amount(each.requested_amount), worth, included)
    same = quantity and abs(named - units) <= NEARLY * quantity
    return Part(worth.line.id, quantity, units if same else named)


def _without_tax(told: Decimal, worth: goods.Worth, included: bool) -> Decimal:
    if not included:
        return told
    return values.share(told, worth.gross, values.amount(worth.line.total_inc_tax)) if worth.gross else told
