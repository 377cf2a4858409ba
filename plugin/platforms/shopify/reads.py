"""Our own reads and exports become facts: the same facts as webhooks give, plus what they answer."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from msgspec import UNSET
from msgspec.json import Decoder

from plugin.domain.facts import (
    Address,
    AddressesListed,
    AttributeSeen,
    Channel,
    ConsentSeen,
    CustomerSeen,
    DiscountKind,
    Fact,
    Gone,
    Kind,
    LineSeen,
    OrderSeen,
    ReadAnswered,
    ReadWanted,
    RefundLineSeen,
    RefundSeen,
    TagsListed,
    Version,
)
from plugin.domain.ids import CustomerId, LineId, OrderId, RefundId
from plugin.domain.money import ZERO
from plugin.platforms.shopify import answers, channels, goods, places, purchases, values

MONEY_IN = frozenset({"SALE", "CAPTURE"})
"""Kinds of transaction that pay; an authorisation does not."""

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
ASKED_LATER = (
    *("region", "city", "postcode", "billing_country", "billing_region", "billing_city", "billing_postcode"),
    *("app", "note", "property", "gateway", "shipping_method", "currency", "discount_kind"),
)
"""What answers did not say when we asked for less."""

_read = Decoder(answers.Read)
_export_line = Decoder(answers.ExportLine)
_customer = Decoder(answers.Customer)
_order = Decoder(answers.Order)
_line = Decoder(answers.Line)
_refunded = Decoder(answers.Refunded)
_address = Decoder(answers.Address)
_node = Decoder(answers.Node)


def customers_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/customers``: one that the platform no longer knows is gone."""
    return answered(body, Kind.CUSTOMER, lambda node, began: _person(_customer.decode(node), (), began, node))


def orders_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/orders``: one that is not there may only be too old for our scopes, so it stays."""
    return answered(body, Kind.ORDER, lambda node, began: _purchase(_order.decode(node), (), began, node))


def refunds_read(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``api/refunds``: the refunds of orders that an export brought."""
    return answered(body, Kind.REFUND, lambda node, began: _refunds(_refunded.decode(node), began, node))


def customers_export(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``export/customers``: a chunk of a bulk result; addresses follow their customer."""
    for parent, children in families(body):
        addresses = [_address.decode(child) for child in children]
        yield from _person(_customer.decode(parent), addresses, seen_at, b"\n".join((parent, *children)))


def orders_export(body: bytes, seen_at: datetime) -> Iterator[Fact]:
    """``export/orders``: lines follow their order; of one with refunds these must be read, of an edited one all."""
    for parent, children in families(body):
        order = _order.decode(parent)
        lines = [_line.decode(child) for child in children]
        yield from _purchase(order, lines, seen_at, b"\n".join((parent, *children)))


def answered(body: bytes, kind: Kind, facts: Callable[[bytes, datetime], Iterator[Fact]]) -> Iterator[Fact]:
    """The facts of each node of an answer, what is gone, and which reads it answers."""
    told = _read.decode(body)
    began = values.to_utc(told.read_began)
    wanted = {values.number(gid): counter for gid, counter in told.counters.items()}
    found = set()
    for raw in told.nodes:
        node = bytes(raw)
        if node != b"null":
            found.add(values.number(_node.decode(node).id))
            yield from facts(node, began)
    for number, counter in wanted.items():
        if number not in found and kind in (Kind.CUSTOMER, Kind.PRODUCT):
            yield Gone(kind, number, began)
        yield ReadAnswered(kind, number, counter)


def families(body: bytes) -> Iterator[tuple[bytes, list[bytes]]]:
    """Each parent line with its children, wherever in the chunk those stand."""
    parents: dict[str, bytes] = {}
    children: dict[str, list[bytes]] = {}
    for line in filter(None, map(bytes.strip, body.split(b"\n"))):
        parent = _export_line.decode(line).parent
        if parent is None:
            parents[_node.decode(line).id] = line
        else:
            children.setdefault(parent, []).append(line)
    if lost := children.keys() - parents.keys():
        raise ValueError(f"children without their parent {min(lost)[:60]!r}")
    for gid, line in parents.items():
        yield line, children.get(gid, [])


def _person(
    customer: answers.Customer, exported: Iterable[answers.Address], began: datetime, node: bytes
) -> Iterator[Fact]:
    who = CustomerId(values.number(customer.id))
    version = values.version(customer.updated_at, began, node)
    created, at = values.to_utc(customer.created_at), version.updated_at
    email = customer.default_email_address or answers.EmailAddress()
    name = f"{customer.first_name or ''} {customer.last_name or ''}"
    address, proven = values.text(email.email_address), customer.verified_email is not False
    yield CustomerSeen(who, version, created, address, values.text(name), email_proven=proven)
    yield TagsListed(who, began, values.texts(customer.tags))
    yield _addresses(who, at, customer, exported)
    yield AttributeSeen(who, "customer_email_domain", at, values.email_domain(email.email_address))
    if customer.note is not UNSET:
        note = values.text(customer.note, values.LONGEST_NOTE)
        yield AttributeSeen(who, "note", at, () if note is None else (note,))
    for attribute, value in (("customer_account_status", customer.state), ("customer_language", customer.locale)):
        if kept := values.text(value):
            yield AttributeSeen(who, attribute, at, (kept,))
    for channel, consent in ((Channel.EMAIL, email), (Channel.SMS, customer.default_phone_number)):
        if consent is not None and (state := values.text(consent.marketing_state)):
            since = values.to_utc(consent.marketing_updated_at or created)
            yield ConsentSeen(who, channel, since, state, values.text(consent.marketing_opt_in_level))


def _addresses(
    who: CustomerId, at: datetime, customer: answers.Customer, exported: Iterable[answers.Address]
) -> AddressesListed:
    """All addresses the customer has, by their ids, so that the same list is the same fact."""
    main = customer.default_address
    every = [*exported, *(customer.addresses.nodes if customer.addresses else ())]
    if main is not None and main.id not in {each.id for each in every}:
        every.append(main)  # Behind the first page of very many.
    listed = sorted(every, key=lambda each: each.id or "")
    return AddressesListed(who, at, tuple(_place(each, main is not None and each.id == main.id) for each in listed))


def _place(found: answers.Address | None, main: bool = False) -> Address:
    if found is None:
        return Address()
    point = (found.latitude, found.longitude)
    return places.address(found.country_code_v2, found.province_code, found.city, found.zip, point, main)


def _purchase(order: answers.Order, exported: Iterable[answers.Line], began: datetime, node: bytes) -> Iterator[Fact]:
    version = values.version(order.updated_at, began, node)
    yield _seen(order, exported, version)
    if any(refund.refund_line_items is None for refund in order.refunds):
        yield ReadWanted(Kind.ORDER if order.edited else Kind.REFUND, values.number(order.id))
    for refund in order.refunds:
        if refund.refund_line_items is not None:
            yield from _refund(refund, refund.refund_line_items.nodes, order, version)


def _refunds(order: answers.Refunded, began: datetime, node: bytes) -> Iterator[RefundSeen]:
    version = values.version(order.updated_at, began, node)
    for refund in order.refunds:
        yield from _refund(refund, (refund.refund_line_items or answers.RefundLines([])).nodes, order, version)


def _seen(order: answers.Order, exported: Iterable[answers.Line], version: Version) -> OrderSeen:
    bought = [*exported, *(order.line_items.nodes if order.line_items else ())]
    kept = _kept(order, bought)
    lines = tuple(_bought(each, kept[each.id], order.taxes_included) for each in bought if each.id in kept)
    shipping, billing = _place(order.shipping_address), _place(order.billing_address)
    made = _made(order)
    to, presented = places.sent_to(shipping, billing), order.total_price_set.presentment_money
    return OrderSeen(
        OrderId(values.number(order.id)),
        None if order.customer is None else CustomerId(values.number(order.customer.id)),
        version,
        placed_at=values.to_utc(order.processed_at),
        paid_at=_paid_at(order),
        cancelled_at=values.utc(order.cancelled_at),
        test=order.test,
        currency=values.text(order.currency_code) or "",
        gross=values.amount(sum((each.gross for each in lines), ZERO)),
        discount=values.amount(sum((each.discount for each in lines), ZERO)),
        shipping=values.amount(_shop(order.total_shipping_price_set)),
        tax=values.amount(_shop(order.total_tax_set)),
        total=values.amount(_shop(order.total_price_set)),
        lines=lines,
        name=values.text(order.name),
        channel=made.channel,
        app_id=made.app_id,
        country=to.country,
        discount_codes=values.texts(order.discount_codes),
        tags=values.texts(order.tags),
        region=to.region,
        city=to.city,
        postcode=to.postcode,
        billing_country=billing.country,
        billing_region=billing.region,
        billing_city=billing.city,
        billing_postcode=billing.postcode,
        presentment_currency=values.text(order.presentment_currency_code),
        presentment_total=None if presented is None else values.amount(presented.amount),
        app=made.app,
        discount_kinds=_discount_kinds(order, bought),
        gateways=values.texts(order.payment_gateway_names or ()),
        shipping_method=None if order.shipping_line is None else values.text(order.shipping_line.title),
        note=values.text(order.note or None, values.LONGEST_NOTE),
        draft=order.source_name == values.DRAFT,
        properties=values.pairs(order.custom_attributes or ()),
        unknown=_unsaid(order),
        email=values.text(order.email) if order.customer is None else None,
    )


def _made(order: answers.Order) -> channels.Bought:
    if order.app is None:
        return channels.bought(order.source_name, None, None)
    return channels.bought(order.source_name, values.text(order.app.name), str(values.number(order.app.id)))


def _discount_kinds(order: answers.Order, bought: Iterable[answers.Line]) -> tuple[DiscountKind, ...]:
    shares = (share.discount_application for line in bought for share in line.discount_allocations)
    codes = ["discount_code"] if order.discount_codes else []
    return values.discount_kinds([*codes, *(each.type for each in shares if each is not None)])


def _unsaid(order: answers.Order) -> tuple[str, ...]:
    """Where a visit came from, who of the store was there and where only webhooks tell; gifts Shopify does not
    know. Answers from before we asked for more than the country say less."""
    unsaid = ["gift", "gift_note"]
    if order.source_name not in ("pos", values.DRAFT):
        unsaid += UTM
    if order.source_name != "web":
        unsaid += ["location_id", "location", "staff"]
    if order.note is UNSET:
        unsaid += ASKED_LATER
    return tuple(unsaid)


def _shop(bag: answers.MoneyBag | None) -> Decimal | None:
    return None if bag is None else bag.shop_money.amount


def _paid_at(order: answers.Order) -> datetime | None:
    """The first payment; where a paid order lists none (imports), or it came at once, the moment it was placed."""
    placed = values.to_utc(order.processed_at)
    if values.amount(_shop(order.total_price_set)) == 0:
        return placed
    if (order.display_financial_status or "").lower() not in values.PAID:
        return None
    moments = (
        values.to_utc(each.processed_at)
        for each in order.transactions
        if each.processed_at and each.kind in MONEY_IN and each.status == "SUCCESS"
    )
    first = min(moments, default=placed)
    return placed if first - values.to_utc(order.created_at) <= purchases.AT_ONCE else first


def _kept(order: answers.Order, bought: Iterable[answers.Line]) -> dict[str, int]:
    """The lines that are goods, and how many units of each stayed in the order.

    Of an order whose refunds are still to be read, as an export brings it, nobody can say what was taken out;
    if anything was, all of it will be read.
    """
    told = all(refund.refund_line_items is not None for refund in order.refunds)
    refunded = (
        (values.number(each.line_item.id), each.quantity)
        for refund in order.refunds
        for each in (refund.refund_line_items.nodes if refund.refund_line_items else ())
    )
    gids = {values.number(each.id): each.id for each in bought}
    lines = [
        goods.Ordered(
            values.number(each.id),
            each.quantity,
            each.current_quantity if told else None,
            each.original_unit_price_set.shop_money.amount,
            each.product is None and each.variant is None and not each.sku and not each.requires_shipping,
        )
        for each in bought
    ]
    tip = values.amount(_shop(order.total_tip_received_set))
    kept = goods.bought(lines, goods.units(refunded), tip, cancelled=order.cancelled_at is not None)
    return {gids[number]: units for number, units in kept.items()}


def _bought(each: answers.Line, kept: int, taxes_included: bool) -> LineSeen:
    return values.line(
        id=values.number(each.id),
        product=None if each.product is None else values.number(each.product.id),
        variant=None if each.variant is None else values.number(each.variant.id),
        quantity=each.quantity,
        bought=kept,
        price=each.original_unit_price_set.shop_money.amount,
        discounts=[share.allocated_amount_set.shop_money.amount for share in each.discount_allocations],
        included_tax=[tax.price_set.shop_money.amount for tax in each.tax_lines] if taxes_included else (),
        title=each.title,
        sku=each.sku,
        vendor=each.vendor,
        gift_card=each.is_gift_card,
        options_unknown=each.variant_title is UNSET or bool(each.variant_title),
        properties=values.pairs(each.custom_attributes or ()),
        selling_plan=None if each.selling_plan is None else values.text(each.selling_plan.name),
        unsaid=("property", "selling_plan") if each.custom_attributes is None else (),
    )


def _refund(
    refund: answers.Refund,
    nodes: Iterable[answers.RefundLine],
    order: answers.Order | answers.Refunded,
    version: Version,
) -> Iterator[RefundSeen]:
    """The refund with its lines; one in which neither a unit nor money moved says nothing."""
    lines = tuple(_refund_line(each, order.taxes_included) for each in nodes)
    total = values.amount(_shop(refund.total_refunded_set))
    happened = refund.processed_at or refund.created_at
    if not lines and total == 0:
        return
    yield RefundSeen(
        RefundId(values.number(refund.id)),
        OrderId(values.number(order.id)),
        version,
        refunded_at=version.updated_at if happened is None else values.to_utc(happened),
        goods=values.amount(sum((each.amount for each in lines), ZERO)) if lines else total,
        total=total,
        lines=lines,
    )


def _refund_line(each: answers.RefundLine, included: bool) -> RefundLineSeen:
    tax = values.amount(each.total_tax_set.shop_money.amount) if included else ZERO
    goods = values.amount(each.subtotal_set.shop_money.amount) - tax
    return RefundLineSeen(LineId(values.number(each.line_item.id)), each.quantity, values.amount(goods))
