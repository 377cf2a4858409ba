"""What a customer may have beside a record and orders: store credit, checkouts left behind, disputes."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sandbox.money import ZERO


@dataclass(slots=True)
class CreditMove:
    """Credit that was given; what of it is spent no longer remains."""

    id: int
    created_at: datetime
    amount: Decimal
    remaining: Decimal
    expires_at: datetime | None = None


@dataclass(slots=True)
class CreditAccount:
    """A customer's store credit in one currency."""

    id: int
    currency: str
    moves: list[CreditMove] = field(default_factory=list)

    @property
    def balance(self) -> Decimal:
        """What is left."""
        return sum((move.remaining for move in self.moves), ZERO)


@dataclass(slots=True)
class Checkout:
    """A cart with contact details, completed or not."""

    id: int
    created_at: datetime
    updated_at: datetime
    total: Decimal
    customer: Any = None
    completed_at: datetime | None = None

    @property
    def name(self) -> str:
        """How the merchant sees it."""
        return f"#{self.id}"


@dataclass(slots=True)
class Dispute:
    """A buyer wants back what was paid; each step at its moment."""

    id: int
    order: Any
    amount: Decimal
    initiated_at: datetime
    status: str = "NEEDS_RESPONSE"
    evidence_sent_on: datetime | None = None
    finalized_on: datetime | None = None
