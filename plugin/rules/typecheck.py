"""Whether the parts of a rule fit together: no date is compared with a number, no list with ``=``.

What passes here can be evaluated exactly; the engine meets no surprise.
"""

from collections.abc import Iterator

from plugin.rules import fields, limits
from plugin.rules.fields import NUMERIC, Field, Operator, Type
from plugin.rules.literals import print_literal, print_number
from plugin.rules.print import print_value
from plugin.rules.problems import Problem, nearest
from plugin.rules.scope import CustomerScope, ParameterScope, RowScope, Scope, field_of
from plugin.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    AtLeast,
    Between,
    Compare,
    Contains,
    Day,
    Duration,
    Function,
    In,
    InSegment,
    IsNull,
    Literal,
    Matches,
    Moment,
    Not,
    Number,
    Or,
    RelativeDay,
    RelativeExact,
    Rule,
    Text,
    Truth,
    Value,
)
from plugin.rules.walk import conditions, depth

_NOUNS = {
    Type.NUMBER: "a number",
    Type.MONEY: "an amount",
    Type.DATE: "a date",
    Type.TEXT: "a text",
    Type.CHOICE: "a choice",
    Type.LIST: "a list",
    Type.ID: "an id",
    Type.TRUTH: "true or false",
}
_EXAMPLES = {
    Type.NUMBER: ("a number: 3",),
    Type.MONEY: ("an amount: 49.90",),
    Type.DATE: ("a date: 2026-01-31, -90d, -36h, today",),
    Type.TEXT: ("a text in single quotes",),
    Type.LIST: ("CONTAINS 'text'", "NOT CONTAINS 'text'", "IS NULL", "IS NOT NULL"),
    Type.ID: ("an id: 123",),
    Type.TRUTH: ("true", "false"),
}


def problems(rule: Rule) -> tuple[Problem, ...]:
    """Everything that does not fit, in the order of the text; empty for a sound rule."""
    return (*_too_large(rule), *_rule(rule, CustomerScope()))


def _too_large(rule: Rule) -> Iterator[Problem]:
    count = sum(1 for _ in conditions(rule))
    if count > limits.CONDITIONS:
        yield Problem(f"This rule has {count} conditions; {limits.CONDITIONS} is the most.", rule.span)
    deep = depth(rule)
    if deep > limits.DEPTH:
        yield Problem(f"This rule is {deep} levels deep; {limits.DEPTH} is the most.", rule.span)


def _rule(rule: Rule, scope: Scope) -> Iterator[Problem]:
    match rule:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _rule(part, scope)
        case Not(part):
            yield from _rule(part, scope)
        case Matches(function, parameters):
            for parameter in parameters:
                yield from _rule(parameter, ParameterScope(fields.FUNCTIONS[function]))
        case Compare(left, op, right):
            yield from _pair(left, right, scope, Operator(op), rule)
        case Between(value, low, high):
            yield from _pair(value, low, scope, Operator.BETWEEN, rule)
            yield from _pair(value, high, scope, Operator.BETWEEN, rule)
        case In(value, options):
            for option in options:
                yield from _pair(value, option, scope, Operator.IN, rule)
        case IsNull(value):
            yield from _is_null(value, scope)
        case Contains(value):
            yield from _contains(rule, scope)
        case InSegment():
            pass


def _is_null(value: Value, scope: Scope) -> Iterator[Problem]:
    if isinstance(value, Literal):
        yield Problem("A fixed value is never missing.", value.span)
    else:
        yield from _value(value, scope)


def _contains(rule: Contains, scope: Scope) -> Iterator[Problem]:
    known = field_of(rule.value, scope)
    if known is not None and known.type is not Type.LIST:
        name = print_value(rule.value)
        sign = "!=" if rule.negated else "="
        cure = f"{name} {sign} {print_literal(rule.text)}" if known.type is Type.TEXT else None
        message = f"CONTAINS asks about a list; `{name}` is {_NOUNS[known.type]}."
        yield Problem(message, rule.span, _operators(known), cure)


def _pair(left: Value, right: Value, scope: Scope, operator: Operator, rule: Rule) -> Iterator[Problem]:
    """Both sides by themselves, then whether they may meet under this operator."""
    if isinstance(left, Literal) and isinstance(right, Literal):
        yield Problem("This compares two fixed values: it says nothing about a customer.", rule.span)
        return
    below = [*_value(left, scope), *_value(right, scope)]
    if below:
        yield from below
        return
    if isinstance(left, Literal):
        left, right = right, left
    kind, other = type_of(left, scope), type_of(right, scope)
    if operator not in fields.OPERATORS[kind]:
        yield _wrong_operator(left, kind, right, operator, rule)
    elif not _meet(kind, right, other):
        yield _mismatch(left, kind, right, other)
    elif isinstance(right, Literal):
        yield from _literal(left, field_of(left, scope), kind, right)


def _meet(kind: Type, right: Value, other: Type) -> bool:
    if kind is Type.ID:
        return isinstance(right, Number)
    families = (NUMERIC, {Type.DATE}, {Type.TEXT, Type.CHOICE}, {Type.TRUTH})
    return any(kind in family and other in family for family in families)


def _wrong_operator(left: Value, kind: Type, right: Value, operator: Operator, rule: Rule) -> Problem:
    name = print_value(left)
    cure = None
    if kind is Type.LIST and isinstance(right, Text) and operator in (Operator.EQ, Operator.NE):
        word = "CONTAINS" if operator is Operator.EQ else "NOT CONTAINS"
        cure = f"{name} {word} {print_literal(right)}"
    message = f"`{name}` is {_NOUNS[kind]}: `{operator}` can't ask about it."
    return Problem(message, rule.span, tuple(sorted(fields.OPERATORS[kind])), cure)


def _mismatch(left: Value, kind: Type, right: Value, other: Type) -> Problem:
    expected = _EXAMPLES.get(kind, ())
    message = f"`{print_value(left)}` is {_NOUNS[kind]}, but `{print_value(right)}` is {_NOUNS[other]}."
    cure = None
    if kind in NUMERIC | {Type.ID} and isinstance(right, Text) and right.value.isdecimal():
        cure = right.value
    if kind is Type.TEXT and isinstance(right, Number):
        cure = f"'{print_number(right.value)}'"
    return Problem(message, right.span, expected, cure)


def _literal(left: Value, known: Field | None, kind: Type, literal: Literal) -> Iterator[Problem]:
    """Whether the fixed value is one the other side can have."""
    if kind is Type.ID and isinstance(literal, Number):
        whole = literal.value == literal.value.to_integral_value()
        if not whole or not 0 <= literal.value <= limits.ID:
            yield Problem("An id is a whole number.", literal.span, _EXAMPLES[Type.ID])
    choices = known.choices if known is not None else ()
    if choices and isinstance(literal, Text) and literal.value not in choices:
        close = nearest(literal.value, [choice.lower() for choice in choices])
        cure = f"'{close.upper()}'" if close else None
        message = f"`{print_value(left)}` is never '{literal.value}'."
        yield Problem(message, literal.span, choices, cure)
    if kind is not Type.ID and isinstance(literal, Number):
        yield from _amount(literal)


def _value(value: Value, scope: Scope) -> Iterator[Problem]:
    """Problems inside one value."""
    match value:
        case Arithmetic(left, _, right):
            for side in (left, right):
                yield from _operand(side, scope)
        case Aggregate(function, source, _, measure, where):
            if measure is not None:
                yield from _aggregated(value, function, fields.ROWS[source].fields[measure])
            if where is not None:
                yield from _rule(where, RowScope(fields.ROWS[source]))


def _operand(value: Value, scope: Scope) -> Iterator[Problem]:
    below = list(_value(value, scope))
    yield from below
    if not below:
        kind = type_of(value, scope)
        if kind not in NUMERIC:
            message = f"Arithmetic takes numbers; `{print_value(value)}` is {_NOUNS[kind]}."
            yield Problem(message, value.span)
        elif isinstance(value, Number):
            yield from _amount(value)


def _aggregated(value: Aggregate, function: Function, measure: Field) -> Iterator[Problem]:
    if measure.type is Type.DATE and function in (Function.SUM, Function.AVG):
        cure = print_value(value).replace(function, "max", 1)
        message = f"Dates can't be summed or averaged: `{function}` takes amounts and numbers."
        yield Problem(message, value.span, ("min", "max"), cure)


def _amount(number: Number) -> Iterator[Problem]:
    if abs(number.value) >= limits.NUMBER:
        message = (
            f"Numbers have at most {limits.WHOLE_DIGITS} digits before the point and {limits.FRACTION_DIGITS} after it."
        )
        yield Problem(message, number.span)


def _operators(known: Field) -> tuple[str, ...]:
    return tuple(sorted(known.operators))


def type_of(value: Value, scope: Scope) -> Type:
    """The type of a value of a resolved tree; arithmetic is an amount if money takes part in it."""
    match value:
        case Text():
            return Type.TEXT
        case Number():
            return Type.NUMBER
        case Truth():
            return Type.TRUTH
        case Day() | Moment() | RelativeDay() | RelativeExact() | Duration():
            return Type.DATE
        case Aggregate(function, source, _, measure):
            if function in (Function.COUNT, Function.COUNT_DISTINCT) or measure is None:
                return Type.NUMBER
            return fields.ROWS[source].fields[measure].type
        case Arithmetic():
            return _arithmetic_type(value, scope)
    known = field_of(value, scope)
    if known is None:
        raise TypeError(f"not in the catalogue: {value!r}")
    return known.type


def _arithmetic_type(value: Arithmetic, scope: Scope) -> Type:
    left, right = type_of(value.left, scope), type_of(value.right, scope)
    if value.operation == "/" and right is Type.MONEY:
        return Type.NUMBER
    return Type.MONEY if Type.MONEY in (left, right) else Type.NUMBER
