"""Which rows a filter can take at all, said before the rows that go with them are looked at.

Only what time cannot make true again counts: the state, what does not move, and the open end of a window.
"""

from plugin.engine.clock import Edge
from plugin.engine.columns import LINE_STATES, STATES
from plugin.engine.conditions import compiled
from plugin.engine.needs import Needs
from plugin.engine.operands import DayValue, Instant, Operand
from plugin.engine.relations import WITH_ORDERS, Rows
from plugin.engine.row_fields import SEQUENCES, RowFields
from plugin.rules.tree import (
    Aggregate,
    And,
    Compare,
    Comparison,
    Contains,
    InSegment,
    Period,
    Ranked,
    RelativeDay,
    RelativeExact,
    RowField,
    Rule,
    Source,
    State,
    Value,
)
from plugin.rules.walk import walk

_MOVING = (RelativeDay, RelativeExact, Period)


def guard(value: Aggregate, rows: Rows, needs: Needs) -> str | None:
    """SQL over the tables that is false only for rows the aggregate never takes; None where none of its
    conditions asks for other rows, or nothing can be said."""
    if not any(isinstance(node, Aggregate) for node in walk(value) if node is not value):
        return None
    place = _Tables(rows, value.state, needs)
    said = [] if rows.depth or rows.source not in WITH_ORDERS else [_state(rows, value.state)]
    for part in _conjuncts(value.where):
        if _lasts(part):
            try:
                said.append(compiled(part, place))
            except TypeError:
                continue  # It asks for more than the row itself has.
    return f"({' AND '.join(said)}) IS NOT FALSE" if said else None


def _state(rows: Rows, state: State) -> str:
    return f"(({(LINE_STATES if rows.source == Source.LINES else STATES)[state]}) IS TRUE)"


def _conjuncts(rule: Rule | None) -> list[Rule]:
    if rule is None:
        return []
    return [inner for part in rule.parts for inner in _conjuncts(part)] if isinstance(rule, And) else [rule]


def _lasts(rule: Rule) -> bool:
    """Whether time cannot make it true once it is false."""
    match rule:
        case Compare(RowField(), (Comparison.GE | Comparison.GT), (RelativeDay() | RelativeExact())):
            return True
    return not any(isinstance(node, _MOVING) for node in walk(rule))


class _Tables:
    """A place that knows nothing but the row's own columns."""

    def __init__(self, rows: Rows, state: State, needs: Needs) -> None:
        self._fields = RowFields(rows, state, needs)
        self.parameters = needs.parameters
        self.clock = needs.clock

    def operand(self, value: Value) -> Operand:
        if isinstance(value, RowField) and value.name.removeprefix("order.") not in SEQUENCES:
            found = self._fields.around(value)
            if "SELECT" not in repr(found):
                return found
        raise TypeError(f"no column of its own: {value!r}")

    def crosses(self, fact: Instant | DayValue, edge: Edge) -> None:
        pass  # Watched where the condition itself stands.

    def changes_on(self, day: str) -> None:
        raise TypeError("it moves")

    def changes_at(self, moment: str) -> None:
        raise TypeError("it moves")

    def contains(self, rule: Contains) -> str | None:
        if not isinstance(rule.value, RowField):
            raise TypeError("a list of the customer's")
        return None

    def empty(self, value: Value) -> str | None:
        if not isinstance(value, RowField):
            raise TypeError("a list of the customer's")
        return None

    def in_segment(self, rule: InSegment) -> str:
        raise TypeError("a segment has customers, not rows")

    def ranked(self, rule: Ranked) -> str:
        raise TypeError("customers have places in the store, rows have not")
