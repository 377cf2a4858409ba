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
    CHECKOUT = "checkout"
    SUBSCRIBER = "subscriber"
    """A place on the store's list of those who want to hear from it; whose it is follows from the address."""


class Channel(StrEnum):
    """How a customer may have agreed to hear from the store."""

    EMAIL = "email"
    SMS = "sms"


class ValueType(StrEnum):
    """What an attribute's texts stand for; each is written one way only (plugin/domain/values.py)."""

    TEXT = "text"
    NUMBER = "number"
    """A plain decimal of at most 16 digits before and 4 after the point."""
    DAY = "day"
    """``2026-01-31``."""
    MOMENT = "moment"
    """``2026-01-31T09:30:00+00:00``, always in UTC."""
    TRUTH = "truth"
    """``true`` or ``false``."""
    LIST = "list"
    """Any number of texts."""
    ABSENT = "absent"
    """Known to be none, whatever type it would have."""


class CustomerSeen(Struct, frozen=True):
    """A customer's state at a version."""

    id: CustomerId
    version: Version
    created_at: datetime | None
    email: str | None
    name: str | None
    unknown: tuple[str, ...] = ()
    """Attributes and sources of rows (``orders``, ``tags``, …) that nobody can know of this customer."""
    email_proven: bool = True
    """False where the platform says that nobody has shown the address to be theirs."""


class AttributeSeen(Struct, frozen=True):
    """A dated attribute had this value at this moment; a scalar is a list of one, none is empty."""

    customer_id: CustomerId
    name: str
    """As the catalogue (plugin/rules/fields.py) calls it: ``customer_language``, ``metafields.a.b``, …"""
    at: datetime
    value: tuple[str, ...]
    type: ValueType = ValueType.TEXT


class Address(Struct, frozen=True):
    """One of a customer's addresses. ``region``: ISO 3166-2 with its country, as ``US-NY``."""

    country: str | None = None
    region: str | None = None
    city: str | None = None
    postcode: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    main: bool = False
    """Whether it is the default address."""


class AddressesListed(Struct, frozen=True):
    """The customer had exactly these addresses at this moment."""

    customer_id: CustomerId
    at: datetime
    addresses: tuple[Address, ...]


class Credit(Struct, frozen=True):
    """A store credit account. Its dates say something of the account, not since when it is so."""

    account: str
    balance: Decimal
    currency: str
    next_expiry: datetime | None = None
    last_credit: datetime | None = None


class CreditsListed(Struct, frozen=True):
    """The customer had exactly these store credit accounts at this moment."""

    customer_id: CustomerId
    at: datetime
    credits: tuple[Credit, ...]


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


class SubscriberSeen(Struct, frozen=True):
    """The customer's address has this place on the store's list: when it is gone, they have agreed no longer."""

    customer_id: CustomerId
    number: int
    channel: Channel
    at: datetime


class AnswerGiven(Struct, frozen=True):
    """The customer answered a question: by choices, a number or free text."""

    customer_id: CustomerId
    question: str
    at: datetime
    choices: tuple[str, ...] = ()
    number: Decimal | None = None
    text: str | None = None
    other: str | None = None
    """What was written under "other": it equals no choice."""


class EventHappened(Struct, frozen=True):
    """Something with a name happened to the customer: a message opened, a product viewed."""

    customer_id: CustomerId
    at: datetime
    name: str
    item: str | None = None
    """What it happened with, by its id at whoever tells."""
    tags: tuple[str, ...] = ()
    value: Decimal | None = None


class CustomerMerged(Struct, frozen=True):
    """Two records are one person's: what is known of the loser is the survivor's from now on."""

    loser: CustomerId
    survivor: CustomerId
    at: datetime


class DiscountKind(StrEnum):
    """How a discount came to an order."""

    CODE = "code"
    AUTOMATIC = "automatic"
    MANUAL = "manual"


Pairs = tuple[tuple[str, str], ...]
"""Names and their values, in the order in which they were given."""


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
    """Product type at purchase."""
    product_tags: tuple[str, ...] | None = None
    """Product tags at purchase."""
    price: Decimal | None = None
    """Of one unit, before discounts, as the buyer saw it."""
    compare_at: Decimal | None = None
    unit_cost: Decimal | None = None
    categories: tuple[str, ...] = ()
    options: Pairs = ()
    """Size and what else told the variants apart."""
    properties: Pairs = ()
    selling_plan: str | None = None
    unknown: tuple[str, ...] = ()
    """Fields (their names in the catalogue) of which the message does not say whether there is a value."""
    of_product: tuple[str, ...] = ()
    """Those of the unknown that were the product's when the order was placed: whoever knows it then, knows them."""


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
    whole: bool = False
    """Nothing of the order was left after it, whatever the amounts say: they may be unknown."""


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
    """Where it was sent to, as all before the billing address."""
    discount_codes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    region: str | None = None
    city: str | None = None
    postcode: str | None = None
    billing_country: str | None = None
    billing_region: str | None = None
    billing_city: str | None = None
    billing_postcode: str | None = None
    presentment_currency: str | None = None
    """What the buyer paid in, and how much of it."""
    presentment_total: Decimal | None = None
    location: str | None = None
    app: str | None = None
    staff: str | None = None
    discount_kinds: tuple[DiscountKind, ...] = ()
    gateways: tuple[str, ...] = ()
    shipping_method: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None
    gift: bool | None = None
    gift_note: str | None = None
    note: str | None = None
    draft: bool | None = None
    """Whether a person of the store wrote it up first."""
    properties: Pairs = ()
    unknown: tuple[str, ...] = ()
    """Fields (their names in the catalogue) of which the message does not say whether there is a value."""
    email: str | None = None
    """Of an order of nobody: the address that the store writes to about it."""
    payment_version: Version | None = None
    """Of a message that says all there is about the order's payment: its version. The newest such message decides
    whether the order is paid, so that a payment can be taken back; None: it tells of payment in pieces, which stand."""
    paid_before: datetime | None = None
    """When it was first paid, of an order whose payment was taken back."""


AMOUNTS = frozenset({"gross", "discount", "net", "total", "refunded", "profit", "shipping", "tax"})
"""Fields of an order that are unknown where it was paid in another currency at a rate that nobody can tell."""
BORN_WITH = ("location_id", "staff", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
"""Fields of an order that never change, and that some messages do not say: what any of them said stands."""


class DisputeSeen(Struct, frozen=True):
    """A dispute over an order had this state at this moment: NEEDS_RESPONSE, UNDER_REVIEW, WON or LOST."""

    order_id: OrderId
    id: int
    at: datetime
    state: str


class CheckoutSeen(Struct, frozen=True):
    """A checkout's whole state at a version; one that was completed is an order."""

    id: int
    customer_id: CustomerId
    version: Version
    at: datetime
    completed_at: datetime | None
    amount: Decimal | None = None


class VariantSeen(Struct, frozen=True):
    """What of a product's variant is of the variant alone."""

    id: int
    compare_at: Decimal | None = None
    options: Pairs = ()


class ProductSeen(Struct, frozen=True):
    """A product's state at a version. Every version counts: lines show the one of their day."""

    id: ProductId
    version: Version
    title: str | None
    type: str | None
    vendor: str | None
    tags: tuple[str, ...]
    variants: tuple[VariantSeen, ...] = ()
    """Of those that are not among them the message says nothing."""
    categories: tuple[str, ...] | None = None
    """Where it stood when this was seen, for that has no moment of its own; None: the message does not say."""


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


class OrderNamed(Struct, frozen=True):
    """A message names an order without saying it: one we have not heard of must be read."""

    id: OrderId


class ExportEnded(Struct, frozen=True):
    """An export of ours is written, or has failed: there is no need to wait for the next look."""

    remote_id: str


class ScopesChanged(Struct, frozen=True):
    """What the merchant grants is not what it was; which it is, is asked: messages may come in any order."""


class PlanChanged(Struct, frozen=True):
    """What the store pays for may have changed: a reason to ask. ``hint``: the word of the message, never believed."""

    hint: str


class StoreSeen(Struct, frozen=True):
    """The store's own particulars changed."""

    name: str | None
    domain: str | None
    timezone: str | None
    currency: str | None
    at: datetime


class Uninstalled(Struct, frozen=True):
    """The merchant removed the app; the token is dead already."""

    at: datetime


class DataRequested(Struct, frozen=True):
    """A customer asks what we hold."""

    customer_id: CustomerId | None
    request_id: str


class CustomerErased(Struct, frozen=True):
    """A customer must be forgotten, the named orders with them. ``email``: theirs, where the platform says it; who was
    deleted before has none here any more."""

    customer_id: CustomerId | None
    order_ids: tuple[OrderId, ...]
    at: datetime
    email: str | None = None


class StoreErased(Struct, frozen=True):
    """Everything of the store must be forgotten."""

    at: datetime


Fact = (
    CustomerSeen
    | AttributeSeen
    | TagsListed
    | TagsChanged
    | ConsentSeen
    | SubscriberSeen
    | AddressesListed
    | CreditsListed
    | AnswerGiven
    | EventHappened
    | CustomerMerged
    | OrderSeen
    | RefundSeen
    | DisputeSeen
    | CheckoutSeen
    | ProductSeen
    | Gone
    | ReadWanted
    | ReadAnswered
    | OrderNamed
    | ExportEnded
    | ScopesChanged
    | PlanChanged
    | StoreSeen
    | Uninstalled
    | DataRequested
    | CustomerErased
    | StoreErased
)
