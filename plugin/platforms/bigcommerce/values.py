"""Single values of BigCommerce's answers, checked and put into our form.

Everything here raises ValueError for what cannot be; ``translate`` names the topic.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from typing import Annotated, NamedTuple

from msgspec import Meta
from msgspec.json import encode

from plugin.domain.facts import Pairs, ValueType, Version
from plugin.domain.money import PLACES, ZERO, parse_amount
from plugin.domain.text import clean, fold
from plugin.domain.values import canonical

LARGEST_ID = 2**63 - 1
LONGEST_TEXT = 500
"""Characters kept of one text: an index row holds about 2,700 bytes."""
LONGEST_NOTE = 5000
MOST_PAIRS = 100
FIRST_DAY = 86_400
"""Unix seconds: a number below is no moment, but a way to say that there is none."""

Id = Annotated[int, Meta(ge=0, le=LARGEST_ID)]
"""0 is how BigCommerce writes nobody and nothing."""
Quantity = Annotated[float, Meta(ge=0, le=2**31 - 1)]
Money = str | int | float | None
"""Decimal strings in V2, numbers in V3."""


def moment(told: str | int | float | None) -> datetime | None:
    """The moment in UTC, whichever way the API writes it; None where it is not told.

    RFC 2822 in orders, ISO 8601 in V3, ``2023-07-17 06:30:41`` in groups, unix seconds in messages. Without an
    offset it is UTC. An offset of ``-0000`` is UTC as well.
    """
    if told is None or (isinstance(told, str) and not told.strip()):
        return None
    if isinstance(told, int | float) or told.strip().isdigit():
        seconds = float(told)
        return datetime.fromtimestamp(seconds, UTC) if seconds >= FIRST_DAY else None
    text = told.strip()
    try:
        found = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError) as error:
        raise ValueError(f"not a moment: {text[:60]!r}") from error
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def known(told: str | int | float | None) -> datetime:
    """The moment, which must be told. Raises ValueError."""
    found = moment(told)
    if found is None:
        raise ValueError("a moment is missing")
    return found


def somebody(told: int | None) -> int | None:
    """An id; None for 0, which is nobody."""
    return told or None


def amount(told: Money | Decimal) -> Decimal:
    """The amount to four places; absent is zero. ValueError for what is none."""
    return parse_amount(told)


def number(told: Money) -> Decimal | None:
    """A number as it was written; None for what is none."""
    try:
        return None if told is None else Decimal(str(told))
    except InvalidOperation:
        return None


def share(whole: Decimal, part: Decimal, of: Decimal) -> Decimal:
    """``whole`` × ``part`` / ``of`` to four places; nothing of nothing."""
    return (whole * part / of).quantize(PLACES) if of else ZERO


def text(told: str | None, longest: int = LONGEST_TEXT) -> str | None:
    """Storable text; None for absent and blank."""
    if not told:
        return None
    if not told.isascii() or "\x00" in told:
        told = clean(told)
    return told[:longest].strip() or None


def texts(told: Iterable[str | None]) -> tuple[str, ...]:
    """Storable texts without blanks, each once, in their order."""
    return tuple(dict.fromkeys(kept for each in told if (kept := text(each))))


def word(told: object) -> str | None:
    """What somebody may have written as a number, or as several, in one text."""
    if told is None or isinstance(told, str):
        return told
    return str(told) if isinstance(told, int | float) and not isinstance(told, bool) else encode(told).decode()


def pairs(told: Iterable[tuple[str | None, object]]) -> Pairs:
    """Names and values; of two with one name the last."""
    found = {}
    for name, value in told:
        if (called := text(name)) and (kept := text(word(value), LONGEST_NOTE)):
            found[called] = kept
    return tuple(found.items())[:MOST_PAIRS]


def country(code: str | None) -> str | None:
    """An ISO 3166 alpha-2 code in upper case, or None."""
    code = (code or "").strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def email_domain(email: str | None) -> tuple[str, ...]:
    """What stands after the last @, as rules compare it; nothing where there is none."""
    domain = fold((email or "").rpartition("@")[2]) if "@" in (email or "") else ""
    return (domain,) if domain else ()


def version(updated_at: datetime, seen_at: datetime, body: bytes) -> Version:
    """Where this state stands among all states of its thing."""
    return Version(updated_at, seen_at, blake2b(body, digest_size=8).digest())


class Typed(NamedTuple):
    """A value with its type."""

    type: ValueType
    value: tuple[str, ...]


def typed(kind: str, told: str) -> Typed:
    """An attribute's text as its type (string, number, date) has it; what is not so is its text."""
    try:
        if kind == "number":
            return Typed(ValueType.NUMBER, canonical(ValueType.NUMBER, (told,)))
        if kind == "date":
            return Typed(ValueType.DAY, canonical(ValueType.DAY, (_day(told),)))
    except ValueError:
        pass
    kept = text(told, LONGEST_NOTE)
    return Typed(ValueType.TEXT, () if kept is None else (kept,))


def filled(told: object) -> Typed:
    """What was filled in on a form: a text, a number, or several choices."""
    if isinstance(told, list):
        return Typed(ValueType.LIST, texts(map(word, told)))
    number = isinstance(told, int | float) and not isinstance(told, bool)
    return typed("number" if number else "string", word(told) or "")


def _day(told: str) -> str:
    """A date attribute is written as a day or as a moment at its midnight."""
    found = told.strip()
    return found if len(found) == 10 else datetime.fromisoformat(found).date().isoformat()
