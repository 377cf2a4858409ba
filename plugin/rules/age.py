"""Age in completed years, said by the birth date: 18 or older is ``birth_date + 18y <= today``.

Born on 29 February, a year is completed on 28 February where there is no 29th.
"""

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal

from plugin.rules.tree import (
    MIRRORED,
    And,
    Arithmetic,
    Attribute,
    Between,
    Compare,
    Comparison,
    Duration,
    In,
    IsNull,
    Number,
    Operation,
    Or,
    RelativeDay,
    Rule,
    Span,
    Unit,
    Value,
)

_BIRTH = Attribute("birth_date")
_TODAY = RelativeDay(0, Unit.DAY)
_OLDEST = 200
"""Years beyond which no age lies."""


def is_age(value: Value) -> bool:
    """Whether the value is the attribute ``age``."""
    return isinstance(value, Attribute) and value.name == "age"


def aged(rule: Rule) -> Rule | None:
    """The condition on ``age`` as one on ``birth_date``; None for any other condition."""
    match rule:
        case Compare(left, op, Number(years)) if is_age(left):
            return _compared(op, years, rule.span)
        case Compare(Number(years), op, right) if is_age(right):
            return _compared(MIRRORED[op], years, rule.span)
        case Between(value, Number(low), Number(high)) if is_age(value):
            return And((_at_least(low, rule.span), _below(_after(high), rule.span)), span=rule.span)
        case In(value, options, negated) if is_age(value):
            op = Comparison.NE if negated else Comparison.EQ
            parts = tuple(_compared(op, option.value, rule.span) for option in options if isinstance(option, Number))
            if len(parts) == 1:
                return parts[0]
            return And(parts, span=rule.span) if negated else Or(parts, span=rule.span)
        case IsNull(value) if is_age(value):
            return replace(rule, value=_BIRTH)
    return None


def _compared(op: Comparison, years: Decimal, span: Span | None) -> Rule:
    match op:
        case Comparison.GE:
            return _at_least(years, span)
        case Comparison.GT:
            return _at_least(_after(years), span)
        case Comparison.LT:
            return _below(years, span)
        case Comparison.LE:
            return _below(_after(years), span)
        case Comparison.EQ:
            return And((_at_least(years, span), _below(_after(years), span)), span=span)
    return Or((_below(years, span), _at_least(_after(years), span)), span=span)


def _after(years: Decimal) -> Decimal:
    """The least whole number above."""
    return (years + Decimal("0.0001")).to_integral_value(ROUND_CEILING)


def _at_least(years: Decimal, span: Span | None) -> Rule:
    return Compare(_birthday(years), Comparison.LE, _TODAY, span=span)


def _below(years: Decimal, span: Span | None) -> Rule:
    return Compare(_birthday(years), Comparison.GT, _TODAY, span=span)


def _birthday(years: Decimal) -> Arithmetic:
    """The day on which so many years are completed: an age is whole, so 17.5 is reached at 18."""
    whole = int(max(min(years, Decimal(_OLDEST)), Decimal(-_OLDEST)).to_integral_value(ROUND_CEILING))
    operation = Operation.ADD if whole >= 0 else Operation.SUBTRACT
    return Arithmetic(_BIRTH, operation, Duration(abs(whole), Unit.YEAR))
