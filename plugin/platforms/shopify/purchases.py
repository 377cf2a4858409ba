"""Orders and refunds as webhooks tell them. Which field makes which measure: docs/measures.md."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.json import Decoder

from plugin.domain.facts import (
    CustomerSeen,
    Fact,
    Kind,
    LineSeen,
    OrderSeen,
    ReadWanted,
    RefundLineSeen,
    RefundSeen,
    Version,
)
from plugin.domain.ids import CustomerId, LineId, OrderId, RefundId
from plugin.domain.money import ZERO
from plugin.platforms.shopify import payloads, values
from plugin.platforms.shopify.people import person

AT_ONCE = timedelta(seconds=60)
"""An order that is paid this soon after it was made was paid when it was placed."""

_order = Decoder(payloads.Order)
_refund = Decoder(payloads.Refund)
_edited = Decoder(payloads.OrderEdited)


def created(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``orders/create``: if it is paid, it was paid when placed."""
    return _facts(_order.decode(body), body, seen_at, new=True)


def changed(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """Any later topic with a whole order."""
    return _facts(_order.decode(body), body, seen_at, new=False)


def edited(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``orders/edited`` is a list of changes only: the order must be read."""
    yield ReadWanted(Kind.ORDER, _edited.decode(body).order_edit.order_id)


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
    yield from _refund_facts(
        refund,
        OrderId(refund.order_id),
        values.version(made, seen_at, body),
        currency,
        bool(included),
    )
    if included is None:
        yield ReadWanted(Kind.ORDER, refund.order_id)


def _facts(order: payloads.Order, body: bytes, seen_at: datetime, *, new: bool) -> Iterator[Fact]:
    version = values.version(order.updated_at, seen_at, body)
    yield _seen(order, version, new=new)
    if order.customer is not None:
        yield _buyer(order.customer, version)
    for refund in order.refunds or ():
        yield from _refund_facts(refund, OrderId(order.id), version, order.currency, bool(order.taxes_included))


def _seen(order: payloads.Order, version: Version, *, new: bool) -> OrderSeen:
    placed = order.processed_at or order.created_at or order.updated_at
    lines = tuple(_line(each, bool(order.taxes_included)) for each in order.line_items)
    shipping = order.total_shipping_price_set
    return OrderSeen(
        OrderId(order.id),
        None if order.customer is None else CustomerId(order.customer.id),
        version,
        placed_at=values.to_utc(placed),
        paid_at=_paid_at(order, values.to_utc(placed), new=new),
        cancelled_at=values.utc(order.cancelled_at),
        test=bool(order.test),
        currency=values.text(order.currency) or "",
        gross=values.amount(sum((each.gross for each in lines), ZERO)),
        discount=values.amount(sum((each.discount for each in lines), ZERO)),
        shipping=values.amount(None if shipping is None else shipping.shop_money.amount),
        tax=values.amount(order.total_tax),
        total=values.amount(order.total_price),
        lines=lines,
        name=values.text(order.name),
        channel=values.text(order.source_name),
        app_id=_id_text(order.app_id),
        location_id=_id_text(order.location_id),
        country=_country(order),
        discount_codes=values.texts(each.code or "" for each in order.discount_codes or ()),
        tags=values.texts((order.tags or "").split(",")),
    )


def _paid_at(order: payloads.Order, placed: datetime, *, new: bool) -> datetime | None:
    """The earliest moment this message proves. Nothing to pay is paid; authorised is not."""
    if values.amount(order.total_price) == 0:
        return placed
    if (order.financial_status or "").lower() not in values.PAID:
        return None
    at_once = order.created_at is not None and order.updated_at - order.created_at <= AT_ONCE
    return placed if new or at_once else values.to_utc(order.updated_at)


def _line(each: payloads.Line, taxes_included: bool) -> LineSeen:
    shares: list[Decimal] = [share.amount for share in each.discount_allocations or ()]
    if not shares and each.total_discount is not None:
        shares.append(each.total_discount)
    return values.line(
        id=each.id,
        product=each.product_id,
        variant=each.variant_id,
        quantity=each.quantity,
        price=each.price,
        discounts=shares,
        included_tax=[tax.price for tax in each.tax_lines or ()] if taxes_included else (),
        title=each.title,
        sku=each.sku,
        vendor=each.vendor,
        gift_card=each.gift_card,
    )


def _country(order: payloads.Order) -> str | None:
    for address in (order.shipping_address, order.billing_address):
        if address is not None and (found := values.country(address.country_code)):
            return found
    return None


def _buyer(customer: payloads.Customer, order: Version) -> CustomerSeen:
    """The customer beside the order; where its own moment is missing, the order's stands in."""
    moment = values.utc(customer.updated_at) or order.updated_at
    return person(customer, Version(moment, order.seen_at, order.digest))


def _id_text(value: int | str | None) -> str | None:
    return None if value is None else values.text(str(value))


def _refund_facts(
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
    if foreign or not moved:
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
