"""Local days, calendar periods, dates that move, and how dates compare.

A date is a ``datetime`` (an instant, in UTC) or a ``date`` (a whole local day); what a rule writes for
days is ``Days``; the day and month of an anniversary are ``Yearly``.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from plugin.rules import tree
from plugin.rules.tree import Calendar, Comparison, Unit
from tests.laws.oracle.signs import compares

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Days:
    """The local days from ``first`` to ``last``, both whole."""

    first: date
    last: date


@dataclass(frozen=True)
class Yearly:
    """A day and month, every year."""

    month: int
    day: int

    def within(self, year: int) -> date:
        """The day of that year; 29 February is kept on the 28th in common years."""
        return date(year, self.month, min(self.day, calendar.monthrange(year, self.month)[1]))


When = datetime | date | Days | Yearly


def local_day(moment: datetime | date, zone: str) -> date:
    """The store's day of it."""
    return moment.astimezone(ZoneInfo(zone)).date() if isinstance(moment, datetime) else moment


def midnight(day: date, zone: str) -> datetime:
    """The first instant of the day there."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def add(day: date, count: int, unit: Unit) -> date:
    """The day so many units later; months and years end with a shorter month."""
    if unit in (Unit.DAY, Unit.WEEK):
        return day + timedelta(days=count * (7 if unit is Unit.WEEK else 1))
    months = day.year * 12 + day.month - 1 + count * (12 if unit is Unit.YEAR else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def length(count: int, unit: Unit) -> timedelta:
    """So many hours or minutes."""
    return timedelta(minutes=count * (60 if unit is Unit.HOUR else 1))


def moved(moment: datetime | date, count: int, unit: Unit, zone: str) -> datetime | date:
    """A date and a length of time: by days and longer a whole local day, by hours and minutes an instant."""
    if unit in tree.EXACT_UNITS:
        start = moment if isinstance(moment, datetime) else midnight(moment, zone)
        return start + length(count, unit)
    return add(local_day(moment, zone), count, unit)


def period(kind: Calendar, first: int, count: int, today: date) -> Days:
    """``count`` whole periods, the first of them ``first`` from the one that today is in."""
    return Days(_begins(kind, first, today), _begins(kind, first + count, today) - DAY)


def _begins(kind: Calendar, offset: int, today: date) -> date:
    match kind:
        case Calendar.WEEK:
            return today - timedelta(days=today.weekday()) + timedelta(weeks=offset)
        case Calendar.MONTH:
            return add(today.replace(day=1), offset, Unit.MONTH)
        case Calendar.QUARTER:
            start = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
            return add(start, offset * 3, Unit.MONTH)
        case Calendar.YEAR:
            return date(today.year + offset, 1, 1)


def written(literal: tree.Literal, t: datetime, zone: str) -> When:
    """What a date in a rule means at that moment."""
    today = local_day(t, zone)
    match literal:
        case tree.Day(day):
            return Days(day, day)
        case tree.RelativeDay(count, unit):
            day = add(today, count, unit)
            return Days(day, day)
        case tree.Period(kind, first, count):
            return period(kind, first, count, today)
        case tree.RelativeExact(count, unit):
            return t + length(count, unit)
        case tree.Moment(moment):
            return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    raise TypeError(f"no date: {literal!r}")


def since(moment: datetime | date, t: datetime, zone: str) -> Fraction:
    """Elapsed days and fractions; of a whole day from its first instant on."""
    start = moment if isinstance(moment, datetime) else midnight(moment, zone)
    return Fraction((t - start) // TICK, DAY // TICK)


def completed_years(born: date, today: date) -> int:
    """The age; who was born on 29 February has their birthday on the 28th in common years."""
    return today.year - born.year - (Yearly(born.month, born.day).within(today.year) > today)


def date_compares(one: When, op: Comparison, other: When, zone: str) -> bool:
    """Instants exactly; as soon as a day is concerned, by local days."""
    match one, other:
        case (Days(), _) | (_, Yearly()) if not isinstance(one, Yearly):
            return date_compares(other, tree.MIRRORED[op], one, zone)
        case Yearly() as yearly, Days(first, last):
            return _yearly(yearly, op, first, last)
        case Yearly() as yearly, (date() | datetime()) as moment:
            day = local_day(moment, zone)
            return _yearly(yearly, op, day, day)
        case (date() | datetime()) as moment, Days(first, last):
            return _within(local_day(moment, zone), op, first, last)
        case datetime(), datetime():
            return compares(one, op, other)
        case (date() | datetime()) as moment, (date() | datetime()) as another:
            return compares(local_day(moment, zone), op, local_day(another, zone))
    raise TypeError(f"cannot compare {one!r} with {other!r}")


def _within(day: date, op: Comparison, first: date, last: date) -> bool:
    match op:
        case Comparison.GE:
            return day >= first
        case Comparison.GT:
            return day > last
        case Comparison.LT:
            return day < first
        case Comparison.LE:
            return day <= last
        case Comparison.EQ:
            return first <= day <= last
        case Comparison.NE:
            return not first <= day <= last


def _yearly(yearly: Yearly, op: Comparison, first: date, last: date) -> bool:
    """In whatever year it is compared with."""
    if op in (Comparison.EQ, Comparison.NE):
        falls = yearly_between(yearly, first, last)
        return falls is (op is Comparison.EQ)
    year = first.year if op in (Comparison.GE, Comparison.LT) else last.year
    return _within(yearly.within(year), op, first, last)


def yearly_between(yearly: Yearly, first: date, last: date) -> bool:
    """Whether the day falls between these, in any of their years."""
    return any(first <= yearly.within(year) <= last for year in range(first.year, last.year + 1))
