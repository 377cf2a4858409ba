"""Aggregates over rows: which rows they take, what of them can be known, and when time alone changes them."""

from typing import NamedTuple

from plugin.engine.carried import knowing
from plugin.engine.conditions import compiled
from plugin.engine.dates import young
from plugin.engine.history import History
from plugin.engine.measures import measured
from plugin.engine.needs import Needs
from plugin.engine.nested import rows_for_each
from plugin.engine.operands import Operand, both
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
        self._rows = needs.rows(value.source) if outer is None else rows_for_each(value, outer.rows)
        self._state = self._rows.state(value.state)
        self._where = [self._filter(part) for part in conjuncts(value.where)]
        self._having = [self._filter(part) for part in conjuncts(value.having)]
        if value.slice is None:
            self._where, self._having = self._where + self._having, []

    def _place(self) -> RowPlace:
        of_outer = self._outer is not None and self._value.relation is Relation.ITS
        state = self._outer.state if self._outer is not None and of_outer else self._value.state
        return RowPlace(self._rows, state, Around(self._needs, self._customer, self._nested), self._outer)

    def _filter(self, rule: Rule) -> Filter:
        place = self._place()
        return Filter(compiled(rule, place), place)

    def _nested(self, value: Aggregate, place: RowPlace) -> Operand:
        return Aggregated(value, self._needs, self._customer, place).operand()

    def operand(self) -> Operand:
        """The aggregate as SQL over measures of its source."""
        place = self._place()
        field = None if self._value.measure is None else place.operand(RowField(self._value.measure))
        places = [place, *(each.place for each in (*self._where, *self._having))]
        history = History(self._value, self._needs, self._outer).known(any(each.counts_back for each in places))
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
                when = self._rows.flag(later.sql)
                first = self._rows.measure(f"min({when})", self._rows.flag(f"({later.sql} IS NOT NULL)"))
                self._tell(later._replace(sql=first))

    def _tell(self, later: Later) -> None:
        if self._outer is not None:
            self._outer.later.append(later._replace(sql=self._outer.rows.named(later.sql)))
        elif later.flip is not None:
            self._needs.leaves(later.flip, later.sql)
        elif later.day:
            self._customer.changes_on(later.sql)
        else:
            self._customer.changes_at(later.sql)
