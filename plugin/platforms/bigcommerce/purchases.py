"""Orders become facts. Which field makes which measure: docs/measures.md; which status counts: ``statuses``."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from msgspec.json import Decoder

from plugin.domain.channels import SalesChannel
from plugin.domain.facts import AMOUNTS, Address, DiscountKind, Fact, LineSeen, OrderSeen, Version
from plugin.domain.ids import CustomerId, LineId, OrderId, ProductId
from plugin.domain.money import ZERO
from plugin.domain.text import fold
from plugin.platforms.bigcommerce import channels, checkouts, disputes, goods, places, refunds, sales, values
from plugin.platforms.bigcommerce.statuses import Standing, standing
from plugin.platforms.bigcommerce.till import Till, till

AT_ONCE = timedelta(seconds=60)
"""An order that is paid this soon after it was made was paid when it was placed."""
OF_PRODUCT = ("category", "compare_at_price")
"""Fields of a line that no order says: they are what the product was when it was placed."""
NEVER_TOLD = ("location_id", "staff", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
"""Fields of an order of which BigCommerce has nothing to tell."""
LINE_AMOUNTS = ("gross", "discount", "net", "profit", "cost", "price")
FILLED_IN = frozenset({"text field", "multi-line text field", "date field", "file upload", "checkbox", "numbers only"})
"""Types of options that tell no variants apart: the buyer wrote something."""
PROMOTION, MANUAL = 5, "manual discount"

_purchase = Decoder(sales.Purchase, strict=False)


def facts(node: bytes, began: datetime, *, live: bool) -> Iterator[Fact]:
    """An order with its lines, its refunds, and whether it is disputed. ``live``: it was read because something
    happened to it; then it is a checkout, too."""
    purchase = _purchase.decode(node)
    order = purchase.order
    version = values.version(values.known(order.date_modified), began, node)
    stands = standing(order.status_id, deleted=order.is_deleted, counted=purchase.counted)
    worths, own = goods.worths(purchase), till(order)
    returned = refunds.of_order(purchase, worths, own.own, version, whole=stands is Standing.RETURNED)
    yield _seen(purchase, worths, own, _Stands(stands, live=live, refunded=bool(returned)), version)
    yield from returned
    yield from disputes.of_order(order, version)
    if live:
        yield from checkouts.of_order(order, version)


class _Stands(NamedTuple):
    """How the order stands; a status that says "refunded" without any refund was set by hand: it is called off."""

    standing: Standing
    live: bool
    refunded: bool

    @property
    def paid(self) -> bool:
        return self.standing is Standing.COUNTS or self.standing is Standing.RETURNED

    @property
    def off(self) -> bool:
        return self.standing is Standing.OFF or (self.standing is Standing.RETURNED and not self.refunded)

    @property
    def none(self) -> bool:
        return self.standing is Standing.NONE


def _seen(
    purchase: sales.Purchase, worths: list[goods.Worth], own: Till, stands: _Stands, version: Version
) -> OrderSeen:
    order, customer = purchase.order, values.somebody(purchase.order.customer_id)
    lines = tuple(_line(worth, own, order.is_tax_inclusive_pricing) for worth in worths)
    billing, shipping, method = _billing(order), *_shipping(order)
    to, wrapped = places.sent_to(shipping, billing), [worth.line for worth in worths if worth.line.wrapping_name]
    made = channels.bought(order.order_source, order.external_source, purchase.storefront, order.channel_id)
    spot = _spot(order)
    total = values.amount(order.total_inc_tax)
    return OrderSeen(
        OrderId(order.id),
        None if customer is None else CustomerId(customer),
        version,
        placed_at=values.known(order.date_created),
        paid_at=_paid_at(order, stands, total),
        cancelled_at=version.updated_at if stands.off else None,
        test=stands.none,
        currency=values.text(order.store_default_currency_code) or "",
        gross=sum((line.gross for line in lines), ZERO),
        discount=sum((line.discount for line in lines), ZERO),
        shipping=own.own(values.amount(order.shipping_cost_ex_tax) + values.amount(order.handling_cost_ex_tax)),
        tax=own.own(values.amount(order.total_tax)),
        total=own.own(total),
        lines=lines,
        name=str(order.id),
        channel=made.channel,
        app_id=made.app_id,
        country=to.country,
        discount_codes=_codes(purchase, worths),
        region=to.region,
        city=to.city,
        postcode=to.postcode,
        billing_country=billing.country,
        billing_region=billing.region,
        billing_city=billing.city,
        billing_postcode=billing.postcode,
        presentment_currency=values.text(order.default_currency_code),
        presentment_total=total,
        location=spot,
        app=made.app,
        discount_kinds=_kinds(purchase, worths),
        gateways=values.texts((order.payment_method,)),
        shipping_method=method,
        gift=bool(wrapped),
        gift_note=next((note for line in wrapped if (note := values.text(line.wrapping_message))), None),
        note=values.text(order.customer_message, values.LONGEST_NOTE),
        draft=made.channel is SalesChannel.DRAFT,
        unknown=_unsaid(own, made),
        email=_email(order) if customer is None else None,
        payment_version=version,
    )


def _unsaid(own: Till, made: channels.Bought) -> tuple[str, ...]:
    app = ("app",) if made.app is None and made.app_id is not None else ()
    return (*NEVER_TOLD, *app, *(() if own.known else sorted(AMOUNTS)))


def _paid_at(order: sales.Order, stands: _Stands, total: Decimal) -> datetime | None:
    """Nobody says when an order was paid. What a gateway took was paid at once; money that comes another way, which
    leaves no payment status, came when we were told, unless the order comes from elsewhere or is history to us."""
    placed = values.known(order.date_created)
    if stands.none or (not stands.paid and (total != 0 or stands.off)):
        return None
    changed = values.known(order.date_modified)
    by_hand = total != 0 and not order.payment_status and not order.external_source
    if stands.live and by_hand and changed - placed > AT_ONCE:
        return changed
    return placed


def _line(worth: goods.Worth, own: Till, included: bool) -> LineSeen:
    line = worth.line
    product, variant = values.somebody(line.product_id), values.somebody(line.variant_id)
    cost = values.amount(line.cost_price_ex_tax)
    of_product = OF_PRODUCT if product is not None else ()
    chosen = [each for each in line.product_options or () if (each.type or "").casefold() not in FILLED_IN]
    filled = [each for each in line.product_options or () if (each.type or "").casefold() in FILLED_IN]
    written = [(each.display_name, each.display_value) for each in filled]
    written += [(each.name, each.value) for each in line.configurable_fields or ()]
    return LineSeen(
        LineId(line.id),
        None if product is None else ProductId(product),
        variant,
        int(line.quantity),
        gross=own.own(worth.gross),
        discount=own.own(worth.discount),
        title=values.text(line.name),
        sku=values.text(line.sku),
        vendor=values.text(line.brand),
        gift_card=line.type == "giftcertificate",
        type=values.text(line.type),
        product_tags=(),
        price=own.own(values.amount(line.price_inc_tax if included else line.price_ex_tax)) if own.known else None,
        unit_cost=own.own(cost) if cost and own.known else None,
        options=values.pairs((each.display_name, each.display_value) for each in chosen),
        properties=values.pairs(written),
        unknown=(*(() if cost else ("cost",)), *(() if own.known else LINE_AMOUNTS), *of_product),
        of_product=of_product,
    )


def _codes(purchase: sales.Purchase, worths: list[goods.Worth]) -> tuple[str, ...]:
    on_lines = (each.code for worth in worths for each in worth.line.applied_discounts or ())
    return values.texts([*(each.code for each in purchase.coupons), *on_lines])


def _kinds(purchase: sales.Purchase, worths: list[goods.Worth]) -> tuple[DiscountKind, ...]:
    """A discount with a code was entered, a manual one granted, any other a promotion's."""
    each = [each for worth in worths for each in worth.line.applied_discounts or () if values.amount(each.amount)]
    found = {_kind(discount) for discount in each}
    found |= {DiscountKind.CODE if c.code and c.type != PROMOTION else DiscountKind.AUTOMATIC for c in purchase.coupons}
    if values.amount(purchase.order.discount_amount) and not each:
        found.add(DiscountKind.MANUAL)
    return tuple(sorted(found))


def _kind(discount: sales.Discount) -> DiscountKind:
    if values.text(discount.code):
        return DiscountKind.CODE
    return DiscountKind.MANUAL if fold(discount.name or "") == MANUAL else DiscountKind.AUTOMATIC


def _billing(order: sales.Order) -> Address:
    found = order.billing_address
    return _place(found) if isinstance(found, sales.Place) else Address()


def _email(order: sales.Order) -> str | None:
    found = order.billing_address
    return values.text(found.email) if isinstance(found, sales.Place) else None


def _shipping(order: sales.Order) -> tuple[Address | None, str | None]:
    """Where the first consignment goes, and how."""
    told = order.consignments
    if not isinstance(told, sales.Consignments):
        return None, None
    if told.shipping:
        return _place(told.shipping[0]), values.text(told.shipping[0].shipping_method)
    return None, values.text(told.pickups[0].pickup_method_display_name) if told.pickups else None


def _spot(order: sales.Order) -> str | None:
    """The place where the order is picked up, by name."""
    told = order.consignments
    pickups = (told.pickups or ()) if isinstance(told, sales.Consignments) else ()
    return next((values.text(p.location.name) for p in pickups if isinstance(p.location, sales.Location)), None)


def _place(found: sales.Place) -> Address:
    return places.address(found.country_iso2, found.state, found.city, found.zip)
