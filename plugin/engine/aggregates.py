"""Aggregates over rows: which rows they take, what of them can be known, and when time alone changes them."""

from collections.abc import Callable
from typing import NamedTuple

from plugin.engine.carried import knowing
from plugin.engine.dates import young
from plugin.engine.gathered import Gathered, GatheredPlace, can_be_gathered, gather
from plugin.engine.guards import guard
from plugin.engine.history import History
from plugin.engine.measures import measured
from plugin.engine.needs import Needs
from plugin.engine.nested import rows_for_each
from plugin.engine.operands import Operand, both
from plugin.engine.relations import Rows
from plugin.engine.rows import Around, Customer, Later, RowPlace, conjuncts
from plugin.rules.tree import Aggregate, End, Relation, RowField, Rule, Slice


class Filter(NamedTuple):
    """One of the conditions that all must hold, and what was found out about it."""

    sql: str
    place: RowPlace


class Aggregated:
    """One aggregate: of the customer, or (``outer``) for each row of others."""

    def __init__(self, value: Aggregate, needs: Needs, customer: Customer, outer: RowPlace | None = None) -> None:
        self._value = value
        self._needs = needs
        self._customer = customer
        self._outer = outer
        self._base = needs.earlier().rows(value.source) if outer is not None and can_be_gathered(value) else None
        self._rows = self._found(outer)
        if outer is not None:
            self._rows.only_where(outer.only)
        self._only = guard(value, self._rows, needs) if self._base is None else None
        self._state = self._rows.state(value.state)
        self._where = [self._filter(part) for part in conjuncts(value.where)]
        self._having = [self._filter(part) for part in conjuncts(value.having)]
        if value.slice is None:
            self._where, self._having = self._where + self._having, []

    def _found(self, outer: RowPlace | None) -> Rows:
        if outer is None:
            return self._needs.rows(self._value.source)
        return rows_for_each(self._value, outer.rows) if self._base is None else gather(self._value, self._base, outer)

    def _place(self) -> RowPlace:
        around = Around(self._needs, self._customer, aggregate_inside(self._needs, self._customer))
        state = self._value.state
        if self._outer is not None and self._value.relation is Relation.ITS:
            state = self._outer.state
        if self._base is None or self._outer is None or not isinstance(self._rows, Gathered):
            place = RowPlace(self._rows, state, around, self._outer)
            place.only = self._only
            return place
        first = self._needs.earlier()
        customer = self._customer.inside(first)
        once = RowPlace(self._base, state, Around(first, customer, aggregate_inside(first, customer)))
        return GatheredPlace(self._rows, state, around, self._outer, once)

    def _filter(self, rule: Rule) -> Filter:
        place = self._place()
        return Filter(place.condition(rule), place)

    def operand(self) -> Operand:
        """The aggregate as SQL over measures of its source."""
        place = self._place()
        field = None if self._value.measure is None else place.operand(RowField(self._value.measure))
        history = History(self._value, self._needs, self._outer).known()
        found = measured(self._value.function, field, self._rows, self.taken)
        self._alarms()
        return knowing(found, both(history, self._rows_known()))

    # --- which rows ---------------------------------------------------------------------------

    def taken(self, *conditions: str) -> str:
        """The name of: the row is one of those (and meets these conditions, too)."""
        if self._value.slice is None:
            return self._flag([each.sql for each in self._where], conditions)
        chosen = self._rank(self._value.slice, self._flag([each.sql for each in self._where]))
        return self._rows.chosen(" AND ".join([chosen, *(each.sql for each in self._having), *conditions]))

    def _flag(self, conditions: list[str], more: tuple[str, ...] = ()) -> str:
        """The row is in the state and passes; the state alone needs no column of its own."""
        listed = [*sorted(set(conditions), key=lambda sql: (len(sql), sql)), *more]  # Short ones cost least.
        return self._rows.flag(" AND ".join([self._state, *listed])) if listed else self._state

    def _rank(self, only: Slice, passes: str) -> str:
        latest = only.end is End.LATEST or (only.end is End.NTH and only.rows < 0)
        rank = self._rows.rank(passes, self._rows.ordered("DESC" if latest else ""))
        return f"coalesce({rank} {'=' if only.end is End.NTH else '<='} {abs(only.rows)}, false)"

    # --- what can be known --------------------------------------------------------------------

    def _rows_known(self) -> str | None:
        """A row that would count if we knew more of it makes the whole unknown."""
        doubts = []
        if any(each.place.doubtful for each in self._where):
            doubts.append(self._flag([each.sql for each in self._where]))
        if any(each.place.doubtful for each in self._having):
            doubts.append(self.taken())
        return both(*(f"coalesce({self._rows.measure('count(*)', flag, 'IS NULL')}, 0) = 0" for flag in doubts))

    # --- when time alone changes it -----------------------------------------------------------

    def _alarms(self) -> None:
        """For each moving threshold: the oldest row still to cross it, among those that can ever count.

        Where rows are chosen by their number, and inside another filter: among all rows there are.
        """
        still = [each.sql for each in self._where if not each.place.crossings]
        # A row of which we cannot know whether it counts changes its answer too, from unknown to no.
        doubtful = "IS NOT FALSE" if any(each.place.doubtful for each in self._where) else ""
        for each in (*self._where, *self._having):
            for fact, edge in each.place.crossings:
                assert edge.flip is not None
                test = f"({young(fact, edge)})"
                if self._value.slice is None and self._outer is None:
                    first = self._rows.measure(f"min({fact})", self._flag([*still, test]), doubtful)
                else:
                    first = self._rows.measure(f"min({fact})", self._rows.flag(test))
                self._tell(Later(first, edge.flip))
            for later in each.place.later:
                self._tell(self._first(self._rows, later))
            if isinstance(each.place, GatheredPlace):
                self._alarms_of_all(each.place.base)

    def _alarms_of_all(self, once: RowPlace) -> None:
        """What was asked of every row of the customer, for whichever row it is looked at."""
        for fact, edge in once.crossings:
            test = once.rows.flag(f"({young(fact, edge)})")
            self._tell_customer(Later(once.rows.measure(f"min({fact})", test), edge.flip))
        for later in once.later:
            self._tell_customer(self._first(once.rows, later))

    def _first(self, rows: Rows, later: Later) -> Later:
        when = rows.flag(later.sql)
        return later._replace(sql=rows.measure(f"min({when})", rows.flag(f"({later.sql} IS NOT NULL)")))

    def _tell(self, later: Later) -> None:
        if self._outer is not None:
            self._outer.later.append(later._replace(sql=self._outer.rows.named(later.sql)))
        else:
            self._tell_customer(later)

    def _tell_customer(self, later: Later) -> None:
        if later.flip is not None:
            self._needs.leaves(later.flip, later.sql)
        elif later.day:
            self._customer.changes_on(later.sql)
        else:
            self._customer.changes_at(later.sql)


def aggregate_inside(needs: Needs, customer: Customer) -> Callable[[Aggregate, RowPlace], Operand]:
    """How a filter's place computes an aggregate for each of its rows."""
    return lambda value, place: Aggregated(value, needs, customer, place).operand()
