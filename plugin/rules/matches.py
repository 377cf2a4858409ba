"""Reads Shopify's functions, in today's spelling and in the one before 2026-10."""

from collections.abc import Iterable

from lark import Token

from plugin.rules import fields, reserved
from plugin.rules.grammar import Branch
from plugin.rules.older import older_parameter
from plugin.rules.place import Place, branch, token
from plugin.rules.problems import Problem, Refused, nearest
from plugin.rules.scope import CustomerScope, ParameterScope, Scope
from plugin.rules.tree import (
    MIRRORED,
    And,
    Between,
    Compare,
    Contains,
    In,
    IsNull,
    Literal,
    Matches,
    RowField,
    Rule,
    Span,
    Truth,
    Value,
)
from plugin.rules.values import Values


def function_scope(place: Place, name: Token, scope: Scope) -> ParameterScope:
    """The scope inside the brackets of the function. Raises Refused if there is none of that name."""
    span, lower = place.span(name), str(name).lower()
    if not isinstance(scope, CustomerScope):
        raise Refused(Problem("MATCHES can't stand inside a filter.", span))
    if lower in fields.FUNCTIONS:
        return ParameterScope(fields.FUNCTIONS[lower])
    known = tuple(fields.FUNCTIONS)
    if lower in fields.ATTRIBUTES:
        raise Refused(Problem(f"`{lower}` is compared with a value, not with MATCHES.", span, known))
    closed = reserved.reason(lower)
    message = closed or f"There is no function `{lower}`."
    raise Refused(Problem(message, span, known, None if closed else nearest(lower, known)))


def parameter(rule: Rule) -> Rule:
    """The condition with the parameter's name on its left. Raises Refused for what is none."""
    match rule:
        case Compare(left=RowField(), right=right) if isinstance(right, Literal):
            return rule
        case Compare(left, op, RowField() as name) if isinstance(left, Literal):
            return Compare(name, MIRRORED[op], left, span=rule.span)
        case Between(value=RowField(), low=low, high=high):
            if isinstance(low, Literal) and isinstance(high, Literal):
                return rule
        case In(value=RowField()) | IsNull(value=RowField()):
            return rule
        case And():
            raise Refused(Problem("Parameters are separated by commas, not by AND.", rule.span))
        case Contains(value=RowField(name), text=text):
            cure = f"{name} {'!=' if rule.negated else '='} '{text.value}'"
            raise Refused(Problem("Inside MATCHES a list is compared with =.", rule.span, (), cure))
    message = "A parameter is a name, an operator and a value: `date >= -90d`."
    raise Refused(Problem(message, rule.span))


def once_each(parameters: Iterable[Rule]) -> tuple[Rule, ...]:
    """The parameters, each a different one. Raises Refused otherwise."""
    seen: dict[str, Rule] = {}
    for rule in parameters:
        name = parameter_name(rule)
        if name in seen:
            message = f"`{name}` stands twice; use BETWEEN for a range, or a second MATCHES."
            raise Refused(Problem(message, rule.span))
        seen[name] = rule
    return tuple(seen.values())


def parameter_name(rule: Rule) -> str:
    """The name of a parameter."""
    match rule:
        case Compare(left=RowField(name)):
            return name
        case Between(value=RowField(name)) | In(value=RowField(name)) | IsNull(value=RowField(name)):
            return name
    raise TypeError(f"not a parameter: {rule!r}")


def older_call(place: Place, values: Values, call: Branch, answer: tuple[str, Value], span: Span) -> Rule:
    """``f(a: 'x') = true`` as ``f MATCHES (a = 'x')``; ``= false`` as NOT MATCHES. Raises Refused.

    ``answer`` is the sign and the value that stand after the call.
    """
    name, *inside = call.children
    inner = function_scope(place, token(name), CustomerScope())
    sign, truth = answer
    if not isinstance(truth, Truth) or sign not in ("=", "!="):
        message = "The older spelling ends in `= true` or `= false`."
        raise Refused(Problem(message, span, ("= true", "= false")))
    parameters = [_older_parameter(place, values, branch(child), inner) for child in inside]
    negated = truth.value is (sign == "!=")
    return Matches(inner.function.name, once_each(parameters), negated, span=span)


def _older_parameter(place: Place, values: Values, piece: Branch, scope: ParameterScope) -> Rule:
    name, *listed = piece.children
    literals = tuple(values.literal(branch(value), scope) for value in listed)
    known = frozenset(scope.function.parameters)
    today, rule = older_parameter(str(name).lower(), literals, place.span(piece), known)
    scope.resolve(today, place.span(name))
    return rule
