"""Refunds as webhooks tell them, alone or inside their order."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from msgspec.json import Decoder

from plugin.domain.facts import Fact, Kind, ReadWanted, RefundLineSeen, RefundSeen, Version
from plugin.domain.ids import LineId, OrderId, RefundId
from plugin.domain.money import ZERO
from plugin.platforms.shopify import payloads, values

_refund = Decoder(payloads.Refund)


def refunded(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``refunds/create``: without its order we must find currency and tax habit in the refund itself."""
    refund = _refund.decode(body)
    made = refund.created_at or refund.processed_at
    if refund.order_id is None or made is None:
        raise ValueError("a refund needs order_id and created_at")
    lines = refund.refund_line_items or []
    bags = [refund.total_duties_set, *(each.subtotal_set for each in lines)]
    currency = next((bag.shop_money.currency_code for bag in bags if bag and bag.shop_money.currency_code), None)
    included = _tax_is_included(refund)
    yield from of_order(
        refund,
        OrderId(refund.order_id),
        values.version(made, seen_at, body),
        currency,
        bool(included),
    )
    if included is None:
        yield ReadWanted(Kind.ORDER, refund.order_id)


def of_order(
    refund: payloads.Refund, order_id: OrderId, version: Version, currency: str | None, included: bool
) -> Iterator[Fact]:
    """The refund; a read instead, where its only amount is in the buyer's currency.

    A refund in which neither a unit nor money has moved yet (pending, failed) says nothing.
    """
    lines = tuple(_refund_line(each, included) for each in refund.refund_line_items or ())
    moved = [each for each in refund.transactions or () if _is_refunded(each)]
    foreign = any(currency and each.currency and each.currency != currency for each in moved)
    if foreign and not lines:
        yield ReadWanted(Kind.ORDER, order_id)
    if not lines and (foreign or not moved):
        return
    returned = values.amount(sum((values.amount(each.amount) for each in moved), ZERO))
    if foreign or refund.transactions is None:
        returned = values.amount(sum((_line_total(each, included) for each in refund.refund_line_items or ()), ZERO))
    goods = values.amount(sum((each.amount for each in lines), ZERO)) if lines else returned
    happened = refund.processed_at or refund.created_at
    yield RefundSeen(
        RefundId(refund.id),
        order_id,
        version,
        refunded_at=version.updated_at if happened is None else values.to_utc(happened),
        goods=goods,
        total=returned,
        lines=lines,
    )


def _is_refunded(each: payloads.Transaction) -> bool:
    return (each.kind or "").lower() == "refund" and (each.status or "").lower() == "success"


def _refund_line(each: payloads.RefundLine, included: bool) -> RefundLineSeen:
    tax = values.amount(each.total_tax) if included else ZERO
    return RefundLineSeen(LineId(each.line_item_id), each.quantity, values.amount(_subtotal(each) - tax))


def _line_total(each: payloads.RefundLine, included: bool) -> Decimal:
    return _subtotal(each) + (ZERO if included else values.amount(each.total_tax))


def _subtotal(each: payloads.RefundLine) -> Decimal:
    return values.amount(each.subtotal_set.shop_money.amount if each.subtotal_set else each.subtotal)


def _tax_is_included(refund: payloads.Refund) -> bool | None:
    """Whether the refund's subtotals contain its tax; None where its amounts do not tell."""
    lines = refund.refund_line_items or ()
    tax = sum((values.amount(each.total_tax) for each in lines), ZERO)
    if tax == 0:
        return False
    subtotal = sum((_subtotal(each) for each in lines), ZERO)
    returned = sum((values.amount(each.amount) for each in refund.transactions or () if _is_refunded(each)), ZERO)
    return {subtotal: True, subtotal + tax: False}.get(returned)
