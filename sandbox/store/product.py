"""A product with its one variant, and the collections it stands in."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(slots=True, frozen=True)
class Collection:
    """Some of the shop's products; which, the products know."""

    id: int
    title: str
    updated_at: datetime


@dataclass(slots=True)
class Product:
    """Something the shop sells. Type and tags are as of now: orders do not remember them."""

    id: int
    variant_id: int
    title: str
    product_type: str
    vendor: str
    sku: str
    price: Decimal
    tags: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    colour: str
    """For the shop window only: a CSS class of the swatch."""
    is_gift_card: bool = False
    compare_at: Decimal | None = None
    options: dict[str, str] = field(default_factory=dict)
    """What its variant is: name and value. None at all is the platform's "Default Title"."""
    collections: list[Collection] = field(default_factory=list)
    tracked: bool = False
    """Whether its stock is counted: then every unit sold is an update of the product."""

    @property
    def variant_title(self) -> str | None:
        """The values of its options; None where it has none."""
        return " / ".join(self.options.values()) or None

    @property
    def handle(self) -> str:
        """The title as part of an address."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.title.lower()).split())
