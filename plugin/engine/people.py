"""Questions about the customer: what a name, an aggregate or a segment is in SQL, and the alarms.

Columns of one asked row: ``as_of``, ``created_at``, the thresholds of the clock, the measures of the
sources, and what ``facts`` names (read once a row).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from plugin.domain.text import fold
from plugin.engine import labels
from plugin.engine.clock import Clock, DayFlip, Edge, ExactFlip, Flip
from plugin.engine.conditions import compiled, operand_of, young
from plugin.engine.operands import Instant, Numeric, Operand, Textual, arithmetic, both, when_known
from plugin.engine.parameters import Parameters
from plugin.engine.rows import RowPlace, is_doubtful
from plugin.engine.sources import TAGS, Rows
from plugin.rules import fields
from plugin.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Attribute,
    Between,
    Compare,
    Comparison,
    Contains,
    Day,
    Function,
    InSegment,
    Literal,
    Moment,
    RelativeDay,
    RelativeExact,
    RowField,
    Rule,
    Source,
    Value,
)
from plugin.rules.walk import walk


@dataclass(frozen=True, slots=True)
class Answered:
    """How a segment's answer is read by others: SQL for *in it* and for *with that label*."""

    member: str
    writes: Mapping[str, str]
    """Folded tag → SQL for *the segment writes it*."""


@dataclass(frozen=True, slots=True)
class Known:
    """Since when facts are known; None: always."""

    orders: datetime | None
    labels: datetime | None


class PeoplePlace:
    """Outside any filter."""

    def __init__(self, parameters: Parameters, clock: Clock, known: Known, segments: Mapping[str, Answered]) -> None:
        self.parameters = parameters
        self.clock = clock
        self.sources: dict[str, Rows] = {}
        self.facts: dict[str, str] = {}
        self.leaving: dict[Flip, dict[str, None]] = {}
        """By how a threshold moves: the facts that are still on its young side."""
        self.moments: dict[str, None] = {}
        """Other moments of change."""
        self._known = known
        self._segments = segments

    @property
    def reads_own_tags(self) -> bool:
        """Whether the statement needs to know how our tags were ever spelt."""
        return "ours" in self.facts

    # --- values -------------------------------------------------------------------------------

    def operand(self, value: Value) -> Operand:
        match value:
            case Attribute("customer_added_date"):
                return Instant("created_at")
            case Attribute("email_subscription_status"):
                self.facts["email_consent"] = labels.EMAIL_CONSENT
                return Textual("email_consent")
            case Aggregate():
                return _Aggregated(value, self).operand()
            case Arithmetic(left, operation, right):
                one, other = operand_of(left, self), operand_of(right, self)
                if isinstance(one, Numeric) and isinstance(other, Numeric):
                    return arithmetic(one, operation, other)
        raise TypeError(f"no value of a customer: {value!r}")

    def rows(self, source: str) -> Rows:
        """The source's part of the statement."""
        return self.sources.setdefault(source, Rows(source))

    def taken(self, value: Aggregate) -> str:
        """SQL over the aggregate's rows: it takes this one."""
        return _Aggregated(value, self).taken()

    def crosses(self, fact: Instant, edge: Edge) -> None:
        if edge.flip is not None:
            self.leaves(edge.flip, f"CASE WHEN {young(fact.sql, edge)} THEN {fact.sql} END")

    def leaves(self, flip: Flip, fact: str) -> None:
        """The answer may change when this fact (null: none) falls behind the threshold."""
        self.leaving.setdefault(flip, {})[fact] = None

    # --- tags, countries, segments ------------------------------------------------------------

    def contains(self, rule: Contains) -> str:
        text = self.parameters.add([fold(rule.text.value)], "text[]")
        if rule.value.name == "customer_tags":
            return self._has_tag(fold(rule.text.value), text)
        return self._label(f"coalesce({self._countries()} @> {text}, false)")

    def empty(self, value: Value) -> str | None:
        if not isinstance(value, Attribute):
            return None
        if value.name == "customer_tags":
            writing = dict.fromkeys(sql for segment in self._segments.values() for sql in segment.writes.values())
            self.facts["any_tag"] = labels.any_tag(self._ours() if writing else "'{}'::text[]")
            return f"(NOT ({' OR '.join([*writing, self._label('any_tag')])}))"
        if value.name == "customer_countries":
            return self._label(f"coalesce({self._countries()} = '{{}}', true)")
        return None

    def in_segment(self, rule: InSegment) -> str:
        return self._segments[fold(rule.name)].member

    def _countries(self) -> str:
        self.facts["countries"] = labels.COUNTRIES
        return "countries"

    def _ours(self) -> str:
        self.facts["ours"] = labels.OURS
        return labels.OURS

    def _has_tag(self, tag: str, listed: str) -> str:
        rows = self.rows(TAGS)
        for name in ("at", "saw", "digest", "folded"):
            rows.column(name)
        flag = rows.flag(labels.mentions(listed))
        there = f"coalesce({rows.measure(labels.last_word(listed), flag)}[1], false)"
        writing = [s.writes[tag] for s in self._segments.values() if tag in s.writes]
        if not writing:
            return self._label(there)
        self._ours()
        foreign = self._label(f"({there} AND NOT {self.parameters.text(tag)} = ANY(ours))")
        return f"({' OR '.join([*writing, foreign])})"

    def _label(self, sql: str) -> str:
        """Known once labels are, or for customers who came after that."""
        if self._known.labels is None:
            return sql
        since = self.parameters.text(self._known.labels.isoformat()) + "::timestamptz"
        self.moments[f"CASE WHEN as_of < {since} THEN {since} END"] = None
        return when_known(sql, f"(as_of >= {since} OR created_at >= {since})")

    # --- what is known of orders --------------------------------------------------------------

    def orders_known(self, value: Aggregate) -> str | None:
        """SQL for: every row that could count is one we can know; None: always."""
        if self._known.orders is None:
            return None
        since = self.parameters.text(self._known.orders.isoformat()) + "::timestamptz"
        just_before = self.parameters.text((self._known.orders - timedelta(microseconds=1)).isoformat())
        ways = [f"created_at >= {since}"]
        for edge in _lower_bounds(value, self.clock):
            ways.append(f"{edge.column} >= {since}")
            match edge.flip:
                case DayFlip():
                    self.leaves(edge.flip, f"CASE WHEN {edge.column} < {since} THEN {just_before}::timestamptz END")
                case ExactFlip(minutes):
                    closed = ExactFlip(minutes, False)
                    self.leaves(closed, f"CASE WHEN {edge.column} < {since} THEN {just_before}::timestamptz END")
        return f"({' OR '.join(ways)})"


def _lower_bounds(value: Aggregate, clock: Clock) -> list[Edge]:
    """Thresholds that the filter demands each row's date to have reached."""
    if value.source is Source.REFUNDS:
        return []  # A refund in the window may belong to an order before it, which we do not know.
    found: list[Edge] = []
    for part in conjuncts(value.where):
        match part:
            case Compare(RowField("date"), op, bound) if op in _LOWER and isinstance(bound, Literal):
                start, end = _edges(bound, clock)
                found.append(end if op is Comparison.GT else start)
            case Compare(bound, op, RowField("date")) if op in _UPPER and isinstance(bound, Literal):
                start, end = _edges(bound, clock)
                found.append(end if op is Comparison.LT else start)
            case Between(RowField("date"), low, _) if isinstance(low, Literal):
                found.append(_edges(low, clock)[0])
    return found


_LOWER = {Comparison.GE, Comparison.GT, Comparison.EQ}
_UPPER = {Comparison.LE, Comparison.LT, Comparison.EQ}


def _edges(literal: Literal, clock: Clock) -> tuple[Edge, Edge]:
    match literal:
        case Day() | RelativeDay():
            return clock.day(literal)
        case Moment() | RelativeExact():
            return clock.instant(literal)
    raise TypeError(f"no date: {literal!r}")


def conjuncts(rule: Rule | None) -> list[Rule]:
    """The conditions of which every one must hold."""
    match rule:
        case None:
            return []
        case And(parts):
            return [inner for part in parts for inner in conjuncts(part)]
    return [rule]


def _moves(rule: Rule) -> bool:
    """Whether time alone can change the answer for a row."""
    return any(isinstance(node, (RelativeDay, RelativeExact)) for node in walk(rule))


def _is_doubtful(rule: Rule, source: Source) -> bool:
    known = fields.ROWS[source].fields
    return any(isinstance(node, RowField) and is_doubtful(known[node.name]) for node in walk(rule))


class _Aggregated:
    """One aggregate: its measures, what is known of it, and its alarms."""

    def __init__(self, value: Aggregate, people: PeoplePlace) -> None:
        if value.slice is not None:
            raise TypeError("an aggregate over only the first or latest rows")
        self._value = value
        self._people = people
        self._rows = people.rows(value.source)
        self._state = self._rows.state(value.state)
        self._parts = conjuncts(value.where)
        self._places = [RowPlace(self._rows, people.parameters, people.clock) for _ in self._parts]
        self._conditions = [compiled(part, place) for part, place in zip(self._parts, self._places, strict=True)]

    def operand(self) -> Operand:
        """The aggregate as SQL over measures of its source."""
        known = both(self._people.orders_known(self._value), self._snapshots_known())
        self._alarms()
        column = "" if self._value.measure is None else self._rows.column(self._value.measure)
        match self._value.function:
            case Function.COUNT:
                return Numeric(self._measure("count(*)", 0), None, False, known)
            case Function.COUNT_DISTINCT:
                return Numeric(self._measure(f"count(DISTINCT {column})", 0), None, False, known)
            case Function.SUM:
                return Numeric(self._measure(f"sum({column})", 0), None, False, known)
            case Function.AVG:
                count = self._measure("count(*)", 0)
                return Numeric(self._measure(f"sum({column})", 0), f"nullif({count}, 0)", True, known)
        chosen = self._measure(f"{self._value.function}({column})")
        if fields.ROWS[self._value.source].fields[str(self._value.measure)].type is fields.Type.DATE:
            return Instant(chosen, True, known)
        return Numeric(chosen, None, True, known)

    def taken(self) -> str:
        """SQL over the source's columns and conditions: the row is one of those."""
        return self._flag(self._conditions)

    def _flag(self, conditions: list[str]) -> str:
        """The row is in the state and passes; the state alone needs no column of its own."""
        listed = sorted(set(conditions))
        return self._rows.flag(" AND ".join([self._state, *listed])) if listed else self._state

    def _measure(self, aggregate: str, empty: int | None = None) -> str:
        name = self._rows.measure(aggregate, self._flag(self._conditions))
        return name if empty is None else f"coalesce({name}, {empty})"

    def _snapshots_known(self) -> str | None:
        """A row that would count if we knew what was bought makes the whole unknown."""
        if not any(_is_doubtful(part, self._value.source) for part in self._parts):
            return None
        doubts = self._rows.measure("count(*)", self._flag(self._conditions), "IS NULL")
        return f"coalesce({doubts}, 0) = 0"

    def _alarms(self) -> None:
        """For each moving threshold: the oldest row still to cross it, among those that can ever count."""
        still = [c for part, c in zip(self._parts, self._conditions, strict=True) if not _moves(part)]
        # A row of which we cannot know whether it counts changes its answer too, from unknown to no.
        doubtful = "IS NOT FALSE" if any(_is_doubtful(part, self._value.source) for part in self._parts) else ""
        for place in self._places:
            for fact, edge in place.crossings:
                assert edge.flip is not None
                flag = self._flag([*still, f"({young(fact, edge)})"])
                self._people.leaves(edge.flip, self._rows.measure(f"min({fact})", flag, doubtful))
