"""Kinds of fields that trees have as JSON: nodes, values in a rule's own spelling, names."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from plugin.rules import limits, tree
from plugin.rules.literals import print_literal, print_number, read_degrees, read_literal

Kinds = Mapping[str, "type[NodeSchema]"]

NAME = r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*"
"""What the grammar reads as a name: it is printed into the rule's text as it stands."""
OWN = r"metafields\.[A-Za-z0-9_$:-]+\.[A-Za-z0-9_-]+|attributes\.[^\x00]{1,200}"
"""Names of the store's own; an attribute's is printed in quotes where it is no plain word."""


class NodeSchema(Schema):
    """A node; loading gives the frozen dataclass."""

    class Meta:
        unknown = RAISE

    node: ClassVar[Callable[..., tree.Node]]

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> tree.Node:
        return self.node(**{key: tuple(v) if isinstance(v, list) else v for key, v in data.items()})


class NodeField(fields.Field[Any]):
    """A node of one of the given kinds."""

    def __init__(self, kinds: Kinds, dump: Callable[[tree.Node], dict[str, Any]], **options: Any) -> None:
        super().__init__(**options)
        self.kinds = kinds
        self._dump = dump

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return None if value is None else self._dump(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError("This must be an object with a kind.")
        kind = value.get("kind")
        schema = self.kinds.get(kind) if isinstance(kind, str) else None
        if schema is None:
            raise ValidationError({"kind": [f"The kind must be one of {', '.join(sorted(self.kinds))}."]})
        return schema().load({key: part for key, part in value.items() if key != "kind"})


class Written(fields.Field[Any]):
    """A value in the spelling of rules: ``500``, ``2026-01-31``."""

    def __init__(self, token: str, shape: str) -> None:
        super().__init__(required=True)
        self.shape = shape
        self._terminal = token

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return print_number(value) if self._terminal == "NUMBER" else print_literal(obj)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(self.shape, value):
            raise ValidationError("Write the value as in a rule.")
        try:
            literal = read_literal(self._terminal, value, None)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return literal.value if isinstance(literal, (tree.Number, tree.Day, tree.Moment)) else None


class Degrees(fields.Field[Any]):
    """A latitude or a longitude as text: ``53.349805``."""

    shape = r"-?\d{1,3}(\.\d{1,10})?"

    def __init__(self, most: int) -> None:
        super().__init__(required=True)
        self._most = most

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return print_number(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(self.shape, value):
            raise ValidationError("Write the degrees as a text: '53.35'.")
        try:
            return read_degrees(value, self._most)
        except ValueError as error:
            raise ValidationError(str(error)) from error


def name(pattern: str = NAME) -> fields.String:
    """A name; its characters are checked, its meaning later."""
    return fields.String(required=True, validate=validate.Regexp(rf"\A({pattern})\Z", error="Not a name."))


def string() -> fields.String:
    """Any text of the length that rules allow."""
    return fields.String(required=True, validate=validate.Length(max=limits.STRING_LENGTH))


def count(low: int = -(10**9), high: int = 10**9) -> fields.Integer:
    """A whole number."""
    return fields.Integer(required=True, strict=True, validate=validate.Range(low, high))


def negated() -> fields.Boolean:
    """Whether NOT stands before the operator."""
    return fields.Boolean(load_default=False)
