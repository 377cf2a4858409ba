"""An order made from a cart: coupons, discounts, taxes and shipping worked out to the cent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.bigcommerce.store import statuses
from sandbox.bigcommerce.store.customer import Address, Customer
from sandbox.bigcommerce.store.goods import Product
from sandbox.bigcommerce.store.order import Applied, Coupon, Line, Order
from sandbox.bigcommerce.store.store import Store
from sandbox.commerce.draft import FREE_SHIPPING_FROM, SHIPPING, TAX
from sandbox.money import ZERO, cents, spread

PERCENT, TOTAL = 1, 2


class CommerceError(ValueError):
    """What was asked for cannot be done in a store."""


@dataclass(frozen=True, slots=True)
class Item:
    """Some units of a product in a cart; without a product it is a custom item and needs name and price."""

    product: Product | None
    quantity: int
    price: Decimal | None = None
    name: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Off:
    """Something taken off: by a coupon's code, or without one by a promotion. Percent, or an amount of the total."""

    value: Decimal
    code: str = ""
    kind: int = PERCENT


@dataclass(frozen=True, slots=True)
class Cart:
    """What is to be bought, by whom and how."""

    items: Sequence[Item]
    customer: Customer | None
    email: str = ""
    offs: Sequence[Off] = ()
    address: Address | None = None
    posted: bool = True
    details: dict[str, Any] = field(default_factory=dict)
    """Fields of the order as they are: status_id, channel_id, source, payment_method, currency …"""


def draft(store: Store, cart: Cart, at: datetime) -> Order:
    """The order of this cart; the store does not know it yet. Raises CommerceError."""
    if not cart.items or any(item.quantity < 1 for item in cart.items):
        raise CommerceError("an order has at least one line, and a line at least one unit")
    number = store.numbers.next
    address = cart.address or (cart.customer.addresses[0] if cart.customer and cart.customer.addresses else None)
    address = address or nowhere(store, cart.customer)
    rate = Decimal(TAX.get(address.country_code, "0"))
    lines = [line_of(store, item, rate) for item in cart.items]
    order = Order(
        id=number("order"),
        customer_id=cart.customer.id if cart.customer else 0,
        email=cart.email or (cart.customer.email if cart.customer else ""),
        status_id=statuses.AWAITING_FULFILLMENT,
        created_at=at,
        updated_at=at,
        lines=lines,
        tax_inclusive=store.tax_inclusive,
        currency=store.details.currency,
        store_currency=store.details.currency,
        billing=replace(address, id=number("order_address")),
    )
    for off in cart.offs:
        take_off(order, off, number)
    if cart.posted and not order.digital:
        order.shipping_to = replace(address, id=number("order_address"))
        goods = sum((line.price * line.quantity for line in lines), ZERO)
        order.shipping = SHIPPING if goods < FREE_SHIPPING_FROM else ZERO
    for name, value in cart.details.items():
        setattr(order, name, value)
    order.display_currency = order.display_currency or order.currency
    return order


def line_of(store: Store, item: Item, rate: Decimal) -> Line:
    """The line of one item."""
    product = item.product
    brand = store.brands.get(product.brand_id) if product else None
    return Line(
        id=store.numbers.next("line"),
        product_id=product.id if product else 0,
        variant_id=product.variant_id if product else 0,
        name=item.name or (product.name if product else "Custom item"),
        sku=product.sku if product else "",
        brand=brand.name if brand else "",
        quantity=item.quantity,
        price=item.price if item.price is not None else product.price if product else ZERO,
        tax_rate=ZERO if product and product.kind == "giftcertificate" else rate,
        kind=product.kind if product else "physical",
        options=item.options or tuple(product.options.items() if product else ()),
    )


def take_off(order: Order, off: Off, number: Callable[[str], int]) -> None:
    """The discount falls on the order's lines, each its share."""
    worth = [line.price * line.quantity - sum((a.amount for a in line.applied), ZERO) for line in order.lines]
    weights = [ZERO if line.kind == "giftcertificate" else w for line, w in zip(order.lines, worth, strict=True)]
    whole = sum(weights, ZERO)
    amount = min(whole, cents(whole * off.value / 100) if off.kind == PERCENT else off.value)
    unique, title = str(number("discount")), off.code or f"{off.value.normalize():f} off"
    for line, part in zip(order.lines, spread(amount, weights), strict=True):
        if part:
            target = "product" if off.kind == 0 else "order"
            line.applied.append(Applied(unique, title, off.code or None, part, target))
    if off.code:
        coupon = Coupon(number("order_coupon"), number("coupon"), off.code, off.kind, off.value, amount)
        order.coupons.append(coupon)
    else:
        order.discount += amount


def nowhere(store: Store, customer: Customer | None) -> Address:
    """The address of somebody who gave none: their name and the store's own country."""
    return Address(
        id=0,
        first_name=customer.first_name if customer else "Guest",
        last_name=customer.last_name if customer else "Buyer",
        address1="",
        city="",
        state_or_province="",
        postal_code="00000",
        country=store.details.country,
        country_code=store.details.country,
    )
