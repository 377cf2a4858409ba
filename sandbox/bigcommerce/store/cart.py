"""A cart of the storefront, until it is an order or is left."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sandbox.bigcommerce.store.goods import Product
from sandbox.money import ZERO


@dataclass(slots=True)
class CartLine:
    """Some units of a product in a cart."""

    id: str
    product: Product
    quantity: int


@dataclass(slots=True)
class Cart:
    """Somebody is choosing."""

    id: str
    customer_id: int
    """0 for a guest."""
    email: str
    channel_id: int
    lines: list[CartLine]
    created_at: datetime
    updated_at: datetime
    order_id: int | None = None
    """Of what it became."""

    @property
    def amount(self) -> Decimal:
        """What it would cost."""
        return sum((line.product.price * line.quantity for line in self.lines), ZERO)
