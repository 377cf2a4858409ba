"""What a condition must know of where it stands: about a customer, or in a filter over rows."""

from typing import Protocol

from plugin.engine.clock import Clock, Edge
from plugin.engine.operands import DayValue, Instant, Operand
from plugin.engine.parameters import Parameters
from plugin.rules.tree import Contains, InSegment, Ranked, Value


class Place(Protocol):
    """Where a condition stands: what its names mean there, and what to do when time matters."""

    parameters: Parameters
    clock: Clock

    def operand(self, value: Value) -> Operand:
        """The value as SQL."""

    def crosses(self, fact: Instant | DayValue, edge: Edge) -> None:
        """The answer changes when the fact falls behind this moving threshold."""

    def changes_on(self, day: str) -> None:
        """The answer may change at the start of this local day (SQL; null: none)."""

    def changes_at(self, moment: str) -> None:
        """The answer may change at this moment (SQL; null: none)."""

    def contains(self, rule: Contains) -> str | None:
        """Whether the list has the element (not negated), where the place knows without the whole list."""

    def empty(self, value: Value) -> str | None:
        """Whether the list is empty, where the place knows without the whole list."""

    def in_segment(self, rule: InSegment) -> str:
        """Whether the customer is in it (not negated)."""

    def ranked(self, rule: Ranked) -> str:
        """Whether the customer has that place in the store."""
