"""Rules as SQL of three values: true, false, and null where we cannot know.

A comparison with a missing value is false; with an unknown one null. AND, OR and NOT are SQL's own.
The same code serves a question about the customer and a filter over rows: ``Place`` says what a name
stands for there.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from plugin.domain.text import fold
from plugin.engine.clock import Clock, Edge, ExactFlip
from plugin.engine.operands import Id, Instant, Numeric, Operand, Span, Textual, Written, Yes, when_known
from plugin.engine.parameters import Parameters
from plugin.rules.tree import (
    MIRRORED,
    Aggregate,
    And,
    AtLeast,
    Between,
    Compare,
    Comparison,
    Contains,
    Day,
    Duration,
    Function,
    In,
    InSegment,
    IsNull,
    Literal,
    Moment,
    Not,
    Number,
    Or,
    Ranked,
    RelativeDay,
    RelativeExact,
    Rule,
    Text,
    Truth,
    Value,
)

_SIGNS = {**{op: op.value for op in Comparison}, Comparison.NE: "<>"}
_ANY_AT_ALL: set[tuple[Comparison, str]] = {
    (Comparison.GE, "1"),
    (Comparison.GT, "0"),
    (Comparison.LT, "1"),
    (Comparison.LE, "0"),
    (Comparison.EQ, "0"),
    (Comparison.NE, "0"),
}


class Place(Protocol):
    """Where a condition stands: what its names mean there, and what to do when time matters."""

    parameters: Parameters
    clock: Clock

    def operand(self, value: Value) -> Operand:
        """The value as SQL."""

    def crosses(self, fact: Instant, edge: Edge) -> None:
        """The answer changes when the fact falls behind this moving threshold."""

    def contains(self, rule: Contains) -> str:
        """Whether the list has the element (not negated)."""

    def empty(self, value: Value) -> str | None:
        """Whether the list is empty; None when the value is no list."""

    def in_segment(self, rule: InSegment) -> str:
        """Whether the customer is in it (not negated)."""

    def ranked(self, rule: Ranked) -> str:
        """Whether the customer has that place in the store."""


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
            at_least = compare(value, Comparison.GE, low, place)
            return f"({at_least} AND {compare(value, Comparison.LE, high, place)})"
        case In(value, options, negated):
            return _in(value, options, negated, place)
        case IsNull(value, negated):
            return _is_null(value, negated, place)
        case Contains():
            return _negated(place.contains(rule), rule.negated)
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
        case Aggregate(Function.COUNT_DISTINCT), Number(value) if (op, str(value)) in _ANY_AT_ALL:
            left = replace(left, function=Function.COUNT, measure=None)
    match place.operand(left), operand_of(right, place):
        case Instant() as fact, Span() as span:
            return _against_span(fact, op, span, place)
        case Instant() as one, Instant() as other:
            return _plain(one, other, f"{one.sql} {_SIGNS[op]} {other.sql}")
        case Numeric() as one, Numeric() as other:
            return _plain(one, other, _numbers(one, op, other))
        case Textual() as one, Textual() as other:
            return _texts(one, other, f"{one.sql} {_SIGNS[op]} {other.sql}")
        case Textual() as one, Written(text):
            written = place.parameters.text(fold(text) if one.folded else text)
            return _texts(one, one, f"{one.sql} {_SIGNS[op]} {written}")
        case Id() as one, Numeric():
            return f"coalesce({_id_among(one, [right], place, op)}, false)"
        case Yes() as one, Yes() as other:
            return f"coalesce({one.sql} {_SIGNS[op]} {other.sql}, false)"
    raise TypeError(f"cannot compare {left!r} with {right!r}")


def operand_of(value: Value, place: Place) -> Operand:
    """A literal as SQL; anything else as the place says."""
    match value:
        case Number(number):
            return Numeric(place.parameters.number(number), nullable=False)
        case Text(text):
            return Written(text)
        case Truth(truth):
            return Yes("true" if truth else "false")
        case Day() | RelativeDay():
            return Span(*place.clock.day(value), instant=False)
        case Moment() | RelativeExact():
            return Span(*place.clock.instant(value), instant=True)
        case Duration():
            raise TypeError("a length of time is no side of a comparison")
    return place.operand(value)


def _plain(one: Numeric | Instant, other: Numeric | Instant, sql: str) -> str:
    nullable = one.nullable or other.nullable
    return when_known(f"coalesce({sql}, false)" if nullable else f"({sql})", one.known, other.known)


def _texts(one: Textual, other: Textual, sql: str) -> str:
    if one.doubtful or other.doubtful:
        missing = [f"{side.sql} IS NOT NULL" for side in {one, other} if side.nullable and not side.doubtful]
        return f"({' AND '.join([*sorted(missing), sql])})"
    nullable = one.nullable or other.nullable
    return when_known(f"coalesce({sql}, false)" if nullable else f"({sql})", one.known, other.known)


def _numbers(one: Numeric, op: Comparison, other: Numeric) -> str:
    """Compares fractions without dividing: ``(a/b - c/d) · (bd)²`` has the sign of ``a/b - c/d``."""
    sign = _SIGNS[op]
    if one.bottom is None and other.bottom is None:
        return f"{one.top} {sign} {other.top}"
    if other.bottom is None:
        return f"({one.top} - {other.top} * {one.bottom}) * {one.bottom} {sign} 0"
    if one.bottom is None:
        return f"({one.top} * {other.bottom} - {other.top}) * {other.bottom} {sign} 0"
    return f"({one.top} * {other.bottom} - {other.top} * {one.bottom}) * ({one.bottom} * {other.bottom}) {sign} 0"


def _against_span(fact: Instant, op: Comparison, span: Span, place: Place) -> str:
    """A fact's date against a literal date; whole days unless the literal is an instant."""
    start, end = span.start, span.end
    if op in (Comparison.GE, Comparison.LT, Comparison.EQ, Comparison.NE):
        place.crosses(fact, start)
    if op in (Comparison.GT, Comparison.LE, Comparison.EQ, Comparison.NE):
        place.crosses(fact, end)
    if span.instant:
        sql = f"{fact.sql} {_SIGNS[op]} {start.column}"
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


def young(fact: str, edge: Edge) -> str:
    """Whether the fact still has this threshold to cross."""
    sign = ">" if isinstance(edge.flip, ExactFlip) and edge.flip.open else ">="
    return f"{fact} {sign} {edge.column}"


# --- lists of values, absence -----------------------------------------------------------------------


def _in(value: Value, options: tuple[Literal, ...], negated: bool, place: Place) -> str:
    operand = place.operand(value)
    match operand:
        case Textual() as one:
            folded = [fold(o.value) if one.folded else o.value for o in options if isinstance(o, Text)]
            among = f"{one.sql} = ANY({place.parameters.add(sorted(set(folded)), 'text[]')})"
            return _texts(one, one, _negated(f"({among})", negated))
        case Id() as one:
            op = Comparison.NE if negated else Comparison.EQ
            return f"coalesce({_id_among(one, list(options), place, op)}, false)"
        case Numeric() as one:
            parts = [_numbers(one, Comparison.EQ, Numeric(place.parameters.number(n))) for n in _decimals(options)]
            return _plain(one, one, _negated(f"({' OR '.join(parts)})", negated))
    raise TypeError(f"IN cannot ask about {value!r}")


def _decimals(options: tuple[Literal, ...]) -> list[Decimal]:
    return sorted({option.value for option in options if isinstance(option, Number)})


def _id_among(one: Id, options: list[Value], place: Place, op: Comparison) -> str:
    ids = sorted({int(o.value) for o in options if isinstance(o, Number) and o.value == o.value.to_integral_value()})
    kind = "text[]" if one.text else "bigint[]"
    listed = place.parameters.add([str(i) for i in ids] if one.text else ids, kind)
    return _negated(f"({one.sql} = ANY({listed}))", op is Comparison.NE)


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
        case Instant(sql, _, known) | Textual(sql, known=known):
            return when_known(f"({sql} {word})", known)
        case Id(sql) | Yes(sql):
            return f"({sql} {word})"
    raise TypeError(f"IS NULL cannot ask about {value!r}")
