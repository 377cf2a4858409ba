"""What stands on the sides of a comparison, as SQL.

``known``: SQL that says whether the value can be known at all; None: always. ``nullable``: whether it
may be missing (SQL null), which satisfies no comparison. ``doubtful``: null means that we cannot know.
"""

from dataclasses import dataclass

from plugin.rules.fields import Matching
from plugin.rules.tree import Operation


@dataclass(frozen=True, slots=True)
class Numeric:
    """``top / bottom``, kept apart so that a ratio equal to its limit is equal."""

    top: str
    bottom: str | None = None
    """Null when it is 0: the value is then missing."""
    nullable: bool = True
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Instant:
    """A date of the customer or the row, to the microsecond."""

    sql: str
    nullable: bool = True
    known: str | None = None


@dataclass(frozen=True, slots=True)
class DayValue:
    """A whole day in the store's time zone (SQL: a date)."""

    sql: str
    nullable: bool = True
    known: str | None = None
    moment: Instant | None = None
    """The instant it was taken from, where there may be one: exact times are compared with that."""


@dataclass(frozen=True, slots=True)
class Yearly:
    """The day and month of a day (SQL: a date of any year), as it comes again every year."""

    sql: str
    nullable: bool = True
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Elapsed:
    """Days and fractions since an instant."""

    since: Instant


@dataclass(frozen=True, slots=True)
class Textual:
    """A text; ``matching`` says when another is the same."""

    sql: str
    matching: Matching = Matching.EXACT
    nullable: bool = True
    doubtful: bool = False
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Texts (SQL: text[], empty where there are none)."""

    sql: str
    matching: Matching = Matching.FOLDED
    doubtful: bool = False
    known: str | None = None
    as_text: str | None = None
    """SQL for: it is a text and no list; then CONTAINS looks for a part of it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text of the rule, as written: the other side says in which form it is compared."""

    text: str


@dataclass(frozen=True, slots=True)
class Id:
    """A whole number that names something; ``text``: kept as text."""

    sql: str
    text: bool = False
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Yes:
    """True or false."""

    sql: str
    nullable: bool = False
    known: str | None = None


Operand = Numeric | Instant | DayValue | Yearly | Elapsed | Textual | Listed | Written | Id | Yes


def when_known(sql: str, *known: str | None) -> str:
    """The condition where all of it can be known, else null."""
    conditions = sorted({condition for condition in known if condition})
    return f"(CASE WHEN {' AND '.join(conditions)} THEN {sql} END)" if conditions else sql


def both(*known: str | None) -> str | None:
    """SQL for: all of these are known."""
    conditions = sorted({condition for condition in known if condition})
    return f"({' AND '.join(conditions)})" if conditions else None


def arithmetic(left: Numeric, operation: Operation, right: Numeric) -> Numeric:
    """Exact: a fraction stays a fraction; a division by 0 is missing."""
    known, nullable = both(left.known, right.known), left.nullable or right.nullable
    match operation:
        case Operation.ADD | Operation.SUBTRACT:
            top = f"({_scaled(left, right)} {operation.value} {_scaled(right, left)})"
            return Numeric(top, _product(left.bottom, right.bottom), nullable, known)
        case Operation.MULTIPLY:
            return Numeric(f"({left.top} * {right.top})", _product(left.bottom, right.bottom), nullable, known)
        case Operation.DIVIDE:
            top = f"({left.top} * {right.bottom})" if right.bottom else left.top
            divisor = f"nullif({right.top}, 0)"
            return Numeric(top, _product(left.bottom, divisor), True, known)


def _scaled(side: Numeric, other: Numeric) -> str:
    return f"{side.top} * {other.bottom}" if other.bottom else side.top


def _product(one: str | None, other: str | None) -> str | None:
    return f"({one} * {other})" if one and other else one or other
