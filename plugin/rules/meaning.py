"""Rules said in fewer words, so that the engine has one way to compute each.

What is left after ``core(rule)``:

- rules: And, Or, Not, AtLeast, Compare, Between, In, IsNull, Contains, Affixed, Ranked, InSegment. Gone are
  Matches and Quantified.
- literals: Text, Number, Truth, Day, Moment, RelativeDay, RelativeExact, Period; Duration only as the right side
  of an Arithmetic whose left side is a date. Gone is Point.
- Attribute: facts of their own only. Gone are ``number_of_orders``, ``amount_spent``, ``first_order_date``,
  ``last_order_date``, ``abandoned_checkout_date``, ``age``; ``country``, ``region``, ``city`` and ``postcode``
  are left directly inside Previous and Changed and nowhere else. The lists ``customer_countries``,
  ``customer_regions`` and ``customer_cities`` stay.
- Aggregate: HAVING only where there is a slice (elsewhere it has become part of WHERE); COUNT_DISTINCT, FIRST
  and LAST as written; FIRST also over ADDRESSES with ``default = true``.
- RowField, Arithmetic, Previous, Changed, DaysSince, Anniversary, TagDate, SegmentDate, Label, Distance, Banded,
  StoreAverage, Rfm.

Inside a filter an Attribute, and an Aggregate without relation, are those of the customer whose row it is.

Shopify's lifetime meaning, which our own aggregates do not share:

- ``number_of_orders``: every order except tests and deleted ones, cancelled ones too.
- ``amount_spent``: charged minus refunded, over orders paid at least in part.
- ``first_order_date``, ``last_order_date``: over the same orders as ``number_of_orders``.
- ``!=``, NOT IN and NOT CONTAINS and its like on one of Shopify's names include customers (in MATCHES: rows)
  without a value.
- ``orders_placed`` and ``products_purchased`` look at every order except tests; without ``count``
  at least one row must pass.
"""

from dataclasses import replace
from decimal import Decimal

from plugin.rules import fields
from plugin.rules.age import aged
from plugin.rules.functions import plain
from plugin.rules.tree import (
    Affixed,
    Aggregate,
    And,
    Anniversary,
    Arithmetic,
    AtLeast,
    Attribute,
    Banded,
    Between,
    Changed,
    Compare,
    Comparison,
    Contains,
    DaysSince,
    Function,
    In,
    InSegment,
    IsNull,
    Matches,
    Not,
    Number,
    Operation,
    Or,
    Previous,
    Quantified,
    Quantifier,
    Ranked,
    RowField,
    Rule,
    Source,
    State,
    StoreAverage,
    Truth,
    Value,
)

_PAID = IsNull(RowField("paid_date"), negated=True)


def _orders(function: Function, measure: str | None = None, where: Rule | None = None) -> Aggregate:
    return Aggregate(function, Source.ORDERS, State.ANY, measure, where)


def _default_address(measure: str) -> Aggregate:
    where = Compare(RowField("default"), Comparison.EQ, Truth(True))
    return Aggregate(Function.FIRST, Source.ADDRESSES, State.ANY, measure, where)


COMPUTED: dict[str, Value] = {
    "number_of_orders": _orders(Function.COUNT),
    "amount_spent": Arithmetic(
        _orders(Function.SUM, "total", _PAID),
        Operation.SUBTRACT,
        _orders(Function.SUM, "refunded", _PAID),
    ),
    "first_order_date": _orders(Function.MIN, "date"),
    "last_order_date": _orders(Function.MAX, "date"),
    "abandoned_checkout_date": Aggregate(Function.MAX, Source.CHECKOUTS, State.ANY, "date"),
    **{name: _default_address(name) for name in ("country", "region", "city", "postcode")},
}
"""Attributes that are aggregates of ours."""


def core(rule: Rule) -> Rule:
    """The same question in the words that the docstring above lists.

    Spans stay those of the condition as written, so that an explanation can point at it.
    """
    match rule:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            return replace(rule, parts=tuple(core(part) for part in parts))
        case Not(part):
            return replace(rule, part=core(part))
        case Matches():
            return core(plain(rule))
        case Quantified():
            return _quantified(rule)
        case Ranked(by=by, among=among):
            return replace(rule, by=core_value(by), among=None if among is None else core(among))
        case InSegment():
            return rule
    return _condition(rule)


def _condition(rule: Rule) -> Rule:
    by_birth = aged(rule)
    if by_birth is not None:
        return core(by_birth)
    match rule:
        case Compare(left, op, right):
            said: Rule = replace(rule, left=core_value(left), right=core_value(right))
            return _or_missing(said, (left, right)) if op is Comparison.NE else said
        case In(value, _, negated):
            said = replace(rule, value=core_value(value))
            return _or_missing(said, (value,)) if negated else said
        case Between(value, low, high):
            return replace(rule, value=core_value(value), low=core_value(low), high=core_value(high))
        case Contains(value) | Affixed(value):
            said = replace(rule, value=core_value(value))
            return _or_missing(said, (value,)) if rule.negated and not _is_list(value) else said
        case IsNull(value):
            return replace(rule, value=core_value(value))
    raise TypeError(f"not a condition: {rule!r}")


def _is_list(value: Value) -> bool:
    """A missing list is an empty one: nothing needs to be said about it."""
    known = fields.attribute(value) if isinstance(value, Attribute) else None
    return known is not None and known.type is fields.Type.LIST


def core_value(value: Value) -> Value:
    """The same value, what stands for an aggregate replaced by it."""
    match value:
        case Attribute(name) if name in COMPUTED:
            return replace(COMPUTED[name], span=value.span)
        case Arithmetic(left, _, right):
            return replace(value, left=core_value(left), right=core_value(right))
        case Aggregate():
            return _aggregate(value)
        case DaysSince(of) | Anniversary(of):
            return replace(value, of=core_value(of))
        case Banded(by=by, among=among):
            return replace(value, by=core_value(by), among=None if among is None else core(among))
        case StoreAverage(of, among):
            return replace(value, of=core_value(of), among=None if among is None else core(among))
        case Previous() | Changed():
            return value
    return value


def _aggregate(value: Aggregate) -> Aggregate:
    where = None if value.where is None else core(value.where)
    having = None if value.having is None else core(value.having)
    if value.slice is None and having is not None:
        where, having = (having if where is None else And((where, having), span=having.span)), None
    return replace(value, where=where, having=having)


def _quantified(rule: Quantified) -> Rule:
    """``any`` is at least one, ``none`` is no one, ``every`` at least one and none of which the test fails."""
    rows = rule.rows
    match rule.quantifier:
        case Quantifier.ANY:
            return core(Compare(rows, Comparison.GE, _number(1), span=rule.span))
        case Quantifier.NONE:
            return core(Compare(rows, Comparison.EQ, _number(0), span=rule.span))
    assert rows.having is not None  # Without it every(…) can't be written.
    some = Compare(replace(rows, having=None), Comparison.GE, _number(1), span=rule.span)
    failing = replace(rows, having=Not(rows.having, span=rows.having.span))
    none = Compare(failing, Comparison.EQ, _number(0), span=rule.span)
    return core(And((some, none), span=rule.span))


def _number(value: int) -> Number:
    return Number(Decimal(value))


def _or_missing(said: Rule, compared: tuple[Value, ...]) -> Rule:
    """Also true where one of Shopify's own names has no value."""
    missing = tuple(
        IsNull(core_value(value), span=said.span)
        for value in compared
        if isinstance(value, Attribute) and keeps_shopify(value)
    )
    return Or((said, *missing), span=said.span) if missing else said


def keeps_shopify(value: Attribute) -> bool:
    """Whether ``!=`` on the name includes customers without a value."""
    known = fields.attribute(value)
    return known is not None and known.shopify and known.nullable
