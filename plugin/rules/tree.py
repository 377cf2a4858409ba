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
    FIRST = "first"
    """The measure of the earliest row; missing where that row has none."""
    LAST = "last"


class Source(StrEnum):
    """The sets of rows a customer has. All but ADDRESSES are dated."""

    ORDERS = "orders"
    LINES = "lines"
    REFUNDS = "refunds"
    ANSWERS = "answers"
    EVENTS = "events"
    CHECKOUTS = "checkouts"
    """Those that became no order."""
    CREDITS = "credits"
    """Store credit accounts."""
    ADDRESSES = "addresses"


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
    DISPUTED = "disputed"
    """Has any dispute, whatever became of it."""
    ANY = "any"
    """Every order except tests."""
    TEST = "test"


class End(StrEnum):
    """From which end of a set a slice takes its rows."""

    FIRST = "first"
    LATEST = "latest"
    NTH = "nth"
    """Exactly one row: the ``rows``-th of all; negative: counted from the latest."""


class Slice(NamedTuple):
    """Only some of the rows, chosen after state and filter, before HAVING."""

    end: End
    rows: int


class Relation(StrEnum):
    """Which rows an aggregate inside a filter means; without one: all of the customer's."""

    ITS = "its"
    """Those that belong to the row the filter looks at: an order's lines, refunds."""
    EARLIER = "earlier"
    """The customer's rows dated before the row the filter looks at; never the row itself."""
    LATER = "later"


class Quantifier(StrEnum):
    """What is asked of a set of rows."""

    ANY = "any"
    EVERY = "every"
    """Of no rows at all it is false."""
    NONE = "none"


class Affix(StrEnum):
    """Where a text is looked for in another; of a list, in any of its elements."""

    STARTS = "STARTS WITH"
    ENDS = "ENDS WITH"
    WORD = "CONTAINS WORD"


class Calendar(StrEnum):
    """Calendar periods; weeks begin on Monday."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Passage(StrEnum):
    """Which crossing of a segment's border is meant: always the latest one."""

    ENTERED = "entered"
    LEFT = "left"


class Place(StrEnum):
    """From which end of the store's order of customers is counted."""

    TOP = "TOP"
    BOTTOM = "BOTTOM"


class Score(StrEnum):
    """The three scores of RFM, each from 1 (worst) to 5, and the group they make."""

    RECENCY = "recency_score"
    FREQUENCY = "frequency_score"
    MONETARY = "monetary_score"
    GROUP = "rfm_segment"


class Length(StrEnum):
    """Units of distance."""

    KM = "km"
    MI = "mi"


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
    """A length of time, never negative: added to a date, or the grace of a two-sided segment."""

    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Period(Node):
    """``count`` whole calendar periods in the store's time zone, the first of them ``first`` from this one.

    ``this_month`` is (MONTH, 0, 1), ``last_3_months`` (MONTH, -3, 3), ``month(-2)`` (MONTH, -2, 1).
    Every operator treats it as it treats a day: ``=`` means within, ``<`` before it begins.
    """

    calendar: Calendar
    first: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Point(Node):
    """A place on earth in degrees; only a parameter of Shopify's ``customer_within_distance``."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    """A fact about the customer by its name in ``fields.ATTRIBUTES``, or ``metafields.ns.key`` or
    ``attributes.name``, whose type is ``kind``: what the rule compares it with (fields.Type; None: nothing)."""

    name: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class RowField(Node):
    """A field of the row a filter looks at: of ``fields.ROWS``, or a parameter of a MATCHES.

    ``order.net`` is a field of the order of a line or refund, ``outer.net`` one of the row that the filter
    around this one looks at. ``key`` belongs to ``property`` and ``option``: whose value is meant.
    """

    name: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """One value from many rows. Count and sum over nothing are 0, everything else is missing."""

    function: Function
    source: Source
    state: State
    measure: str | None = None
    """None only for COUNT."""
    where: "Rule | None" = None
    """Which rows, before any are chosen."""
    slice: Slice | None = None
    having: "Rule | None" = None
    """Which of the chosen rows."""
    relation: Relation | None = None
    """Only inside a filter. Under ITS the state is ANY: it is that of the row around it."""


@dataclass(frozen=True, slots=True)
class Previous(Node):
    """The value that stood immediately before the current one."""

    of: "Attribute | Label"


@dataclass(frozen=True, slots=True)
class Changed(Node):
    """When the value last changed; the same value written again is no change."""

    of: "Attribute | Label"


@dataclass(frozen=True, slots=True)
class DaysSince(Node):
    """Elapsed days and fractions from a date to the moment of evaluation; negative before it."""

    of: "Value"


@dataclass(frozen=True, slots=True)
class Anniversary(Node):
    """The day and month of a date, in whatever year is compared with; 29 February is 28 February in common years."""

    of: "Value"


@dataclass(frozen=True, slots=True)
class TagDate(Node):
    """When the customer's tag was last added; missing while it does not stand there or nobody saw it added."""

    tag: str


@dataclass(frozen=True, slots=True)
class SegmentDate(Node):
    """When the customer last entered or left the segment of that name; missing if never."""

    passage: Passage
    name: str


@dataclass(frozen=True, slots=True)
class Label(Node):
    """The customer's label in the tiers segment of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class Distance(Node):
    """Great-circle distance from the point to the default address, or the nearest of all (``anywhere``)."""

    latitude: Decimal
    longitude: Decimal
    unit: Length
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Banded(Node):
    """``score(5 BY value)``: bands - floor(bands × strictly better / population): the best have the most.

    Missing outside the population ``among`` (None: whose value is present and above 0).
    """

    bands: int
    by: "Value"
    among: "Rule | None" = None


@dataclass(frozen=True, slots=True)
class StoreAverage(Node):
    """The average of a value over the customers ``among`` (None: whose value is present and above 0)."""

    of: "Value"
    among: "Rule | None" = None


@dataclass(frozen=True, slots=True)
class Rfm(Node):
    """A score of RFM among customers with a counted order, lifetime or of orders since ``window``."""

    score: Score
    window: RelativeDay | None = None


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """Two numbers joined, or a date and a Duration (ADD, SUBTRACT); missing as soon as one of them is.

    A date moved by days or longer is a whole local day, moved by hours or minutes an instant.
    """

    left: "Value"
    operation: Operation
    right: "Value"


Literal = Text | Number | Truth | Day | Moment | RelativeDay | RelativeExact | Duration | Period | Point
Value = (
    Literal
    | Attribute
    | RowField
    | Aggregate
    | Arithmetic
    | Previous
    | Changed
    | DaysSince
    | Anniversary
    | TagDate
    | SegmentDate
    | Label
    | Distance
    | Banded
    | StoreAverage
    | Rfm
)


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
    """The list has this text as an element, the text has it as a part; ``negated``: NOT CONTAINS."""

    value: Value
    text: Text
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Affixed(Node):
    """The text, or an element of the list, begins or ends with this one or has it as a word."""

    value: Value
    affix: Affix
    text: Text
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """Any, every or none of the rows; ``rows`` is a COUNT, for EVERY with a ``having``."""

    quantifier: Quantifier
    rows: Aggregate


@dataclass(frozen=True, slots=True)
class Ranked(Node):
    """Among the first ``amount`` customers (or per cent) by a value; places rounded up, ties at the cut all in.

    Of the population ``among`` (None: whose value is present and above 0).
    """

    place: Place
    amount: Decimal
    percent: bool
    by: Value
    among: "Rule | None" = None


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


Rule = (
    And
    | Or
    | Not
    | AtLeast
    | Compare
    | Between
    | In
    | IsNull
    | Contains
    | Affixed
    | Quantified
    | Ranked
    | InSegment
    | Matches
)
AnyNode = Rule | Value
