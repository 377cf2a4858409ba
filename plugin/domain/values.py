"""The one way in which a typed attribute's texts are written, so that the database can always read them."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from plugin.domain.facts import ValueType
from plugin.domain.money import LIMIT, PLACES
from plugin.domain.text import clean


def canonical(kind: ValueType, value: Sequence[str]) -> tuple[str, ...]:
    """The value as it is kept; blanks are none. Raises ValueError for what the type cannot be."""
    kept = tuple(text for each in value if (text := clean(each).strip()))
    if kind is ValueType.LIST:
        return kept
    if len(kept) > 1:
        raise ValueError(f"{len(kept)} values where {kind} has one")
    return tuple(_WRITTEN[kind](text) for text in kept)


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"not a number: {text[:40]!r}") from error
    if not number.is_finite() or abs(number) >= LIMIT - 1:
        raise ValueError(f"number out of range: {text[:40]!r}")
    plain = f"{number.quantize(PLACES):f}".rstrip("0").rstrip(".")
    return "0" if plain == "-0" else plain


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _moment(text: str) -> str:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"a moment needs its offset: {text[:40]!r}")
    try:
        return found.astimezone(UTC).isoformat()
    except OverflowError as error:
        raise ValueError(f"moment out of range: {text[:40]!r}") from error


def _truth(text: str) -> str:
    if text not in ("true", "false"):
        raise ValueError(f"neither true nor false: {text[:40]!r}")
    return text


def _nothing(text: str) -> str:
    raise ValueError(f"a value where there is none: {text[:40]!r}")


_WRITTEN: dict[ValueType, Callable[[str], str]] = {
    ValueType.TEXT: lambda text: text,
    ValueType.NUMBER: _number,
    ValueType.DAY: _day,
    ValueType.MOMENT: _moment,
    ValueType.TRUTH: _truth,
    ValueType.ABSENT: _nothing,
}
