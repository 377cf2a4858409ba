"""One value from many rows: filtered, then chosen, then tested, then counted or summed."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeGuard

from plugin.rules.tree import Aggregate, Comparison, End, Function, Not, Quantified, Quantifier, Rule, Slice
from tests.laws.oracle.collected import value_of
from tests.laws.oracle.known import is_snapshot, rows_known
from tests.laws.oracle.rows import Place, Row
from tests.laws.oracle.signs import compares
from tests.laws.oracle.texts import Listed
from tests.laws.oracle.truth import MISSING, UNKNOWN, Truth3, every, opposite

if TYPE_CHECKING:
    from tests.laws.oracle.oracle import Oracle


def aggregate(asked: "Oracle", value: Aggregate, place: Place | None) -> object:
    """The value of the aggregate; unknown as soon as one row of it is."""
    taken = rows_taken(asked, value, place)
    if taken is None:
        return UNKNOWN
    if value.function is Function.COUNT:
        return Fraction(len(taken))
    assert value.measure is not None
    if value.function in (Function.FIRST, Function.LAST):
        taken = taken[:1] if value.function is Function.FIRST else taken[-1:]
    found = [value_of(row, value.measure) for row in taken]
    if UNKNOWN in found:
        return UNKNOWN
    there = [each for each in found if each is not MISSING]
    return _REDUCED[value.function](there)


def rows_taken(asked: "Oracle", value: Aggregate, place: Place | None) -> list[Row] | None:
    """Those that pass the filter, of them the chosen ones, of them those that pass HAVING; None: cannot know."""
    if not rows_known(asked.store, asked.person, asked.t, value, place) and not snapshot_seen(asked, value):
        return None
    rows = asked.rows.related(value, place.row if place else None)
    passing = _passing(asked, rows, value.where, place)
    if passing is None:
        return None
    return _passing(asked, chosen(passing, value.slice), value.having, place)


def is_count(value: object) -> TypeGuard[Aggregate]:
    """Whether rows of which we do not know could only add to it."""
    return isinstance(value, Aggregate) and value.function is Function.COUNT and value.slice is None


def sure_count(asked: "Oracle", value: Aggregate, place: Place | None) -> Fraction:
    """How many rows are known to count, whatever there may be of which we do not know."""
    rows = asked.rows.related(value, place.row if place else None)
    rules = [rule for rule in (value.where, value.having) if rule is not None]
    return Fraction(sum(all(asked.holds(rule, Place(row, place)) is True for rule in rules) for row in rows))


def at_least_so_many(sure: Fraction, op: Comparison, limit: object) -> Truth3:
    """What a count of so many or more says of a comparison with a number."""
    assert isinstance(limit, Fraction)
    match op:
        case Comparison.GE | Comparison.GT:
            return True if compares(sure, op, limit) else None
        case Comparison.LE | Comparison.LT:
            return None if compares(sure, op, limit) else False
    return None if sure <= limit else op is Comparison.NE


def snapshot_seen(asked: "Oracle", value: Aggregate) -> bool:
    """Whether a snapshot of it stands at that moment."""
    return is_snapshot(value.source) and any(seen.at <= asked.t for seen in asked.snapshots(value.source))


def _passing(asked: "Oracle", rows: list[Row], rule: Rule | None, place: Place | None) -> list[Row] | None:
    if rule is None:
        return rows
    answers = [asked.holds(rule, Place(row, place)) for row in rows]
    return None if None in answers else [row for row, passes in zip(rows, answers, strict=True) if passes]


def chosen(rows: list[Row], some: Slice | None) -> list[Row]:
    """The first, the latest or the n-th of the rows; fewer if fewer exist."""
    match some:
        case None:
            return rows
        case Slice(End.FIRST, count):
            return rows[:count]
        case Slice(End.LATEST, count):
            return rows[-count:]
        case Slice(End.NTH, number):
            place = number - 1 if number > 0 else len(rows) + number
            return rows[place : place + 1] if 0 <= place < len(rows) else []
    raise TypeError(repr(some))


def quantified(asked: "Oracle", rule: Quantified, place: Place | None) -> Truth3:
    """Any: there is a row. None: there is not. Every: there is one, and all pass HAVING."""
    rows = rule.rows
    if rule.quantifier is not Quantifier.EVERY:
        there = _any(asked, rows, place)
        return there if rule.quantifier is Quantifier.ANY else opposite(there)
    assert rows.having is not None
    failing = replace(rows, having=Not(rows.having))
    return every([_any(asked, _without_having(rows), place), opposite(_any(asked, failing, place))])


def _any(asked: "Oracle", rows: Aggregate, place: Place | None) -> Truth3:
    """Whether there is one; a row that is known to count is enough, unless some are chosen by their number."""
    taken = rows_taken(asked, rows, place)
    if taken is None:
        return True if rows.slice is None and sure_count(asked, rows, place) else None
    return bool(taken)


def _without_having(rows: Aggregate) -> Aggregate:
    return replace(rows, having=None)


# --- many values to one -------------------------------------------------------------------------------


def _distinct(found: list[object]) -> object:
    """A list counts each of its values."""
    elements = [part for each in found for part in (each.elements if isinstance(each, Listed) else (each,))]
    return Fraction(len(set(elements)))


def _average(found: list[object]) -> object:
    return _sum(found) / len(found) if found else MISSING


def _sum(found: list[object]) -> Fraction:
    return sum((each for each in found if isinstance(each, Fraction)), Fraction(0))


_REDUCED: dict[Function, Callable[[list[object]], object]] = {
    Function.COUNT_DISTINCT: _distinct,
    Function.SUM: _sum,
    Function.AVG: _average,
    Function.MIN: lambda found: min(found, default=MISSING),  # type: ignore[type-var]
    Function.MAX: lambda found: max(found, default=MISSING),  # type: ignore[type-var]
    Function.FIRST: lambda found: found[0] if found else MISSING,
    Function.LAST: lambda found: found[-1] if found else MISSING,
}
"""Over nothing count and sum are 0; everything else is missing."""
