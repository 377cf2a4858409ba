"""Small facts for examples: what is not named is as usual."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from plugin.domain.facts import (
    Address,
    AddressesListed,
    AttributeSeen,
    Channel,
    ConsentSeen,
    DisputeSeen,
    LineSeen,
    OrderSeen,
    RefundLineSeen,
    RefundSeen,
    TagsChanged,
    TagsListed,
    ValueType,
    Version,
)
from plugin.domain.ids import CustomerId, LineId, OrderId, ProductId, RefundId
from plugin.rules.parse import parse
from tests.laws.oracle import Oracle, Person, Store, Truth3
from tests.laws.oracle.facts import Said

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ANN = CustomerId(1)


def ago(days: float = 0, hours: float = 0) -> datetime:
    """So long before NOW."""
    return NOW - timedelta(days=days, hours=hours)


def at(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def order(number: int, placed: datetime, amount: str = "100", *lines: LineSeen, **more: Any) -> OrderSeen:
    """A paid order, of one line unless others are given."""
    listed = lines or (line(number * 10, amount),)
    whole: dict[str, Any] = {
        "paid_at": placed,
        "cancelled_at": None,
        "test": False,
        "currency": "EUR",
        "gross": sum((each.gross for each in listed), Decimal(0)),
        "discount": sum((each.discount for each in listed), Decimal(0)),
        "shipping": Decimal(0),
        "tax": Decimal(0),
        "total": sum((each.gross - each.discount for each in listed), Decimal(0)),
        **more,
    }
    return OrderSeen(OrderId(number), ANN, Version(placed, placed, b""), placed, lines=tuple(listed), **whole)


def line(number: int, gross: str = "100", quantity: int = 1, discount: str = "0", **more: Any) -> LineSeen:
    """A line of one product."""
    more.setdefault("product_tags", ())
    return LineSeen(
        LineId(number), ProductId(more.pop("product", 1)), None, quantity, Decimal(gross), Decimal(discount), **more
    )


def refund(number: int, of: int, when: datetime, goods: str, *lines: tuple[int, int]) -> RefundSeen:
    """A refund; ``lines``: (line, units) that came back, else a bare amount."""
    each = Decimal(goods) / len(lines) if lines else Decimal(0)
    back = tuple(RefundLineSeen(LineId(name), units, each) for name, units in lines)
    whole = Decimal(goods)
    return RefundSeen(RefundId(number), OrderId(of), Version(when, when, b""), when, whole, whole, back)


def dispute(of: int, when: datetime, state: str, number: int = 1) -> DisputeSeen:
    """A dispute's state."""
    return DisputeSeen(OrderId(of), number, when, state)


def said(name: str, when: datetime, *value: str, kind: ValueType = ValueType.TEXT) -> AttributeSeen:
    """An attribute."""
    return AttributeSeen(ANN, name, when, value, kind)


def tagged(when: datetime, *tags: str) -> TagsChanged:
    """Tags were added."""
    return TagsChanged(ANN, when, added=tags)


def untagged(when: datetime, *tags: str) -> TagsChanged:
    """Tags were removed."""
    return TagsChanged(ANN, when, removed=tags)


def listed(when: datetime, *tags: str) -> TagsListed:
    """All tags."""
    return TagsListed(ANN, when, tags)


def consent(when: datetime, state: str, level: str | None = None) -> ConsentSeen:
    """What was said about e-mail."""
    return ConsentSeen(ANN, Channel.EMAIL, when, state, level)


def lives(when: datetime, *places: Address) -> AddressesListed:
    """All addresses."""
    return AddressesListed(ANN, when, places)


def says(
    rule: str,
    *facts: Said,
    as_of: datetime = NOW,
    zone: str = "UTC",
    created: datetime | None = None,
    unknown: tuple[str, ...] = (),
    email: str | None = None,
    **store: Any,
) -> Truth3:
    """What the oracle says of one customer about whom only this is known."""
    person = Person(1, created, facts, frozenset(unknown), email)
    return Oracle(Store(zone, people=(person,), **store), person, as_of).holds(parse(rule))
