"""An order, its lines, refunds and payments; what can be computed from them is not kept."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.money import ZERO
from sandbox.store.customer import Address
from sandbox.store.product import Product
from sandbox.store.tags import Tags


@dataclass(slots=True, frozen=True)
class Discount:
    """A discount that applies to an order: by code, or by itself."""

    code: str | None
    title: str
    percent: Decimal


@dataclass(slots=True)
class Line:
    """Some units of one product at the price of the day."""

    id: int
    product: Product | None
    """None for a custom item, or a product that was deleted since."""
    title: str
    sku: str | None
    vendor: str | None
    price: Decimal
    quantity: int
    gift_card: bool = False
    variant_title: str | None = None
    allocations: list[tuple[int, Decimal]] = field(default_factory=list)
    """Index of the order's discount, and this line's share of it."""
    tax_rate: Decimal = ZERO
    tax: Decimal = ZERO
    refunded: int = 0
    """Units given back."""
    removed: int = 0
    """Units taken out by an edit; the quantity counts them still, and no refund names them."""

    @property
    def original_total(self) -> Decimal:
        """Price times quantity."""
        return self.price * self.quantity

    @property
    def discount(self) -> Decimal:
        """Every discount that falls on this line."""
        return sum((amount for _, amount in self.allocations), ZERO)

    @property
    def discounted_total(self) -> Decimal:
        """What the line costs after every discount."""
        return self.original_total - self.discount

    @property
    def current_quantity(self) -> int:
        """Units the customer kept."""
        return self.quantity - self.refunded - self.removed


@dataclass(slots=True)
class RefundLine:
    """Units of one line given back, with the part of its price and tax that went with them."""

    id: int
    line: Line
    quantity: int
    subtotal: Decimal
    tax: Decimal


@dataclass(slots=True)
class Transaction:
    """Money that moved, or was promised."""

    id: int
    kind: str
    amount: Decimal
    created_at: datetime
    gateway: str
    status: str = "SUCCESS"


@dataclass(slots=True)
class Refund:
    """Money given back: for lines, for shipping, or a bare amount for neither."""

    id: int
    created_at: datetime
    note: str | None
    lines: list[RefundLine]
    shipping: Decimal
    bare: Decimal
    transaction: Transaction | None
    taxes_included: bool

    @property
    def total(self) -> Decimal:
        """All the money of this refund."""
        goods = sum((line.subtotal + (ZERO if self.taxes_included else line.tax) for line in self.lines), ZERO)
        return goods + self.shipping + self.bare


@dataclass(slots=True)
class Order:
    """An order as the shop keeps it, in the shop's currency."""

    id: int
    number: int
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    customer_id: int | None
    email: str | None
    currency: str
    lines: list[Line]
    discounts: list[Discount]
    shipping: Decimal
    taxes_included: bool
    source_name: str = "web"
    app_id: int | None = None
    locale: str | None = None
    test: bool = False
    note: str | None = None
    authorized: bool = False
    """The card is checked but not charged."""
    edited: bool = False
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    tags: Tags = field(default_factory=Tags)
    transactions: list[Transaction] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    shipping_address: Address | None = None
    billing_address: Address | None = None
    presentment_currency: str = ""
    presentment_rate: Decimal = Decimal(1)
    """What the buyer saw: the shop's amounts times this, in their own currency."""

    @property
    def name(self) -> str:
        """``#1001``."""
        return f"#{self.number}"
