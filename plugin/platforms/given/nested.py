"""Kinds of values made of others: objects, lists, mappings, and values that change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import Schema, ValidationError

from plugin.platforms.given.kinds import Kind, Moment, Part, Plain

_MOMENT = Moment()


class Of(Kind):
    """An object of a schema."""

    word = "object"

    def __init__(self, schema: type[Part], says: str = "", **options: Any) -> None:
        super().__init__(says, **options)
        self.schema = schema
        self._loader: Schema | None = None

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Plain:
        if self._loader is None:
            self._loader = self.schema()
        found: Plain = self._loader.load(value)
        return found

    def shape(self) -> Plain:
        reference = {"$ref": f"#/$defs/{self.schema.__name__}"}
        return {"anyOf": [reference, {"type": ["string", "number"]}]} if self.schema.short else reference


class Many(Kind):
    """A list. Left out it is unknown; an empty list is known to hold nothing. null says the same."""

    word = "list"

    def __init__(self, of: Kind, says: str = "", *, least: int = 0, **options: Any) -> None:
        super().__init__(says, **options)
        self.of = of
        self._least = least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValidationError("This must be a list.")
        if len(value) < self._least:
            raise ValidationError(f"This list needs at least {self._least}.")
        found, wrong = [], {}
        for number, each in enumerate(value):
            try:
                found.append(self.of.deserialize(each))
            except ValidationError as error:
                wrong[number] = error.messages
        if wrong:
            raise ValidationError(dict[Any, Any](wrong))
        return found

    def shape(self) -> Plain:
        return {"type": "array", "items": self.of.shape()} | ({"minItems": self._least} if self._least else {})


class Some(Many):
    """A list; one alone may stand without it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:
        if not isinstance(value, list):
            return [self.of.deserialize(value)]
        return super()._deserialize(value, attr, data, **options)

    def shape(self) -> Plain:
        return {"anyOf": [self.of.shape(), super().shape()]}


class ByName(Kind):
    """Names of the writer's own and a value for each."""

    word = "names and values"

    def __init__(self, of: Kind, says: str = "", **options: Any) -> None:
        super().__init__(says, **options)
        self.of = of

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Plain:
        if not isinstance(value, Mapping):
            raise ValidationError("This must be an object of names and values.")
        found, wrong = {}, {}
        for name, each in value.items():
            try:
                found[str(name)] = self.of.deserialize(each)
            except ValidationError as error:
                wrong[str(name)] = error.messages
        if wrong:
            raise ValidationError(wrong)
        return found

    def shape(self) -> Plain:
        return {"type": "object", "additionalProperties": nullable(self.of)}


class Changing(Kind):
    """A value that can change: the value itself (it has always held), or a list of ``{value, from}``.

    Loaded: a list of (value, moment or None), oldest first; none has always held.
    """

    def __init__(self, of: Kind, says: str = "", **options: Any) -> None:
        super().__init__(says, **options)
        self.of = of
        self.of.allow_none = True

    @property
    def word(self) -> str:  # type: ignore[override]
        """As of the value, and that it may change."""
        return f"{self.of.word} ⏱"

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **options: Any
    ) -> list[tuple[Any, datetime | None]]:
        if not _changes(value):
            return [(self.of.deserialize(value), None)]
        found, wrong = [], {}
        for number, each in enumerate(value):
            try:
                found.append(self._step(each))
            except ValidationError as error:
                wrong[number] = error.messages
        if wrong:
            raise ValidationError(dict[Any, Any](wrong))
        moments = [moment for _, moment in found]
        if len(set(moments)) < len(moments):
            raise ValidationError("Two values hold from the same moment: give each its own `from`.")
        return sorted(found, key=lambda step: (step[1] is not None, step[1]))

    def _step(self, step: Plain) -> tuple[Any, datetime | None]:
        unknown = sorted(set(step) - {"value", "from"})
        if unknown:
            raise ValidationError({unknown[0]: [f"There is no key `{unknown[0]}` here. Known here: value, from."]})
        since = None
        if step.get("from") is not None:
            try:
                since = _MOMENT.deserialize(step["from"])
            except ValidationError as error:
                raise ValidationError({"from": error.messages}) from error
        try:
            return self.of.deserialize(step["value"]), since
        except ValidationError as error:
            raise ValidationError({"value": error.messages}) from error

    def shape(self) -> Plain:
        step = {
            "type": "object",
            "properties": {"value": nullable(self.of), "from": {"anyOf": [_MOMENT.shape(), {"type": "null"}]}},
            "required": ["value"],
            "additionalProperties": False,
        }
        return {"anyOf": [self.of.shape(), {"type": "array", "items": step, "minItems": 1}]}


def _changes(value: Any) -> bool:
    """Whether it is a list of ``{value, from}``: its first is an object with ``value``."""
    return (
        isinstance(value, list) and bool(value) and all(isinstance(step, Mapping) and "value" in step for step in value)
    )


def nullable(kind: Kind) -> Plain:
    """The kind's JSON Schema, null allowed where it is."""
    return {"anyOf": [kind.shape(), {"type": "null"}]} if kind.allow_none else kind.shape()
