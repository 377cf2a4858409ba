"""A customer with addresses and answers to the store's own questions. Orders and spend are not kept here."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sandbox.bigcommerce.store.extras import AttributeValue, Metafield

FormValue = str | float | list[str]


@dataclass(slots=True)
class Address:
    """A postal address in a customer's book, or on an order."""

    id: int
    first_name: str
    last_name: str
    address1: str
    city: str
    state_or_province: str
    postal_code: str
    country: str
    country_code: str
    company: str = ""
    address2: str = ""
    phone: str = ""
    address_type: str = "residential"
    form_fields: dict[str, FormValue] = field(default_factory=dict)


@dataclass(slots=True)
class Customer:
    """A registered customer. Guests are none."""

    id: int
    email: str
    first_name: str
    last_name: str
    created_at: datetime
    updated_at: datetime
    company: str = ""
    phone: str = ""
    notes: str = ""
    tax_exempt_category: str = ""
    group_id: int = 0
    """0 is no group; there is never more than one."""
    registration_ip_address: str = ""
    accepts_reviews: bool = False
    origin_channel_id: int = 1
    channel_ids: list[int] = field(default_factory=list)
    force_password_reset: bool = False
    store_credit: Decimal = Decimal(0)
    addresses: list[Address] = field(default_factory=list)
    form_fields: dict[str, FormValue] = field(default_factory=dict)
    values: dict[int, AttributeValue] = field(default_factory=dict)
    """What attributes say of them, by attribute."""
    metafields: dict[int, Metafield] = field(default_factory=dict)
    profile_id: str | None = None
    """Of the shopper profile, where one was made."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()
