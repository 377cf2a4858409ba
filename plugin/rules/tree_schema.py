"""JSON ⇄ tree: what a visual builder edits. Every node is an object with a ``kind``.

::

    {"kind": "compare", "op": ">=",
     "left": {"kind": "aggregate", "function": "sum", "source": "orders", "state": "counted",
              "measure": "net", "where": null, "slice": null, "having": null, "relation": null},
     "right": {"kind": "number", "value": "500"}}

``docs/schema/rule.json`` is made from these classes.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from plugin.rules import limits, tree
from plugin.rules.fields import KINDS
from plugin.rules.parse import parse
from plugin.rules.print import print_rule
from plugin.rules.problems import Problem, RuleError
from plugin.rules.schema import flat
from plugin.rules.tree_fields import (
    NAME,
    OWN,
    Degrees,
    Kinds,
    NodeField,
    NodeSchema,
    Written,
    count,
    name,
    negated,
    string,
)

_NESTING = 80
"""Objects and lists inside one another: more than the largest rule needs, few enough for the stack."""


def to_json(rule: tree.Rule) -> dict[str, Any]:
    """The tree as plain objects: ``from_json(to_json(rule)) == rule``."""
    return _dump(rule)


def from_json(data: object) -> tree.Rule:
    """The rule that the objects describe, checked exactly as if it had been written as text.

    Raises RuleError. A problem of the shape names its field (``parts.0.left``); one of the meaning
    has its place in ``print_rule`` of the tree.
    """
    if _too_deep(data):
        raise RuleError([Problem("This rule is nested too deep.", field="")])
    try:
        rule: tree.Rule = NodeField(RULES, _dump).deserialize(data)
    except ValidationError as error:
        raise RuleError(flat(error.messages)) from error
    return parse(print_rule(rule))


def _dump(node: tree.Node) -> dict[str, Any]:
    kind, schema = _KINDS[type(node)]
    return {"kind": kind, **schema().dump(node)}


def _node(kinds: Kinds) -> NodeField:
    return NodeField(kinds, _dump, required=True)


def _maybe(kinds: Kinds) -> NodeField:
    return NodeField(kinds, _dump, load_default=None, allow_none=True)


def _nodes(kinds: Kinds, low: int, high: int) -> fields.List[Any]:
    return fields.List(NodeField(kinds, _dump), required=True, validate=validate.Length(low, high))


def _enum(choices: type[StrEnum], **options: Any) -> fields.Enum[Any]:
    return fields.Enum(choices, by_value=True, **(options or {"required": True}))


# --- literals -------------------------------------------------------------------------------------


class _Text(NodeSchema):
    node = tree.Text
    value = string()


class _Number(NodeSchema):
    node = tree.Number
    value = Written("NUMBER", r"-?\d{1,19}(\.\d{1,10})?")


class _Truth(NodeSchema):
    node = tree.Truth
    value = fields.Boolean(required=True)


class _Day(NodeSchema):
    node = tree.Day
    value = Written("DAY", r"\d{4}-\d{2}-\d{2}")


class _Moment(NodeSchema):
    node = tree.Moment
    value = Written("MOMENT", r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")


class _RelativeDay(NodeSchema):
    node = tree.RelativeDay
    count = count()
    unit = _enum(tree.Unit)


class _RelativeExact(NodeSchema):
    node = tree.RelativeExact
    count = count()
    unit = _enum(tree.Unit)


class _Duration(NodeSchema):
    node = tree.Duration
    count = count(0)
    unit = _enum(tree.Unit)


class _Period(NodeSchema):
    node = tree.Period
    calendar = _enum(tree.Calendar)
    first = count(-limits.PERIODS, limits.PERIODS)
    count = count(1, limits.PERIODS)


class _Point(NodeSchema):
    node = tree.Point
    latitude = Degrees(90)
    longitude = Degrees(180)


# --- names ----------------------------------------------------------------------------------------


class _Attribute(NodeSchema):
    node = tree.Attribute
    name = name(f"{OWN}|{NAME}")
    kind = fields.String(data_key="type", load_default=None, allow_none=True, validate=validate.OneOf(KINDS))


class _RowField(NodeSchema):
    node = tree.RowField
    name = name()
    key = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, limits.STRING_LENGTH))


LITERALS: dict[str, type[NodeSchema]] = {
    "text": _Text,
    "number": _Number,
    "truth": _Truth,
    "day": _Day,
    "moment": _Moment,
    "relative_day": _RelativeDay,
    "relative_exact": _RelativeExact,
    "period": _Period,
    "point": _Point,
}
VALUES: dict[str, type[NodeSchema]] = {**LITERALS, "attribute": _Attribute, "field": _RowField}
RULES: dict[str, type[NodeSchema]] = {}
"""Filled below: rules and values contain one another."""


# --- values ---------------------------------------------------------------------------------------


class SliceSchema(Schema):
    """Which of the rows."""

    class Meta:
        unknown = RAISE

    end = _enum(tree.End)
    rows = count(-limits.ROWS, limits.ROWS)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> tree.Slice:
        return tree.Slice(**data)


class _Aggregate(NodeSchema):
    node = tree.Aggregate
    function = _enum(tree.Function)
    source = _enum(tree.Source)
    state = _enum(tree.State)
    measure = fields.String(
        load_default=None, allow_none=True, validate=validate.Regexp(rf"\A{NAME}\Z", error="Not a name.")
    )
    where = _maybe(RULES)
    slice = fields.Nested(SliceSchema, load_default=None, allow_none=True)
    having = _maybe(RULES)
    relation = _enum(tree.Relation, load_default=None, allow_none=True)


class _Arithmetic(NodeSchema):
    node = tree.Arithmetic
    left = _node(VALUES)
    operation = _enum(tree.Operation)
    right = _node(VALUES)


class _Of(NodeSchema):
    of = _node(VALUES)


class _Previous(_Of):
    node = tree.Previous


class _Changed(_Of):
    node = tree.Changed


class _DaysSince(_Of):
    node = tree.DaysSince


class _Anniversary(_Of):
    node = tree.Anniversary


class _TagDate(NodeSchema):
    node = tree.TagDate
    tag = string()


class _SegmentDate(NodeSchema):
    node = tree.SegmentDate
    passage = _enum(tree.Passage)
    name = string()


class _Label(NodeSchema):
    node = tree.Label
    name = string()


class _Distance(NodeSchema):
    node = tree.Distance
    latitude = Degrees(90)
    longitude = Degrees(180)
    unit = _enum(tree.Length)
    anywhere = fields.Boolean(load_default=False)


class _Banded(NodeSchema):
    node = tree.Banded
    bands = count(2, limits.BANDS)
    by = _node(VALUES)
    among = _maybe(RULES)


class _StoreAverage(NodeSchema):
    node = tree.StoreAverage
    of = _node(VALUES)
    among = _maybe(RULES)


class _Rfm(NodeSchema):
    node = tree.Rfm
    score = _enum(tree.Score)
    window = _maybe({"relative_day": _RelativeDay})


# --- rules ----------------------------------------------------------------------------------------


class _Parts(NodeSchema):
    parts = _nodes(RULES, 2, limits.CONDITIONS)


class _And(_Parts):
    node = tree.And


class _Or(_Parts):
    node = tree.Or


class _Not(NodeSchema):
    node = tree.Not
    part = _node(RULES)


class _AtLeast(NodeSchema):
    node = tree.AtLeast
    count = count(1, limits.CONDITIONS)
    parts = _nodes(RULES, 1, limits.CONDITIONS)


class _Compare(NodeSchema):
    node = tree.Compare
    left = _node(VALUES)
    op = _enum(tree.Comparison)
    right = _node(VALUES)


class _Between(NodeSchema):
    node = tree.Between
    value = _node(VALUES)
    low = _node(VALUES)
    high = _node(VALUES)


class _In(NodeSchema):
    node = tree.In
    value = _node(VALUES)
    options = _nodes(LITERALS, 1, limits.OPTIONS)
    negated = negated()


class _IsNull(NodeSchema):
    node = tree.IsNull
    value = _node(VALUES)
    negated = negated()


class _Contains(NodeSchema):
    node = tree.Contains
    value = _node(VALUES)
    text = _node({"text": _Text})
    negated = negated()


class _Affixed(NodeSchema):
    node = tree.Affixed
    value = _node(VALUES)
    affix = _enum(tree.Affix)
    text = _node({"text": _Text})
    negated = negated()


class _Quantified(NodeSchema):
    node = tree.Quantified
    quantifier = _enum(tree.Quantifier)
    rows = _node({"aggregate": _Aggregate})


class _Ranked(NodeSchema):
    node = tree.Ranked
    place = _enum(tree.Place)
    amount = Written("NUMBER", r"\d{1,9}(\.\d{1,4})?")
    percent = fields.Boolean(required=True)
    by = _node(VALUES)
    among = _maybe(RULES)


class _InSegment(NodeSchema):
    node = tree.InSegment
    name = string()
    negated = negated()


class _Matches(NodeSchema):
    node = tree.Matches
    function = name()
    parameters = fields.List(NodeField(RULES, _dump), load_default=list, validate=validate.Length(max=20))
    negated = negated()


VALUES.update(
    duration=_Duration,
    aggregate=_Aggregate,
    arithmetic=_Arithmetic,
    previous=_Previous,
    changed=_Changed,
    days_since=_DaysSince,
    anniversary=_Anniversary,
    tag_date=_TagDate,
    segment_date=_SegmentDate,
    label=_Label,
    distance=_Distance,
    score=_Banded,
    store_average=_StoreAverage,
    rfm=_Rfm,
)
RULES.update(
    {
        "and": _And,
        "or": _Or,
        "not": _Not,
        "at_least": _AtLeast,
        "compare": _Compare,
        "between": _Between,
        "in": _In,
        "is_null": _IsNull,
        "contains": _Contains,
        "affixed": _Affixed,
        "quantified": _Quantified,
        "ranked": _Ranked,
        "in_segment": _InSegment,
        "matches": _Matches,
    }
)
_KINDS = {schema.node: (kind, schema) for kind, schema in {**VALUES, **RULES}.items()}


def _too_deep(data: object) -> bool:
    """Whether objects stand too deep inside one another; does not recurse itself."""
    level: list[object] = [data]
    for _ in range(_NESTING):
        below = [part for whole in level for part in _inside(whole)]
        if not below:
            return False
        level = below
    return True


def _inside(whole: object) -> list[object]:
    if isinstance(whole, Mapping):
        return list(whole.values())
    return whole if isinstance(whole, list) else []
