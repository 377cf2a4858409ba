"""The webhook payloads we use, typed: only used fields, so that decoding costs microseconds.

Numbers and texts are snake_case here; ``answers.py`` holds the camelCase shapes of the Admin API.
"""

from decimal import Decimal
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from plugin.platforms.shopify.values import Id, Moment, Quantity


class Money(Struct, gc=False):
    """An amount and its currency."""

    amount: Decimal
    currency_code: str | None = None


class MoneyBag(Struct, gc=False):
    """The same money in two currencies; we count the shop's."""

    shop_money: Money
    presentment_money: Money | None = None


class Address(Struct, gc=False):
    """An address, without street and name."""

    country_code: str | None = None
    province_code: str | None = None
    city: str | None = None
    zip: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    default: bool | None = None


class Attribute(Struct, gc=False):
    """Something a shop keeps beside an order or a line; its value may be of any type."""

    name: str | None = None
    value: Any = None


class DiscountApplication(Struct, gc=False):
    """A discount of an order, by its kind."""

    type: str | None = None


class ShippingLine(Struct, gc=False):
    """A way of sending the goods."""

    title: str | None = None


class TaxLine(Struct, gc=False):
    """A tax, in shop currency."""

    price: Decimal | None = None


class Allocation(Struct, gc=False):
    """A discount's share that falls on a line."""

    amount: Decimal


class DiscountCode(Struct, gc=False):
    """A code that was entered."""

    code: str | None = None


class Line(Struct, gc=False):
    """A line of an order."""

    id: Id
    quantity: Quantity
    price: Decimal
    product_id: Id | None = None
    variant_id: Id | None = None
    title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    gift_card: bool | None = None
    requires_shipping: bool | None = None
    current_quantity: Quantity | None = None
    variant_title: str | None = None
    properties: list[Attribute] | None = None
    total_discount: Decimal | None = None
    discount_allocations: list[Allocation] | None = None
    tax_lines: list[TaxLine] | None = None


class RefundLine(Struct, gc=False):
    """Units that came back. ``subtotal`` is a JSON number, everything else a string."""

    line_item_id: Id
    quantity: Quantity
    subtotal: Decimal | None = None
    total_tax: Decimal | None = None
    subtotal_set: MoneyBag | None = None


class Transaction(Struct, gc=False):
    """Money that moved; ``currency`` may be the buyer's."""

    kind: str | None = None
    status: str | None = None
    amount: Decimal | None = None
    currency: str | None = None


class Refund(Struct, gc=False):
    """A refund, alone or inside its order."""

    id: Id
    order_id: Id | None = None
    created_at: Moment | None = None
    processed_at: Moment | None = None
    refund_line_items: list[RefundLine] | None = None
    transactions: list[Transaction] | None = None
    total_duties_set: MoneyBag | None = None


class Consent(Struct, gc=False):
    """A consent as the old customer payloads and the consent topics tell it."""

    state: str | None = None
    opt_in_level: str | None = None
    consent_updated_at: Moment | None = None


class Customer(Struct, gc=False):
    """A customer, alone or inside an order. Tags and consents ended with version 2025-01."""

    id: Id
    created_at: Moment | None = None
    updated_at: Moment | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    verified_email: bool | None = None
    state: str | None = None
    note: str | None = None
    addresses: list[Address] | None = None
    default_address: Address | None = None
    tags: str | UnsetType = UNSET
    email_marketing_consent: Consent | None = None
    sms_marketing_consent: Consent | None = None


class Order(Struct, gc=False):
    """An order. Money is the shop's currency wherever no ``_set`` says otherwise."""

    id: Id
    updated_at: Moment
    total_price: Decimal
    currency: str
    line_items: list[Line]
    created_at: Moment | None = None
    processed_at: Moment | None = None
    cancelled_at: Moment | None = None
    test: bool | None = None
    financial_status: str | None = None
    taxes_included: bool | None = None
    total_tax: Decimal | None = None
    total_shipping_price_set: MoneyBag | None = None
    total_tip_received: Decimal | None = None
    source_name: str | None = None
    app_id: int | str | None = None
    location_id: int | str | None = None
    name: str | None = None
    tags: str | None = None
    discount_codes: list[DiscountCode] | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    user_id: int | str | None = None
    note: str | None = None
    note_attributes: list[Attribute] | None = None
    landing_site: str | None = None
    payment_gateway_names: list[str] | None = None
    presentment_currency: str | None = None
    total_price_set: MoneyBag | None = None
    discount_applications: list[DiscountApplication] | None = None
    shipping_lines: list[ShippingLine] | None = None
    email: str | None = None
    customer: Customer | None = None
    refunds: list[Refund] | None = None


class OrderEdit(Struct, gc=False):
    """Which order was edited; what changed must be read."""

    order_id: Id


class OrderEdited(Struct, gc=False):
    """An edit."""

    order_edit: OrderEdit


class Deleted(Struct, gc=False):
    """The id of what is gone."""

    id: Id


class TagsMoved(Struct, rename="camel", gc=False):
    """Tags added or removed; camelCase with a gid, unlike the older topics."""

    customer_id: str
    tags: list[str]
    occurred_at: Moment


class EmailConsent(Struct, gc=False):
    """The e-mail consent changed."""

    customer_id: Id
    email_marketing_consent: Consent


class SmsConsent(Struct, gc=False):
    """The text message consent changed; here the customer's id is just ``id``."""

    id: Id
    sms_marketing_consent: Consent


class Shop(Struct, gc=False):
    """The shop's particulars."""

    name: str | None = None
    myshopify_domain: str | None = None
    iana_timezone: str | None = None
    currency: str | None = None


class PurchasingSummary(Struct, rename="camel", gc=False):
    """``customers/purchasing_summary``. Its totals are Shopify's own count; ours comes from the orders."""

    customer_id: str
    occurred_at: Moment
    last_order_id: str | None = None


class ScopesUpdate(Struct, gc=False):
    """``app/scopes_update``."""

    current: list[str]


class AppSubscription(Struct, gc=False):
    """Inside ``app_subscriptions/update``."""

    status: str | None = None


class AppSubscriptionUpdate(Struct, gc=False):
    """``app_subscriptions/update``."""

    app_subscription: AppSubscription


class BulkFinished(Struct, gc=False):
    """``bulk_operations/finish``."""

    admin_graphql_api_id: str


class Variant(Struct, gc=False):
    """A variant of a product; its options are named by the product, in their order."""

    id: Id
    compare_at_price: Decimal | None = None
    option1: str | None = None
    option2: str | None = None
    option3: str | None = None


class Option(Struct, gc=False):
    """What tells a product's variants apart."""

    name: str | None = None
    position: int | None = None


class Product(Struct, gc=False):
    """``products/create`` and ``products/update``; not every variant of very many need stand in it."""

    id: Id
    title: str | None = None
    product_type: str | None = None
    vendor: str | None = None
    tags: str | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    variants: list[Variant] | None = None
    options: list[Option] | None = None


class Person(Struct, gc=False):
    """The customer a privacy topic speaks of; the telephone number is left unread."""

    id: Id | None = None
    email: str | None = None


class Request(Struct, gc=False):
    """A request for data."""

    id: int | str


class DataRequest(Struct, gc=False):
    """``customers/data_request``."""

    data_request: Request
    customer: Person | None = None


class CustomerRedact(Struct, gc=False):
    """``customers/redact``."""

    customer: Person | None = None
    orders_to_redact: list[Id] | None = None


class ShopRedact(Struct, gc=False):
    """``shop/redact``."""

    shop_id: Id


class Merge(Struct, gc=False):
    """``customers/merge``: two records became one, or could not."""

    admin_graphql_api_customer_kept_id: str | None = None
    admin_graphql_api_customer_deleted_id: str | None = None
    status: str | None = None


class CompanyContact(Struct, gc=False):
    """A customer who buys for a company, or no longer does."""

    customer_admin_graphql_api_id: str | None = None


class Dispute(Struct, gc=False):
    """``disputes/create`` and ``disputes/update``."""

    id: Id
    order_id: Id | None = None
    status: str | None = None
    initiated_at: Moment | None = None
    evidence_sent_on: Moment | None = None
    finalized_on: Moment | None = None
