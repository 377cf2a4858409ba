"""What a rule asks of the store's other customers, in SQL: a place among them, a score, an average.

The numbers come from ``cutoffs``, read once for each moment asked; where there are none yet, nobody in the
population can be decided. Customers outside the population have no score and no place.
"""

from decimal import Decimal

from plugin.engine.conditions import compiled
from plugin.engine.limits import Kind, Limit
from plugin.engine.needs import Needs
from plugin.engine.operands import DayValue, Elapsed, Instant, Numeric, Operand, Textual, both
from plugin.engine.place import Place
from plugin.rules import rfm
from plugin.rules.fields import Type
from plugin.rules.meaning import core, core_value
from plugin.rules.scope import CustomerScope
from plugin.rules.tree import (
    Aggregate,
    And,
    Banded,
    Compare,
    Comparison,
    Function,
    IsNull,
    Number,
    Ranked,
    Rfm,
    RowField,
    Rule,
    Score,
    Source,
    State,
    StoreAverage,
    Value,
)
from plugin.rules.tree import Place as End
from plugin.rules.typecheck import type_of


def population(limit: Limit) -> Rule:
    """Who is counted: has a value, and is among those the rule names, or (where it names none) is above 0."""
    present = IsNull(limit.by, negated=True)
    if limit.among is not None:
        return And((limit.among, present))
    if type_of(limit.by, CustomerScope()) is Type.DATE:
        return present
    return And((Compare(limit.by, Comparison.GT, Number(Decimal(0))), present))  # Nobody has a place by a part of it.


def comparable(operand: Operand) -> str:
    """The value as a number that orders as the value does; equal fractions give equal numbers."""
    match operand:
        case Numeric(top, None):
            return f"({top})::numeric"
        case Numeric(top, bottom):
            return f"(div(({top}) * 1e40, {bottom}) * 1e-40)"
        case Instant(sql):
            return f"(extract(epoch FROM {sql}) * 1000000)"
        case Elapsed(Instant(sql)):
            # The order of days since is that of the dates, backwards; so it does not change from moment to moment.
            return f"(extract(epoch FROM {sql}) * -1000000)"
        case DayValue(sql):
            return f"(({sql} - date '1970-01-01')::numeric * 86400000000)"
    raise TypeError(f"customers can be put in order by numbers and dates only, not by {operand!r}")


def limit_of(asked: Ranked | Banded) -> Limit:
    """What must be known of the store to answer it."""
    by, among = core_value(asked.by), _core(asked.among)
    if isinstance(asked, Banded):
        return Limit(Kind.BANDS, by, among, Decimal(asked.bands))
    return Limit(Kind.TOP if asked.place is End.TOP else Kind.BOTTOM, by, among, asked.amount, asked.percent)


class Relative:
    """Store-relative values and conditions of one statement, asked outside any filter."""

    def __init__(self, needs: Needs, place: Place) -> None:
        self._needs = needs
        self._place = place

    def operand(self, value: Value) -> Operand:
        """The value as SQL."""
        match value:
            case Banded():
                return self.banded(value)
            case StoreAverage(of, among):
                cuts = self._cuts(Limit(Kind.AVERAGE, core_value(of), _core(among)))
                return Numeric(f"{cuts}[1]", f"{cuts}[2]", True, f"{cuts} IS NOT NULL")
            case Rfm(Score.GROUP):
                return self._group(value)
            case Rfm():
                return self.banded(banded(value))
        raise TypeError(f"not relative to the store: {value!r}")

    def ranked(self, rule: Ranked) -> str:
        """Whether the customer is among the first or last of the population."""
        limit = limit_of(rule)
        cuts, inside = self._cuts(limit), self._inside(limit)
        sign = ">=" if limit.kind is Kind.TOP else "<="
        reached = f"{self._comparable(limit)} {sign} {cuts}[1]"
        return f"(CASE {inside} WHEN true THEN {reached} WHEN false THEN false END)"

    def banded(self, value: Banded) -> Numeric:
        """The customer's score; missing outside the population."""
        limit = limit_of(value)
        cuts, inside = self._cuts(limit), self._inside(limit)
        score = f"(CASE WHEN {inside} THEN 1 + width_bucket({self._comparable(limit)}, {cuts}) END)"
        known = f"(CASE {inside} WHEN true THEN {cuts} IS NOT NULL WHEN false THEN true ELSE false END)"
        return Numeric(score, None, True, known)

    def _group(self, value: Rfm) -> Textual:
        recency, frequency, monetary = (self.banded(banded(Rfm(score, value.window))) for score in _MEASURES)
        names = ", ".join(f"'{group}'" for points in range(1, rfm.BANDS + 1) for group in rfm.TABLE[points])
        column = f"({recency.top} - 1) * {rfm.BANDS} + ({frequency.top} + {monetary.top}) / 2"
        group = f"coalesce((ARRAY[{names}])[{column}], '{rfm.Group.PROSPECTS}')"
        return Textual(group, nullable=False, known=both(recency.known, frequency.known, monetary.known))

    def _cuts(self, limit: Limit) -> str:
        return _read(limit, self._needs)

    def _inside(self, limit: Limit) -> str:
        return compiled(core(population(limit)), self._place)

    def _comparable(self, limit: Limit) -> str:
        return comparable(self._place.operand(limit.by))


def _read(limit: Limit, needs: Needs) -> str:
    """The name of the limit's numbers as they stood; null before they were computed first.

    The next computation is a moment of change: it is behind us wherever the present is asked about.
    """
    needs.limits[limit.key] = limit
    key = needs.parameters.text(limit.key)
    mine = f"FROM cutoffs c WHERE c.store_id = %(store)s AND c.key = {key} AND c.at"
    later = needs.clock.constant(f"(SELECT min(c.at) {mine} > as_of)")
    needs.moments[later] = None
    return needs.clock.constant(f"(SELECT c.cuts {mine} <= as_of ORDER BY c.at DESC LIMIT 1)")


def _core(rule: Rule | None) -> Rule | None:
    return None if rule is None else core(rule)


_MEASURES: dict[Score, tuple[Function, str | None]] = {
    Score.RECENCY: (Function.MAX, "date"),
    Score.FREQUENCY: (Function.COUNT, None),
    Score.MONETARY: (Function.SUM, "net"),
}


def banded(value: Rfm) -> Banded:
    """The score of RFM in plainer terms: among customers with a counted order (in the window)."""
    since = None if value.window is None else Compare(RowField("date"), Comparison.GE, value.window)
    function, measure = _MEASURES[value.score]
    by = Aggregate(function, Source.ORDERS, State.COUNTED, measure, since)
    bought = Compare(Aggregate(Function.COUNT, Source.ORDERS, State.COUNTED, None, since), Comparison.GE, _ONE)
    return Banded(rfm.BANDS, by, bought, span=value.span)


_ONE = Number(Decimal(1))
