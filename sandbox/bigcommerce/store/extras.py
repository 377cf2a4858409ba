"""What apps write beside a customer's record: attributes, metafields, native segments; and newsletter consent."""

from dataclasses import dataclass, field
from datetime import datetime

ATTRIBUTES = 50
"""Definitions a store can have, shared by every app on it."""


@dataclass(slots=True)
class Attribute:
    """The definition of a customer attribute."""

    id: int
    name: str
    kind: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class AttributeValue:
    """What one customer's attribute says; always a text."""

    id: int
    attribute_id: int
    customer_id: int
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Metafield:
    """What a client wrote about a customer; only it may change that."""

    id: int
    customer_id: int
    client_id: str
    namespace: str
    key: str
    value: str
    description: str
    permission_set: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Segment:
    """A native segment, and which shopper profiles are in it since when."""

    id: str
    name: str
    description: str
    created_at: datetime
    updated_at: datetime
    members: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Profile:
    """A shopper profile: one for one registered customer."""

    id: str
    customer_id: int
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Subscriber:
    """An e-mail address that wants to be written to; a customer's or anybody's."""

    id: int
    email: str
    first_name: str
    last_name: str
    source: str
    order_id: int | None
    channel_id: int
    consents: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
