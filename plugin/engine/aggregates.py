"""Aggregates over a customer's rows: their measures, what of them can be known, and their alarms."""

from datetime import timedelta

from plugin.engine.clock import Clock, Edge, ExactFlip
from plugin.engine.conditions import compiled, young
from plugin.engine.needs import Needs
from plugin.engine.operands import Instant, Numeric, Operand, both
from plugin.engine.rows import RowPlace, is_doubtful
from plugin.rules import fields
from plugin.rules.tree import (
    Aggregate,
    And,
    Between,
    Compare,
    Comparison,
    Day,
    Function,
    Literal,
    Moment,
    RelativeDay,
    RelativeExact,
    RowField,
    Rule,
    Source,
)
from plugin.rules.walk import walk


class Aggregated:
    """One aggregate: its measures, what is known of it, and its alarms."""

    def __init__(self, value: Aggregate, needs: Needs) -> None:
        if value.slice is not None:
            raise TypeError("an aggregate over only the first or latest rows")
        self._value = value
        self._needs = needs
        self._rows = needs.rows(value.source)
        self._state = self._rows.state(value.state)
        self._parts = conjuncts(value.where)
        self._places = [RowPlace(self._rows, needs.parameters, needs.clock) for _ in self._parts]
        self._conditions = [compiled(part, place) for part, place in zip(self._parts, self._places, strict=True)]

    def operand(self) -> Operand:
        """The aggregate as SQL over measures of its source."""
        known = both(self._orders_known(), self._snapshots_known())
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

    def _orders_known(self) -> str | None:
        """SQL for: every row that could count is one we can know; None: always."""
        known = self._needs.known.orders
        if known is None:
            return None
        since, just_before = (
            self._needs.parameters.text(at.isoformat()) + "::timestamptz"
            for at in (known, known - timedelta(microseconds=1))
        )
        ways = [f"created_at >= {since}"]
        for edge in lower_bounds(self._value, self._needs.clock):
            ways.append(f"{edge.column} >= {since}")
            flip = ExactFlip(edge.flip.minutes, False) if isinstance(edge.flip, ExactFlip) else edge.flip
            if flip is not None:
                self._needs.leaves(flip, f"CASE WHEN {edge.column} < {since} THEN {just_before} END")
        return f"({' OR '.join(ways)})"

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
                self._needs.leaves(edge.flip, self._rows.measure(f"min({fact})", flag, doubtful))


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


def lower_bounds(value: Aggregate, clock: Clock) -> list[Edge]:
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
