"""Answers about orders and refunds, typed (README §2); as ``answers``, only what we read."""

from typing import Any

from msgspec import Struct, field

from plugin.platforms.bigcommerce.statuses import COUNTED
from plugin.platforms.bigcommerce.values import Id, Money, Quantity


class Place(Struct, gc=False):
    """Where an order was billed or sent to. ``state`` is a name."""

    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country_iso2: str | None = None
    email: str | None = None


class Discount(Struct, gc=False):
    """A discount's share that falls on a line. One by hand has the name of its kind."""

    name: str | None = None
    amount: Money = None
    code: str | None = None


class Option(Struct, gc=False):
    """What was chosen, or filled in, for a line."""

    display_name: str | None = None
    display_value: Any = None
    type: str | None = None


class Pair(Struct, gc=False):
    """A name and its value."""

    name: str | None = None
    value: Any = None


class Line(Struct, gc=False):
    """A product of an order. A link in its place has no id."""

    id: Id = 0
    product_id: Id | None = None
    variant_id: Id | None = None
    name: str | None = None
    sku: str | None = None
    type: str | None = None
    brand: str | None = None
    quantity: Quantity = 0
    quantity_refunded: Quantity = 0
    price_ex_tax: Money = None
    price_inc_tax: Money = None
    total_ex_tax: Money = None
    total_inc_tax: Money = None
    cost_price_ex_tax: Money = None
    wrapping_name: str | None = None
    wrapping_message: str | None = None
    applied_discounts: list[Discount] | None = None
    product_options: list[Option] | None = None
    configurable_fields: list[Pair] | None = None


class Consignment(Place, gc=False):
    """Lines that go one way; of those that are shipped the address and the method as well."""

    line_items: list[Line] | None = None
    shipping_method: str | None = None


class Location(Struct, gc=False):
    """Where an order is picked up."""

    id: Id | None = None
    name: str | None = None


class Pickup(Struct, gc=False):
    """Lines that are picked up."""

    line_items: list[Line] | None = None
    pickup_method_display_name: str | None = None
    location: Location | list[Any] | None = None


class Mailed(Struct, gc=False):
    """Gift certificates, which go by e-mail."""

    gift_certificates: list[Consignment] | None = None


class Consignments(Struct, gc=False):
    """All ways in which an order goes out."""

    shipping: list[Consignment] | None = None
    pickups: list[Pickup] | None = None
    downloads: list[Consignment] | None = None
    email: Mailed | list[Any] | None = None


class Order(Struct, gc=False):
    """An order of V2. Amounts are in the currency that was paid in, whatever ``default_currency_code`` sounds like."""

    id: Id
    date_created: str
    date_modified: str
    status_id: int
    customer_id: Id | None = None
    is_deleted: bool = False
    is_tax_inclusive_pricing: bool = False
    items_total: Quantity = 0
    default_currency_code: str | None = None
    store_default_currency_code: str | None = None
    store_default_to_transactional_exchange_rate: Money = None
    subtotal_ex_tax: Money = None
    subtotal_inc_tax: Money = None
    discount_amount: Money = None
    coupon_discount: Money = None
    shipping_cost_ex_tax: Money = None
    shipping_cost_inc_tax: Money = None
    handling_cost_ex_tax: Money = None
    total_tax: Money = None
    total_inc_tax: Money = None
    payment_method: str | None = None
    payment_status: str | None = None
    channel_id: Id | None = None
    order_source: str | None = None
    external_source: str | None = None
    customer_message: str | None = None
    billing_address: Place | list[Any] | None = None
    consignments: Consignments | list[Any] | None = None


class Coupon(Struct, gc=False):
    """A coupon of an order; 3 and 4 are discounts on shipping, 5 a promotion."""

    code: str | None = None
    type: int | None = None
    discount: Money = None


class Adjustment(Struct, gc=False):
    """What is kept back of a refund: negative."""

    amount: Money = None


class Returned(Struct, gc=False):
    """A part of a refund: units of a line, or money for something else."""

    item_type: str
    item_id: Id | None = None
    quantity: Quantity | None = None
    requested_amount: Money = None
    adjustments: list[Adjustment] | None = None


class Payment(Struct, gc=False):
    """Money on its way back."""

    amount: Money = None
    is_declined: bool = False


class Refund(Struct, gc=False):
    """A refund of V3."""

    id: Id
    order_id: Id
    created: str
    total_amount: Money = None
    total_tax: Money = None
    items: list[Returned] | None = None
    payments: list[Payment] | None = None


class Purchase(Struct, gc=False):
    """An order with all that belongs to it, as ``sync`` gathers it; None: was not asked for."""

    order: Order
    products: list[Line] | None = None
    """Its lines, where the consignments did not hold all of them."""
    coupons: list[Coupon] = []
    refunds: list[Refund] = []
    storefront: str | None = None
    """The name of its channel."""
    counted: list[int] = field(default_factory=lambda: sorted(COUNTED))
    """Which statuses counted at the store when this was read."""
