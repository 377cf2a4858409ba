"""Comparing and calculating with plain values: exact, never floats."""

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from plugin.rules.tree import Comparison, Operation
from tests.laws.oracle.truth import MISSING, UNKNOWN

_OPERATORS: dict[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQ: operator.eq,
    Comparison.NE: operator.ne,
    Comparison.GT: operator.gt,
    Comparison.GE: operator.ge,
    Comparison.LT: operator.lt,
    Comparison.LE: operator.le,
}


def compares(one: object, op: Comparison, other: object) -> bool:
    """``one op other``."""
    return _OPERATORS[op](one, other)


def calculated(one: object, operation: Operation, other: object) -> object:
    """Missing as soon as one side is, or by a division by 0."""
    if UNKNOWN in (one, other):
        return UNKNOWN
    if not isinstance(one, Fraction) or not isinstance(other, Fraction):
        return MISSING
    match operation:
        case Operation.ADD:
            return one + other
        case Operation.SUBTRACT:
            return one - other
        case Operation.MULTIPLY:
            return one * other
        case Operation.DIVIDE:
            return one / other if other else MISSING
