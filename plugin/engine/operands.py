"""What stands on the sides of a comparison, as SQL.

``known``: SQL that says whether the value can be known at all; None: always. ``nullable``: whether it
may be missing (SQL null), which satisfies no comparison. ``doubtful``: null means that we cannot know.
"""

from dataclasses import dataclass

from plugin.engine.clock import Edge
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
    """A date of the customer or the row."""

    sql: str
    nullable: bool = True
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A literal date: from ``start`` until before ``end`` (a day), or one instant (``start is end``)."""

    start: Edge
    end: Edge
    instant: bool


@dataclass(frozen=True, slots=True)
class Textual:
    """A text, compared folded or exactly."""

    sql: str
    folded: bool = False
    nullable: bool = True
    doubtful: bool = False
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A text of the rule, not folded yet: the other side says whether it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Id:
    """A whole number that names something; ``text``: kept as text."""

    sql: str
    text: bool = False


@dataclass(frozen=True, slots=True)
class Yes:
    """True or false."""

    sql: str
    nullable: bool = False


Operand = Numeric | Instant | Span | Textual | Written | Id | Yes


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
