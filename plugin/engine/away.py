"""How far a customer is from a condition that does not hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from plugin.rules.fields import Type
from plugin.rules.meaning import core_value
from plugin.rules.tree import (
    MIRRORED,
    Aggregate,
    Between,
    Compare,
    Comparison,
    Function,
    Literal,
    Number,
    Place,
    Quantified,
    Ranked,
    Rule,
    Value,
)


@dataclass(frozen=True)
class Away:
    """So much more, or less, and the condition holds."""

    of: str
    """The value, as the rule writes it."""
    amount: Decimal
    more: bool
    """False: it must be less."""
    kind: Type
    beyond: bool = False
    """Reaching it is not enough."""
    rows: Aggregate | None = None
    """Where rows are counted: which."""
    before: datetime | None = None
    """From then on more will be missing, for something falls out of its window."""

    def until(self, moment: datetime | None) -> "Away":
        """The same, as long as nothing falls out of a window."""
        return replace(self, before=moment)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        found: dict[str, Any] = {"of": self.of, "more" if self.more else "less": str(self.amount)}
        found |= {"type": self.kind.value}
        found |= {"beyond": True} if self.beyond else {}
        return found | ({"before": self.before.isoformat()} if self.before else {})


_MORE = frozenset({Comparison.GE, Comparison.GT})


def away(rule: Rule, values: Sequence[Mapping[str, Any]]) -> Away | None:
    """What is missing; None where no number says it. ``values``: what was seen, as in a ``Part``."""
    match rule:
        case Compare(left, op, right) if op is not Comparison.NE:
            if isinstance(left, Literal):
                left, op, right = right, MIRRORED[op], left
            limit = _literal(right) if isinstance(right, Literal) else _number(values[-1])
            return _between(left, op, limit, values[0])
        case Between(value, low, high):
            low_limit, high_limit = _literal(low), _literal(high)
            below = _between(value, Comparison.GE, low_limit, values[0])
            return below or _between(value, Comparison.LE, high_limit, values[0])
        case Ranked(place=place, by=by):
            rank = values[0].get("rank") or {}
            cut = rank.get("cut")
            op = Comparison.GE if place is Place.TOP else Comparison.LE
            return _between(by, op, None if cut is None else _decimal(cut), values[0])
        case Quantified(rows=rows) if len(values) == 1:
            return _between(rows, Comparison.GE, Decimal(1), values[0])
    return None


def _between(value: Value, op: Comparison, limit: Decimal | None, seen: Mapping[str, Any]) -> Away | None:
    actual, kind = _number(seen), Type(seen["type"])
    if limit is None or actual is None or kind not in (Type.NUMBER, Type.MONEY):
        return None
    more = op in _MORE or (op is Comparison.EQ and limit > actual)
    amount = limit - actual if more else actual - limit
    meant = core_value(value)
    counted = meant if isinstance(meant, Aggregate) and meant.function is Function.COUNT else None
    beyond = op in (Comparison.GT, Comparison.LT)
    if beyond and counted is not None:
        amount, beyond = amount + 1, False
    if amount < 0 or (amount == 0 and not beyond):
        return None
    return Away(seen["text"], amount, more, kind, beyond, counted)


def _literal(value: Value) -> Decimal | None:
    return value.value if isinstance(value, Number) else None


def _number(seen: Mapping[str, Any]) -> Decimal | None:
    actual = seen["actual"]
    return _decimal(actual) if isinstance(actual, str) and seen["type"] in (Type.NUMBER, Type.MONEY) else None


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
