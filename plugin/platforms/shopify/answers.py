"""Answers of the Admin API, typed: what our own reads and exports bring (camelCase, gids, UTC)."""

from decimal import Decimal

from msgspec import UNSET, Raw, Struct, UnsetType, field

from plugin.platforms.shopify.values import Moment, Quantity


class Node(Struct, rename="camel", gc=False):
    """Of a linked thing only its gid."""

    id: str


class App(Struct, rename="camel", gc=False):
    """The app that made an order."""

    id: str
    name: str | None = None


class Named(Struct, rename="camel", gc=False):
    """Of a thing only what it is called."""

    name: str | None = None
    title: str | None = None


class Attribute(Struct, rename="camel", gc=False):
    """Something a shop keeps beside an order or a line."""

    name: str | None = field(default=None, name="key")
    value: str | None = None


class Money(Struct, rename="camel", gc=False):
    """An amount."""

    amount: Decimal


class MoneyBag(Struct, rename="camel", gc=False):
    """Of most amounts only the shop's currency is asked for."""

    shop_money: Money
    presentment_money: Money | None = None


class Address(Struct, rename="camel", gc=False):
    """An address, without street and name; an export gives it a line of its own."""

    id: str | None = None
    country_code_v2: str | None = field(default=None, name="countryCodeV2")
    province_code: str | None = None
    city: str | None = None
    zip: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Addresses(Struct, rename="camel", gc=False):
    """The addresses of a customer."""

    nodes: list[Address]


class EmailAddress(Struct, rename="camel", gc=False):
    """The default e-mail address and the consent that goes with it."""

    email_address: str | None = None
    marketing_state: str | None = None
    marketing_opt_in_level: str | None = None
    marketing_updated_at: Moment | None = None


class Phone(Struct, rename="camel", gc=False):
    """The consent that goes with the default phone number."""

    marketing_state: str | None = None
    marketing_opt_in_level: str | None = None
    marketing_updated_at: Moment | None = None


class Customer(Struct, rename="camel", gc=False):
    """A customer as read_customers and export_customers ask."""

    id: str
    created_at: Moment
    updated_at: Moment
    tags: list[str]
    first_name: str | None = None
    last_name: str | None = None
    locale: str | None = None
    state: str | None = None
    note: str | UnsetType | None = UNSET
    verified_email: bool | None = None
    default_email_address: EmailAddress | None = None
    default_phone_number: Phone | None = None
    default_address: Address | None = None
    addresses: Addresses | None = field(default=None, name="addressesV2")


class Transaction(Struct, rename="camel", gc=False):
    """Money that moved; asked only for its moment."""

    kind: str
    status: str
    processed_at: Moment | None = None


class DiscountApplication(Struct, gc=False):
    """A discount, by the name of its type."""

    type: str | None = field(default=None, name="__typename")


class Allocation(Struct, rename="camel", gc=False):
    """A discount's share that falls on a line."""

    allocated_amount_set: MoneyBag
    discount_application: DiscountApplication | None = None


class TaxLine(Struct, rename="camel", gc=False):
    """A tax on a line."""

    price_set: MoneyBag


class Line(Struct, rename="camel", gc=False):
    """A line of an order."""

    id: str
    quantity: Quantity
    original_unit_price_set: MoneyBag
    title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    is_gift_card: bool = False
    requires_shipping: bool = True
    current_quantity: Quantity | None = None
    product: Node | None = None
    variant: Node | None = None
    variant_title: str | UnsetType | None = UNSET
    selling_plan: Named | None = None
    custom_attributes: list[Attribute] | None = None
    discount_allocations: list[Allocation] = []
    tax_lines: list[TaxLine] = []


class Lines(Struct, rename="camel", gc=False):
    """The lines of an order; sync has followed every page."""

    nodes: list[Line]


class RefundLine(Struct, rename="camel", gc=False):
    """Units that came back."""

    quantity: Quantity
    line_item: Node
    subtotal_set: MoneyBag
    total_tax_set: MoneyBag


class RefundLines(Struct, rename="camel", gc=False):
    """The lines of a refund; sync has followed every page."""

    nodes: list[RefundLine]


class Refund(Struct, rename="camel", gc=False):
    """A refund. An export knows only its id."""

    id: str
    created_at: Moment | None = None
    processed_at: Moment | None = None
    total_refunded_set: MoneyBag | None = None
    refund_line_items: RefundLines | None = None


class Order(Struct, rename="camel", gc=False):
    """An order as read_orders and export_orders ask."""

    id: str
    created_at: Moment
    processed_at: Moment
    updated_at: Moment
    currency_code: str
    total_price_set: MoneyBag
    cancelled_at: Moment | None = None
    test: bool = False
    edited: bool = False
    taxes_included: bool = False
    display_financial_status: str | None = None
    source_name: str | None = None
    name: str | None = None
    tags: list[str] = []
    discount_codes: list[str] = []
    app: App | None = None
    note: str | UnsetType | None = UNSET
    custom_attributes: list[Attribute] | None = None
    payment_gateway_names: list[str] | None = None
    presentment_currency_code: str | None = None
    shipping_line: Named | None = None
    email: str | None = None
    customer: Node | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    total_shipping_price_set: MoneyBag | None = None
    total_tax_set: MoneyBag | None = None
    total_tip_received_set: MoneyBag | None = None
    transactions: list[Transaction] = []
    line_items: Lines | None = None
    refunds: list[Refund] = []


class Refunded(Struct, rename="camel", gc=False):
    """An order as read_refunds asks: only its refunds, and what their amounts mean."""

    id: str
    updated_at: Moment
    taxes_included: bool = False
    refunds: list[Refund] = []


class SelectedOption(Struct, gc=False):
    """What an option is of a variant."""

    name: str
    value: str


class Variant(Struct, rename="camel", gc=False):
    """A variant of a product."""

    id: str
    compare_at_price: Decimal | None = None
    selected_options: list[SelectedOption] = []


class Variants(Struct, rename="camel", gc=False):
    """The variants of a product; sync has followed every page."""

    nodes: list[Variant]


class Collections(Struct, rename="camel", gc=False):
    """The collections a product stands in; sync has followed every page."""

    nodes: list[Named]


class Product(Struct, rename="camel", gc=False):
    """A product as read_products and export_products ask."""

    id: str
    updated_at: Moment
    title: str | None = None
    product_type: str | None = None
    vendor: str | None = None
    tags: list[str] = []
    variants: Variants | None = None
    collections: Collections | None = None


class Read(Struct, gc=False):
    """What ``sync.read`` puts into the inbox: the nodes as they came, and what they answer."""

    read_began: Moment
    counters: dict[str, int]
    """gid → the counter of the read that this answers."""
    nodes: list[Raw]


class ExportLine(Struct, gc=False):
    """A line of a bulk result; a child names its parent."""

    parent: str | None = field(default=None, name="__parentId")
    type: str | None = field(default=None, name="__typename")
