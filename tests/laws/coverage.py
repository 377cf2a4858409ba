"""What a rule is made of, said in words, so that a test can tell what was never tried."""

from collections.abc import Iterator
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass

from plugin.rules import fields
from plugin.rules.fields import Rows
from plugin.rules.scope import CUSTOMER, ParameterScope, RowScope, Scope
from plugin.rules.tree import (
    Affix,
    Affixed,
    Aggregate,
    Arithmetic,
    Attribute,
    Between,
    Calendar,
    Compare,
    Comparison,
    Contains,
    Distance,
    Duration,
    End,
    Function,
    In,
    InSegment,
    IsNull,
    Matches,
    Operation,
    Period,
    Quantified,
    Quantifier,
    RelativeDay,
    RelativeExact,
    RowField,
    Rule,
    Source,
    Unit,
)
from plugin.rules.typed import type_of


def constructs(rule: Rule) -> frozenset[str]:
    """Every construct that takes part in the rule."""
    return frozenset(_of(rule, CUSTOMER))


def _of(node: object, scope: Scope) -> Iterator[str]:
    if isinstance(node, tuple):
        for each in node:
            yield from _of(each, scope)
        return
    if not is_dataclass(node):
        return
    yield type(node).__name__
    yield from _named(node, scope)
    inside = _scope(node, scope)
    for each in dataclass_fields(node):
        if each.name != "span":
            inner = inside if each.name in ("where", "having", "parameters") else scope
            yield from _of(getattr(node, each.name), inner)


def _scope(node: object, scope: Scope) -> Scope:
    match node:
        case Aggregate():
            return RowScope(fields.ROWS[node.source], scope if isinstance(scope, RowScope) else None)
        case Matches():
            return ParameterScope(fields.FUNCTIONS[node.function])
    return scope


def _named(node: object, scope: Scope) -> Iterator[str]:
    match node:
        case Attribute(name, kind):
            yield f"dynamic {kind or 'any'}" if fields.is_dynamic(name) else name
            if isinstance(scope, RowScope):
                yield "attribute in a filter"
        case RowField(name):
            yield from _field(name, scope)
        case Aggregate():
            yield from _aggregate(node)
        case Compare(left, op, _):
            yield f"{type_of(left, scope)} {op}"
        case Between(value) | In(value) | IsNull(value) | Contains(value) | Affixed(value):
            yield from _operator(node, f"{type_of(value, scope)}")
        case Quantified(quantifier):
            yield f"{quantifier}(…)"
        case Arithmetic(_, operation, right):
            yield f"date {operation}" if isinstance(right, Duration) else f"number {operation}"
        case Duration(_, unit):
            yield f"length in {unit}"
        case RelativeDay(_, unit) | RelativeExact(_, unit):
            yield f"relative {unit}"
        case Period(calendar, first, count):
            yield f"period of {'one' if count == 1 else 'several'} {calendar}, {'this' if first == 0 else 'another'}"
        case Distance(_, _, unit, anywhere):
            yield f"distance {unit}{' any' if anywhere else ''}"
        case Matches(function):
            yield f"{function} {'NOT ' if node.negated else ''}MATCHES"
        case InSegment():
            yield f"{'NOT ' if node.negated else ''}IN SEGMENT"


def _field(name: str, scope: Scope) -> Iterator[str]:
    if isinstance(scope, ParameterScope):
        yield f"{scope.function.name}({name})"
    elif isinstance(scope, RowScope):
        yield "outer." if name.startswith("outer.") else f"{scope.rows.source}.{name}"


def _aggregate(node: Aggregate) -> Iterator[str]:
    yield f"{node.function} of {node.source}"
    yield f"{node.state} {node.source}"
    if node.measure is not None:
        yield f"measure {node.source}.{node.measure}"
    if node.relation is not None:
        yield f"{node.relation} {node.source}"
    if node.slice is not None:
        yield f"{node.slice.end} {'from the end' if node.slice.rows < 0 else 'rows'}"
    if node.having is not None:
        yield "HAVING"


def _operator(node: object, kind: str) -> Iterator[str]:
    word = node.affix.value if isinstance(node, Affixed) else type(node).__name__
    yield f"{kind} {'NOT ' if getattr(node, 'negated', False) else ''}{word}"


def everything() -> frozenset[str]:
    """All that must have been tried with an answer of yes and one of no."""
    found = {name for name in fields.ATTRIBUTES if not fields.is_dynamic(Attribute(name).name)}
    found |= {f"dynamic {kind}" for kind in fields.KINDS}
    for source in Source:
        found |= set(_of_rows(fields.ROWS[source]))
    for function in fields.FUNCTIONS.values():
        found |= {f"{function.name} MATCHES", f"{function.name} NOT MATCHES"}
        found |= {f"{function.name}({name})" for name in function.parameters}
    return frozenset(found) | _LITERAL


def _of_rows(rows: Rows) -> Iterator[str]:
    yield from (f"{rows.source}.{name}" for name in rows.names)
    yield from (f"{state} {rows.source}" for state in rows.states)


_NODES = """And Or Not AtLeast Between In IsNull Contains Affixed Matches Day Moment RelativeDay RelativeExact Period
    DaysSince Anniversary TagDate Previous Changed Arithmetic InSegment"""
_DATED = [source for source in Source if fields.ROWS[source].dated]
_PLAIN = [function for function in Function if function not in (Function.FIRST, Function.LAST)]
_NOT = ("", "NOT ")
_LITERAL = {
    *_NODES.split(),
    *(f"{quantifier}(…)" for quantifier in Quantifier),
    *("HAVING", "outer.", "attribute in a filter", "its lines", "its refunds"),
    *(f"number {sign}" for sign in Operation), "date +", "date -",
    *(f"length in {unit}" for unit in Unit),
    *(f"relative {unit}" for unit in Unit),
    *(f"period of one {each}, {which}" for each in Calendar for which in ("this", "another")),
    *(f"period of several {each}, another" for each in Calendar),
    *("distance km", "distance mi", "distance km any", "distance mi any"),
    *(f"{end} rows" for end in End), "nth from the end",
    *(f"{relation} {source}" for relation in ("earlier", "later") for source in _DATED),
    *(f"{function} of {source}" for source in Source for function in (Function if source in _DATED else _PLAIN)),
    *(f"{kind} {op}" for kind in ("number", "money", "date") for op in Comparison),
    *(f"{kind} {op}" for kind in ("text", "choice", "truth", "id") for op in ("=", "!=")),
    *(f"{kind} {no}In" for kind in ("number", "text", "choice", "id") for no in _NOT),
    *(f"{kind} Between" for kind in ("number", "money", "date")),
    *(f"{kind} {no}IsNull" for kind in ("number", "date", "text", "choice", "truth", "id", "list") for no in _NOT),
    *(f"{kind} {no}{affix}" for kind in ("text", "list") for no in _NOT for affix in ("Contains", *Affix)),
}  # fmt: skip
"""What is not a name of the catalogue."""
