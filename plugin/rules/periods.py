"""Calendar periods as they are written: ``this_month``, ``last_3_months``, ``week(-2)``, ``month(-5, 2)``."""

import re

from plugin.rules import limits
from plugin.rules.tree import Calendar, Period, Span

_ONE = re.compile(r"(this|last|next)_(week|month|quarter|year)")
_SEVERAL = re.compile(r"(last|next)_(\d{1,4})_(week|month|quarter|year)s")
_AWAY = {"last": -1, "this": 0, "next": 1}


def read_word(word: str, span: Span | None) -> Period | None:
    """The period of a word; None for any other word. Raises ValueError, with a sentence for the writer."""
    one = _ONE.fullmatch(word)
    if one:
        return Period(Calendar(one[2]), _AWAY[one[1]], span=span)
    several = _SEVERAL.fullmatch(word)
    if several is None:
        return None
    count = int(several[2])
    return make(Calendar(several[3]), -count if several[1] == "last" else 1, count, span)


def make(calendar: Calendar, first: int, count: int, span: Span | None) -> Period:
    """The period, if it is within bounds. Raises ValueError, with a sentence for the writer."""
    if not 1 <= count <= limits.PERIODS or abs(first) > limits.PERIODS:
        raise ValueError(f"A period is one of at most {limits.PERIODS:,} and at most as far away.")
    if calendar is Calendar.YEAR and max(abs(first), count) > limits.YEARS:
        raise ValueError(f"A period of years reaches at most {limits.YEARS} years.")
    return Period(calendar, first, count, span=span)


def print_period(period: Period) -> str:
    """The canonical text: a word where there is one."""
    calendar, first, count = period.calendar, period.first, period.count
    if count == 1:
        word = next((word for word, away in _AWAY.items() if away == first), None)
        return f"{word}_{calendar}" if word else f"{calendar}({first})"
    if first == -count:
        return f"last_{count}_{calendar}s"
    if first == 1:
        return f"next_{count}_{calendar}s"
    return f"{calendar}({first}, {count})"
