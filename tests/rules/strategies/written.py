"""Random values: names, aggregates, arithmetic, everything that can be compared."""

from collections.abc import Callable
from decimal import Decimal

from hypothesis.strategies import DrawFn

from plugin.rules import fields
from plugin.rules.fields import NUMERIC, Field, Rows, Type, takes
from plugin.rules.moving import moves
from plugin.rules.scope import CUSTOMER
from plugin.rules.tree import (
    Aggregate,
    Anniversary,
    Arithmetic,
    Attribute,
    Banded,
    Changed,
    DaysSince,
    Distance,
    Duration,
    End,
    Function,
    Label,
    Length,
    Operation,
    Passage,
    Previous,
    Relation,
    RelativeDay,
    Rfm,
    RowField,
    Rule,
    Score,
    SegmentDate,
    Slice,
    Source,
    State,
    StoreAverage,
    TagDate,
    Unit,
    Value,
)
from plugin.rules.typed import type_of
from tests.rules.strategies.literals import Pen, Pools

Scope = tuple[Rows, ...]
"""The rows of the filters around, the outermost first; none: the customer."""

_ITS = {Source.ORDERS: (Source.LINES, Source.REFUNDS), Source.LINES: (Source.REFUNDS,)}
_NUMBERS = [Function.COUNT, Function.COUNT_DISTINCT, Function.SUM, Function.AVG, Function.MIN, Function.MAX]
_CHOSEN = [Function.MIN, Function.MAX, Function.FIRST, Function.LAST]
FILTERS = 3
"""How many filters may stand inside one another."""


def is_own(value: Value) -> bool:
    """Whether the value is a name of the store's own, whose type is what it is compared with."""
    named = value.of if isinstance(value, Previous) else value
    return isinstance(named, Attribute) and fields.is_dynamic(named.name)


class Writer(Pen):
    """Draws values; ``condition`` and ``population`` draw what stands in their brackets."""

    def __init__(self, draw: DrawFn, pools: Pools) -> None:
        super().__init__(draw, pools)
        self.relative = True
        """Whether the store's other customers may be spoken of: not while they are."""

    def condition(self, scope: Scope) -> Rule:
        """A question about a row or a customer."""
        raise NotImplementedError

    # --- names --------------------------------------------------------------------------------

    def named(self, scope: Scope, *types: Type) -> Value | None:
        """A name of one of the types; of the row, of its order, of the row around, or of the customer."""
        found = [name for name in self._names(scope) if name[1].type in types]
        return self.one(found)[0] if found else None

    def field(self, scope: Scope) -> tuple[Value, Field]:
        """Any name with its entry in the catalogue."""
        return self.one(self._names(scope))

    def _names(self, scope: Scope) -> list[tuple[Value, Field]]:
        if not scope:
            return [(Attribute(name, self._kind(known)), known) for name, known in fields.ATTRIBUTES.items()]
        rows = scope[-1]
        names = [(name, rows.find(name)) for name in rows.names]
        if len(scope) > 1:
            names += [(f"outer.{name}", known) for name, known in scope[-2].fields.items()]
        key = "Size" if self.pools.free_texts else self.pools.texts[0]
        return [(RowField(name, key if known.keyed else None), known) for name, known in names if known is not None]

    def _kind(self, known: Field) -> str | None:
        return "text" if known.dynamic else None

    def own(self, kind: str | None) -> Attribute:
        """A name of the store's own, asked as of that kind."""
        return Attribute(self.one((*self.pools.own, "income")), kind)

    # --- numbers ------------------------------------------------------------------------------

    def numeric(self, scope: Scope, deep: int = 1) -> Value:
        """A number of a row or of a customer, with or without arithmetic."""
        makers: list[Callable[[], Value]] = [lambda: self._single(scope), lambda: self._single(scope)]
        if deep:
            makers.append(lambda: self._sum(scope, deep))
        return self.made(makers)

    def _single(self, scope: Scope) -> Value:
        makers: list[Callable[[], Value]] = [
            lambda: self._plain_name(scope, *NUMERIC) or self.aggregate(scope, NUMERIC),
            lambda: self.own("number"),
            lambda: Previous(self.own("number")),
        ]
        if len(scope) < FILTERS:
            makers += [lambda: self.aggregate(scope, NUMERIC)] * 2
        if not scope:
            makers.append(self._distance)
        if self.relative:
            makers.append(lambda: self._of_others(scope))
        return self.made(makers)

    def _plain_name(self, scope: Scope, *types: Type) -> Value | None:
        """A name that may take part in arithmetic."""
        found = self.named(scope, *types)
        return None if isinstance(found, Attribute) and found.name == "age" else found

    def _sum(self, scope: Scope, deep: int) -> Value:
        left = self.numeric(scope, deep - 1)
        right = self.number() if self.maybe() else self.numeric(scope, deep - 1)
        if self.maybe():
            left, right = right, left
        return Arithmetic(left, self.one(list(Operation)), right)

    def _distance(self) -> Value:
        return Distance(self.degrees(90), self.degrees(180), self.one(list(Length)), self.maybe())

    def _of_others(self, scope: Scope) -> Value:
        makers: list[Callable[[], Value]] = [lambda: StoreAverage(self.ranked_by(False), self.population())]
        if not scope:
            window = RelativeDay(-self.whole(1, 400), Unit.DAY) if self.maybe() else None
            makers.append(lambda: Banded(self.whole(2, 10), self.ranked_by(True), self.population()))
            makers.append(lambda: Rfm(self.one([Score.RECENCY, Score.FREQUENCY, Score.MONETARY]), window))
        return self.made(makers)

    def ranked_by(self, dates: bool) -> Value:
        """What customers are put in order by."""
        before, self.relative = self.relative, False
        found = self.instant_value(()) if dates and self.whole(0, 3) == 0 else self.numeric((), 0)
        self.relative = before
        return Attribute("last_order_date") if is_own(found) and type_of(found, CUSTOMER) is Type.DATE else found

    def population(self) -> Rule | None:
        """Among whom."""
        before, self.relative = self.relative, False
        found = self.condition(()) if self.maybe() else None
        self.relative = before
        return found

    # --- dates --------------------------------------------------------------------------------

    def dated(self, scope: Scope) -> Value:
        """A date, moved or not."""
        found = self.instant_value(scope)
        if self.whole(0, 3):
            return found
        length = Duration(self.whole(0, 40), self.one(list(Unit)))
        return Arithmetic(found, self.one([Operation.ADD, Operation.SUBTRACT]), length)

    def instant_value(self, scope: Scope) -> Value:
        """A date as it is."""
        makers: list[Callable[[], Value]] = [
            lambda: self.named(scope, Type.DATE) or self.own("date"),
            lambda: self.named(scope, Type.DATE) or self.own("date"),
            lambda: self.own("date"),
            lambda: Previous(self.own("date")),
            lambda: TagDate(self.text().value + "x"),
            lambda: Changed(self._history()),
        ]
        if len(scope) < FILTERS:
            makers += [lambda: self.aggregate(scope, frozenset({Type.DATE}))] * 2
        if self.pools.segments:
            makers.append(lambda: SegmentDate(self.one(list(Passage)), self.one(self.pools.segments)))
        return self.made(makers)

    def _history(self) -> Attribute | Label:
        if self.pools.segments and self.whole(0, 3) == 0:
            return Label(self.one(self.pools.segments))
        names = [name for name, known in fields.ATTRIBUTES.items() if known.dated]
        return self.own(None) if self.maybe() else Attribute(self.one(names))

    def elapsed(self, scope: Scope) -> Value:
        """The number of days since a date."""
        return DaysSince(self._standing(scope))

    def yearly(self, scope: Scope) -> Value:
        """A day of every year."""
        return Anniversary(self._standing(scope))

    def _standing(self, scope: Scope) -> Value:
        """A date that does not move by itself."""
        found = self.dated(scope)
        return Attribute("last_order_date") if moves(found) else found

    # --- texts --------------------------------------------------------------------------------

    def textual(self, scope: Scope) -> Value:
        """A text."""
        makers: list[Callable[[], Value]] = [
            lambda: self.named(scope, Type.TEXT) or self.own("text"),
            lambda: self.own("text"),
            lambda: Previous(self.own("text")),
        ]
        if len(scope) < FILTERS:
            makers.append(lambda: self.aggregate(scope, frozenset({Type.TEXT})))
        if not scope and self.pools.segments:
            makers.append(lambda: Label(self.one(self.pools.segments)))
            makers.append(lambda: Previous(Label(self.one(self.pools.segments))))
        return self.made(makers)

    # --- aggregates ---------------------------------------------------------------------------

    def aggregate(self, scope: Scope, types: frozenset[Type]) -> Aggregate:
        """A value of one of the types, computed from rows."""
        functions = _NUMBERS + _CHOSEN if types & NUMERIC else _CHOSEN
        fitting = [
            (rows, function, measure)
            for rows in fields.ROWS.values()
            for function in functions
            for measure in self._measures(rows, function, types)
        ]
        rows, function, measure = self.one(fitting)
        return self.over(rows, function, measure, scope)

    def _measures(self, rows: Rows, function: Function, types: frozenset[Type]) -> list[str | None]:
        if function is Function.COUNT:
            return [None]
        if function in (Function.FIRST, Function.LAST) and not rows.dated:
            return []
        taken = [name for name in rows.names if (known := rows.find(name)) is not None and takes(function, known)]
        if function is Function.COUNT_DISTINCT:
            return [*taken]
        return [name for name in taken if (known := rows.find(name)) is not None and known.type in types]

    def over(self, rows: Rows, function: Function, measure: str | None, scope: Scope) -> Aggregate:
        """The aggregate with random state, slice, filters and relation."""
        relation = self._relation(rows, scope)
        state = State.ANY if relation is Relation.ITS else self.one(sorted(rows.states, key=list(State).index))
        inside = (*scope, rows)
        deep = len(inside) <= FILTERS
        where = self.condition(inside) if deep and self.maybe() else None
        chosen = self._slice() if rows.dated and self.whole(0, 3) == 0 else None
        having = self.condition(inside) if deep and self.whole(0, 4) == 0 else None
        return Aggregate(function, rows.source, state, measure, where, chosen, having, relation)

    def _relation(self, rows: Rows, scope: Scope) -> Relation | None:
        if not scope:
            return None
        around = scope[-1]
        relations: list[Relation | None] = [None]
        if rows.source in _ITS.get(around.source, ()):
            relations += [Relation.ITS] * 3
        if rows.dated and around.dated:
            relations += [Relation.EARLIER, Relation.LATER]
        return self.one(relations)

    def _slice(self) -> Slice:
        end = self.one(list(End))
        rows = self.whole(1, 5)
        return Slice(end, -rows if end is End.NTH and self.maybe() else rows)

    def share(self) -> Decimal:
        """A percentage."""
        return self.one([Decimal(text) for text in ("0.5", "10", "33.3", "100")])
