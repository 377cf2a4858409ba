"""An order, its lines, coupons and refunds. What can be computed from them is not kept."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.bigcommerce.store.customer import Address
from sandbox.money import ZERO, cents

ONE = Decimal(1)


@dataclass(slots=True, frozen=True)
class Applied:
    """A discount's share that falls on one line."""

    id: str
    name: str
    code: str | None
    amount: Decimal
    target: str = "order"


@dataclass(slots=True)
class Line:
    """Some units of one product at the price of the day; the price has the tax in it where the store's prices do."""

    id: int
    product_id: int
    """0 for a custom item."""
    variant_id: int
    name: str
    sku: str
    brand: str
    quantity: int
    price: Decimal
    tax_rate: Decimal
    kind: str = "physical"
    applied: list[Applied] = field(default_factory=list)
    quantity_refunded: int = 0
    quantity_shipped: int = 0
    options: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, frozen=True)
class Coupon:
    """A coupon that was redeemed: ``kind`` 0 item, 1 percent, 2 total, 3 shipping, 4 free shipping, 5 promotion."""

    id: int
    coupon_id: int
    code: str
    kind: int
    amount: Decimal
    discount: Decimal


@dataclass(slots=True, frozen=True)
class RefundItem:
    """A part of a refund: units of a line, shipping, or a bare amount of the order."""

    kind: str
    item_id: int
    quantity: int
    amount: Decimal


@dataclass(slots=True, frozen=True)
class Refund:
    """Money given back."""

    id: int
    created_at: datetime
    reason: str
    total: Decimal
    tax: Decimal
    items: tuple[RefundItem, ...]
    payment_id: int


@dataclass(slots=True)
class Order:
    """An order in its transactional currency."""

    id: int
    customer_id: int
    """0 for a guest."""
    email: str
    status_id: int
    created_at: datetime
    updated_at: datetime
    lines: list[Line]
    tax_inclusive: bool
    currency: str
    """What the buyer paid in."""
    store_currency: str
    billing: Address
    shipping_to: Address | None = None
    """None when nothing was shipped: all digital, or taken home at once."""
    shipping: Decimal = ZERO
    shipping_tax_rate: Decimal = ZERO
    coupons: list[Coupon] = field(default_factory=list)
    discount: Decimal = ZERO
    """Of promotions and by hand, without coupons."""
    refunds: list[Refund] = field(default_factory=list)
    display_currency: str = ""
    exchange_rate: Decimal = ONE
    """From the store's currency to the transactional one, as the field is named."""
    channel_id: int = 1
    source: str = "www"
    external_source: str | None = None
    payment_method: str = "Credit Card"
    payment_status: str = "captured"
    shipped_at: datetime | None = None
    is_deleted: bool = False
    email_opt_in: bool = False
    staff_notes: str = ""
    message: str = ""
    locale: str = "en"
    store_credit: Decimal = ZERO
    gift_certificate: Decimal = ZERO

    def with_tax(self, amount: Decimal, rate: Decimal) -> Decimal:
        """An amount of the order's kind of prices, tax included."""
        return amount if self.tax_inclusive else cents(amount * (ONE + rate))

    def without_tax(self, amount: Decimal, rate: Decimal) -> Decimal:
        """An amount of the order's kind of prices, tax excluded."""
        return cents(amount / (ONE + rate)) if self.tax_inclusive else amount

    @property
    def digital(self) -> bool:
        """Whether nothing in it can be shipped."""
        return all(line.kind != "physical" for line in self.lines)
