"""What a store sells: products, their categories and brands."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(slots=True)
class Category:
    """A category in the one tree a store has."""

    id: int
    name: str
    parent_id: int = 0


@dataclass(slots=True)
class Brand:
    """Who makes something."""

    id: int
    name: str


@dataclass(slots=True)
class Product:
    """Something the store sells, with its one variant."""

    id: int
    variant_id: int
    name: str
    sku: str
    price: Decimal
    category_ids: list[int]
    brand_id: int
    created_at: datetime
    updated_at: datetime
    kind: str = "physical"
    is_visible: bool = True
    retail_price: Decimal = Decimal(0)
    """The struck-out one; 0 is none."""
    options: dict[str, str] = field(default_factory=dict)
    """What its variant is: name and value. Without any the variant is the product itself."""
