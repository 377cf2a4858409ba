"""Days that come again every year. 29 February is 28 February in common years.

``anniversary(x) = d``, and BETWEEN: one of them lies there. ``<``, ``<=``, ``>``, ``>=``: that of the year
with which it is compared is earlier or later. ``!=`` is the opposite of ``=``.
"""

from plugin.engine.clock import DayFlip, Edge, PeriodFlip
from plugin.engine.operands import DayValue, Yearly, when_known
from plugin.engine.place import Place
from plugin.rules.tree import Comparison


def against(one: Yearly, op: Comparison, edges: tuple[Edge, Edge], place: Place) -> str:
    """Against whole days of the rule: the first of them, and the day after the last."""
    start, end = edges
    if op in (Comparison.EQ, Comparison.NE):
        found = _among(one, start, end, place)
        negated = f"({one.sql} IS NOT NULL AND NOT {found})"
        return when_known(negated if op is Comparison.NE else found, one.known)
    if op in (Comparison.GE, Comparison.LT):
        edge, day = start, start.column
        turn = f"({_new_year(day)} - 1)"
    else:
        edge, day = end, f"({end.column} - 1)"
        turn = _new_year(day)
    _wakes(edge, _next(one.sql, edge.column), place)
    _wakes(edge, turn, place)
    return when_known(f"coalesce({in_year_of(one.sql, day)} {op.value} {day}, false)", one.known)


def between(one: Yearly, first: Edge, after: Edge, known: str | None, place: Place) -> str:
    """Whether one of them lies from the first day on and before the other; ``known``: whether those are."""
    return when_known(_among(one, first, after, place), one.known, known)


def compared(one: Yearly, op: Comparison, other: DayValue) -> str:
    """Against another fact's day: that of the same year."""
    sql = f"{in_year_of(one.sql, other.sql)} {'<>' if op is Comparison.NE else op.value} {other.sql}"
    return when_known(f"coalesce({sql}, false)", one.known, other.known)


def _among(one: Yearly, first: Edge, after: Edge, place: Place) -> str:
    for edge in (first, after):
        _wakes(edge, _next(one.sql, edge.column), place)
    last = f"({after.column} - 1)"
    here = [f"{in_year_of(one.sql, day)} BETWEEN {first.column} AND {last}" for day in (first.column, last)]
    many = f"({one.sql} IS NOT NULL AND extract(year FROM {last}) - extract(year FROM {first.column}) >= 2)"
    return f"coalesce({' OR '.join([*here, many])}, false)"


def in_year_of(day: str, other: str) -> str:
    """The day's month and day in the year of the other."""
    years = f"(extract(year FROM {other}) - extract(year FROM {day}))::int"
    return f"({day} + make_interval(years => {years}))::date"


def _next(day: str, since: str) -> str:
    """The first of them that is not before ``since``."""
    here = in_year_of(day, since)
    later = in_year_of(day, f"({since} + interval '1 year')")
    return f"(CASE WHEN {here} >= {since} THEN {here} ELSE {later} END)"


def _new_year(day: str) -> str:
    return f"(date_trunc('year', {day}::timestamp) + interval '1 year')::date"


def _wakes(edge: Edge, day: str, place: Place) -> None:
    """The answer may change when the edge is later than this day."""
    if isinstance(edge.flip, (DayFlip, PeriodFlip)):
        place.changes_on(place.clock.leaves_on(edge.flip, day))
