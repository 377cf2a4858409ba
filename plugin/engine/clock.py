"""Local days, thresholds, and when time carries a fact across one.

A relative date in a rule is a *threshold* that moves with the moment of evaluation. Whoever was on its
young side (``fact >= threshold``) changes sides once, at a moment that SQL can say: that is the alarm.
Day thresholds stand at local midnights; exact ones (hours, minutes) move with every microsecond; those of
calendar periods stay until the next period begins.
"""

from dataclasses import dataclass
from datetime import datetime

from plugin.engine.parameters import Parameters
from plugin.rules.tree import Calendar, Day, Moment, Period, RelativeDay, RelativeExact, Unit

_MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
MINUTES = {Unit.HOUR: 60, Unit.MINUTE: 1}
_PERIODS = {
    Calendar.WEEK: (1, Unit.WEEK),
    Calendar.MONTH: (1, Unit.MONTH),
    Calendar.QUARTER: (3, Unit.MONTH),
    Calendar.YEAR: (1, Unit.YEAR),
}

WholeDays = Day | RelativeDay | Period
"""Literals that stand for whole local days."""
Exact = Moment | RelativeExact
"""Literals that stand for an instant."""


@dataclass(frozen=True, slots=True)
class DayFlip:
    """When ``fact >= midnight(today + count units + edge days)`` stops being true."""

    count: int
    unit: Unit
    edge: int
    """0: the start of that day; 1: the start of the next."""
    of_days: bool = False
    """Whether the facts are days themselves (SQL: dates), and the threshold is one."""


@dataclass(frozen=True, slots=True)
class PeriodFlip:
    """When ``fact >= the start of the period that comes first periods after today's`` stops being true."""

    calendar: Calendar
    first: int
    of_days: bool = False


@dataclass(frozen=True, slots=True)
class ExactFlip:
    """When ``fact >= now + minutes + microseconds`` (``open``: ``>``) stops being true."""

    minutes: int
    open: bool
    microseconds: int = 0


Flip = DayFlip | PeriodFlip | ExactFlip


@dataclass(frozen=True, slots=True)
class Edge:
    """A threshold: the column that holds it, and how it moves; None: it stands still."""

    column: str
    flip: Flip | None


class Clock:
    """The thresholds of one statement, each computed once for every moment asked."""

    def __init__(self, parameters: Parameters, timezone: str) -> None:
        self._parameters = parameters
        self.zone = parameters.text(timezone)
        self._columns: dict[str, str] = {}

    # --- thresholds ---------------------------------------------------------------------------

    def edges(self, literal: WholeDays | Exact) -> tuple[Edge, Edge]:
        """Where the literal begins, and where what comes after it begins; of an instant see ``instant``."""
        return self.instant(literal) if isinstance(literal, Exact) else self.day(literal)

    def day(self, literal: WholeDays) -> tuple[Edge, Edge]:
        """The start of the first day, and the start of the day after the last, as instants."""
        return tuple(Edge(self._column(self.midnight(day)), flip) for day, flip in self._ends(literal, False))  # type: ignore[return-value]

    def whole(self, literal: WholeDays | Moment) -> tuple[Edge, Edge]:
        """The first day and the day after the last, as dates; of an instant the day on which it lies."""
        return tuple(Edge(self._column(day), flip) for day, flip in self._ends(literal, True))  # type: ignore[return-value]

    def instant(self, literal: Exact) -> tuple[Edge, Edge]:
        """The instant twice: as a closed threshold (``>=``) and as an open one (``>``)."""
        if isinstance(literal, Moment):
            edge = Edge(self._column(self._moment(literal.value)), None)
            return edge, edge
        return self.distance(literal.count * MINUTES[literal.unit])

    def distance(self, minutes: int, microseconds: int = 0) -> tuple[Edge, Edge]:
        """The instant so far from the moment of evaluation, closed and open."""
        column = self._column(f"as_of + {_interval(minutes, microseconds)}")
        closed, opened = (ExactFlip(minutes, is_open, microseconds) for is_open in (False, True))
        return Edge(column, closed), Edge(column, opened)

    def _ends(self, literal: WholeDays | Moment, of_days: bool) -> list[tuple[str, Flip | None]]:
        match literal:
            case Day(day):
                text = self._parameters.text(day.isoformat())
                return [(f"({text}::date + {edge})", None) for edge in (0, 1)]
            case Moment(moment):
                return [(f"({self.local_day(self._moment(moment))} + {edge})", None) for edge in (0, 1)]
            case RelativeDay(count, unit):
                moved = add("today", count, unit)
                return [(f"({moved} + {edge})", DayFlip(count, unit, edge, of_days)) for edge in (0, 1)]
            case Period(calendar, first, count):
                return [
                    (_period("today", calendar, number), PeriodFlip(calendar, number, of_days))
                    for number in (first, first + count)
                ]

    def _moment(self, moment: datetime) -> str:
        text = self._parameters.text(moment.isoformat())
        return f"{text}::timestamptz" if moment.tzinfo else f"({text}::timestamp AT TIME ZONE {self.zone})"

    def _column(self, expression: str) -> str:
        return self._columns.setdefault(expression, f"t{len(self._columns)}")

    def constant(self, expression: str) -> str:
        """The name of what is the same for everyone asked as of one moment (SQL over ``as_of`` and ``today``)."""
        return self._column(expression)

    # --- SQL ----------------------------------------------------------------------------------

    def local_day(self, instant: str) -> str:
        """The store's calendar day of the instant."""
        return f"(({instant}) AT TIME ZONE {self.zone})::date"

    def midnight(self, day: str) -> str:
        """The first instant of the store's day.

        Where clocks go back over midnight, 00:00 comes twice and PostgreSQL takes the later one; where
        they go forward over it, PostgreSQL already gives the moment of the change.
        """
        usual = f"(({day})::timestamp AT TIME ZONE {self.zone})"
        early = f"({usual} - interval '1 hour')"
        return f"(CASE WHEN {self.local_day(early)} >= ({day}) THEN {early} ELSE {usual} END)"

    def leaves_on(self, flip: DayFlip | PeriodFlip, fact: str) -> str:
        """The local day at whose start the fact falls behind the threshold."""
        day = f"({fact})" if flip.of_days else self.local_day(fact)
        if isinstance(flip, PeriodFlip):
            return _period(day, flip.calendar, 1 - flip.first)
        after = f"({day} + {1 - flip.edge})"
        if flip.unit in _DAYS:
            return f"({after} - {flip.count * _DAYS[flip.unit]})"
        moved = add(after, -flip.count, flip.unit)
        # A clamped month end is a day too early: the first of the next month is the day.
        return f"({moved} + (extract(day FROM {moved}) < extract(day FROM {after}))::int)"

    def leaves_at(self, flip: ExactFlip, fact: str) -> str:
        """The first instant at which the fact is behind the threshold."""
        after = "" if flip.open else " + interval '1 microsecond'"
        return f"(({fact}) - {_interval(flip.minutes, flip.microseconds)}{after})"

    def relation(self, asked: str) -> str:
        """One row for each moment asked: ``as_of``, ``today``, ``tomorrow`` (its start), the thresholds."""
        columns = "".join(f", {expression} AS {name}" for expression, name in self._columns.items())
        return f"""SELECT as_of, today, {self.midnight("today + 1")} AS tomorrow{columns}
  FROM (SELECT as_of, {self.local_day("as_of")} AS today FROM (SELECT DISTINCT as_of FROM {asked}) d OFFSET 0) m"""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the thresholds."""
        return tuple(self._columns.values())


def add(day: str, count: int, unit: Unit) -> str:
    """The day ``count`` units later; months and years end on the last day of a shorter month."""
    if unit in _DAYS:
        return f"({day} + ({count * _DAYS[unit]}))"
    return f"({day} + interval '{count * _MONTHS[unit]} months')::date"


def _period(day: str, calendar: Calendar, number: int) -> str:
    """The first day of the period that comes ``number`` periods after the day's."""
    length, unit = _PERIODS[calendar]
    return add(f"date_trunc('{calendar.value}', ({day})::timestamp)::date", number * length, unit)


def _interval(minutes: int, microseconds: int) -> str:
    exactly = f"interval '{minutes} minutes'"
    return f"({exactly} + interval '{microseconds} microseconds')" if microseconds else exactly
