"""How this platform writes moments and amounts: RFC 2822 and four places in V2, ISO 8601 in V3."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from email.utils import format_datetime, parsedate_to_datetime

from sandbox import moments

FOUR = Decimal("0.0001")


def rfc(moment: datetime | None) -> str:
    """``Tue, 05 Mar 2019 21:40:11 +0000``, always in UTC; an empty text for none."""
    return "" if moment is None else format_datetime(moment.astimezone(UTC))


def plain(moment: datetime) -> str:
    """``2023-07-17 06:30:41``: the form of customer groups, in UTC and without saying so."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def seconds(moment: datetime) -> int:
    """Unix seconds: the form of hooks."""
    return int(moment.timestamp())


def parse(text: str) -> datetime:
    """The moment of an ISO 8601 or RFC 2822 text, or of Unix seconds; a date alone is its midnight in UTC.

    Raises ValueError.
    """
    text = text.strip()
    if text.isdigit() and len(text) > len("20260101"):
        return datetime.fromtimestamp(int(text), UTC)
    if text and text[0].isalpha():
        return parsedate_to_datetime(text).astimezone(UTC).replace(microsecond=0)
    return moments.parse(text.replace(" ", "+") if "T" in text else text)


def four(amount: Decimal) -> str:
    """``54.0000``: how V2 writes every amount."""
    return str(amount.quantize(FOUR, rounding=ROUND_HALF_UP))


def number(amount: Decimal) -> float:
    """A JSON number of two places at most: how V3 writes amounts."""
    return float(round(amount, 2))
