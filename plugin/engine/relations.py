"""What a statement wants of one source of rows, and the query that brings it."""

import re
from dataclasses import dataclass

from plugin.engine.columns import COLUMNS, IN_ORDER, LINE_STATES, STATES, aliased
from plugin.engine.sources import ALL, MINE, ORDER_OF_LINE
from plugin.rules.tree import Source, State

PRUNED = 8
"""Up to so many different conditions, rows that meet none of them are dropped early."""

SNAPSHOTS = frozenset({Source.ADDRESSES, Source.CREDITS})
"""Sources whose rows stand in lists."""

WITH_ORDERS = frozenset({Source.ORDERS, Source.LINES, Source.REFUNDS})
"""Sources whose rows have an order, and so its state."""

_THRESHOLD = re.compile(r"\bt\d+\b")
_OF_OTHERS = re.compile(r"\b(o\d*|p)\.")
"""Columns of orders around the row, or of the customer."""

PLACES = """SELECT {n} AS n, o.id, row_number() OVER w AS position,
        extract(epoch FROM o.placed_at - lag(o.placed_at) OVER w) * 1000000 AS days_since_previous,
        extract(epoch FROM lead(o.placed_at) OVER w - o.placed_at) * 1000000 AS days_until_next
      FROM {orders} WHERE ({state}) IS TRUE WINDOW w AS (PARTITION BY {n} ORDER BY o.placed_at, o.id)"""
"""Gaps in microseconds."""


@dataclass(frozen=True, slots=True)
class Inside:
    """Where rows stand that are looked at for each row of others."""

    rows_of: str
    """Their FROM clause."""
    depth: int
    order: int
    """The depth of the alias under which their orders are found."""
    belonging: bool
    """Whether they are part of the row around them and have its state."""
    name: str
    grouped: tuple[str, str, str] | None = None
    """Where everyone is asked: the FROM clause of all such rows, their key, and that of the row around them."""


class Rows:
    """What one statement wants of one source: columns, conditions of a row, measures over them.

    It is written in steps, each a query around the last: columns of the tables, windows over all rows,
    flags (conditions), ranks among the rows of a flag, flags over those, measures.
    """

    def __init__(self, source: str, level: int = 0, inside: "Inside | None" = None) -> None:
        self.source = source
        self._prefix = f"{source}{level or ''}"
        self._inside = inside
        self.depth, self.order = (0, 0) if inside is None else (inside.depth, inside.order)
        self.personal = False
        """Whether a row asks for more of its customer than who it is."""
        self._columns: dict[str, str] = {}
        self._sequences: dict[State, None] = {}
        self._windows: dict[str, str] = {}
        self._flags: dict[str, str] = {}
        self._ranks: dict[str, str] = {}
        self._chosen: dict[str, str] = {}
        self._measures: dict[str, str] = {}
        self._taking: dict[str, None] = {}
        self._only: dict[str | None, None] = {}
        self.inner: dict[tuple[str, str], Rows] = {}
        """Rows that are looked at for each of these, by what makes them the same."""

    # --- what is wanted -----------------------------------------------------------------------

    def column(self, field: str) -> str:
        """The name of the field's value."""
        return self.named(self.here(COLUMNS[self.source][field]), field)

    def here(self, sql: str) -> str:
        """SQL over the tables (plugin/engine/columns.py) as they are called in this set of rows."""
        return sql if self._inside is None else aliased(sql, self.depth, self.order)

    def named(self, sql: str, hint: str = "") -> str:
        """The name of a value of each row, or of its customer, or of the row around it."""
        return self._columns.setdefault(sql, self._name("c_", hint, self._columns))

    def window(self, sql: str, hint: str) -> str:
        """The name of a value made of columns, perhaps of those of the other rows."""
        return self._windows.setdefault(sql, self._name("w_", hint, self._windows))

    def state(self, state: State) -> str:
        """The name of: the order is in this state."""
        if self.source not in WITH_ORDERS or (self._inside is not None and self._inside.belonging):
            return "true"
        states = LINE_STATES if self.source == Source.LINES else STATES
        return self._columns.setdefault(f"({self.here(states[state])}) IS TRUE", f"in_{state}")

    def flag(self, condition: str) -> str:
        """The name of a condition (or a moment) over names and thresholds; equal ones share it."""
        return self._flags.setdefault(condition, f"f{len(self._flags)}")

    def rank(self, flag: str, order: str) -> str:
        """The name of: how many rows with this flag there are up to this one; null where it has not."""
        counted = f"CASE WHEN {flag} THEN count(*) FILTER (WHERE {flag}) OVER ({self._partition()}ORDER BY {order}) END"
        return self._ranks.setdefault(counted, f"k{len(self._ranks)}")

    def only_where(self, guard: str | None) -> None:
        """One that asks for these rows does so where this holds of the row around them (None: everywhere)."""
        self._only[guard] = None

    def chosen(self, condition: str) -> str:
        """The name of a condition that speaks of ranks."""
        return self._chosen.setdefault(condition, f"g{len(self._chosen)}")

    def measure(self, aggregate: str, flag: str, test: str = "") -> str:
        """The name of an aggregate over the rows with this flag; equal ones are computed once.

        ``test``: what else than *true* the flag must be, as ``IS NULL``.
        """
        self._taking[flag] = None
        filtered = f"{aggregate} FILTER (WHERE {flag}{' ' + test if test else ''})"
        name = self._measures.setdefault(filtered, f"{self._prefix}_{len(self._measures)}")
        return name if self._inside is None else f"{self._inside.name}.{name}"

    def nested(self, source: str, link: str) -> "Rows":
        """Rows that are looked at for each row of these; ``link``: their FROM clause."""
        depth = self.depth + 1
        return self._within(source, Inside(link, depth, depth, False, self.next_name()))

    def belonging(self, source: str, link: str, grouped: tuple[str, str, str] | None) -> "Rows":
        """Rows that are part of each row of these; see ``Inside``."""
        return self._within(source, Inside(link, self.depth + 1, self.order, True, self.next_name(), grouped))

    def _within(self, source: str, inside: Inside) -> "Rows":
        return self.inner.setdefault((source, inside.rows_of), Rows(source, 0, inside))

    def next_name(self) -> str:
        """The name of one more set of rows inside these."""
        return f"x{self.depth + 1}_{len(self.inner)}"

    @property
    def rows_of(self) -> str:
        """The FROM clause of rows inside others."""
        assert self._inside is not None
        return self._inside.rows_of

    def _name(self, prefix: str, hint: str, among: dict[str, str]) -> str:
        plain = prefix + (hint.replace(".", "_") or str(len(among)))
        return plain if plain not in among.values() else f"{plain}_{len(among)}"

    def _partition(self, *more: str) -> str:
        by = [name for name in ("" if self._inside else "n", *more) if name]
        return f"PARTITION BY {', '.join(by)} " if by else ""

    def sequence(self, value: str, state: str, hint: str) -> str:
        """The name of a window function (``{order}`` in its SQL) over the rows of one state, in their order."""
        return self.window(value.format(order=f"({self._partition(state)}ORDER BY {self.ordered()})"), hint)

    def sequences(self, state: State) -> str:
        """The alias under which each row finds the place of its order among the customer's in that state."""
        self._sequences[state] = None
        return f"seq_{state}"

    def ordered(self, end: str = "") -> str:
        """Earliest first, or (``DESC``) latest first."""
        return ", ".join(f"{self.column(name)}{end and ' ' + end}" for name in IN_ORDER[self.source])

    # --- the query ----------------------------------------------------------------------------

    @property
    def measures(self) -> tuple[str, ...]:
        """The names of all measures."""
        return tuple(self._measures.values())

    def relation(self, thresholds: tuple[str, ...], everyone: bool = False, people: str = "people") -> str:
        """One row for each asked row that has any, with all measures."""
        measures = "".join(f",\n    {sql} AS {name}" for sql, name in self._measures.items())
        rows = self.flagged(thresholds, everyone, people)
        return f"SELECT n{measures}\n  FROM ({rows}) r{self._taken()} GROUP BY n"

    def _taken(self) -> str:
        """Rows that no aggregate takes are dropped before they are sorted; not worth asking of many."""
        if len(self._taking) > PRUNED:
            return ""
        return "\n  WHERE " + " OR ".join(f"{flag} IS NOT FALSE" for flag in self._taking)

    def flagged(self, thresholds: tuple[str, ...], everyone: bool = False, people: str = "people") -> str:
        """Every row with the columns and conditions asked for so far.

        Each is computed once a row: the two fences (OFFSET 0) keep PostgreSQL from pasting them into
        every aggregate, which costs 40 % more.
        """
        n, rows_of = "p.n", MINE[self.source].replace("people p", f"{people} p")
        if everyone and self.source in ALL:
            owner, all_rows = ALL[self.source]
            n, rows_of = ("p.n", rows_of) if self.personal else (owner, all_rows)
            rows_of += f" AND {owner} BETWEEN %(first)s AND %(last)s"
        rows_of += self._places(n, everyone, people)
        if everyone:  # All asked as of one moment: what it is compared with is read once.
            query = self._steps(f"{n} AS n", rows_of, ("n",), everyone=True)
            names = "|".join(thresholds)
            return re.sub(rf"(?<![.\w])({names})\b", r"(SELECT \1 FROM moments)", query) if names else query
        first = f"{n} AS n" + "".join(f", p.{name}" for name in thresholds)
        return self._steps(first, rows_of, ("n", *(thresholds if self._chosen else ())))

    def _places(self, n: str, everyone: bool, people: str) -> str:
        """The orders of the same people, each with its place; joined by the order of the row."""
        order = "l.order_id" if self.source == Source.LINES else "r.order_id"
        joins = ""
        for state in self._sequences:
            own, orders = "p.n", MINE[Source.ORDERS].replace("people p", f"{people} p")
            if everyone and n != "p.n":
                own, orders = ALL[Source.ORDERS]
                orders += f" AND {own} BETWEEN %(first)s AND %(last)s"
            found = PLACES.format(n=own, orders=orders, state=STATES[state])
            joins += f"\n      LEFT JOIN ({found}) seq_{state} ON seq_{state}.n = {n} AND seq_{state}.id = {order}"
        return joins

    def lateral(self) -> str:
        """All measures over the rows that go with one row around them."""
        assert self._inside is not None
        measures = ",\n    ".join(f"{sql} AS {name}" for sql, name in self._measures.items())
        only = "" if None in self._only or self.source in SNAPSHOTS else f" AND ({' OR '.join(map(str, self._only))})"
        rows = self._steps("", self.rows_of + only, ())
        return f"(SELECT {measures}\n  FROM ({rows}) r{self._taken()}) {self._inside.name}"

    def for_all(self) -> str | None:
        """The same for all rows around them at once; None: something speaks of those, or few of them are asked."""
        if self._inside is None or self._inside.grouped is None or self._windows or self._ranks or self.inner:
            return None
        if all(guard is not None and _THRESHOLD.search(guard) for guard in self._only):
            return None  # Only for the rows of a window.
        if _OF_OTHERS.search(" ".join(self._columns).replace("p.as_of", "")):
            return None
        rows_of, key, around = self._inside.grouped
        measures = "".join(f",\n    {sql} AS {name}" for sql, name in self._measures.items())
        rows = self._steps(f"{key} AS n", rows_of, ("n",))
        name = self._inside.name
        return f"(SELECT n{measures}\n  FROM ({rows}) r{self._taken()} GROUP BY n) {name} ON {name}.n = {around}"

    def _beside(self, everyone: bool) -> str:
        """The rows inside these, as joins."""
        joins = ""
        for rows in self.inner.values():
            grouped = rows.for_all() if everyone else None
            joins += f"\n    LEFT JOIN {grouped}" if grouped else f"\n    CROSS JOIN LATERAL {rows.lateral()}"
        return joins

    def _steps(self, first: str, rows_of: str, carried: tuple[str, ...], everyone: bool = False) -> str:
        laterals = self._beside(everyone)
        columns = [first] if first else []
        columns += [f"{sql} AS {name}" for sql, name in self._columns.items()]
        if not self.depth and not re.search(r"\bo\.", " ".join([*columns, laterals])):
            rows_of = rows_of.replace(ORDER_OF_LINE, "")
        step = f"SELECT {_listed(columns)}\n    FROM {rows_of}{laterals}\n    OFFSET 0"
        if self._windows:
            step = f"SELECT q.*, {_listed(_as(self._windows))}\n    FROM ({step}) q"
        kept = [*carried, *self._columns.values(), *self._windows.values(), *_as(self._flags)]
        step = f"SELECT {_listed(kept)}\n    FROM ({step}) q OFFSET 0"
        if self._ranks:
            step = f"SELECT r.*, {_listed(_as(self._ranks))}\n    FROM ({step}) r"
        if self._chosen:
            step = f"SELECT r.*, {_listed(_as(self._chosen))}\n    FROM ({step}) r OFFSET 0"
        return step


def _as(named: dict[str, str]) -> list[str]:
    return [f"{sql} AS {name}" for sql, name in named.items()]


def _listed(columns: list[str]) -> str:
    return ",\n      ".join(columns)
