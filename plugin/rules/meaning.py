"""Shopify's names said in our own terms, so that the engine has one way to compute them.

``core(rule)`` leaves aggregates, the attributes that are facts of their own (date added, tags,
countries, consents), comparisons and segments; ``MATCHES`` and the order attributes are gone.

Shopify's lifetime meaning, which our own aggregates do not share:

- ``number_of_orders``: every order except tests and deleted ones, cancelled ones too.
- ``amount_spent``: charged minus refunded, over orders paid at least in part.
- ``first_order_date``, ``last_order_date``: over the same orders as ``number_of_orders``.
- ``!=`` and NOT IN on one of Shopify's names include customers (in MATCHES: rows) without a value.
- ``orders_placed`` and ``products_purchased`` look at every order except tests; without ``count``
  at least one row must pass.
"""

from dataclasses import replace
from decimal import Decimal

from plugin.rules.fields import ATTRIBUTES, FUNCTIONS, ORDER_KEY, ROWS, Part, ShopifyFunction, Type
from plugin.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    AtLeast,
    Attribute,
    Between,
    Compare,
    Comparison,
    Contains,
    Function,
    In,
    InSegment,
    IsNull,
    Literal,
    Matches,
    Not,
    Number,
    Operation,
    Or,
    RowField,
    Rule,
    Source,
    Span,
    State,
    Text,
    Value,
)

_PAID = IsNull(RowField("paid_date"), negated=True)


def _orders(function: Function, measure: str | None = None, where: Rule | None = None) -> Aggregate:
    return Aggregate(function, Source.ORDERS, State.ANY, measure, where)


ORDER_ATTRIBUTES: dict[str, Value] = {
    "number_of_orders": _orders(Function.COUNT),
    "amount_spent": Arithmetic(
        _orders(Function.SUM, "total", _PAID),
        Operation.SUBTRACT,
        _orders(Function.SUM, "refunded", _PAID),
    ),
    "first_order_date": _orders(Function.MIN, "date"),
    "last_order_date": _orders(Function.MAX, "date"),
}
"""Shopify's attributes that are aggregates of ours."""


def core(rule: Rule) -> Rule:
    """The same question without ``MATCHES`` and without Shopify's order attributes.

    Spans stay those of the condition as written, so that an explanation can point at it.
    """
    match rule:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            return replace(rule, parts=tuple(core(part) for part in parts))
        case Not(part):
            return replace(rule, part=core(part))
        case Compare(left, op, right):
            plain: Rule = replace(rule, left=core_value(left), right=core_value(right))
            return _or_missing(plain, (left, right)) if op is Comparison.NE else plain
        case In(value, _, negated):
            plain = replace(rule, value=core_value(value))
            return _or_missing(plain, (value,)) if negated else plain
        case Between(value, low, high):
            return replace(rule, value=core_value(value), low=core_value(low), high=core_value(high))
        case IsNull(value):
            return replace(rule, value=core_value(value))
        case Matches():
            return _matches(rule)
        case Contains() | InSegment():
            return rule


def core_value(value: Value) -> Value:
    """The same value, Shopify's order attributes replaced by the aggregates they mean."""
    match value:
        case Attribute(name) if name in ORDER_ATTRIBUTES:
            return replace(ORDER_ATTRIBUTES[name], span=value.span)
        case Arithmetic(left, _, right):
            return replace(value, left=core_value(left), right=core_value(right))
        case Aggregate(where=where) if where is not None:
            return replace(value, where=core(where))
        case _:
            return value


def _or_missing(plain: Rule, compared: tuple[Value, ...]) -> Rule:
    """Also true where one of Shopify's own names has no value."""
    missing = tuple(
        IsNull(core_value(value), span=plain.span)
        for value in compared
        if isinstance(value, Attribute) and _keeps_shopify(value.name)
    )
    return Or((plain, *missing), span=plain.span) if missing else plain


def _keeps_shopify(name: str) -> bool:
    attribute = ATTRIBUTES[name]
    return attribute.shopify and attribute.nullable


def _matches(rule: Matches) -> Rule:
    function = FUNCTIONS[rule.function]
    rows: list[Rule] = []
    sets: list[Rule] = []
    for parameter in rule.parameters:
        known = function.parameters[_parameter_name(parameter)]
        (rows if known.part is Part.ROW else sets).append(parameter)
    where = _all(tuple(_row_condition(p, function) for p in rows), rule.span)
    tests = [_set_condition(p, function, where) for p in sets]
    if all(_parameter_name(p) != "count" for p in sets):
        count = _set_aggregate("count", function, where, rule.span)
        tests.append(Compare(count, Comparison.GE, Number(Decimal(1)), span=rule.span))
    whole = _all(tuple(tests), rule.span)
    assert whole is not None  # There is always a test of the count.
    whole = replace(whole, span=rule.span)
    return Not(whole, span=rule.span) if rule.negated else whole


def _all(parts: tuple[Rule, ...], span: Span | None) -> Rule | None:
    if len(parts) > 1:
        return And(parts, span=span)
    return parts[0] if parts else None


def _parameter_name(parameter: Rule) -> str:
    return _subject(parameter).name


def _subject(parameter: Rule) -> RowField:
    match parameter:
        case (
            Compare(left=RowField() as subject)
            | Between(value=RowField() as subject)
            | In(value=RowField() as subject)
            | IsNull(value=RowField() as subject)
        ):
            return subject
    raise TypeError(f"not a parameter: {parameter!r}")


def _row_condition(parameter: Rule, function: ShopifyFunction) -> Rule:
    """The parameter as a filter over one row of ours."""
    known = function.parameters[_parameter_name(parameter)]
    field = ROWS[function.source].fields[known.field]
    row = RowField(field.name, span=_subject(parameter).span)
    if field.type is Type.LIST:
        return _list_condition(parameter, row)
    plain = _with_subject(parameter, row)
    excludes = isinstance(parameter, Compare) and parameter.op is Comparison.NE
    if field.nullable and (excludes or (isinstance(parameter, In) and parameter.negated)):
        return Or((plain, IsNull(row, span=parameter.span)), span=parameter.span)
    return plain


def _list_condition(parameter: Rule, row: RowField) -> Rule:
    """``tag = 'x'`` of Shopify: the row's list contains it."""
    match parameter:
        case Compare(_, op, Text() as text):
            return Contains(row, text, negated=op is Comparison.NE, span=parameter.span)
        case In(_, options, negated):
            return _contains_any(row, options, negated, parameter.span)
        case _:
            return _with_subject(parameter, row)


def _contains_any(row: RowField, options: tuple[Literal, ...], negated: bool, span: Span | None) -> Rule:
    parts = tuple(Contains(row, option, span=span) for option in options if isinstance(option, Text))
    found: Rule = Or(parts, span=span) if len(parts) > 1 else parts[0]
    return Not(found, span=span) if negated else found


def _set_condition(parameter: Rule, function: ShopifyFunction, where: Rule | None) -> Rule:
    subject = _subject(parameter)
    return _with_subject(parameter, _set_aggregate(subject.name, function, where, subject.span))


def _set_aggregate(parameter: str, function: ShopifyFunction, where: Rule | None, span: Span | None) -> Aggregate:
    measure = function.parameters[parameter].field
    if measure != "count":
        return Aggregate(Function.SUM, function.source, State.ANY, measure, where, span=span)
    if function.source is Source.LINES:
        return Aggregate(Function.COUNT_DISTINCT, Source.LINES, State.ANY, ORDER_KEY, where, span=span)
    return Aggregate(Function.COUNT, function.source, State.ANY, None, where, span=span)


def _with_subject(parameter: Rule, subject: Value) -> Rule:
    match parameter:
        case Compare():
            return replace(parameter, left=subject)
        case Between() | In() | IsNull():
            return replace(parameter, value=subject)
    raise TypeError(f"not a parameter: {parameter!r}")
