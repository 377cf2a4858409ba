"""Metafields and free attributes: a value with its type, which may change."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from plugin.domain.facts import ValueType
from plugin.domain.values import canonical
from plugin.platforms.given.kinds import Kind, Moment, Plain
from plugin.platforms.given.nested import Changing

WORDS: Mapping[str, ValueType] = {
    **{kind.value: kind for kind in ValueType if kind is not ValueType.ABSENT},
    # Shopify's metafield types, as far as a rule can compare them: https://shopify.dev/docs/apps/build/metafields
    "single_line_text_field": ValueType.TEXT,
    "multi_line_text_field": ValueType.TEXT,
    "url": ValueType.TEXT,
    "color": ValueType.TEXT,
    "id": ValueType.TEXT,
    "number_integer": ValueType.NUMBER,
    "number_decimal": ValueType.NUMBER,
    "integer": ValueType.NUMBER,
    "decimal": ValueType.NUMBER,
    "date": ValueType.DAY,
    "date_time": ValueType.MOMENT,
    "boolean": ValueType.TRUTH,
}
ONE_OF = "text, number, date, date_time, boolean, list"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")


class Anything(Kind):
    """A plain value of any type, or a list of them."""

    word = "text, number, date, true, false or list"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        listed = value if isinstance(value, list) else [value]
        if any(not isinstance(each, (str, int, Decimal)) for each in listed):
            raise ValidationError("This must be a text, a number, a date, true, false or a list of those.")
        return value

    def shape(self) -> Plain:
        plain: Plain = {"type": ["string", "number", "boolean"]}
        return {"anyOf": [plain, {"type": "array", "items": plain}]}


class Typed(Kind):
    """The value alone, with the type it is written in, or ``{type, value}``. Either may change.

    Loaded: ``{"type": ValueType, "steps": [(texts, moment or None)]}``; a value of none has no texts.
    """

    word = "value or {type, value} ⏱"
    _steps = Changing(Anything())

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Plain:
        kind, given = _apart(value)
        steps = self._steps.deserialize(given) if given is not None else [(None, None)]
        kind = kind or next((_kind_of(each) for each, _ in steps if each not in (None, [])), ValueType.TEXT)
        return {"type": kind, "steps": [(_texts(kind, each), since) for each, since in steps]}

    def shape(self) -> Plain:
        either = self._steps.shape()
        whole = {
            "type": "object",
            "properties": {"type": {"type": "string"}, "value": {"anyOf": [either, {"type": "null"}]}},
            "required": ["type", "value"],
            "additionalProperties": False,
        }
        return {"anyOf": [*either["anyOf"], whole]}


def _apart(value: Any) -> tuple[ValueType | None, Any]:
    if not isinstance(value, Mapping):
        return None, value
    if set(value) != {"type", "value"}:
        raise ValidationError("Write the value alone, or an object with `type` and `value`.")
    word = str(value["type"]).strip().lower()
    kind = ValueType.LIST if word.startswith("list.") else WORDS.get(word)
    if kind is None:
        raise ValidationError({"type": [f"`{value['type']}` is no type. Write one of {ONE_OF}."]})
    return kind, value["value"]


def _kind_of(value: Any) -> ValueType:
    if isinstance(value, list):
        return ValueType.LIST
    if isinstance(value, bool):
        return ValueType.TRUTH
    if isinstance(value, (int, Decimal)):
        return ValueType.NUMBER
    if _DAY.fullmatch(value):
        return ValueType.DAY
    return ValueType.MOMENT if _MOMENT.fullmatch(value) else ValueType.TEXT


def _texts(kind: ValueType, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    listed = value if isinstance(value, list) else [value]
    texts = [str(each).lower() if isinstance(each, bool) else str(each) for each in listed]
    if kind is ValueType.MOMENT:
        found: list[datetime] = [Moment().deserialize(text) for text in texts]
        texts = [each.isoformat() for each in found]
    try:
        return canonical(kind, texts)
    except ValueError as error:
        raise ValidationError(f"This is not of type {kind}: {error}.") from error
