"""Orders as webhooks tell them. Which field makes which measure: docs/measures.md."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.json import Decoder

from plugin.domain.facts import Address, CustomerSeen, Fact, Kind, LineSeen, OrderSeen, ReadWanted, Version
from plugin.domain.ids import CustomerId, OrderId
from plugin.domain.money import ZERO
from plugin.platforms.shopify import channels, goods, payloads, places, refunds, values
from plugin.platforms.shopify.people import person

AT_ONCE = timedelta(seconds=60)
"""An order that is paid this soon after it was made was paid when it was placed."""

_order = Decoder(payloads.Order)
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


def _facts(order: payloads.Order, body: bytes, seen_at: datetime, *, new: bool) -> Iterator[Fact]:
    version = values.version(order.updated_at, seen_at, body)
    yield _seen(order, version, new=new)
    if order.customer is not None:
        yield _buyer(order.customer, version)
    for refund in order.refunds or ():
        yield from refunds.of_order(refund, OrderId(order.id), version, order.currency, bool(order.taxes_included))


def _seen(order: payloads.Order, version: Version, *, new: bool) -> OrderSeen:
    placed = order.processed_at or order.created_at or order.updated_at
    kept = _bought(order)
    lines = tuple(
        _line(each, kept[each.id], bool(order.taxes_included)) for each in order.line_items if each.id in kept
    )
    shipping, billing = _address(order.shipping_address), _address(order.billing_address)
    to, landed = places.sent_to(shipping, billing), places.utm(order.landing_site)
    made = channels.bought(order.source_name, None, _id_text(order.app_id))
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
        shipping=values.amount(_shop(order.total_shipping_price_set)),
        tax=values.amount(order.total_tax),
        total=values.amount(order.total_price),
        lines=lines,
        name=values.text(order.name),
        channel=made.channel,
        app_id=made.app_id,
        location_id=_id_text(order.location_id),
        country=to.country,
        discount_codes=values.texts(each.code or "" for each in order.discount_codes or ()),
        tags=values.texts((order.tags or "").split(",")),
        region=to.region,
        city=to.city,
        postcode=to.postcode,
        billing_country=billing.country,
        billing_region=billing.region,
        billing_city=billing.city,
        billing_postcode=billing.postcode,
        presentment_currency=values.text(order.presentment_currency),
        presentment_total=_presented(order.total_price_set),
        app=made.app,
        staff=_id_text(order.user_id),
        discount_kinds=values.discount_kinds(each.type for each in order.discount_applications or ()),
        gateways=values.texts(order.payment_gateway_names or ()),
        shipping_method=values.text(order.shipping_lines[0].title) if order.shipping_lines else None,
        utm_source=landed.source,
        utm_medium=landed.medium,
        utm_campaign=landed.campaign,
        utm_term=landed.term,
        utm_content=landed.content,
        note=values.text(order.note, values.LONGEST_NOTE),
        draft=order.source_name == values.DRAFT,
        properties=values.pairs(order.note_attributes or ()),
        unknown=_unsaid(order, app=made.app is None and made.app_id is not None),
        email=values.text(order.email) if order.customer is None else None,
    )


def _shop(bag: payloads.MoneyBag | None) -> Decimal | None:
    return None if bag is None else bag.shop_money.amount


def _presented(bag: payloads.MoneyBag | None) -> Decimal | None:
    return None if bag is None or bag.presentment_money is None else values.amount(bag.presentment_money.amount)


def _unsaid(order: payloads.Order, *, app: bool) -> tuple[str, ...]:
    """A message has the ids of location and app, not their names; gifts Shopify does not know."""
    unsaid = ["gift", "gift_note"]
    if order.location_id is not None:
        unsaid.append("location")
    if app:
        unsaid.append("app")
    if order.discount_applications is None:
        unsaid.append("discount_kind")
    return tuple(unsaid)


def _address(found: payloads.Address | None) -> Address:
    if found is None:
        return Address()
    return places.address(found.country_code, found.province_code, found.city, found.zip)


def _paid_at(order: payloads.Order, placed: datetime, *, new: bool) -> datetime | None:
    """The earliest moment this message proves. Nothing to pay is paid; authorised is not."""
    if values.amount(order.total_price) == 0:
        return placed
    if (order.financial_status or "").lower() not in values.PAID:
        return None
    at_once = order.created_at is not None and order.updated_at - order.created_at <= AT_ONCE
    return placed if new or at_once else values.to_utc(order.updated_at)


def _bought(order: payloads.Order) -> dict[int, int]:
    """The lines that are goods, and how many units of each stayed in the order."""
    refunded = (
        (each.line_item_id, each.quantity) for refund in order.refunds or () for each in refund.refund_line_items or ()
    )
    lines = [
        goods.Ordered(
            each.id,
            each.quantity,
            each.current_quantity,
            each.price,
            each.product_id is None and each.variant_id is None and not each.sku and not each.requires_shipping,
        )
        for each in order.line_items
    ]
    tip = values.amount(order.total_tip_received)
    return goods.bought(lines, goods.units(refunded), tip, cancelled=order.cancelled_at is not None)


def _line(each: payloads.Line, kept: int, taxes_included: bool) -> LineSeen:
    shares: list[Decimal] = [share.amount for share in each.discount_allocations or ()]
    if not shares and each.total_discount is not None:
        shares.append(each.total_discount)
    return values.line(
        id=each.id,
        product=each.product_id,
        variant=each.variant_id,
        quantity=each.quantity,
        bought=kept,
        price=each.price,
        discounts=shares,
        included_tax=[tax.price for tax in each.tax_lines or ()] if taxes_included else (),
        title=each.title,
        sku=each.sku,
        vendor=each.vendor,
        gift_card=each.gift_card,
        options_unknown=bool(each.variant_title),
        properties=values.pairs(each.properties or ()),
        unsaid=("selling_plan",),
    )


def _buyer(customer: payloads.Customer, order: Version) -> CustomerSeen:
    """The customer beside the order; where its own moment is missing, the order's stands in."""
    moment = values.utc(customer.updated_at) or order.updated_at
    return person(customer, Version(moment, order.seen_at, order.digest))


def _id_text(value: int | str | None) -> str | None:
    return None if value is None else values.text(str(value))
