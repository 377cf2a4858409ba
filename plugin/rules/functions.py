"""Shopify's functions said in our own terms: ``orders_placed MATCHES (…)`` as a count of orders."""

from dataclasses import replace
from decimal import Decimal

from plugin.rules.fields import FUNCTIONS, ORDER_KEY, ROWS, Part, ShopifyFunction, Type
from plugin.rules.literals import print_number
from plugin.rules.tree import (
    Aggregate,
    And,
    Between,
    Compare,
    Comparison,
    Contains,
    Distance,
    Function,
    In,
    IsNull,
    Length,
    Literal,
    Matches,
    Not,
    Number,
    Or,
    Point,
    RowField,
    Rule,
    Source,
    Span,
    State,
    Text,
    Value,
)


def plain(rule: Matches) -> Rule:
    """The same question asked of our own rows."""
    function = FUNCTIONS[rule.function]
    whole = _distance(rule) if function.source is Source.ADDRESSES else _rows(rule, function)
    return Not(whole, span=rule.span) if rule.negated else whole


def _distance(rule: Matches) -> Rule:
    """The default address lies within the distance of the place."""
    given = {parameter_name(p): p.right for p in rule.parameters if isinstance(p, Compare)}
    place = given.pop("coordinates")
    [(name, most)] = given.items()
    assert isinstance(place, Point)  # The build has looked.
    away = Distance(place.latitude, place.longitude, Length(name.removeprefix("distance_")))
    return Compare(away, Comparison.LE, most, span=rule.span)


def _rows(rule: Matches, function: ShopifyFunction) -> Rule:
    rows: list[Rule] = [_named(function, rule.span)] if function.events else []
    sets: list[Rule] = []
    for parameter in rule.parameters:
        if function.parameters[parameter_name(parameter)].part is Part.ROW:
            rows.append(_row_condition(parameter, function))
        else:
            sets.append(parameter)
    where = _all(tuple(rows), rule.span)
    tests = [_set_condition(p, function, where) for p in sets]
    if all(parameter_name(p) != "count" for p in sets):
        count = _set_aggregate("count", function, where, rule.span)
        tests.append(Compare(count, Comparison.GE, Number(Decimal(1)), span=rule.span))
    whole = _all(tuple(tests), rule.span)
    assert whole is not None  # There is always a test of the count.
    return replace(whole, span=rule.span)


def _named(function: ShopifyFunction, span: Span | None) -> Rule:
    """The event is one of the function's."""
    name, texts = RowField("name"), tuple(Text(event) for event in function.events)
    if len(texts) == 1:
        return Compare(name, Comparison.EQ, texts[0], span=span)
    return In(name, texts, span=span)


def _all(parts: tuple[Rule, ...], span: Span | None) -> Rule | None:
    if len(parts) > 1:
        return And(parts, span=span)
    return parts[0] if parts else None


def parameter_name(parameter: Rule) -> str:
    """The name of a parameter."""
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
    known = function.parameters[parameter_name(parameter)]
    field = ROWS[function.source].fields[known.field]
    row = RowField(field.name, span=_subject(parameter).span)
    if field.type is Type.LIST:
        return _list_condition(parameter, row)
    if field.type is Type.TEXT:
        parameter = _with_texts(parameter)
    said = _with_subject(parameter, row)
    excludes = isinstance(parameter, Compare) and parameter.op is Comparison.NE
    if field.nullable and (excludes or (isinstance(parameter, In) and parameter.negated)):
        return Or((said, IsNull(row, span=parameter.span)), span=parameter.span)
    return said


def _with_texts(parameter: Rule) -> Rule:
    """Ids of events are kept as texts."""
    match parameter:
        case Compare(right=Number() as right):
            return replace(parameter, right=_as_text(right))
        case In(options=options):
            return replace(parameter, options=tuple(map(_as_text, options)))
    return parameter


def _as_text(literal: Literal) -> Literal:
    return Text(print_number(literal.value), span=literal.span) if isinstance(literal, Number) else literal


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


def _set_aggregate(name: str, function: ShopifyFunction, where: Rule | None, span: Span | None) -> Aggregate:
    known = function.parameters.get(name)
    if known is not None and known.field != "count":
        return Aggregate(Function.SUM, function.source, State.ANY, known.field, where, span=span)
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
