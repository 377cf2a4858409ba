"""The kinds of values a store file holds: how each is written, checked, and told in the JSON Schema."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError, fields

from plugin.domain.money import parse_amount
from plugin.domain.text import clean

Plain = dict[str, Any]
LONGEST_TEXT, LONGEST_ID = 5_000, 255
EARLIEST, LATEST = 1900, 2199
_ZONE: ContextVar[ZoneInfo] = ContextVar("zone")

TOLD: Mapping[str, str] = {"required": "This is missing.", "null": "This can't be null."}


@contextmanager
def store_time(zone: ZoneInfo) -> Iterator[None]:
    """Moments without an offset are in this zone."""
    token = _ZONE.set(zone)
    try:
        yield
    finally:
        _ZONE.reset(token)


class Part(Schema):
    """An object of the file. A key it does not know is refused, with the one that was probably meant."""

    class Meta:
        unknown = RAISE

    error_messages = {"type": "This must be an object with keys.", "unknown": "unknown"}
    short: Callable[[Any], Plain] | None = None
    """What a plain value stands for, where one may stand in the object's place."""

    def load(self, data: Any, **options: Any) -> Any:
        """The checked object; raises ValidationError."""
        short = type(self).short
        if short is not None and isinstance(data, (str, int)) and not isinstance(data, bool):
            data = short(data)
        return super().load(data, **options)

    def handle_error(self, error: ValidationError, data: Any, **options: Any) -> None:
        """Unknown keys are named with their cure."""
        if isinstance(error.messages, dict):
            for key, told in error.messages.items():
                if told == ["unknown"]:
                    error.messages[key] = [self._unknown(str(key))]

    def _unknown(self, key: str) -> str:
        close = difflib.get_close_matches(key, self.fields, n=1, cutoff=0.6)
        cure = f" Did you mean `{close[0]}`?" if close else f" Known here: {', '.join(self.fields)}."
        return f"There is no key `{key}` here.{cure}"


class Kind(fields.Field[Any]):
    """A value. ``says`` tells people what it is; ``absent`` what it means when the key is left out."""

    word = "value"
    """What docs/store-file.md calls it."""

    def __init__(self, says: str = "", *, absent: str = "unknown", **options: Any) -> None:
        options.setdefault("allow_none", absent == "unknown")
        super().__init__(error_messages=dict(TOLD), metadata={"says": says, "absent": absent}, **options)

    def shape(self) -> Plain:
        """The JSON Schema of the value, null aside."""
        return {}


class Text(Kind):
    """Text; numbers are taken as they are written."""

    word = "text"
    empty = "This text is empty. Write null for none."

    def __init__(self, says: str = "", *, choices: Sequence[str] = (), **options: Any) -> None:
        super().__init__(says, **options)
        self.choices = tuple(choices)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise ValidationError("This must be a text.")
        found = clean(str(value)).strip()
        if not found:
            raise ValidationError(self.empty)
        if len(found) > LONGEST_TEXT:
            raise ValidationError(f"A text has at most {LONGEST_TEXT} characters.")
        return found if not self.choices else self._choice(found)

    def _choice(self, found: str) -> str:
        word = re.sub(r"[\s-]+", "_", found).lower()
        if word in self.choices:
            return word
        close = difflib.get_close_matches(word, self.choices, n=1, cutoff=0.6)
        cure = f" Did you mean `{close[0]}`?" if close else ""
        raise ValidationError(f"`{found}` is none of {', '.join(self.choices)}.{cure}")

    def shape(self) -> Plain:
        return {"type": "string", "enum": list(self.choices)} if self.choices else {"type": ["string", "number"]}


class RuleText(Text):
    """A rule as it is written."""

    empty = "A rule can't be empty: it would not say who is meant."


class Currency(Text):
    """A currency by its ISO code."""

    word = "currency"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        found = super()._deserialize(value, attr, data, **options).upper()
        if not re.fullmatch("[A-Z]{3}", found):
            raise ValidationError("Write a currency as three letters: GBP.")
        return found

    def shape(self) -> Plain:
        return {"type": "string", "pattern": "^[A-Za-z]{3}$"}


class Id(Kind):
    """Any text or number that names a thing within the file."""

    word = "id"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str | int:
        if isinstance(value, bool) or not isinstance(value, (str, int)) or not str(value).strip():
            raise ValidationError("An id is a text or a whole number.")
        if len(str(value)) > LONGEST_ID:
            raise ValidationError(f"An id has at most {LONGEST_ID} characters.")
        return value

    def shape(self) -> Plain:
        return {"type": ["string", "integer"]}


class Moment(Kind):
    """A moment: a day (its first instant in the store's time zone) or a day with a time."""

    word = "moment"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> datetime:
        try:
            found = datetime.fromisoformat(value.strip())
        except (ValueError, AttributeError):
            raise ValidationError(
                "Write a moment as 2026-01-31 or 2026-01-31T09:30, with an offset (+02:00, Z) if it is not store time."
            ) from None
        if not EARLIEST <= found.year <= LATEST:
            raise ValidationError(f"Moments lie between {EARLIEST} and {LATEST}.")
        return (found if found.tzinfo else _in_store(found)).astimezone(UTC)

    def shape(self) -> Plain:
        return {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$"}


def _in_store(wall: datetime) -> datetime:
    """The instant at which the store's clocks show this; as PostgreSQL chooses where there are two or none."""
    zone = _ZONE.get()
    either = [wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    return min(either, key=lambda each: each.utcoffset() or datetime.resolution)


class Day(Kind):
    """A day of the calendar, without a time."""

    word = "day"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except (ValueError, TypeError):
            raise ValidationError("Write a day as 2026-01-31.") from None

    def shape(self) -> Plain:
        return {"type": "string", "format": "date"}


class Amount(Kind):
    """Money in the store's currency, or any decimal number; exact to four places."""

    word = "number"

    def __init__(self, says: str = "", *, least: int | None = 0, **options: Any) -> None:
        super().__init__(says, **options)
        self._least = least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)) or value == "":
            raise ValidationError("Write a number, as 12.50.")
        try:
            found = parse_amount(value)
            exact = found == Decimal(str(value))
        except (ValueError, ArithmeticError):
            raise ValidationError("Write a number, as 12.50, of at most sixteen digits before the point.") from None
        if not exact:
            raise ValidationError("A number has at most four digits after the point.")
        if self._least is not None and found < self._least:
            raise ValidationError(f"This can't be less than {self._least}.")
        return found

    def shape(self) -> Plain:
        written = {"type": "string", "pattern": r"^-?\d{1,16}(\.\d{1,4})?$"}
        number: Plain = {"type": "number"} | ({} if self._least is None else {"minimum": self._least})
        return {"anyOf": [number, written]}


class Whole(Kind):
    """A whole number from ``least`` on."""

    word = "whole number"

    def __init__(self, says: str = "", *, least: int = 0, **options: Any) -> None:
        super().__init__(says, **options)
        self._least = least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self._least <= value < 2**31:
            raise ValidationError(f"Write a whole number from {self._least} on.")
        return value

    def shape(self) -> Plain:
        return {"type": "integer", "minimum": self._least}


class Degrees(Kind):
    """A latitude or longitude."""

    word = "degrees"

    def __init__(self, says: str = "", *, most: int, **options: Any) -> None:
        super().__init__(says, **options)
        self._most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not -self._most <= value <= self._most:
            raise ValidationError(f"Write degrees from -{self._most} to {self._most}.")
        return float(value)

    def shape(self) -> Plain:
        return {"type": "number", "minimum": -self._most, "maximum": self._most}


class Truth(Kind):
    """true or false."""

    word = "true or false"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Write true or false.")
        return value

    def shape(self) -> Plain:
        return {"type": "boolean"}
