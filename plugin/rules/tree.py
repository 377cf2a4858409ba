"""What a rule is made of: frozen nodes that compare and hash by their meaning, not by their place.

A *rule* is a yes-or-no question about one customer; a *filter* is the same question about one row
(an order, a line, a refund) and speaks of its fields by ``RowField``; a *value* is what is compared.
Every node remembers the ``span`` of text it was read from; the span never takes part in equality.
``negated`` means that the word NOT stood before the operator: it is not the same as ``Not(…)``,
see ``plugin/rules/meaning.py``.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """A place in the text: offsets from 0, ``end`` beyond the last character; line and column from 1."""

    start: int
    end: int
    line: int
    column: int


class Comparison(StrEnum):
    """How two values are compared."""

    EQ = "="
    NE = "!="
    GT = ">"
    GE = ">="
    LT = "<"
    LE = "<="


MIRRORED = {
    Comparison.GT: Comparison.LT,
    Comparison.GE: Comparison.LE,
    Comparison.LT: Comparison.GT,
    Comparison.LE: Comparison.GE,
    Comparison.EQ: Comparison.EQ,
    Comparison.NE: Comparison.NE,
}
"""The same comparison with its sides exchanged."""


class Operation(StrEnum):
    """Arithmetic between numbers; exact, and a division by 0 is missing."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"


class Unit(StrEnum):
    """Lengths of time. Days and longer count local days; hours and minutes are exact."""

    DAY = "d"
    WEEK = "w"
    MONTH = "m"
    YEAR = "y"
    HOUR = "h"
    MINUTE = "min"


EXACT_UNITS = frozenset({Unit.HOUR, Unit.MINUTE})


class Function(StrEnum):
    """What an aggregate does with its rows."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    """How many different values the measure has; only ``meaning`` writes it so far."""
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


class Source(StrEnum):
    """The sets of rows a customer has."""

    ORDERS = "orders"
    LINES = "lines"
    REFUNDS = "refunds"


class State(StrEnum):
    """Which orders count, as known at the moment of evaluation; tests are in none but TEST."""

    COUNTED = "counted"
    """Paid at least in part, not cancelled, not fully refunded."""
    PLACED = "placed"
    """Not cancelled, whatever the payment."""
    PAID = "paid"
    """Paid at least in part and not cancelled; refunds do not matter."""
    UNPAID = "unpaid"
    """Placed and nothing paid yet."""
    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    """Has any refund, full or partial, whatever else."""
    ANY = "any"
    """Every order except tests."""
    TEST = "test"


class End(StrEnum):
    """From which end of a set a slice takes its rows."""

    FIRST = "first"
    LATEST = "latest"


class Slice(NamedTuple):
    """Only the first or latest ``rows`` of them, chosen after state and filter."""

    end: End
    rows: int


@dataclass(frozen=True, slots=True)
class Node:
    """Anything of a tree."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)


# --- values ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A text or one choice of an enumeration, as written (not folded)."""

    value: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A plain number or an id."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Day(Node):
    """A whole day in the store's time zone."""

    value: date


@dataclass(frozen=True, slots=True)
class Moment(Node):
    """An instant: store time when ``value`` has no offset."""

    value: datetime


@dataclass(frozen=True, slots=True)
class RelativeDay(Node):
    """The local day ``count`` units from today (0 d = today, -1 d = yesterday); unit d, w, m or y."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class RelativeExact(Node):
    """The instant ``count`` units from the moment of evaluation; unit h or min."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Duration(Node):
    """A length of time, never negative: the grace of a two-sided segment."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """A fact about the customer by its name in ``fields.ATTRIBUTES``."""

    name: str


@dataclass(frozen=True, slots=True)
class RowField(Node):
    """A field of the row a filter looks at: of ``fields.ROWS``, or a parameter of a MATCHES."""

    name: str


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """One value from many rows. Count and sum over nothing are 0, everything else is missing."""

    function: Function
    source: Source
    state: State
    measure: str | None = None
    """None only for COUNT."""
    where: "Rule | None" = None
    slice: Slice | None = None


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Two numbers joined; missing as soon as one of them is."""

    left: "Value"
    operation: Operation
    right: "Value"


Literal = Text | Number | Truth | Day | Moment | RelativeDay | RelativeExact | Duration
Value = Literal | Attribute | RowField | Aggregate | Arithmetic


# --- rules ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of two or more parts."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """Any of two or more parts."""

    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The finished answer of its part turned round."""

    part: "Rule"


@dataclass(frozen=True, slots=True)
class AtLeast(Node):
    """At least ``count`` of the parts."""

    count: int
    parts: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """``left op right``; a day value on one side means the whole local day (docs/rules.md, Time)."""

    left: Value
    op: Comparison
    right: Value


@dataclass(frozen=True, slots=True)
class Between(Node):
    """From ``low`` to ``high``, both included; days whole."""

    value: Value
    low: Value
    high: Value


@dataclass(frozen=True, slots=True)
class In(Node):
    """The value is one of the literals; ``negated``: NOT IN."""

    value: Value
    options: tuple[Literal, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    """There is no value (of a list: it is empty); ``negated``: IS NOT NULL."""

    value: Value
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Contains(Node):
    """The list has this text as an element; ``negated``: NOT CONTAINS."""

    value: Attribute | RowField
    text: Text
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InSegment(Node):
    """The customer is in the segment of that name (of tiers: has any label); ``negated``: NOT IN."""

    name: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Matches(Node):
    """One of Shopify's functions with its parameters, all of which must hold; none means any row.

    A parameter is a ``Compare``, ``Between``, ``In`` or ``IsNull`` whose left value is
    ``RowField(parameter)``. ``meaning.core`` turns it into aggregates.
    """

    function: str
    parameters: tuple["Rule", ...] = ()
    negated: bool = False


Rule = And | Or | Not | AtLeast | Compare | Between | In | IsNull | Contains | InSegment | Matches
AnyNode = Rule | Value
