"""Local days, thresholds, and when time carries a fact across one.

A relative date in a rule is a *threshold* that moves with the moment of evaluation. Whoever was on its
young side (``fact >= threshold``) changes sides once, at a moment that SQL can say: that is the alarm.
Day thresholds stand at local midnights; exact ones (hours, minutes) move with every microsecond.
"""

from dataclasses import dataclass
from datetime import date, datetime

from plugin.engine.parameters import Parameters
from plugin.rules.tree import Day, Moment, RelativeDay, RelativeExact, Unit

_MONTHS = {Unit.MONTH: 1, Unit.YEAR: 12}
_DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
_MINUTES = {Unit.HOUR: 60, Unit.MINUTE: 1}


@dataclass(frozen=True, slots=True)
class DayFlip:
    """When ``fact >= midnight(today + count units + edge days)`` stops being true."""

    count: int
    unit: Unit
    edge: int
    """0: the start of that day; 1: the start of the next."""


@dataclass(frozen=True, slots=True)
class ExactFlip:
    """When ``fact >= now + minutes`` (``open``: ``>``) stops being true."""

    minutes: int
    open: bool


Flip = DayFlip | ExactFlip


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

    def day(self, literal: Day | RelativeDay) -> tuple[Edge, Edge]:
        """The start of the day, and the start of the next."""
        if isinstance(literal, Day):
            return self._fixed(literal.value, 0), self._fixed(literal.value, 1)
        return self._relative(literal, 0), self._relative(literal, 1)

    def instant(self, literal: Moment | RelativeExact) -> tuple[Edge, Edge]:
        """The instant twice: as a closed threshold (``>=``) and as an open one (``>``)."""
        if isinstance(literal, Moment):
            edge = Edge(self._column(self._moment(literal.value)), None)
            return edge, edge
        minutes = literal.count * _MINUTES[literal.unit]
        column = self._column(f"as_of + interval '{minutes} minutes'")
        return Edge(column, ExactFlip(minutes, False)), Edge(column, ExactFlip(minutes, True))

    def _fixed(self, day: date, edge: int) -> Edge:
        start = f"({self._parameters.text(day.isoformat())}::date + {edge})"
        return Edge(self._column(self.midnight(start)), None)

    def _relative(self, literal: RelativeDay, edge: int) -> Edge:
        day = f"({_add('today', literal.count, literal.unit)} + {edge})"
        return Edge(self._column(self.midnight(day)), DayFlip(literal.count, literal.unit, edge))

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

    def leaves_on(self, flip: DayFlip, fact: str) -> str:
        """The local day at whose start the fact falls behind the threshold."""
        after = f"({self.local_day(fact)} + {1 - flip.edge})"
        if flip.unit in _DAYS:
            return f"({after} - {flip.count * _DAYS[flip.unit]})"
        moved = _add(after, -flip.count, flip.unit)
        # A clamped month end is a day too early: the first of the next month is the day.
        return f"({moved} + (extract(day FROM {moved}) < extract(day FROM {after}))::int)"

    def leaves_at(self, flip: ExactFlip, fact: str) -> str:
        """The first instant at which the fact is behind the threshold."""
        after = "" if flip.open else " + interval '1 microsecond'"
        return f"(({fact}) - interval '{flip.minutes} minutes'{after})"

    def relation(self, asked: str) -> str:
        """One row for each moment asked: ``as_of``, ``today``, ``tomorrow`` (its start), the thresholds."""
        columns = "".join(f", {expression} AS {name}" for expression, name in self._columns.items())
        return f"""SELECT as_of, today, {self.midnight("today + 1")} AS tomorrow{columns}
  FROM (SELECT as_of, {self.local_day("as_of")} AS today FROM (SELECT DISTINCT as_of FROM {asked}) d OFFSET 0) m"""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the thresholds."""
        return tuple(self._columns.values())


def _add(day: str, count: int, unit: Unit) -> str:
    """The day ``count`` units later; months and years end on the last day of a shorter month."""
    if unit in _DAYS:
        return f"({day} + ({count * _DAYS[unit]}))"
    return f"({day} + interval '{count * _MONTHS[unit]} months')::date"
