"""JSON ⇄ tree: what a visual builder edits. Every node is an object with a ``kind``.

::

    {"kind": "compare", "op": ">=",
     "left": {"kind": "aggregate", "function": "sum", "source": "orders", "state": "counted",
              "measure": "net", "where": null},
     "right": {"kind": "number", "value": "500"}}
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from plugin.rules import limits, tree
from plugin.rules.literals import print_literal, read_literal
from plugin.rules.parse import parse
from plugin.rules.print import print_rule
from plugin.rules.problems import Problem, RuleError
from plugin.rules.schema import flat

_NESTING = 60
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
        rule: tree.Rule = NodeField(RULES).deserialize(data)
    except ValidationError as error:
        raise RuleError(flat(error.messages)) from error
    return parse(print_rule(rule))


class NodeField(fields.Field[Any]):
    """A node of one of the given kinds."""

    def __init__(self, kinds: "Mapping[str, type[NodeSchema]]", **options: Any) -> None:
        super().__init__(**options)
        self._kinds = kinds

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return None if value is None else _dump(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError("This must be an object with a kind.")
        kind = value.get("kind")
        schema = self._kinds.get(kind) if isinstance(kind, str) else None
        if schema is None:
            raise ValidationError({"kind": [f"The kind must be one of {', '.join(sorted(self._kinds))}."]})
        return schema().load({key: part for key, part in value.items() if key != "kind"})


class Written(fields.Field[Any]):
    """A value in the spelling of rules: ``500``, ``2026-01-31``."""

    def __init__(self, token: str, shape: str) -> None:
        super().__init__(required=True)
        self._token = token
        self._shape = re.compile(shape)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return print_literal(obj)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, str) or not self._shape.fullmatch(value):
            raise ValidationError("Write the value as in a rule.")
        try:
            literal = read_literal(self._token, value, None)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return literal.value if isinstance(literal, (tree.Number, tree.Day, tree.Moment)) else None


class NodeSchema(Schema):
    """A node; loading gives the frozen dataclass."""

    class Meta:
        unknown = RAISE

    node: ClassVar[Callable[..., tree.Node]]

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> tree.Node:
        return self.node(**{key: tuple(v) if isinstance(v, list) else v for key, v in data.items()})


def _name() -> fields.String:
    # A name is printed into the rule's text as it stands: only what the grammar reads as a name.
    pattern = r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*"
    return fields.String(required=True, validate=validate.Regexp(rf"\A{pattern}\Z", error="Not a name."))


def _string() -> fields.String:
    return fields.String(required=True, validate=validate.Length(max=limits.STRING_LENGTH))


def _count() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(-(10**9), 10**9))


def _negated() -> fields.Boolean:
    return fields.Boolean(load_default=False)


class _Text(NodeSchema):
    node = tree.Text
    value = _string()


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
    count = _count()
    unit = fields.Enum(tree.Unit, by_value=True, required=True)


class _RelativeExact(NodeSchema):
    node = tree.RelativeExact
    count = _count()
    unit = fields.Enum(tree.Unit, by_value=True, required=True)


class _Attribute(NodeSchema):
    node = tree.Attribute
    name = _name()


class _RowField(NodeSchema):
    node = tree.RowField
    name = _name()


LITERALS: dict[str, type[NodeSchema]] = {
    "text": _Text,
    "number": _Number,
    "truth": _Truth,
    "day": _Day,
    "moment": _Moment,
    "relative_day": _RelativeDay,
    "relative_exact": _RelativeExact,
}
NAMES: dict[str, type[NodeSchema]] = {"attribute": _Attribute, "field": _RowField}
VALUES: dict[str, type[NodeSchema]] = {**LITERALS, **NAMES}
RULES: dict[str, type[NodeSchema]] = {}
"""Filled below: rules and values contain one another."""


class _Aggregate(NodeSchema):
    node = tree.Aggregate
    function = fields.Enum(tree.Function, by_value=True, required=True)
    source = fields.Enum(tree.Source, by_value=True, required=True)
    state = fields.Enum(tree.State, by_value=True, required=True)
    measure = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"\A[a-z_]+\Z"))
    where = NodeField(RULES, load_default=None, allow_none=True)


class _Arithmetic(NodeSchema):
    node = tree.Arithmetic
    left = NodeField(VALUES, required=True)
    operation = fields.Enum(tree.Operation, by_value=True, required=True)
    right = NodeField(VALUES, required=True)


class _Parts(NodeSchema):
    parts = fields.List(NodeField(RULES), required=True, validate=validate.Length(2, limits.CONDITIONS))


class _And(_Parts):
    node = tree.And


class _Or(_Parts):
    node = tree.Or


class _Not(NodeSchema):
    node = tree.Not
    part = NodeField(RULES, required=True)


class _Compare(NodeSchema):
    node = tree.Compare
    left = NodeField(VALUES, required=True)
    op = fields.Enum(tree.Comparison, by_value=True, required=True)
    right = NodeField(VALUES, required=True)


class _Between(NodeSchema):
    node = tree.Between
    value = NodeField(VALUES, required=True)
    low = NodeField(VALUES, required=True)
    high = NodeField(VALUES, required=True)


class _In(NodeSchema):
    node = tree.In
    value = NodeField(VALUES, required=True)
    options = fields.List(NodeField(LITERALS), required=True, validate=validate.Length(1, limits.OPTIONS))
    negated = _negated()


class _IsNull(NodeSchema):
    node = tree.IsNull
    value = NodeField(VALUES, required=True)
    negated = _negated()


class _Contains(NodeSchema):
    node = tree.Contains
    value = NodeField(NAMES, required=True)
    text = NodeField({"text": _Text}, required=True)
    negated = _negated()


class _InSegment(NodeSchema):
    node = tree.InSegment
    name = _string()
    negated = _negated()


class _Matches(NodeSchema):
    node = tree.Matches
    function = _name()
    parameters = fields.List(NodeField(RULES), load_default=list, validate=validate.Length(max=20))
    negated = _negated()


VALUES.update(aggregate=_Aggregate, arithmetic=_Arithmetic)
RULES.update(
    {
        "and": _And,
        "or": _Or,
        "not": _Not,
        "compare": _Compare,
        "between": _Between,
        "in": _In,
        "is_null": _IsNull,
        "contains": _Contains,
        "in_segment": _InSegment,
        "matches": _Matches,
    }
)
_KINDS = {schema.node: (kind, schema) for kind, schema in {**VALUES, **RULES}.items()}


def _dump(node: tree.Node) -> dict[str, Any]:
    kind, schema = _KINDS[type(node)]
    return {"kind": kind, **schema().dump(node)}


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
