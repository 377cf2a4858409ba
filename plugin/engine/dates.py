"""How dates are compared: with literals, with one another, with the time that has passed; and moved.

An instant is compared with a day or a period by the whole local days of that; with another instant to the
microsecond. A whole day is compared by days, with everything.
"""

from decimal import Decimal

from plugin.engine import yearly
from plugin.engine.clock import MINUTES, Clock, Edge, Exact, ExactFlip, WholeDays, add
from plugin.engine.operands import DayValue, Elapsed, Instant, Numeric, Operand, Yearly, both, when_known
from plugin.engine.place import Place
from plugin.rules.tree import (
    EXACT_UNITS,
    MIRRORED,
    Comparison,
    Duration,
    Number,
    Operation,
    RelativeExact,
)

DAY = 86_400_000_000
"""Microseconds."""
_FURTHEST = (-3_700_000, 2_000_000)
"""Days since: beyond the dates there can be, and within those that PostgreSQL has."""


def against(fact: Operand, op: Comparison, literal: WholeDays | Exact, place: Place) -> str:
    """A date against a date of the rule."""
    match fact:
        case Instant():
            return _spanned(fact, op, place.clock.edges(literal), isinstance(literal, Exact), place)
        case DayValue(moment=Instant() as moment) if isinstance(literal, Exact):
            return against(moment, op, literal, place)
        case DayValue() if not isinstance(literal, RelativeExact):
            return _spanned(fact, op, place.clock.whole(literal), False, place)
        case Yearly() if not isinstance(literal, RelativeExact):
            return yearly.against(fact, op, place.clock.whole(literal), place)
    raise TypeError(f"cannot compare {fact!r} with {literal!r}")


def _spanned(fact: Instant | DayValue, op: Comparison, edges: tuple[Edge, Edge], exact: bool, place: Place) -> str:
    start, end = edges
    if op in (Comparison.GE, Comparison.LT, Comparison.EQ, Comparison.NE):
        place.crosses(fact, start)
    if op in (Comparison.GT, Comparison.LE, Comparison.EQ, Comparison.NE):
        place.crosses(fact, end)
    if exact:
        sql = f"{fact.sql} {sign(op)} {start.column}"
    else:
        sql = {
            Comparison.GE: f"{fact.sql} >= {start.column}",
            Comparison.GT: f"{fact.sql} >= {end.column}",
            Comparison.LT: f"{fact.sql} < {start.column}",
            Comparison.LE: f"{fact.sql} < {end.column}",
            Comparison.EQ: f"{fact.sql} >= {start.column} AND {fact.sql} < {end.column}",
            Comparison.NE: f"({fact.sql} < {start.column} OR {fact.sql} >= {end.column})",
        }[op]
    return when_known(f"coalesce({sql}, false)" if fact.nullable else f"({sql})", fact.known)


def sign(op: Comparison) -> str:
    """The comparison as SQL writes it."""
    return "<>" if op is Comparison.NE else op.value


def young(fact: str, edge: Edge) -> str:
    """Whether the fact still has this threshold to cross."""
    is_open = isinstance(edge.flip, ExactFlip) and edge.flip.open
    return f"{fact} {'>' if is_open else '>='} {edge.column}"


# --- one fact and another ---------------------------------------------------------------------------


def compared(one: Operand, op: Comparison, other: Operand, place: Place) -> str | None:
    """A date against another date, or the time since one against a number; None: neither."""
    match one, other:
        case Instant(), Instant():
            return _plain(one, op, other)
        case ((Instant() | DayValue()), (Instant() | DayValue())):
            return _plain(whole(one, place.clock), op, whole(other, place.clock))
        case Yearly(), (Instant() | DayValue()):
            return yearly.compared(one, op, whole(other, place.clock))
        case ((Instant() | DayValue()), Yearly()):
            return yearly.compared(other, MIRRORED[op], whole(one, place.clock))
        case Elapsed(), Numeric():
            return _elapsed(one, op, other, place)
        case Numeric(), Elapsed():
            return _elapsed(other, MIRRORED[op], one, place)
    return None


def _plain(one: Instant | DayValue, op: Comparison, other: Instant | DayValue) -> str:
    sql = f"{one.sql} {sign(op)} {other.sql}"
    nullable = one.nullable or other.nullable
    return when_known(f"coalesce({sql}, false)" if nullable else f"({sql})", one.known, other.known)


def whole(date: Instant | DayValue, clock: Clock) -> DayValue:
    """The local day of the date."""
    if isinstance(date, DayValue):
        return date
    return DayValue(clock.local_day(date.sql), date.nullable, date.known, date)


def instant(date: Operand, clock: Clock) -> Instant:
    """The date as an instant: of a day its first."""
    match date:
        case Instant():
            return date
        case DayValue(sql, nullable, known, moment):
            start = clock.midnight(sql)
            return Instant(f"coalesce({moment.sql}, {start})" if moment else start, nullable, known)
    raise TypeError(f"no date: {date!r}")


# --- time passed ------------------------------------------------------------------------------------


def elapsed_against(one: Elapsed, op: Comparison, number: Number, place: Place) -> str:
    """``days_since(x) op number``: x against an instant that moves with the moment of evaluation."""
    low, high = _FURTHEST
    microseconds = int(min(max(number.value, Decimal(low)), Decimal(high)) * DAY)
    minutes, rest = divmod(-microseconds, 60_000_000)
    return _spanned(one.since, MIRRORED[op], place.clock.distance(minutes, rest), True, place)


def _elapsed(one: Elapsed, op: Comparison, other: Numeric, place: Place) -> str:
    """The same against another value: exact fractions of a day."""
    since, now = one.since, place.clock.constant("as_of")
    passed = f"(extract(epoch FROM ({now} - {since.sql})) * 1000000)"
    sql = f"{passed} {sign(op)} {other.top} * {DAY}"
    if other.bottom is not None:
        sql = f"({passed} * {other.bottom} - {other.top} * {DAY}) * {other.bottom} {sign(op)} 0"
    for moment in _reaching(since.sql, passed, other):
        place.changes_at(f"CASE WHEN {moment} > {now} THEN {moment} END")
    nullable = since.nullable or other.nullable
    return when_known(f"coalesce({sql}, false)" if nullable else f"({sql})", since.known, other.known)


def between_yearly(one: Yearly, low: Operand | WholeDays, high: Operand | WholeDays, place: Place) -> str:
    """Whether one of the days that come again lies between two dates, both included."""
    ends: list[Edge] = []
    known: list[str | None] = []
    for end, number in ((low, 0), (high, 1)):
        if isinstance(end, WholeDays):
            ends.append(place.clock.whole(end)[number])
            continue
        if not isinstance(end, (Instant, DayValue)):
            raise TypeError(f"no date: {end!r}")
        day = whole(end, place.clock)
        ends.append(Edge(f"({day.sql} + {number})", None))
        known.append(day.known)
    return yearly.between(one, ends[0], ends[1], both(*known), place)


def _reaching(since: str, passed: str, days: Numeric) -> list[str]:
    """The instants around which so many days will have passed: the whole microsecond, and its neighbours."""
    reached = f"div(({days.top} * {DAY})::numeric, ({days.bottom or 1})::numeric)"
    ahead = f"{reached} BETWEEN {passed} - 2 AND {_FURTHEST[1] * DAY}"
    return [
        f"(CASE WHEN {ahead} THEN {since} + ({reached} + {more})::float8 * interval '1 microsecond' END)"
        for more in (-1, 0, 1)
    ]


# --- moved ------------------------------------------------------------------------------------------


def moved(date: Operand, operation: Operation, length: Duration, clock: Clock) -> Operand:
    """The date so much later or earlier: by days or longer a whole local day, by hours or minutes an instant."""
    if not isinstance(date, (Instant, DayValue)) or operation not in (Operation.ADD, Operation.SUBTRACT):
        raise TypeError(f"a length of time can only be added to a date: {date!r}")
    count = length.count if operation is Operation.ADD else -length.count
    if length.unit in EXACT_UNITS:
        start = instant(date, clock)
        sql = f"({start.sql} + interval '{count * MINUTES[length.unit]} minutes')"
        return Instant(sql, start.nullable, start.known)
    day = whole(date, clock)
    return DayValue(add(day.sql, count, length.unit), day.nullable, day.known)
