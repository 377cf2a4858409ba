"""Ids, moments and amounts of a store file as they stand in its messages."""

import hashlib
from datetime import UTC, datetime
from decimal import Decimal

from plugin.domain.facts import Version

ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
"""Since when what has always held holds: before any moment a rule can speak of."""
_OWN = 2**62
"""Numbers below it stand for themselves; texts get a number above."""


def number(written: str | int) -> int:
    """The number of an id: a number's own, a text's the same in every file."""
    text = str(written).strip()
    if text.isascii() and text.isdigit() and text == str(int(text)) and 0 < int(text) < _OWN:
        return int(text)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return _OWN + int.from_bytes(digest) % _OWN


def moment(text: str | None) -> datetime | None:
    """The moment that the text says."""
    return None if text is None else datetime.fromisoformat(text)


def since(text: str | None) -> datetime:
    """The moment from which a value holds; without one it has always held."""
    return moment(text) or ALWAYS


def amount(text: str | None) -> Decimal | None:
    """The amount that the text says."""
    return None if text is None else Decimal(text)


def version(body: bytes, seen_at: datetime) -> Version:
    """The version of everything in a message."""
    return Version(seen_at, seen_at, hashlib.blake2b(body, digest_size=8).digest())
