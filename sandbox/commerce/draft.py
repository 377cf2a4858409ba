"""An order made from a cart: discounts, taxes and shipping worked out to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.money import ZERO, cents, spread
from sandbox.store.customer import Address, Customer
from sandbox.store.order import Discount, Line, Order
from sandbox.store.product import Product
from sandbox.store.shop import Shop

TAX = {
    "DE": "0.19", "AT": "0.20", "CH": "0.081", "FR": "0.20", "NL": "0.21", "GB": "0.20", "IE": "0.23",
    "SE": "0.25", "ES": "0.21", "IT": "0.22", "US": "0.07", "CA": "0.13",
}  # fmt: skip
RATES = {"CHF": "0.95", "GBP": "0.86", "USD": "1.08", "SEK": "11.30", "CAD": "1.47"}
"""What a euro buys. Only euro shops show foreign buyers their own currency."""
OWN = {"CH": "CHF", "GB": "GBP", "US": "USD", "SE": "SEK", "CA": "CAD"}
FREE_SHIPPING_FROM = Decimal("60.00")
SHIPPING = Decimal("4.90")


@dataclass(frozen=True, slots=True)
class Item:
    """Some units of a product in a cart; a price of one's own stands for a manual change."""

    product: Product
    quantity: int
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Cart:
    """What is to be bought, by whom and how."""

    items: Sequence[Item]
    customer: Customer | None
    discounts: Sequence[Discount] = ()
    source_name: str = "web"
    email: str | None = None
    address: Address | None = None
    test: bool = False
    note: str | None = None
    tags: Sequence[str] = field(default_factory=tuple)


def draft(shop: Shop, cart: Cart, at: datetime) -> Order:
    """The order of this cart; the shop does not know it yet, nothing is paid."""
    address = cart.address or (cart.customer.address if cart.customer else None)
    country = (address.country_code if address else None) or shop.profile.country
    lines = [_line(shop, item) for item in cart.items]
    for index, discount in enumerate(cart.discounts):
        _discount(lines, index, discount)
    rate = Decimal(TAX.get(country, "0"))
    for line in lines:
        _tax(line, ZERO if line.gift_card else rate, included=shop.taxes_included)
    goods = sum((line.discounted_total for line in lines), ZERO)
    in_person = cart.source_name == "pos"
    posted = not in_person and not all(line.gift_card for line in lines)
    currency, factor = _presentment(shop, None if in_person else country)
    shop.last_order_number += 1
    order = Order(
        id=shop.numbers.next("Order"),
        number=shop.last_order_number,
        created_at=at,
        processed_at=at,
        updated_at=at,
        customer_id=cart.customer.id if cart.customer else None,
        email=cart.email or (cart.customer.email if cart.customer else None),
        currency=shop.profile.currency,
        lines=lines,
        discounts=list(cart.discounts),
        shipping=SHIPPING if posted and goods < FREE_SHIPPING_FROM else ZERO,
        taxes_included=shop.taxes_included,
        source_name=cart.source_name,
        app_id={"web": 580111, "pos": 129785}.get(cart.source_name),
        locale=cart.customer.locale if cart.customer else None,
        test=cart.test,
        note=cart.note,
        shipping_address=address if posted else None,
        billing_address=None if in_person else address,
        presentment_currency=currency,
        presentment_rate=factor,
    )
    order.tags.add(cart.tags, at)
    return order


def _line(shop: Shop, item: Item) -> Line:
    product = item.product
    return Line(
        id=shop.numbers.next("LineItem"),
        product=product,
        title=product.title,
        sku=product.sku,
        vendor=product.vendor,
        price=product.price if item.price is None else item.price,
        quantity=item.quantity,
        gift_card=product.is_gift_card,
        variant_title=product.variant_title,
    )


def _discount(lines: list[Line], index: int, discount: Discount) -> None:
    weights = [ZERO if line.gift_card else line.discounted_total for line in lines]
    amount = cents(sum(weights, ZERO) * discount.percent / 100)
    for line, part in zip(lines, spread(amount, weights), strict=True):
        if part:
            line.allocations.append((index, part))


def _tax(line: Line, rate: Decimal, *, included: bool) -> None:
    line.tax_rate = rate
    base = line.discounted_total
    line.tax = cents(base - base / (1 + rate)) if included else cents(base * rate)


def _presentment(shop: Shop, country: str | None) -> tuple[str, Decimal]:
    currency = OWN.get(country or "")
    if shop.profile.currency != "EUR" or currency is None:
        return shop.profile.currency, Decimal(1)
    return currency, Decimal(RATES[currency])
