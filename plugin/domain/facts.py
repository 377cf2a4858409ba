"""What a store told us, in our words: the output of every platform's ``translate``.

A fact states what is true and since when; it never says "add one". Absorbing a fact twice, late or
in any order ends the same: whole states carry a version and the highest wins, everything else is an
observation with its own moment.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from plugin.domain.ids import CustomerId, LineId, OrderId, ProductId, RefundId


class Version(NamedTuple):
    """A total order over the states of one thing; one-second ties of ``updated_at`` are common."""

    updated_at: datetime
    seen_at: datetime
    """When the platform sent it, or the moment our read began."""
    digest: bytes
    """Eight bytes over the body: the last word between two that tie."""


class Kind(StrEnum):
    """Things with an id at the platform."""

    CUSTOMER = "customer"
    ORDER = "order"
    REFUND = "refund"
    """All refunds of an order, by the order's id."""
    PRODUCT = "product"


class Channel(StrEnum):
    """How a customer may have agreed to hear from the store."""

    EMAIL = "email"
    SMS = "sms"


class CustomerSeen(Struct, frozen=True):
    """A customer's state at a version."""

    id: CustomerId
    version: Version
    created_at: datetime | None
    email: str | None
    name: str | None


class AttributeSeen(Struct, frozen=True):
    """A dated attribute had this value at this moment; a scalar is a list of one, none is empty."""

    customer_id: CustomerId
    name: str
    """``countries`` (ISO 3166 alpha-2), ``language``, ``state``, …: names of rules/fields."""
    at: datetime
    value: tuple[str, ...]


class TagsListed(Struct, frozen=True):
    """The customer carried exactly these tags at this moment."""

    customer_id: CustomerId
    at: datetime
    tags: tuple[str, ...]


class TagsChanged(Struct, frozen=True):
    """These tags were added or removed at this moment; of the others it says nothing."""

    customer_id: CustomerId
    at: datetime
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class ConsentSeen(Struct, frozen=True):
    """The consent for a channel since ``at``; ``state`` in Shopify's words (SUBSCRIBED, …)."""

    customer_id: CustomerId
    channel: Channel
    at: datetime
    state: str
    level: str | None = None


class LineSeen(Struct, frozen=True):
    """A line of an order as it was when bought. Amounts in store currency, whole line."""

    id: LineId
    product_id: ProductId | None
    variant_id: int | None
    quantity: int
    gross: Decimal
    """Price × quantity, before discounts, without included tax."""
    discount: Decimal
    """Every discount that falls on this line, its share of order discounts included."""
    title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    gift_card: bool = False
    type: str | None = None
    """Product type at purchase; None where the message does not say."""
    product_tags: tuple[str, ...] | None = None
    """Product tags at purchase; None where the message does not say (unknown, never guessed)."""


class RefundLineSeen(Struct, frozen=True):
    """Units of a line that came back, and the goods part of the money for them."""

    line_id: LineId
    quantity: int
    amount: Decimal


class RefundSeen(Struct, frozen=True):
    """A refund; it may arrive before its order and then waits for it."""

    id: RefundId
    order_id: OrderId
    version: Version
    refunded_at: datetime
    goods: Decimal
    """What comes off the order's net: the goods part, or all of a bare amount without lines."""
    total: Decimal
    """Money returned in all, shipping and tax included."""
    lines: tuple[RefundLineSeen, ...] = ()


class OrderSeen(Struct, frozen=True):
    """An order's whole state at a version. Amounts in store currency."""

    id: OrderId
    customer_id: CustomerId | None
    version: Version
    placed_at: datetime
    paid_at: datetime | None
    """The earliest moment this message proves it paid at least in part; None: unpaid in it."""
    cancelled_at: datetime | None
    test: bool
    currency: str
    gross: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal
    """What was charged in the beginning, shipping and tax included."""
    lines: tuple[LineSeen, ...]
    name: str | None = None
    channel: str | None = None
    app_id: str | None = None
    location_id: str | None = None
    country: str | None = None
    discount_codes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class ProductSeen(Struct, frozen=True):
    """A product's state at a version."""

    id: ProductId
    version: Version
    title: str | None
    type: str | None
    vendor: str | None
    tags: tuple[str, ...]


class Gone(Struct, frozen=True):
    """Deleted at the platform: a tombstone that every later message respects."""

    kind: Kind
    id: int
    at: datetime


class ReadWanted(Struct, frozen=True):
    """The message was thin: the thing must be read at the platform."""

    kind: Kind
    id: int


class ReadAnswered(Struct, frozen=True):
    """An answer covers the read of this thing up to this counter."""

    kind: Kind
    id: int
    counter: int


class StoreSeen(Struct, frozen=True):
    """The store's own particulars changed."""

    name: str | None
    domain: str | None
    timezone: str | None
    currency: str | None


class Uninstalled(Struct, frozen=True):
    """The merchant removed the app; the token is dead already."""

    at: datetime


class DataRequested(Struct, frozen=True):
    """A customer asks what we hold."""

    customer_id: CustomerId | None
    request_id: str


class CustomerErased(Struct, frozen=True):
    """A customer must be forgotten, the named orders with them."""

    customer_id: CustomerId | None
    order_ids: tuple[OrderId, ...]
    at: datetime


class StoreErased(Struct, frozen=True):
    """Everything of the store must be forgotten."""

    at: datetime


Fact = (
    CustomerSeen
    | AttributeSeen
    | TagsListed
    | TagsChanged
    | ConsentSeen
    | OrderSeen
    | RefundSeen
    | ProductSeen
    | Gone
    | ReadWanted
    | ReadAnswered
    | StoreSeen
    | Uninstalled
    | DataRequested
    | CustomerErased
    | StoreErased
)
