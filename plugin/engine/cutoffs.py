"""Computes what must be known of the whole store: cutoffs of rankings and scores, and averages.

Each customer of the population is read once, as of one moment. Whose value, or whose place in the population,
cannot be known is not counted: a population is those for whom its rule matches.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil

import psycopg

from plugin.db import cutoffs
from plugin.db.cutoffs import Cutoff
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.engine.asked import Asked
from plugin.engine.conditions import compiled
from plugin.engine.limits import Kind, Limit
from plugin.engine.operands import Numeric
from plugin.engine.people import PeoplePlace
from plugin.engine.plan import Plan
from plugin.engine.reading import read
from plugin.engine.relative import comparable, population
from plugin.rules.meaning import core
from plugin.rules.tree import Rule, Value

LEAST, MOST = Decimal("-Infinity"), Decimal("Infinity")
"""What every value reaches, and what none exceeds."""


def limits(plan: Plan) -> tuple[Limit, ...]:
    """Everything that the plan must know of the whole store; each after all it needs itself."""
    statements = (*plan.statements, *(replay.statement for replay in plan.replays))
    found: dict[str, Limit] = {}
    for statement in statements:
        for limit in statement.limits:
            _collect(plan, limit, found)
    return tuple(found.values())


def compute(tx: Transaction, plan: Plan, at: datetime, only: Iterable[Limit] | None = None) -> list[Cutoff]:
    """The plan's limits (or only these) stand from ``at`` on, as the facts of that moment say."""
    wanted = list(limits(plan) if only is None else only)
    computed: list[Cutoff] = []
    while wanted:
        keys = {limit.key for limit in wanted}
        ready = [limit for limit in wanted if not keys & {inner.key for inner in _inner(plan, limit)}]
        for cutoff in _computed(tx, plan, ready, at):
            cutoffs.put(tx, cutoff)
            computed.append(cutoff)
        wanted = [limit for limit in wanted if limit not in ready]
    return computed


def missing(tx: Transaction, plan: Plan, at: datetime) -> list[Limit]:
    """Those of the plan's limits that nobody has computed up to this moment."""
    return [limit for limit in limits(plan) if cutoffs.latest(tx, limit.key, at) is None]


def places(
    tx: Transaction, plan: Plan, asked: Sequence[Limit], customer_id: CustomerId, at: datetime
) -> list[tuple[int | None, int]]:
    """The customer's place in each limit's population, 1 the first, and how many it has; equals share a place."""
    return [_place(limit, values, customer_id) for limit, values in _read(tx, plan, asked, at)]


def _place(limit: Limit, values: Sequence[tuple[CustomerId, str]], customer_id: CustomerId) -> tuple[int | None, int]:
    mine = next((value for customer, value in values if customer == customer_id), None)
    if mine is None:
        return None, len(values)
    sign = -1 if limit.kind is Kind.BOTTOM else 1
    return 1 + sum(Decimal(value) * sign > Decimal(mine) * sign for _, value in values), len(values)


@contextmanager
def supposed(tx: Transaction) -> Iterator[None]:
    """What is computed inside holds inside only: it is undone at the end."""
    with tx.savepoint():
        yield
        raise psycopg.Rollback


def _collect(plan: Plan, limit: Limit, found: dict[str, Limit]) -> None:
    if limit.key in found:
        return
    for inner in _inner(plan, limit):
        _collect(plan, inner, found)
    found[limit.key] = limit


def _inner(plan: Plan, limit: Limit) -> list[Limit]:
    """What must be known before the limit can be computed."""
    asking = plan.asking([population(limit)])
    statements = (*asking.statements, *(replay.statement for replay in asking.replays))
    return [inner for statement in statements for inner in statement.limits if inner != limit]


# --- reading the customers ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is read of each customer of a population; limits over the same share it."""

    by: Value
    among: Rule | None
    exact: bool
    """As a fraction that can be added up, not as a number to compare."""

    @staticmethod
    def of(limit: Limit) -> "_Measure":
        return _Measure(limit.by, limit.among, limit.kind is Kind.AVERAGE)

    def told(self, place: PeoplePlace) -> str:
        """SQL for the value as a text; null outside the population."""
        inside = compiled(core(population(Limit(Kind.AVERAGE, self.by, self.among))), place)
        return f"CASE WHEN {inside} THEN {self._value(place)} END"

    def _value(self, place: PeoplePlace) -> str:
        if not self.exact:
            return f"{comparable(place.operand(self.by))}::text"
        number = _numeric(self.by, place)
        return f"({number.top})::numeric::text || '/' || ({number.bottom or 1})::numeric"


def _computed(tx: Transaction, plan: Plan, ready: Sequence[Limit], at: datetime) -> Iterator[Cutoff]:
    """The limits, none of which needs another of them, in one pass over everyone."""
    for limit, values in _read(tx, plan, ready, at):
        yield Cutoff(limit.key, at, tuple(_cuts(limit, [value for _, value in values])), len(values))


def _read(
    tx: Transaction, plan: Plan, ready: Sequence[Limit], at: datetime
) -> list[tuple[Limit, list[tuple[CustomerId, str]]]]:
    """Each limit's population with their values."""
    measures = list(dict.fromkeys(_Measure.of(limit) for limit in ready))
    about = [population(limit) for limit in ready]
    found: list[list[tuple[CustomerId, str]]] = [[] for _ in measures]

    def told(place: PeoplePlace) -> str:
        return f"jsonb_build_array({', '.join(measure.told(place) for measure in measures)})::text"

    for row in read(tx, plan, about, told, Asked.everyone(at)) if ready else ():
        for number, value in enumerate(json.loads(row.text) if row.text else ()):
            if value is not None:
                found[number].append((row.customer_id, value))
    return [(limit, found[measures.index(_Measure.of(limit))]) for limit in ready]


def _numeric(value: Value, place: PeoplePlace) -> Numeric:
    operand = place.operand(value)
    if not isinstance(operand, Numeric):
        raise TypeError(f"only numbers have an average: {value!r}")
    return operand


# --- from values to cuts --------------------------------------------------------------------------


def _cuts(limit: Limit, values: Sequence[str]) -> list[Decimal]:
    match limit.kind:
        case Kind.BANDS:
            ordered = sorted(map(Decimal, values), reverse=True)
            bands = int(limit.amount)
            places = [ceil(Fraction((bands - points + 1) * len(ordered), bands)) for points in range(2, bands + 1)]
            return [_at(ordered, place, LEAST) for place in places]
        case Kind.TOP | Kind.BOTTOM:
            top, amount = limit.kind is Kind.TOP, Fraction(limit.amount)
            ordered = sorted(map(Decimal, values), reverse=top)
            place = ceil(amount * len(ordered) / 100 if limit.percent else amount)
            return [_at(ordered, place, LEAST if top else MOST)]
    return _average(values)


def _at(ordered: Sequence[Decimal], place: int, everyone: Decimal) -> Decimal:
    """The value at that place, counted from 1; what everyone reaches where there are fewer, or none at all yet."""
    if place > len(ordered) or not ordered:
        return everyone
    return ordered[place - 1] if place > 0 else -everyone


def _average(values: Iterable[str]) -> list[Decimal]:
    """The average as an exact fraction; nothing of nobody."""
    tops: dict[str, Fraction] = defaultdict(Fraction)
    count = 0
    for value in values:
        top, _, bottom = value.partition("/")
        tops[bottom] += Fraction(top)
        count += 1
    if not count:
        return []
    average = sum((top / Fraction(bottom) for bottom, top in tops.items()), Fraction(0)) / count
    return [Decimal(average.numerator), Decimal(average.denominator)]
