"""Filters over rows: what is asked there of a row, of its customer, and of the rows that go with it."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, Protocol

from plugin.engine.carried import carried, knowing, known_of
from plugin.engine.clock import Edge, Flip
from plugin.engine.conditions import calculated, compiled, derived
from plugin.engine.needs import Needs
from plugin.engine.operands import DayValue, Instant, Numeric, Operand
from plugin.engine.place import Place
from plugin.engine.relations import Rows
from plugin.engine.row_fields import COUNTING_BACK, RowFields, split
from plugin.rules.tree import (
    Aggregate,
    And,
    Anniversary,
    AnyNode,
    Arithmetic,
    Attribute,
    Contains,
    DaysSince,
    InSegment,
    Ranked,
    RowField,
    Rule,
    State,
    Value,
)
from plugin.rules.walk import children


class Customer(Place, Protocol):
    """The place outside any filter."""

    def inside(self, needs: Needs) -> "Customer":
        """The same questions, answered before any row is looked at."""


class Crossing(NamedTuple):
    """A fact of the row (SQL over its names) that falls behind a moving threshold."""

    fact: str
    edge: Edge


class Later(NamedTuple):
    """When time alone may change something of a row (SQL over its names; null: never)."""

    sql: str
    flip: Flip | None = None
    """The fact falls behind this threshold."""
    day: bool = False
    """Otherwise: a local day, at whose start it happens; or the moment itself."""


class Around(NamedTuple):
    """What a filter stands in."""

    needs: Needs
    customer: Customer
    nested: "Callable[[Aggregate, RowPlace], Operand]"
    """An aggregate over rows that go with each row, as SQL that can stand among that row's columns."""


class RowPlace:
    """Inside a WHERE or HAVING. ``crossings`` and ``later`` collect what time alone will change."""

    def __init__(self, rows: Rows, state: State, around: Around, outer: "RowPlace | None" = None) -> None:
        self.rows = rows
        self.state = state
        self.outer = outer
        self._around = around
        self.parameters = around.needs.parameters
        self.clock = around.needs.clock
        self.fields = RowFields(rows, state, around.needs)
        self.crossings: list[Crossing] = []
        self.later: list[Later] = []
        self.doubtful = False
        """Whether a condition may be null here."""
        self.only: str | None = None
        """What rows must meet to be taken at all (plugin/engine/guards.py)."""

    # --- values -------------------------------------------------------------------------------

    def operand(self, value: Value) -> Operand:
        match value:
            case RowField(name) if name.startswith("outer."):
                return self._noted(carried(self._of_outer(value), self.rows.named))
            case RowField(name):
                found = self.fields.named(value)
                counted = self._counted_back(
                    value, found, self.fields.named, self.rows.named(self.person("created_at"))
                )
                return self._noted(counted)
            case Arithmetic():
                return calculated(value, self)
            case DaysSince() | Anniversary():
                return derived(value, self)
            case Aggregate() if value.relation is not None or speaks_of_outer(value):
                return self._noted(carried(self._around.nested(value, self), self.rows.named))
        return self._noted(carried(self._first().operand(value), self._of_customer))

    def condition(self, rule: Rule) -> str:
        """The condition by names of this set of rows."""
        return compiled(rule, self)

    def _of_outer(self, value: RowField) -> Operand:
        """A field of the row around, or (``outer.outer.``) of the one around that."""
        place, asked = self, value
        while asked.name.startswith("outer."):
            if place.outer is None:
                raise TypeError("there is no row around this one")
            place, asked = place.outer, replace(asked, name=asked.name.removeprefix("outer."))
        fields = place.fields
        return place._counted_back(asked, fields.around(asked), fields.around, place.person("created_at"))

    def _counted_back(
        self, asked: RowField, found: Operand, field: Callable[[RowField], Operand], created_at: str
    ) -> Operand:
        """The field; unknown where older orders that we do not know would make a difference to it."""
        order, own = split(asked.name)
        since = self._around.needs.known.orders
        if own not in COUNTING_BACK or since is None:
            return found
        start = self.parameters.text(since.isoformat()) + "::timestamptz"
        ways = [f"{created_at} >= {start}"]
        date = field(RowField(f"{order}date"))
        if own == "days_since_previous" and isinstance(found, Numeric) and isinstance(date, Instant):
            ways.append(f"{date.sql} - {found.top} * interval '1 microsecond' >= {start}")  # So is the one before.
        return knowing(found, f"coalesce({' OR '.join(ways)}, false)")

    def _noted(self, operand: Operand) -> Operand:
        self.doubtful |= known_of(operand) is not None
        return operand

    # --- the customer -------------------------------------------------------------------------

    def _first(self) -> Customer:
        """The place of what is asked of the customer before any row is looked at."""
        return self._around.customer.inside(self._around.needs.earlier())

    def _of_customer(self, sql: str) -> str:
        """The name of a value of the row's customer."""
        return self.rows.named(self.person(self._around.needs.earlier().value(sql)))

    def person(self, name: str) -> str:
        """A column of the asked customer, for use among the columns of tables."""
        place = self
        while place.outer is not None:
            place = place.outer
        place.rows.personal = True
        return f"p.{name}"

    # --- time ---------------------------------------------------------------------------------

    def crosses(self, fact: Instant | DayValue, edge: Edge) -> None:
        if edge.flip is not None:
            self.crossings.append(Crossing(fact.sql, edge))

    def changes_on(self, day: str) -> None:
        self.later.append(Later(day, day=True))

    def changes_at(self, moment: str) -> None:
        self.later.append(Later(moment))

    # --- lists, segments ----------------------------------------------------------------------

    def contains(self, rule: Contains) -> str | None:
        if not isinstance(rule.value, Attribute):
            return None
        found = self._first().contains(rule)
        self.doubtful |= found is not None
        return None if found is None else self._of_customer(found)

    def empty(self, value: Value) -> str | None:
        if not isinstance(value, Attribute):
            return None
        found = self._first().empty(value)
        self.doubtful |= found is not None
        return None if found is None else self._of_customer(found)

    def in_segment(self, rule: InSegment) -> str:
        raise TypeError("a segment has customers, not rows")

    def ranked(self, rule: Ranked) -> str:
        raise TypeError("customers have places in the store, rows have not")


def speaks_of_outer(value: AnyNode, depth: int = 0) -> bool:
    """Whether a filter of the aggregate asks for the row around the aggregate."""
    if isinstance(value, RowField):
        return value.name.startswith("outer." * depth) and depth > 0
    inner = depth + isinstance(value, Aggregate)
    return any(speaks_of_outer(child, inner) for child in children(value))


def conjuncts(rule: Rule | None) -> list[Rule]:
    """The conditions of which every one must hold."""
    match rule:
        case None:
            return []
        case And(parts):
            return [inner for part in parts for inner in conjuncts(part)]
    return [rule]
