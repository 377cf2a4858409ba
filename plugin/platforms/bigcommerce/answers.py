"""Answers about customers and products, typed, and what ``sync`` puts into the inbox around them (README §2).

Only what we read: BigCommerce adds fields as it likes. What may be an object is now and then an empty list.
"""

from typing import Any

from msgspec import Raw, Struct

from plugin.platforms.bigcommerce.values import Id, Money


class Address(Struct, gc=False):
    """An address of a customer. The state is a name."""

    id: Id = 0
    city: str | None = None
    state_or_province: str | None = None
    postal_code: str | None = None
    country_code: str | None = None


class Filled(Struct, gc=False):
    """A field of the store's registration form."""

    name: str | None = None
    value: Any = None


class Customer(Struct, gc=False):
    """A customer of V3."""

    id: Id
    date_created: str
    date_modified: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    notes: str | None = None
    customer_group_id: Id | None = None
    address_count: int = 0
    addresses: list[Address] | None = None
    form_fields: list[Filled] | None = None


class Group(Struct, gc=False):
    """The group a customer is in."""

    id: Id
    name: str | None = None
    date_modified: str | None = None


class Given(Struct, gc=False):
    """A value of a customer attribute, with its definition's name and type."""

    name: str
    type: str
    value: str | None = None
    date_modified: str | None = None


class Subscriber(Struct, gc=False):
    """Who agreed to hear from the store, by e-mail address; without the newsletter among its consents no more."""

    id: Id = 0
    email: str | None = None
    consents: list[str] | None = None
    date_created: str | None = None
    date_modified: str | None = None


class Subscription(Struct, gc=False):
    """A subscriber who is a customer, or nobody's (0)."""

    customer_id: Id
    subscriber: Subscriber


class Listed(Struct, gc=False):
    """What a line of the customers' history is about: one of them, or what one agreed to."""

    subscription: Subscription | None = None


class Person(Struct, gc=False):
    """A customer with all that belongs to it, as ``sync`` gathers it."""

    customer: Customer
    group: Group | None = None
    groups_known: bool = True
    """False where the plan has no groups, or we may not see them."""
    attributes: list[Given] = []
    attributes_known: bool = True
    lacking: list[str] = []
    """Names of attributes that the store has and this customer has no value of."""
    subscriber: Subscriber | None = None


class Variant(Struct, gc=False):
    """A variant of a product."""

    id: Id
    retail_price: Money = None
    option_values: list["Chosen"] | None = None


class Chosen(Struct, gc=False):
    """What an option is of a variant."""

    option_display_name: str | None = None
    label: str | None = None


class Product(Struct, gc=False):
    """A product of V3."""

    id: Id
    date_modified: str
    name: str | None = None
    type: str | None = None
    retail_price: Money = None
    variants: list[Variant] | None = None


class Article(Struct, gc=False):
    """A product with the names of its brand and of the categories it stands in."""

    product: Product
    brand: str | None = None
    categories: list[str] | None = None


class Read(Struct, gc=False):
    """What ``sync.read`` puts into the inbox: the things as they came, and which reads they answer."""

    read_began: str
    counters: dict[str, int]
    nodes: list[Raw]
    gone: list[int] = []
    """Ids of which the store says that there is no such thing."""
