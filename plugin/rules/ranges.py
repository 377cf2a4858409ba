"""The range of values that a comparison with fixed limits allows."""

from dataclasses import dataclass
from decimal import Decimal

from plugin.rules.tree import (
    MIRRORED,
    Between,
    Compare,
    Comparison,
    Day,
    Literal,
    Number,
    RelativeDay,
    RelativeExact,
    Rule,
    Unit,
    Value,
)


@dataclass(frozen=True, slots=True)
class Limit:
    """An end of a range; ``open``: the value itself is outside."""

    value: Decimal
    open: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """Values of one family, such as numbers or fixed days: only these can be compared."""

    family: str
    low: Limit | None = None
    high: Limit | None = None

    @property
    def empty(self) -> bool:
        """Whether no value is inside."""
        if self.low is None or self.high is None:
            return False
        touching = self.low.value == self.high.value and (self.low.open or self.high.open)
        return self.low.value > self.high.value or touching

    def covers(self, other: "Range") -> bool:
        """Whether everything inside the other is inside this one."""
        both = self.meet(other)
        return both.low == other.low and both.high == other.high

    def completes(self, other: "Range") -> bool:
        """Whether every value is inside one of the two, one of which has no least and the other no most."""
        for one, two in ((self, other), (other, self)):
            if one.low is None and two.high is None and one.high and two.low:
                touching = one.high.value == two.low.value and not (one.high.open and two.low.open)
                return two.low.value < one.high.value or touching
        return False

    @property
    def in_future(self) -> bool:
        """Whether every value inside is later than the moment of evaluation."""
        if self.low is None or self.family not in ("days from now", "minutes from now"):
            return False
        return self.low.value > 0 or (self.low.value == 0 and self.low.open)

    def meet(self, other: "Range") -> "Range":
        """What is inside both."""
        lows = [limit for limit in (self.low, other.low) if limit]
        highs = [limit for limit in (self.high, other.high) if limit]
        return Range(
            self.family,
            max(lows, key=lambda limit: (limit.value, limit.open), default=None),
            min(highs, key=lambda limit: (limit.value, not limit.open), default=None),
        )


def range_of(rule: Rule) -> Range | None:
    """The range of a comparison between a value and fixed limits; None for anything else."""
    match rule:
        case Compare(left, op, right):
            if isinstance(left, Literal):
                left, op, right = right, MIRRORED[op], left
            return _compared(op, right) if isinstance(right, Literal) else None
        case Between(_, low, high) if isinstance(low, Literal) and isinstance(high, Literal):
            first, last = _place(low), _place(high)
            if first and last and first[0] == last[0]:
                return Range(first[0], Limit(first[1]), Limit(last[1]))
    return None


def subject_of(rule: Rule) -> Value | None:
    """What the comparison is about."""
    match rule:
        case Compare(left, _, right):
            return right if isinstance(left, Literal) else left
        case Between(value):
            return value
    return None


def _compared(op: Comparison, limit: Literal) -> Range | None:
    place = _place(limit)
    if place is None:
        return None
    family, value = place
    match op:
        case Comparison.EQ:
            return Range(family, Limit(value), Limit(value))
        case Comparison.GE | Comparison.GT:
            return Range(family, low=Limit(value, op is Comparison.GT))
        case Comparison.LE | Comparison.LT:
            return Range(family, high=Limit(value, op is Comparison.LT))
    return None


def _place(literal: Literal) -> tuple[str, Decimal] | None:
    """The literal on the line of its family. Months and years have no fixed length: None."""
    match literal:
        case Number(value):
            return "numbers", value
        case Day(day):
            return "days", Decimal(day.toordinal())
        case RelativeDay(count, Unit.DAY):
            return "days from now", Decimal(count)
        case RelativeDay(count, Unit.WEEK):
            return "days from now", Decimal(7 * count)
        case RelativeExact(count, unit):
            return "minutes from now", Decimal(count * (60 if unit is Unit.HOUR else 1))
    return None
