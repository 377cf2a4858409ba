"""Single values as they are written, in both directions."""

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from plugin.rules import limits, periods
from plugin.rules.tree import (
    Day,
    Duration,
    Literal,
    Moment,
    Number,
    Period,
    Point,
    RelativeDay,
    RelativeExact,
    Span,
    Text,
    Truth,
    Unit,
)

_RELATIVE = re.compile(r"([+-]?)(\d+)([a-z]+)")
_UNITS_PER_YEAR = {
    Unit.DAY: 366,
    Unit.WEEK: 53,
    Unit.MONTH: 12,
    Unit.YEAR: 1,
    Unit.HOUR: 366 * 24,
    Unit.MINUTE: 366 * 24 * 60,
}
_WORDS: dict[str, tuple[int, Unit]] = {"today": (0, Unit.DAY), "yesterday": (-1, Unit.DAY)}


def read_literal(kind: str, written: str, span: Span | None) -> Literal:
    """The value of one token. Raises ValueError, with a sentence for the writer."""
    match kind:
        case "STRING":
            return Text(_unquote(written), span=span)
        case "NUMBER":
            return Number(_number(written), span=span)
        case "DAY":
            return Day(_day(written), span=span)
        case "MOMENT":
            return Moment(_moment(written), span=span)
        case "RELATIVE":
            return _relative(written, span)
        case "AGO":
            count, unit, _ = written.lower().split("_")
            return _relative(f"-{count}{unit[0]}", span)
        case "DURATION":
            return replace(read_duration(written), span=span)
    raise ValueError(f"`{written}` is not a value.")


def read_word(word: str, span: Span | None) -> Literal | None:
    """``today``, ``yesterday``, ``true``, ``false``, ``last_month``; None for any other word."""
    lower = word.lower()
    if lower in _WORDS:
        count, unit = _WORDS[lower]
        return RelativeDay(count, unit, span=span)
    if lower in ("true", "false"):
        return Truth(lower == "true", span=span)
    return periods.read_word(lower, span)


def read_duration(written: str) -> Duration:
    """``14d`` or ``36h``. Raises ValueError, with a sentence for the writer."""
    match = re.fullmatch(r"(\d{1,9})\s*(d|w|m|y|h|min)", written.strip().lower())
    if match is None:
        raise ValueError("A length of time is a number and d, w, m, y, h or min: 14d, 36h.")
    count, unit = int(match[1]), Unit(match[2])
    _within_years(count, unit)
    return Duration(count, unit)


def print_literal(literal: Literal) -> str:
    """The canonical text of a value."""
    match literal:
        case Text(value):
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        case Number(value):
            return print_number(value)
        case Truth(value):
            return "true" if value else "false"
        case Day(value):
            return value.isoformat()
        case Moment(value):
            return value.isoformat().replace("+00:00", "Z")
        case RelativeDay(count, unit):
            word = next((word for word, day in _WORDS.items() if day == (count, unit)), None)
            return word or f"{count:+d}{unit}"
        case RelativeExact(count, unit):
            return f"{count:+d}{unit}"
        case Duration(count, unit):
            return f"{count}{unit}"
        case Period():
            return periods.print_period(literal)
        case Point(latitude, longitude):
            return f"({print_number(latitude)}, {print_number(longitude)})"


def read_degrees(written: str, most: int) -> Decimal:
    """A latitude (``most`` 90) or longitude (180). Raises ValueError, with a sentence for the writer."""
    try:
        degrees = Decimal(written)
    except InvalidOperation as error:
        raise ValueError("A plain number stands here.") from error
    _, _, fraction = written.partition(".")
    if abs(degrees) > most or len(fraction) > limits.DEGREE_DIGITS:
        raise ValueError(
            f"This goes from -{most} to {most} degrees, with at most {limits.DEGREE_DIGITS} digits after the point."
        )
    return Decimal(print_number(degrees))


def print_number(value: Decimal) -> str:
    """Plain digits: no exponent, no needless zeros, no sign on zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _unquote(written: str) -> str:
    value = re.sub(r"\\(['\\])", r"\1", written[1:-1])
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("This text holds a character that no store can hold.")
    if len(value) > limits.STRING_LENGTH:
        raise ValueError(f"A text has at most {limits.STRING_LENGTH} characters.")
    return value


def _number(written: str) -> Decimal:
    """Digits enough for an amount or an id; which of the two it may be, typecheck knows."""
    whole, _, fraction = written.lstrip("+-").partition(".")
    if len(whole.lstrip("0")) > 19 or len(fraction.rstrip("0")) > limits.FRACTION_DIGITS:
        raise ValueError(
            f"Numbers have at most {limits.WHOLE_DIGITS} digits before the point and {limits.FRACTION_DIGITS} after it."
        )
    return Decimal(print_number(Decimal(written)))


def _year_is_sensible(year: int) -> None:
    if not limits.FIRST_YEAR <= year <= limits.LAST_YEAR:
        raise ValueError(f"Years run from {limits.FIRST_YEAR} to {limits.LAST_YEAR}.")


def _day(written: str) -> date:
    try:
        day = date.fromisoformat(written)
    except ValueError as error:
        raise ValueError(f"{written} is not a day of the calendar.") from error
    _year_is_sensible(day.year)
    return day


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written.upper())
    except ValueError as error:
        raise ValueError(f"{written} is not a time of the calendar.") from error
    _year_is_sensible(moment.year)
    return moment


def _relative(written: str, span: Span | None) -> RelativeDay | RelativeExact:
    match = _RELATIVE.fullmatch(written.lower())
    assert match is not None  # The grammar's token has this shape.
    if len(match[2]) > 9:
        raise ValueError(f"A relative date reaches at most {limits.YEARS} years.")
    unit = Unit(match[3])
    count = int(match[1] + match[2])
    _within_years(count, unit)
    if unit in (Unit.HOUR, Unit.MINUTE):
        return RelativeExact(count, unit, span=span)
    return RelativeDay(count, unit, span=span)


def _within_years(count: int, unit: Unit) -> None:
    if abs(count) > limits.YEARS * _UNITS_PER_YEAR[unit]:
        raise ValueError(f"A relative date reaches at most {limits.YEARS} years.")
