"""The rows of a customer as they stood at a moment, each able to say the value of any of its fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from plugin.domain.facts import DisputeSeen, LineSeen, OrderSeen, RefundSeen
from plugin.rules.tree import Source
from tests.laws.oracle.days import local_day
from tests.laws.oracle.texts import Listed, Manner, Words, listed, words
from tests.laws.oracle.truth import MISSING

Fields = Mapping[str, Callable[[Any], object]]
"""By name: the value of a row."""


@dataclass(frozen=True, eq=False)
class Row:
    """A row dated ``at``; ``place`` puts rows of one moment in order."""

    source: Source
    at: datetime
    place: tuple[int, ...]
    zone: str


@dataclass(frozen=True, eq=False)
class OrderRow(Row):
    """An order with what became of it by then, and where it stands among the orders of the chosen state."""

    order: OrderSeen
    t: datetime
    refunds: tuple[RefundSeen, ...]
    disputes: tuple[DisputeSeen, ...]
    siblings: list["OrderRow"] = field(default_factory=list)
    """All orders of the chosen state, before any filter, the earliest first."""
    whole: bool = True
    """Whether nothing before them is hidden from us."""
    known_from: datetime | None = None
    """Since when no order is hidden from us."""


@dataclass(frozen=True, eq=False)
class LineRow(Row):
    """A line of an order."""

    of: OrderRow
    line: LineSeen


@dataclass(frozen=True, eq=False)
class RefundRow(Row):
    """A refund of an order."""

    of: OrderRow
    refund: RefundSeen


@dataclass(frozen=True, eq=False)
class OtherRow(Row):
    """An answer, an event, a checkout, a credit account, an address."""

    fact: Any


@dataclass(frozen=True)
class Place:
    """Where a condition stands: in a filter that looks at ``row``; ``around``: in the filter around that one."""

    row: Row
    around: "Place | None" = None


# --- values of fields -------------------------------------------------------------------------------


def text(value: str | None, manner: Manner = Manner.EXACT) -> Words | object:
    """A text or none."""
    return MISSING if value is None else words(value, manner)


def folded(value: str | None) -> Words | object:
    """A text compared without case."""
    return text(value, Manner.FOLDED)


def texts(values: tuple[str, ...] | None, manner: Manner = Manner.FOLDED) -> Listed:
    """A list; none is an empty one."""
    return listed(tuple(values or ()), manner)


def number(value: Any) -> object:
    """A number or none."""
    return MISSING if value is None else Fraction(value)


def id_number(value: Any) -> object:
    """An id or none."""
    return MISSING if value is None else Fraction(int(value))


def given(value: Any) -> object:
    """A date or a truth, or none."""
    return MISSING if value is None else value


def among(pairs: tuple[tuple[str, str], ...], name: str) -> object:
    """The text that stands beside the name."""
    return text(dict(pairs).get(name))


def calendar_fields(row: Row) -> dict[str, object]:
    """When it was, in the store's calendar."""
    day = local_day(row.at, row.zone)
    year, week, weekday = day.isocalendar()
    return {
        "day": text(day.isoformat()),
        "week": text(f"{year}-W{week:02}"),
        "month": text(f"{day:%Y-%m}"),
        "quarter": text(f"{day.year}-Q{(day.month + 2) // 3}"),
        "year": text(f"{day:%Y}"),
        "weekday": Fraction(weekday),
        "hour": Fraction(row.at.astimezone(ZoneInfo(row.zone)).hour),
    }


CALENDAR = frozenset({"day", "week", "month", "quarter", "year", "weekday", "hour"})
