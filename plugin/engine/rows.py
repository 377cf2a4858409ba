"""Filters over rows: what a field of an order, a line or a refund is in SQL."""

from typing import NamedTuple

from plugin.domain.text import fold
from plugin.engine.clock import Clock, Edge
from plugin.engine.conditions import operand_of
from plugin.engine.operands import Id, Instant, Numeric, Operand, Textual, Yes, arithmetic
from plugin.engine.parameters import Parameters
from plugin.engine.sources import TEXT_IDS, Rows
from plugin.rules import fields
from plugin.rules.fields import Facts, Field, Type
from plugin.rules.tree import Arithmetic, Contains, InSegment, Ranked, RowField, Source, Value


class Crossing(NamedTuple):
    """A fact of the row that falls behind a moving threshold."""

    fact: str
    edge: Edge


class RowPlace:
    """Inside a WHERE. ``crossings`` collects what time alone will change."""

    def __init__(self, rows: Rows, parameters: Parameters, clock: Clock) -> None:
        self._rows = rows
        self._fields = fields.ROWS[Source(rows.source)].fields
        self.parameters = parameters
        self.clock = clock
        self.crossings: list[Crossing] = []

    def operand(self, value: Value) -> Operand:
        match value:
            case RowField(name):
                return self._field(self._fields[name])
            case Arithmetic(left, operation, right):
                from_left, from_right = self._number(left), self._number(right)
                return arithmetic(from_left, operation, from_right)
        raise TypeError(f"no value of a row: {value!r}")

    def _number(self, value: Value) -> Numeric:
        operand = operand_of(value, self)
        if not isinstance(operand, Numeric):
            raise TypeError(f"no number: {value!r}")
        return operand

    def _field(self, field: Field) -> Operand:
        column = self._rows.column(field.name)
        match field.type:
            case Type.NUMBER | Type.MONEY:
                return Numeric(column, nullable=field.nullable)
            case Type.DATE:
                return Instant(column, field.nullable)
            case Type.TEXT | Type.CHOICE:
                return Textual(column, field.folded, field.nullable, doubtful=is_doubtful(field))
            case Type.ID:
                return Id(column, text=field.name in TEXT_IDS)
            case Type.TRUTH:
                return Yes(column, field.nullable)
        raise TypeError(f"a list is asked with CONTAINS: {field.name}")

    def crosses(self, fact: Instant, edge: Edge) -> None:
        if edge.flip is not None:
            self.crossings.append(Crossing(fact.sql, edge))

    def contains(self, rule: Contains) -> str:
        field = self._fields[rule.value.name]
        text = fold(rule.text.value) if field.folded else rule.text.value
        return f"({self.parameters.text(text)} = ANY({self._rows.column(field.name)}))"

    def empty(self, value: Value) -> str | None:
        if not isinstance(value, RowField) or self._fields[value.name].type is not Type.LIST:
            return None
        return f"({self._rows.column(value.name)} = '{{}}')"

    def in_segment(self, rule: InSegment) -> str:
        raise TypeError("a segment has customers, not rows")

    def ranked(self, rule: Ranked) -> str:
        raise TypeError("customers have a place in the store, rows have none")


def is_doubtful(field: Field) -> bool:
    """Whether an absent value means that nobody knows: there was no snapshot when it was bought."""
    return Facts.PRODUCTS in field.reads
