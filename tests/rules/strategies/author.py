"""Random rules: every kind of question, about customers and about rows."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from plugin.rules import fields
from plugin.rules.fields import Field, Operator, Part, Rows, Type
from plugin.rules.tree import (
    Affix,
    Affixed,
    Aggregate,
    And,
    AtLeast,
    Attribute,
    Between,
    Compare,
    Comparison,
    Contains,
    Function,
    In,
    InSegment,
    IsNull,
    Matches,
    Not,
    Or,
    Place,
    Previous,
    Quantified,
    Quantifier,
    Ranked,
    Rfm,
    RowField,
    Rule,
    Score,
    Text,
    Value,
)
from tests.rules.strategies.written import FILTERS, Scope, Writer, is_own

_SAME = [Comparison.EQ, Comparison.NE]


class Author(Writer):
    """Draws rules, all of them acceptable."""

    def rule(self, levels: int, breadth: int, scope: Scope = ()) -> Rule:
        """A rule of so many levels."""
        if levels == 0 or self.maybe():
            return self.condition(scope)

        def parts(low: int) -> tuple[Rule, ...]:
            return tuple(self.rule(levels - 1, breadth, scope) for _ in range(self.whole(low, breadth)))

        makers: list[Callable[[], Rule]] = [
            lambda: And(parts(2)),
            lambda: Or(parts(2)),
            lambda: Not(self.rule(levels - 1, breadth, scope)),
            lambda: self._at_least(parts(1)),
        ]
        return self.made(makers)

    def filter(self, rows: Rows, levels: int) -> Rule:
        """What may stand after WHERE."""
        return self.rule(levels, 2, (rows,))

    def condition(self, scope: Scope) -> Rule:
        """One question."""
        makers: list[Callable[[], Rule]] = [
            lambda: self._about_a_name(scope),
            lambda: self._about_a_name(scope),
            lambda: self._compared(scope),
            lambda: self._searched(scope),
            lambda: IsNull(_open(self._anything(scope)), self.maybe()),
        ]
        if len(scope) < FILTERS:
            makers.append(lambda: self._quantified(scope))
        if not scope:
            makers += [lambda: self._matches(), lambda: self._about_a_name(scope)]
            if self.relative:
                makers += [self._ranked, self._group]
            if self.pools.segments:
                makers.append(lambda: InSegment(self.one(self.pools.segments), self.maybe()))
        return self.made(makers)

    def _at_least(self, parts: tuple[Rule, ...]) -> Rule:
        return AtLeast(self.whole(1, len(parts)), parts)

    # --- names --------------------------------------------------------------------------------

    def _about_a_name(self, scope: Scope) -> Rule:
        value, known = self.field(scope)
        return self.about(value, known)

    def about(self, value: Value, known: Field) -> Rule:
        """A condition on one field, with any operator it takes."""
        if known.dynamic:
            return IsNull(replace(value, kind=None), self.maybe()) if isinstance(value, Attribute) else self._lost()
        makers: list[Callable[[], Rule]] = [lambda: IsNull(value, self.maybe())]
        taken = known.operators
        if Operator.CONTAINS in taken:
            text = Text(self.one(known.choices)) if known.choices else self.text()
            makers += [lambda: Contains(value, text, self.maybe()), lambda: self._affixed(value)]
        if Operator.EQ in taken:
            signs = list(Comparison) if Operator.GT in taken else _SAME
            makers.append(lambda: self._either_way(value, self.one(signs), self.literal(known)))
        if Operator.BETWEEN in taken:
            makers.append(lambda: Between(value, self.literal(known), self.literal(known)))
        if Operator.IN in taken:
            options = tuple(self.literal(known) for _ in range(self.whole(1, 3)))
            makers.append(lambda: In(value, options, self.maybe()))
        return self.made(makers)

    def _lost(self) -> Rule:
        raise TypeError("only attributes are dynamic")

    def _either_way(self, left: Value, op: Comparison, right: Value) -> Rule:
        return Compare(left, op, right) if self.maybe() else Compare(right, op, left)

    # --- comparisons --------------------------------------------------------------------------

    def _compared(self, scope: Scope) -> Rule:
        kinds = [self._numbers, self._numbers, self._dates, self._days_since, self._texts, self._ids, self._own]
        return self.one([*kinds, self._anniversaries])(scope)

    def _numbers(self, scope: Scope) -> Rule:
        left = self.numeric(scope)
        if self.whole(0, 3) == 0:
            return Between(left, self.number(), self.number() if is_own(left) else self.numeric(scope))
        right = self.number() if self.maybe() or is_own(left) else self.numeric(scope)
        return self._either_way(left, self.one(list(Comparison)), right)

    def _dates(self, scope: Scope) -> Rule:
        left = self.dated(scope)
        right = self.day() if self.maybe() or is_own(left) else self.dated(scope)
        if self.whole(0, 3) == 0:
            return Between(left, self.day(), right)
        return self._either_way(left, self.one(list(Comparison)), right)

    def _days_since(self, scope: Scope) -> Rule:
        left = self.elapsed(scope)
        if self.whole(0, 2) == 0:
            return Between(left, self.number(), self.number())
        gaps = Aggregate(Function.AVG, fields.ORDERS.source, fields.ORDERS.default, "days_since_previous")
        still = self.number() if scope or self.maybe() else gaps
        return self._either_way(left, self.one(list(Comparison)), still)

    def _anniversaries(self, scope: Scope) -> Rule:
        left = self.yearly(scope)
        if self.maybe():
            return Between(left, self.day(), self.day())
        return self._either_way(left, self.one(list(Comparison)), self.day())

    def _texts(self, scope: Scope) -> Rule:
        left = self.textual(scope)
        if self.whole(0, 2) == 0:
            return In(left, tuple(self.text() for _ in range(self.whole(1, 3))), self.maybe())
        right = self.text() if self.maybe() else self.textual(scope)
        return self._either_way(left, self.one(_SAME), right)

    def _ids(self, scope: Scope) -> Rule:
        left, right = self.named(scope, Type.ID), self.named(scope, Type.ID)
        if left is None or right is None:
            return self._texts(scope)
        return Compare(left, self.one(_SAME), right)

    def _own(self, scope: Scope) -> Rule:
        kind = self.one(("number", "text", "date", "truth"))
        known = Field("own", Type(kind), "own")
        value = self.own(kind)
        if kind == "text" and self.maybe():
            return Compare(value, self.one(_SAME), self.own("text"))
        return self._either_way(value, self.one(_SAME), self.literal(known))

    def _searched(self, scope: Scope) -> Rule:
        makers: list[Callable[[], Value]] = [lambda: self.own("list"), lambda: Previous(self.own("list"))]
        found = self.named(scope, Type.TEXT, Type.LIST)
        if found is not None and not is_own(found) and "discount_kind" not in str(found):
            makers += [lambda: found] * 3
        value = self.made(makers)
        return Contains(value, self.text(), self.maybe()) if self.maybe() else self._affixed(value)

    def _affixed(self, value: Value) -> Rule:
        return Affixed(value, self.one(list(Affix)), self.text(), self.maybe())

    def _anything(self, scope: Scope) -> Value:
        return self.one([self.numeric, self.dated, self.textual, self.elapsed, self.yearly])(scope)

    # --- other questions ----------------------------------------------------------------------

    def _quantified(self, scope: Scope) -> Rule:
        quantifier = self.one(list(Quantifier))
        rows = self.over(self.one(list(fields.ROWS.values())), Function.COUNT, None, scope)
        if quantifier is Quantifier.EVERY and rows.having is None:
            rows = replace(rows, having=self.condition((*scope, fields.ROWS[rows.source])))
        return Quantified(quantifier, rows)

    def _ranked(self) -> Rule:
        percent = self.maybe()
        amount = self.share() if percent else Decimal(self.whole(1, 50))
        return Ranked(self.one(list(Place)), amount, percent, self.ranked_by(True), self.population())

    def _group(self) -> Rule:
        score = self.one(list(Score))
        group = Rfm(score)
        if score is not Score.GROUP:
            return Compare(group, self.one(list(Comparison)), self.number())
        names = tuple(Text(name) for name in fields.RFM_GROUPS[: self.whole(1, 3)])
        return In(group, names, self.maybe()) if self.maybe() else Compare(group, self.one(_SAME), names[0])

    def _matches(self) -> Rule:
        function = self.one(list(fields.FUNCTIONS.values()))
        if any(parameter.part is Part.PLACE for parameter in function.parameters.values()):
            names = ["coordinates", self.one(["distance_km", "distance_mi"])]
            sides = (RowField(name) for name in names)
            given = (self.literal(Field(name, function.parameters[name].type, "")) for name in names)
            near = tuple(Compare(side, Comparison.EQ, value) for side, value in zip(sides, given, strict=True))
            return Matches(function.name, near, self.maybe())
        names = [name for name in function.parameters if self.whole(0, 2) == 0]
        return Matches(function.name, tuple(self._parameter(function, name) for name in names), self.maybe())

    def _parameter(self, function: fields.ShopifyFunction, name: str) -> Rule:
        known = Field(name, function.parameters[name].type, "")
        field, signs = RowField(name), list(Comparison)
        if known.type in (Type.TEXT, Type.ID):
            signs = _SAME
        makers: list[Callable[[], Rule]] = [
            lambda: Compare(field, self.one(signs), self.literal(known)),
            lambda: IsNull(field, self.maybe()),
        ]
        if known.type is Type.DATE or known.type is Type.NUMBER:
            makers.append(lambda: Between(field, self.literal(known), self.literal(known)))
        if known.type is not Type.DATE:
            makers.append(lambda: In(field, tuple(self.literal(known) for _ in range(self.whole(1, 3))), self.maybe()))
        return self.made(makers)


def _open(value: Value) -> Value:
    """A name of the store's own has no type where it is compared with nothing."""
    match value:
        case Attribute(name) if fields.is_dynamic(name):
            return replace(value, kind=None)
        case Previous(Attribute(name) as of) if fields.is_dynamic(name):
            return replace(value, of=replace(of, kind=None))
    return value
