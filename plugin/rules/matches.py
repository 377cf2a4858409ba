"""Reads Shopify's functions, in today's spelling and in the one before 2026-10."""

from collections.abc import Iterable

from lark import Token

from plugin.rules import fields
from plugin.rules.fields import Part, ShopifyFunction
from plugin.rules.functions import parameter_name
from plugin.rules.grammar import Branch
from plugin.rules.older import older_parameter
from plugin.rules.place import Place, branch, token
from plugin.rules.problems import Problem, Refused, nearest
from plugin.rules.scope import CUSTOMER, ParameterScope, Scope
from plugin.rules.tree import (
    MIRRORED,
    And,
    Between,
    Compare,
    Comparison,
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
    if scope != CUSTOMER:
        raise Refused(Problem("MATCHES can't stand inside a filter.", span))
    lower = fields.OLDER_FUNCTIONS.get(lower, lower)
    if lower in fields.FUNCTIONS:
        return ParameterScope(fields.FUNCTIONS[lower])
    known = tuple(fields.FUNCTIONS)
    if CUSTOMER.field(lower) is not None:
        raise Refused(Problem(f"`{lower}` is compared with a value, not with MATCHES.", span, known))
    raise Refused(Problem(f"There is no function `{lower}`.", span, known, nearest(lower, known)))


def is_function(call: Branch) -> bool:
    """Whether this is one of Shopify's functions in the older spelling."""
    name = str(call.children[0]).lower()
    older = any(isinstance(child, type(call)) and child.data == "older" for child in call.children)
    return name in fields.FUNCTIONS or name in fields.OLDER_FUNCTIONS or (older and name != "anniversary")


def whole(function: ShopifyFunction, parameters: tuple[Rule, ...], span: Span) -> None:
    """Returns if the parameters together say enough. Raises Refused otherwise."""
    if not any(parameter.part is Part.PLACE for parameter in function.parameters.values()):
        return
    example = f"{function.name} MATCHES (coordinates = (53.35, -6.26), distance_km = 10)"
    names = [parameter_name(rule) for rule in parameters]
    plain = all(isinstance(rule, Compare) and rule.op in (Comparison.EQ, Comparison.LE) for rule in parameters)
    if len(names) != 2 or "coordinates" not in names or not plain:
        message = "This needs a place and one distance, each with =."
        raise Refused(Problem(message, span, (example,)))


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


def older_call(place: Place, values: Values, call: Branch, answer: tuple[str, Value], span: Span) -> Rule:
    """``f(a: 'x') = true`` as ``f MATCHES (a = 'x')``; ``= false`` as NOT MATCHES. Raises Refused.

    ``answer`` is the sign and the value that stand after the call.
    """
    name, *inside = call.children
    inner = function_scope(place, token(name), CUSTOMER)
    sign, truth = answer
    if not isinstance(truth, Truth) or sign not in ("=", "!="):
        message = "The older spelling ends in `= true` or `= false`."
        raise Refused(Problem(message, span, ("= true", "= false")))
    strange = next((branch(child) for child in inside if branch(child).data != "older"), None)
    if strange is not None:
        message = "A parameter of the older spelling is a name, a colon and a value."
        raise Refused(Problem(message, place.span(strange), ("tag: 'shoes'",)))
    parameters = once_each(_older_parameter(place, values, branch(child), inner) for child in inside)
    whole(inner.function, parameters, span)
    negated = truth.value is (sign == "!=")
    return Matches(inner.function.name, parameters, negated, span=span)


def _older_parameter(place: Place, values: Values, piece: Branch, scope: ParameterScope) -> Rule:
    name, *listed = piece.children
    literals = _older_values(values, listed, str(name).lower(), scope)
    known = frozenset(scope.function.parameters)
    today, rule = older_parameter(str(name).lower(), literals, place.span(piece), known)
    scope.resolve(today, place.span(name))
    return rule


def _older_values(
    values: Values, listed: list[Branch | Token], name: str, scope: ParameterScope
) -> tuple[Literal, ...]:
    """The values after the colon; two numbers may be one place."""
    if name == "coordinates" and len(listed) == 2:
        return (values.point(branch(listed[0]), branch(listed[1])),)
    return tuple(values.literal(branch(value), scope) for value in listed)
