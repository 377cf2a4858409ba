"""A product with its one variant."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


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

    @property
    def handle(self) -> str:
        """The title as part of an address."""
        return "-".join("".join(c if c.isalnum() else " " for c in self.title.lower()).split())
