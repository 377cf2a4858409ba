"""Rules as SQL of three values: true, false, and null where we cannot know.

A comparison with a missing value is false; with an unknown one null. AND, OR and NOT are SQL's own.
The same code serves a question about the customer and a filter over rows: ``Place`` says what a name
stands for there.
"""

from dataclasses import replace
from decimal import Decimal

from plugin.engine import dates, texts
from plugin.engine.clock import Exact, WholeDays
from plugin.engine.dates import sign
from plugin.engine.operands import (
    DayValue,
    Elapsed,
    Id,
    Instant,
    Listed,
    Numeric,
    Operand,
    Textual,
    Written,
    Yearly,
    Yes,
    arithmetic,
    when_known,
)
from plugin.engine.place import Place
from plugin.rules import fields
from plugin.rules.tree import (
    MIRRORED,
    Affixed,
    Aggregate,
    And,
    Anniversary,
    Arithmetic,
    AtLeast,
    Between,
    Compare,
    Comparison,
    Contains,
    Day,
    DaysSince,
    Duration,
    Function,
    In,
    InSegment,
    IsNull,
    Literal,
    Moment,
    Not,
    Number,
    Operation,
    Or,
    Period,
    Ranked,
    RelativeDay,
    RelativeExact,
    Rule,
    Text,
    Truth,
    Value,
)

_ANY_AT_ALL: set[tuple[Comparison, str]] = {
    (Comparison.GE, "1"),
    (Comparison.GT, "0"),
    (Comparison.LT, "1"),
    (Comparison.LE, "0"),
    (Comparison.EQ, "0"),
    (Comparison.NE, "0"),
}


def compiled(rule: Rule, place: Place) -> str:
    """The rule as an SQL condition."""
    match rule:
        case And(parts):
            return _joined(" AND ", parts, place)
        case Or(parts):
            return _joined(" OR ", parts, place)
        case Not(part):
            return f"(NOT {compiled(part, place)})"
        case AtLeast(count, parts):
            return _at_least(count, [compiled(part, place) for part in parts])
        case Compare(left, op, right):
            return compare(left, op, right, place)
        case Between(value, low, high):
            return _between(value, low, high, place)
        case In(value, options, negated):
            return _in(value, options, negated, place)
        case IsNull(value, negated):
            return _is_null(value, negated, place)
        case Contains():
            found = place.contains(rule)
            return _contains(rule, place) if found is None else _negated(found, rule.negated)
        case Affixed(value, affix, text, negated):
            return texts.affixed(_texts_of(value, place), affix, text.value, negated, place.parameters)
        case InSegment():
            return _negated(place.in_segment(rule), rule.negated)
        case Ranked():
            return place.ranked(rule)
    raise TypeError(f"not of the core language: {rule!r}")


def _joined(word: str, parts: tuple[Rule, ...], place: Place) -> str:
    return f"({word.join(dict.fromkeys(compiled(part, place) for part in parts))})"


def _negated(sql: str, negated: bool) -> str:
    return f"(NOT {sql})" if negated else sql


def _at_least(count: int, parts: list[str]) -> str:
    true = " + ".join(f"({part} IS TRUE)::int" for part in parts)
    possible = " + ".join(f"({part} IS NOT FALSE)::int" for part in parts)
    return f"(CASE WHEN {true} >= {count} THEN true WHEN {possible} < {count} THEN false END)"


# --- comparisons ----------------------------------------------------------------------------------


def compare(left: Value, op: Comparison, right: Value, place: Place) -> str:
    """``left op right``."""
    if isinstance(left, Literal):
        left, op, right = right, MIRRORED.get(op, op), left
    match left, right:
        case Aggregate(Function.COUNT_DISTINCT, measure=fields.ORDER_KEY), Number(value) if (
            op,
            str(value),
        ) in _ANY_AT_ALL:
            left = replace(left, function=Function.COUNT, measure=None)
    one = place.operand(left)
    if isinstance(left, Aggregate) and isinstance(one, Numeric) and isinstance(right, Number) and _only_grows(left):
        return _counted(one, op, Numeric(place.parameters.number(right.value), nullable=False))
    if isinstance(right, (WholeDays, Exact)):
        return dates.against(one, op, right, place)
    if isinstance(one, Elapsed) and isinstance(right, Number):
        return dates.elapsed_against(one, op, right, place)
    if isinstance(one, Id):
        return _id_among(one, [right], place, op)
    return _compared(one, op, operand_of(right, place), place)


def _compared(one: Operand, op: Comparison, other: Operand, place: Place) -> str:
    match one, other:
        case Numeric(), Numeric():
            return _plain(one, other, _numbers(one, op, other))
        case Textual(), (Textual() | Written()):
            return texts.compared(one, op, other, place.parameters)
        case Yes(), Yes():
            return when_known(f"coalesce({one.sql} {sign(op)} {other.sql}, false)", one.known, other.known)
        case Id(), Id():
            sql = f"({one.sql})::text {sign(op)} ({other.sql})::text"
            return when_known(f"coalesce({sql}, false)", one.known, other.known)
    dated = dates.compared(one, op, other, place)
    if dated is None:
        raise TypeError(f"cannot compare {one!r} with {other!r}")
    return dated


def _between(value: Value, low: Value, high: Value, place: Place) -> str:
    if isinstance(value, Anniversary):
        one = place.operand(value)
        ends = [end if isinstance(end, WholeDays) else operand_of(end, place) for end in (low, high)]
        assert isinstance(one, Yearly)
        return dates.between_yearly(one, ends[0], ends[1], place)
    at_least = compare(value, Comparison.GE, low, place)
    return f"({at_least} AND {compare(value, Comparison.LE, high, place)})"


def operand_of(value: Value, place: Place) -> Operand:
    """A literal as SQL; anything else as the place says."""
    match value:
        case Number(number):
            return Numeric(place.parameters.number(number), nullable=False)
        case Text(text):
            return Written(text)
        case Truth(truth):
            return Yes("true" if truth else "false")
        case Duration() | Day() | RelativeDay() | Period() | Moment() | RelativeExact():
            raise TypeError(f"a date or length of the rule's own cannot stand here: {value!r}")
    return place.operand(value)


def calculated(value: Arithmetic, place: Place) -> Operand:
    """Two numbers joined, or a date moved."""
    left, right = value.left, value.right
    if isinstance(left, Duration) and value.operation is Operation.ADD:
        left, right = right, left
    if isinstance(right, Duration):
        return dates.moved(operand_of(left, place), value.operation, right, place.clock)
    one, other = operand_of(left, place), operand_of(right, place)
    if not isinstance(one, Numeric) or not isinstance(other, Numeric):
        raise TypeError(f"no numbers: {value!r}")
    return arithmetic(one, value.operation, other)


def derived(value: DaysSince | Anniversary, place: Place) -> Operand:
    """The time since a date, or its day of every year."""
    date = operand_of(value.of, place)
    if isinstance(value, DaysSince):
        return Elapsed(dates.instant(date, place.clock))
    if not isinstance(date, (Instant, DayValue)):
        raise TypeError(f"no date: {value.of!r}")
    day = dates.whole(date, place.clock)
    return Yearly(day.sql, day.nullable, day.known)


def _plain(one: Numeric, other: Numeric, sql: str) -> str:
    nullable = one.nullable or other.nullable
    return when_known(f"coalesce({sql}, false)" if nullable else f"({sql})", one.known, other.known)


def _only_grows(value: Aggregate) -> bool:
    """Whether rows of which we do not know could only add to it."""
    counts = value.function is Function.COUNT or value.measure == fields.ORDER_KEY
    return counts and value.slice is None


def _counted(one: Numeric, op: Comparison, limit: Numeric) -> str:
    """A count against a number: where some rows cannot be known, the others may be enough to decide."""
    compared = _numbers(one, op, limit)
    if one.known is None:
        return f"({compared})"
    match op:
        case Comparison.GE | Comparison.GT:
            enough, answer = compared, "true"
        case Comparison.LE | Comparison.LT:
            enough, answer = f"NOT ({compared})", "false"
        case _:
            enough, answer = _numbers(one, Comparison.GT, limit), "true" if op is Comparison.NE else "false"
    return f"(CASE WHEN {one.known} THEN {compared} WHEN {enough} THEN {answer} END)"


def _numbers(one: Numeric, op: Comparison, other: Numeric) -> str:
    """Compares fractions without dividing: ``(a/b - c/d) · (bd)²`` has the sign of ``a/b - c/d``."""
    if one.bottom is None and other.bottom is None:
        return f"{one.top} {sign(op)} {other.top}"
    if other.bottom is None:
        return f"({one.top} - {other.top} * {one.bottom}) * {one.bottom} {sign(op)} 0"
    if one.bottom is None:
        return f"({one.top} * {other.bottom} - {other.top}) * {other.bottom} {sign(op)} 0"
    return f"({one.top} * {other.bottom} - {other.top} * {one.bottom}) * ({one.bottom} * {other.bottom}) {sign(op)} 0"


# --- texts and lists ----------------------------------------------------------------------------------


def _contains(rule: Contains, place: Place) -> str:
    return texts.contains(_texts_of(rule.value, place), rule.text.value, rule.negated, place.parameters)


def _texts_of(value: Value, place: Place) -> Textual | Listed:
    operand = place.operand(value)
    if not isinstance(operand, (Textual, Listed)):
        raise TypeError(f"neither a text nor a list: {value!r}")
    return operand


# --- lists of values, absence -----------------------------------------------------------------------


def _in(value: Value, options: tuple[Literal, ...], negated: bool, place: Place) -> str:
    operand = place.operand(value)
    match operand:
        case Textual() as one:
            return texts.among(one, [o.value for o in options if isinstance(o, Text)], negated, place.parameters)
        case Id() as one:
            return _id_among(one, list(options), place, Comparison.NE if negated else Comparison.EQ)
        case Numeric() as one:
            parts = [_numbers(one, Comparison.EQ, Numeric(place.parameters.number(n))) for n in _decimals(options)]
            return _plain(one, one, _negated(f"({' OR '.join(parts)})", negated))
    raise TypeError(f"IN cannot ask about {value!r}")


def _decimals(options: tuple[Literal, ...]) -> list[Decimal]:
    return sorted({option.value for option in options if isinstance(option, Number)})


def _id_among(one: Id, options: list[Value], place: Place, op: Comparison) -> str:
    if len(options) == 1 and not isinstance(options[0], Literal):
        return _compared(one, op, place.operand(options[0]), place)
    ids = sorted({int(o.value) for o in options if isinstance(o, Number) and o.value == o.value.to_integral_value()})
    kind = "text[]" if one.text else "bigint[]"
    listed = place.parameters.add([str(i) for i in ids] if one.text else ids, kind)
    found = _negated(f"({one.sql} = ANY({listed}))", op is Comparison.NE)
    return when_known(f"coalesce({found}, false)", one.known)


def _is_null(value: Value, negated: bool, place: Place) -> str:
    empty = place.empty(value)
    if empty is not None:
        return _negated(empty, negated)
    word = "IS NOT NULL" if negated else "IS NULL"
    match place.operand(value):
        case Numeric(top, bottom, nullable, known):
            both = f"({top}) * ({bottom})" if bottom else f"({top})"
            return when_known(f"({both} {word})" if nullable else ("true" if negated else "false"), known)
        case Textual(sql, doubtful=True):
            return f"(CASE WHEN {sql} IS NOT NULL THEN {'true' if negated else 'false'} END)"
        case Listed(sql, known=known):
            return when_known(_negated(f"({sql} = '{{}}')", negated), known)
        case (
            Instant(sql, known=known)
            | DayValue(sql, known=known)
            | Yearly(sql, known=known)
            | Elapsed(Instant(sql, known=known))
            | Textual(sql, known=known)
            | Id(sql, known=known)
            | Yes(sql, known=known)
        ):
            return when_known(f"({sql} {word})", known)
    raise TypeError(f"IS NULL cannot ask about {value!r}")
