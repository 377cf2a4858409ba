"""A customer, with address and consent."""

from dataclasses import dataclass, field
from datetime import datetime

from sandbox.store.extras import CreditAccount
from sandbox.store.metafield import Metafield
from sandbox.store.tags import Tags


@dataclass(slots=True)
class Address:
    """A postal address; the customer's default one is copied onto each order."""

    id: int
    first_name: str | None
    last_name: str | None
    address1: str | None
    city: str | None
    zip: str | None
    province: str | None
    province_code: str | None
    country: str | None
    country_code: str | None
    address2: str | None = None
    company: str | None = None
    phone: str | None = None

    @property
    def country_code_v2(self) -> str | None:
        """The newer name of the same field."""
        return self.country_code

    @property
    def name(self) -> str:
        """First and last name."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(slots=True)
class Consent:
    """What the customer said to being written to by e-mail."""

    state: str = "NOT_SUBSCRIBED"
    level: str | None = None
    updated_at: datetime | None = None


@dataclass(slots=True)
class Customer:
    """A customer's record; orders and spend are not kept here but computed from the orders."""

    id: int
    created_at: datetime
    updated_at: datetime
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None = None
    locale: str = "en"
    state: str = "DISABLED"
    note: str | None = None
    verified_email: bool = True
    tax_exempt: bool = False
    tags: Tags = field(default_factory=Tags)
    consent: Consent = field(default_factory=Consent)
    address: Address | None = None
    metafields: dict[tuple[str, str], Metafield] = field(default_factory=dict)
    predicted_spend_tier: str | None = None
    rfm_group: str | None = None
    product_subscriber_status: str = "NEVER_SUBSCRIBED"
    credits: list[CreditAccount] = field(default_factory=list)
    companies: list[int] = field(default_factory=list)
    """By namespace and key."""

    @property
    def display_name(self) -> str:
        """The full name, else the e-mail address, as the admin shows it."""
        name = " ".join(part for part in (self.first_name, self.last_name) if part)
        return name or self.email or "No name"
