"""Random rules whose values meet those of random stores, and which reach every construct of the language.

A deck holds a maker for each construct: each name, field, function, state. Rules take their conditions from
it in turn, so that a few hundred rules have seen everything.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from plugin.domain.facts import ValueType
from plugin.rules import fields
from plugin.rules.fields import Field, Operator, Rows, Type, takes
from plugin.rules.parse import parse
from plugin.rules.print import print_rule
from plugin.rules.problems import RuleError
from plugin.rules.tree import (
    EXACT_UNITS,
    Affix,
    Affixed,
    Aggregate,
    And,
    Anniversary,
    Arithmetic,
    AtLeast,
    Attribute,
    Between,
    Calendar,
    Changed,
    Compare,
    Comparison,
    Contains,
    Day,
    DaysSince,
    Distance,
    Duration,
    End,
    Function,
    In,
    InSegment,
    IsNull,
    Length,
    Literal,
    Matches,
    Moment,
    Not,
    Number,
    Operation,
    Or,
    Period,
    Point,
    Previous,
    Quantified,
    Quantifier,
    Relation,
    RelativeDay,
    RelativeExact,
    RowField,
    Rule,
    Slice,
    Source,
    State,
    TagDate,
    Text,
    Truth,
    Unit,
    Value,
)
from plugin.rules.typecheck import problems
from tests.laws import people, purchases
from tests.laws.oracle import every_node

Some = TypeVar("Some")
NUMERIC = (Type.NUMBER, Type.MONEY)
_NUMBERS = ("0", "1", "2", "3", "9.5", "10", "33.33", "49.9", "50", "100", "0.5", "-5")
_SMALL = ("0", "1", "1", "2", "3")
_AGES = ("17.5", "18", "25", "26", "35", "36")
_KEYS = {"property": ("Engraving", "it's"), "order.property": ("Engraving", "it's"), "option": ("Size", "Fit")}
_TEXTS: dict[str, tuple[str, ...]] = {
    "channel": purchases.CHANNELS,
    "country": (*purchases.COUNTRIES, "US", "GB"),
    "billing_country": purchases.COUNTRIES,
    "region": ("FR-IDF", "DE-NW", "US-NY"),
    "billing_region": ("FR-IDF", "DE-NW"),
    "city": (*purchases.CITIES, "London"),
    "billing_city": purchases.CITIES,
    "postcode": ("sw1a 1AA", "10115", "50667"),
    "billing_postcode": ("sw1a 1AA", "10115"),
    "discount_code": purchases.CODES,
    "discount_kind": ("code", "automatic", "manual"),
    "tag": purchases.TAGS,
    "product_tag": purchases.TAGS,
    "customer_tags": (*people.TAGS, "other"),
    "gateway": purchases.GATEWAYS,
    "currency": purchases.CURRENCIES,
    "option": purchases.SIZES,
    "customer_language": (*people.LANGUAGES, "de"),
    "customer_countries": ("GB", "us", "DE"),
    "customer_regions": ("US-NY", "gb-eng", "FR-IDF"),
    "customer_cities": ("London", "new york", "US-NY-NewYork"),
    "customer_email_domain": ("gmail.com", "shop.example", "b@gmail.com"),
    "customer_groups": people.GROUPS,
    "companies": people.GROUPS,
    "gender": ("f", "M"),
    "question": people.QUESTIONS,
    "choice": people.CHOICES,
    "other": people.CHOICES,
    "name": (*people.EVENTS, *purchases.TEXTS[:2]),
    "item": people.ITEMS,
    "day": ("2026-03-29", "2026-04-05", "2026-10-25"),
    "week": ("2026-W13", "2026-W14", "2026-W43"),
    "month": ("2026-03", "2026-10", "2024-02", "2026-01"),
    "quarter": ("2026-Q1", "2026-Q4", "2024-Q1"),
    "year": ("2026", "2024", "2011"),
}
DYNAMIC = {name: kind for name, (kind, _) in people.ATTRIBUTES.items() if fields.is_dynamic(name)}
_WHOLE_DAYS = frozenset(name for name, (kind, _) in people.ATTRIBUTES.items() if kind is ValueType.DAY)
_KINDS = {"text": "text", "number": "number", "day": "date", "moment": "date", "truth": "truth", "list": "list"}


@dataclass(frozen=True)
class Scope:
    """Where a condition stands: None rows: of the customer; else in a filter over them."""

    rows: Rows | None = None
    around: "Scope | None" = None

    @property
    def depth(self) -> int:
        """How many filters are around it."""
        return 0 if self.rows is None else 1 + (self.around.depth if self.around else 0)


CUSTOMER = Scope()
Maker = Callable[[], Rule]


class Drawing:
    """Draws rules about facts around a day."""

    def __init__(self, chance: random.Random, center: date, segments: Sequence[str] = ()) -> None:
        self.chance, self.center, self.segments = chance, center, segments
        self._deck: list[Maker] = []

    # --- rules ----------------------------------------------------------------------------------

    def rule(self) -> Rule:
        """A rule that can be said and saved."""
        while True:
            found = said(self._shaped(self.chance.choice([0, 0, 0, 1, 1, 2])))
            if found is not None:
                return found

    def _shaped(self, levels: int) -> Rule:
        if levels == 0:
            return self.condition()
        parts = tuple(self._shaped(levels - 1) for _ in range(self.chance.randint(2, 3)))
        match self.chance.randint(0, 4):
            case 0:
                return Not(self._shaped(levels - 1))
            case 1:
                return AtLeast(self.chance.randint(1, len(parts)), parts)
            case 2:
                return Or(parts)
        return And(parts)

    def condition(self) -> Rule:
        """The next of the deck."""
        if not self._deck:
            self._deck = [maker for _, maker in self.makers()]
            self.chance.shuffle(self._deck)
        return self._deck.pop()()

    def makers(self) -> list[tuple[str, Maker]]:
        """A maker for each construct that stands outside a filter."""
        found: list[tuple[str, Maker]] = []
        for attribute in (*map(Attribute, fields.ATTRIBUTES), *map(Attribute, DYNAMIC)):
            found.append((attribute.name, lambda a=attribute: self.on(self._typed(a))))  # type: ignore[misc]
        for rows in fields.ROWS.values():
            for name in rows.names:
                found.append((f"{rows.source}.{name}", lambda r=rows, n=name: self._counted(r, n)))  # type: ignore[misc]
        for name in fields.FUNCTIONS:
            found += [(f"{name} {k}", lambda n=name: self.matches(n)) for k in range(4)]  # type: ignore[misc]
        plain: dict[str, tuple[Maker, int]] = {
            "aggregate": (self._aggregated, 30),
            "quantified": (lambda: self.quantified(CUSTOMER), 15),
            "sides": (self._two_sides, 12),
            "days_since": (lambda: self.compare(DaysSince(self.date_value(CUSTOMER)), self.days()), 6),
            "anniversary": (self._anniversary, 8),
            "moved": (lambda: self.on_date(self.moved(CUSTOMER)), 10),
            "distance": (self._distance, 6),
            "tag_date": (lambda: self.on_date(TagDate(self.pick(_TEXTS["customer_tags"]))), 5),
            "before": (self._before, 24),
            "arithmetic": (lambda: self.compare(self.arithmetic(CUSTOMER), self.number()), 10),
        }
        if self.segments:
            plain["segment"] = lambda: InSegment(self.pick(self.segments), self.truth()), 12
        for name, (maker, times) in plain.items():
            found += [(f"{name} {k}", maker) for k in range(times)]
        return found

    # --- chance ---------------------------------------------------------------------------------

    def pick(self, options: Sequence[Some]) -> Some:
        """One of them."""
        return self.chance.choice(options)

    def truth(self) -> bool:
        """Heads or tails."""
        return self.chance.random() < 0.5

    def number(self) -> Number:
        """A number that facts may reach."""
        return Number(Decimal(self.pick(_NUMBERS)))

    def small(self) -> Number:
        """A number of rows."""
        return Number(Decimal(self.pick(_SMALL)))

    def days(self) -> Number:
        """A number of days."""
        return Number(Decimal(self.pick(["0", "1", "3", "7", "30", "1.5", "0.0417", "-1", "365"])))

    def date(self) -> Literal:
        """Every spelling of a day, a period and an instant."""
        chance = self.chance
        match chance.randint(0, 9):
            case 0 | 1:
                return Day(self.center + timedelta(days=chance.randint(-12, 4)))
            case 2:
                at = datetime.combine(self.center + timedelta(days=chance.randint(-5, 3)), datetime.min.time())
                return Moment(at + timedelta(hours=chance.choice([0, 1, 12])))
            case 3:
                count = chance.choice([-1, -12, -24, -36, -100, 2])
                return RelativeExact(count, Unit.HOUR)
            case 4:
                return RelativeExact(chance.choice([-90, -1440, 30]), Unit.MINUTE)
            case 5:
                return RelativeDay(chance.choice([-1, -2, -4, 1]), Unit.WEEK)
            case 6:
                return RelativeDay(chance.choice([-1, -2, 1]), Unit.MONTH)
            case 7:
                kind = chance.choice(list(Calendar))
                first = chance.choice([0, -1, -2, 1])
                return Period(kind, first, chance.choice([1, 1, -first]) if first < 0 else 1)
            case 8:
                return RelativeDay(chance.choice([-1, 0, 0, 1, -2]), Unit.YEAR)
        return RelativeDay(chance.choice([0, 0, -1, -3, -7, -30, -40, 1, 3]), Unit.DAY)

    def day(self) -> Literal:
        """A day or period."""
        while isinstance(found := self.date(), Moment | RelativeExact):
            pass
        return found

    def text(self, name: str) -> str:
        """A text that the field may have."""
        return self.pick(_TEXTS.get(name.rpartition(".")[2] if name not in _TEXTS else name, purchases.TEXTS))

    # --- conditions on one value ------------------------------------------------------------------

    def compare(self, value: Value, other: Value) -> Rule:
        """``value op other``, either way round."""
        op = self.pick(list(Comparison))
        return Compare(value, op, other) if self.chance.random() < 0.8 else Compare(other, op, value)

    def on(self, value: Value, name: str | None = None, known: Field | None = None) -> Rule:
        """A condition on the value, with any operator that it takes."""
        field = known or fields.attribute(value)  # type: ignore[arg-type]
        assert field is not None
        name = name or field.name
        operator = self.pick(sorted(fields.OPERATORS[field.type]))
        if operator is Operator.IS_NULL:
            return IsNull(value, self.truth())
        if field.type is Type.DATE:
            return self.on_date(value)
        if field.type in (Type.TEXT, Type.LIST):
            return self._on_text(value, operator, lambda: self.text(name))
        return self._on_plain(value, operator, lambda: self._literal(field, name))

    def on_date(self, value: Value) -> Rule:
        """A date against a date."""
        match self.chance.randint(0, 5):
            case 0:
                return Between(value, self.date(), self.date())
            case 1:
                return IsNull(value, self.truth())
        return self.compare(value, self.date())

    def _literal(self, field: Field, name: str) -> Literal:
        match field.type:
            case Type.TRUTH:
                return Truth(self.truth())
            case Type.CHOICE:
                values = people.ATTRIBUTES.get(name, (None, ()))[1] or field.choices
                return Text(self.pick(values))
            case Type.ID:
                return Number(Decimal(self.pick(["1", "2", "3", "100", "101"])))
        if name == "age":
            return Number(Decimal(self.pick(_AGES)))
        if "days_" in name:
            return self.days()
        whole = field.places == 0 or name.rpartition(".")[2] in ("weekday", "hour")
        return self.small() if whole and self.chance.random() < 0.8 else self.number()

    def _on_plain(self, value: Value, operator: Operator, literal: Callable[[], Literal]) -> Rule:
        if operator is Operator.BETWEEN:
            return Between(value, literal(), literal())
        if operator is Operator.IN:
            return In(value, tuple(literal() for _ in range(self.chance.randint(1, 3))), self.truth())
        sides: tuple[Value, Value] = (value, literal())
        if self.chance.random() < 0.15:
            sides = sides[1], sides[0]
        return Compare(sides[0], Comparison(operator), sides[1])

    def _on_text(self, value: Value, operator: Operator, text: Callable[[], str]) -> Rule:
        whole = text()
        part = self.pick([whole, whole[:2], whole[-2:], whole.split(" ")[0], whole.upper()]).strip() or whole
        match operator:
            case Operator.CONTAINS:
                return Contains(value, Text(self.pick([whole, part])), self.truth())
            case Operator.STARTS | Operator.ENDS | Operator.WORD:
                return Affixed(value, Affix(operator), Text(part), self.truth())
        return self._on_plain(value, operator, lambda: Text(self.pick([whole, text(), whole.upper()])))

    def _typed(self, attribute: Attribute) -> Attribute:
        """A name of the store's own is asked as what it is."""
        if not fields.is_dynamic(attribute.name):
            return attribute
        return replace(attribute, kind=_KINDS[DYNAMIC[attribute.name]])

    # --- values of the customer -------------------------------------------------------------------

    def attribute(self, *types: Type) -> Attribute:
        """A name of one of those types."""
        every = [self._typed(Attribute(name)) for name in (*fields.ATTRIBUTES, *DYNAMIC) if name != "age"]
        return self.pick([each for each in every if _type(each) in types])

    def date_value(self, scope: Scope) -> Value:
        """A date of the customer, or of the row."""
        match self.chance.randint(0, 6):
            case 0 | 1:
                return self.attribute(Type.DATE)
            case 2:
                return Changed(self._dated())
            case 3:
                return TagDate(self.pick(_TEXTS["customer_tags"]))
            case 4 if scope.rows is not None and scope.rows.dated:
                return RowField("date")
        return self.aggregate(scope, (Type.DATE,))

    def number_value(self, scope: Scope) -> Value:
        """A number of the customer, or of the row."""
        match self.chance.randint(0, 6):
            case 0:
                return self.attribute(*NUMERIC)
            case 1 if scope is CUSTOMER:
                return DaysSince(self.date_value(scope))
            case 2 if scope.rows is not None:
                return self._field(scope.rows, *NUMERIC) or self.aggregate(scope, NUMERIC)
            case 3:
                return self.arithmetic(scope)
        return self.aggregate(scope, NUMERIC)

    def moved(self, scope: Scope) -> Value:
        """A date and a length of time, perhaps two."""
        value: Value = self.date_value(scope)
        for _ in range(self.chance.choice([1, 1, 2])):
            unit = self.pick(list(Unit))
            count = self.pick([1, 2, 12, 36]) if unit in (Unit.HOUR, Unit.MINUTE) else self.pick([0, 1, 1, 3, 12])
            value = Arithmetic(value, self.pick([Operation.ADD, Operation.SUBTRACT]), Duration(count, unit))
        return value

    def arithmetic(self, scope: Scope) -> Value:
        """Two numbers joined."""
        one = self.aggregate(scope, NUMERIC) if self.truth() else self.attribute(*NUMERIC)
        other: Value = self.aggregate(scope, NUMERIC) if self.truth() else self.number()
        return Arithmetic(one, self.pick(list(Operation)), other)

    def _dated(self) -> Attribute:
        every = [self._typed(Attribute(name)) for name in (*fields.ATTRIBUTES, *DYNAMIC)]
        known = [each for each in every if (found := fields.attribute(each)) is not None and found.dated]
        known = [each for each in known if each.name != "customer_email_domain"]  # As it is now, whenever.
        return self.pick(known)

    def _before(self) -> Rule:
        """The value before, or since when."""
        of = self._dated()
        return self.on_date(Changed(of)) if self.truth() else self.on(Previous(of), of.name, fields.attribute(of))

    def _anniversary(self) -> Rule:
        value = Anniversary(self.date_value(CUSTOMER))
        low, high = self.day(), self.day()
        if self.truth():
            return Between(
                value, RelativeDay(self.pick([0, -3]), Unit.DAY), RelativeDay(self.pick([0, 7, 40]), Unit.DAY)
            )
        return Between(value, low, high) if self.chance.random() < 0.2 else self.compare(value, low)

    def _distance(self) -> Rule:
        point = (Decimal("52.5"), Decimal("13.4")) if self.truth() else (Decimal("40.75"), Decimal("-74"))
        far = Number(Decimal(self.pick(["1", "500", "1000", "3000", "6000"])))
        return self.compare(Distance(*point, self.pick(list(Length)), self.truth()), far)

    def _two_sides(self) -> Rule:
        if self.truth():
            return self.compare(self.date_value(CUSTOMER), self.pick([self.date_value, self.moved])(CUSTOMER))
        return self.compare(self.number_value(CUSTOMER), self.number_value(CUSTOMER))

    # --- aggregates -------------------------------------------------------------------------------

    def _aggregated(self) -> Rule:
        value = self.aggregate(CUSTOMER, tuple(Type))
        return self.on_aggregate(value)

    def on_aggregate(self, value: Aggregate) -> Rule:
        """A condition on what the aggregate says."""
        if value.function in (Function.COUNT, Function.COUNT_DISTINCT) or value.measure is None:
            return self.compare(value, self.small())
        known = fields.ROWS[value.source].find(value.measure)
        assert known is not None
        return self.on(value, known.name, known)

    def aggregate(self, scope: Scope, types: Sequence[Type]) -> Aggregate:
        """One value of one of those types from many rows."""
        relation, rows = self._rows(scope)
        inside = Scope(rows, scope if scope.rows is not None else None)
        function, measure = self._measured(rows, types)
        filtered = inside.depth < 3 and self.chance.random() < (0.7 if scope is CUSTOMER else 0.4)
        sliced = rows.dated and self.chance.random() < 0.3
        return Aggregate(
            function,
            rows.source,
            State.ANY if relation is Relation.ITS else self.pick(sorted(rows.states)),
            measure,
            self.filter(inside) if filtered else None,
            self._slice() if sliced else None,
            self.filter(inside) if sliced and inside.depth < 3 and self.truth() else None,
            relation,
        )

    def _rows(self, scope: Scope) -> tuple[Relation | None, Rows]:
        """Of the customer, or standing in a relation to the row."""
        sources = [Source.ORDERS, Source.ORDERS, Source.LINES, Source.REFUNDS, *Source]
        if scope.rows is None or self.chance.random() < 0.3:
            return None, fields.ROWS[self.pick(sources)]
        own = {
            Source.ORDERS: [Source.LINES, Source.LINES, Source.REFUNDS],
            Source.LINES: [Source.REFUNDS],
            Source.REFUNDS: [Source.LINES],
        }
        if scope.rows.source in own and self.truth():
            return Relation.ITS, fields.ROWS[self.pick(own[scope.rows.source])]
        if not scope.rows.dated:
            return None, fields.ROWS[self.pick(sources)]
        dated = [source for source in sources if fields.ROWS[source].dated]
        return self.pick([Relation.EARLIER, Relation.LATER]), fields.ROWS[self.pick(dated)]

    def _measured(self, rows: Rows, types: Sequence[Type]) -> tuple[Function, str | None]:
        options: list[tuple[Function, str | None]] = []
        if Type.NUMBER in types:
            options += [(Function.COUNT, None)] * 12
        for function in Function:
            for name, known in rows.fields.items():
                if function is not Function.COUNT and takes(function, known):
                    kind = Type.NUMBER if function is Function.COUNT_DISTINCT else known.type
                    options += [(function, name)] if kind in types else []
        if not options:
            return Function.COUNT, None
        chosen = self.pick(sorted({function for function, _ in options}))
        return self.pick([option for option in options if option[0] is chosen])

    def _slice(self) -> Slice:
        end = self.pick(list(End))
        return Slice(end, self.pick([1, 2, -1, -2] if end is End.NTH else [1, 1, 2, 3]))

    def quantified(self, scope: Scope) -> Rule:
        """Any, every or none of some rows."""
        rows = replace(self.aggregate(scope, (Type.NUMBER,)), function=Function.COUNT, measure=None)
        kind = self.pick(list(Quantifier))
        if kind is Quantifier.EVERY and rows.having is None:
            inside = Scope(fields.ROWS[rows.source], scope if scope.rows is not None else None)
            rows = replace(rows, having=self.filter(inside))
        return Quantified(kind, rows)

    def _counted(self, rows: Rows, name: str) -> Rule:
        """A condition on that field, asked of the customer's rows."""
        known = rows.find(name)
        assert known is not None
        value = RowField(name, self.pick(_KEYS[name]) if name in _KEYS else None)
        where = self.on(value, name, known)
        if self.chance.random() < 0.3:
            where = And((where, self.field_condition(Scope(rows))))
        state = self.pick(sorted(rows.states)) if self.chance.random() < 0.3 else self._likely(rows)
        counted = Aggregate(Function.COUNT, rows.source, state, None, where)
        return self.compare(counted, self.small()) if self.truth() else Quantified(self._some(), counted)

    def _some(self) -> Quantifier:
        return self.pick([Quantifier.ANY, Quantifier.NONE])

    def _likely(self, rows: Rows) -> State:
        return State.ANY

    # --- filters ----------------------------------------------------------------------------------

    def filter(self, scope: Scope) -> Rule:
        """What may stand after WHERE."""
        one = self.field_condition(scope)
        match self.chance.randint(0, 7):
            case 0 | 1:
                return And((one, self.field_condition(scope)))
            case 2:
                return Or((one, self.field_condition(scope)))
            case 3:
                return Not(one)
        return one

    def field_condition(self, scope: Scope) -> Rule:
        """A condition on the row."""
        rows = scope.rows
        assert rows is not None
        match self.chance.randint(0, 11):
            case 0 | 1:
                return self._window(rows)
            case 2 if scope.depth < 3:
                return self.compare(self.aggregate(scope, (Type.NUMBER,)), self.small())
            case 3 if scope.depth < 3:
                return self.quantified(scope)
            case 4:
                return self._row_sides(scope)
            case 5 if scope.around is not None:
                return self._outer(scope)
            case 6:
                return self._customers(scope)
        name = self.pick(rows.names if self.chance.random() < 0.3 else tuple(rows.fields))
        known = rows.find(name)
        assert known is not None
        return self.on(RowField(name, self.pick(_KEYS[name]) if name in _KEYS else None), name, known)

    def _window(self, rows: Rows) -> Rule:
        if not rows.dated:
            return self.field_condition(Scope(rows))
        return Compare(RowField("date"), self.pick([Comparison.GE, Comparison.GE, Comparison.LT]), self.date())

    def _row_sides(self, scope: Scope) -> Rule:
        """Two fields of the row, or a field and what is computed."""
        assert scope.rows is not None
        kind = self.pick([Type.MONEY, Type.NUMBER, Type.DATE, Type.TEXT])
        one = self._field(scope.rows, kind) or RowField(self.pick(tuple(scope.rows.fields)))
        if kind is Type.DATE:
            return self.compare(one, self.pick([self.date_value, self.moved])(scope))
        if kind in NUMERIC:
            return self.compare(one, self.pick([self.number_value, self.arithmetic])(scope))
        known = scope.rows.fields[one.name]
        same = [
            n
            for n, f in scope.rows.fields.items()
            if (f.type, f.matching) == (known.type, known.matching) and not f.keyed
        ]
        return Compare(one, self.pick([Comparison.EQ, Comparison.NE]), RowField(self.pick(same or [one.name])))

    def _outer(self, scope: Scope) -> Rule:
        """A field of this row beside the same of the row around."""
        assert scope.rows is not None
        assert scope.around is not None
        assert scope.around.rows is not None
        shared = [n for n, f in scope.rows.fields.items() if f.type in (*NUMERIC, Type.DATE, Type.TEXT, Type.ID)]
        shared = [n for n in shared if n in scope.around.rows.fields and not scope.rows.fields[n].keyed]
        if not shared:
            return self._window(scope.rows)
        name = self.pick(shared)
        return self.compare(RowField(name), RowField(f"outer.{name}"))

    def _customers(self, scope: Scope) -> Rule:
        """Something about the customer, inside a filter."""
        return self.on(self.attribute(*(kind for kind in Type if kind is not Type.POINT)))

    def _field(self, rows: Rows, *types: Type) -> RowField | None:
        names = [name for name, known in rows.fields.items() if known.type in types and not known.keyed]
        return RowField(self.pick(names)) if names else None

    # --- Shopify's functions ------------------------------------------------------------------------

    def matches(self, name: str) -> Rule:
        """A function with some of its parameters."""
        function = fields.FUNCTIONS[name]
        if name == "customer_within_distance":
            far = RowField(self.pick(["distance_km", "distance_mi"]))
            near = Compare(RowField("coordinates"), Comparison.EQ, Point(Decimal("52.5"), Decimal("13.4")))
            within = Compare(far, Comparison.EQ, Number(Decimal(self.pick(["100", "500", "1000", "6000"]))))
            return Matches(name, (near, within), self.truth())
        chosen = self.chance.sample(
            sorted(function.parameters), self.chance.randint(0, min(3, len(function.parameters)))
        )
        return Matches(name, tuple(self._parameter(function.parameters[p]) for p in chosen), self.truth())

    def _parameter(self, parameter: fields.Parameter) -> Rule:
        subject = RowField(parameter.name)
        known = Field(parameter.name, parameter.type, parameter.label)
        text = {"category": "type"}.get(parameter.name, parameter.name)
        found = self.on(subject, text, known)
        while not _leads(found, subject) or isinstance(found, Contains | Affixed):
            found = self.on(subject, text, known)
        return found


def _leads(rule: Rule, subject: RowField) -> bool:
    return not isinstance(rule, Compare) or rule.left == subject


def _type(attribute: Attribute) -> Type:
    known = fields.attribute(attribute)
    assert known is not None
    return known.type


def said(rule: Rule) -> Rule | None:
    """The rule as a person would have written it; None if it may not be saved.

    A store's own name can stand for days: then it does not meet hours, but nothing but the facts can say so.
    """
    if problems(rule) or _meets_hours(rule):
        return None
    try:
        return parse(print_rule(rule))
    except RuleError:
        return None


def _meets_hours(rule: Rule) -> bool:
    nodes = list(every_node(rule))
    days = any(isinstance(node, Attribute) and node.name in _WHOLE_DAYS for node in nodes)
    hours = any(
        isinstance(node, RelativeExact | Moment) or (isinstance(node, Duration) and node.unit in EXACT_UNITS)
        for node in nodes
    )
    return days and hours
