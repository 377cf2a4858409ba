"""Values of rules travel beside the statement, never in its text."""

from collections.abc import Sequence
from decimal import Decimal

Value = str | int | Decimal | Sequence[str] | Sequence[int]


class Parameters:
    """Names for values; equal values of one type share a name, so that equal questions have equal text."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, object], str] = {}

    def add(self, value: Value, kind: str) -> str:
        """The placeholder of the value, cast to the PostgreSQL type ``kind``."""
        frozen = value if isinstance(value, (str, int, Decimal)) else tuple(value)
        name = self._names.setdefault((kind, frozen), f"v{len(self._names)}")
        return f"%({name})s::{kind}"

    def text(self, value: str) -> str:
        return self.add(value, "text")

    def number(self, value: Decimal) -> str:
        return self.add(value, "numeric")

    def values(self) -> dict[str, object]:
        """What the statement is executed with."""
        return {name: list(value) if isinstance(value, tuple) else value for (_, value), name in self._names.items()}
