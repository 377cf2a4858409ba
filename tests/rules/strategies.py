"""Random rules of the whole language, every one of them acceptable.

``rules()`` is what other tests import: bounded in size, and drawing its names and values from
``Pools``, so that a test over a random store can make rules that meet its data.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from plugin.rules import fields
from plugin.rules.fields import NUMERIC, Field, Rows, ShopifyFunction, Type
from plugin.rules.segment import Case, Definition, OneRule, Tiers, TwoSided
from plugin.rules.tree import (
    Aggregate,
    And,
    Arithmetic,
    Attribute,
    Between,
    Compare,
    Comparison,
    Contains,
    Day,
    Duration,
    Function,
    In,
    InSegment,
    IsNull,
    Literal,
    Matches,
    Moment,
    Not,
    Number,
    Operation,
    Or,
    RelativeDay,
    RelativeExact,
    RowField,
    Rule,
    Source,
    State,
    Text,
    Truth,
    Unit,
    Value,
)
from plugin.rules.walk import conditions, depth

_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_EQUALITY = st.sampled_from([Comparison.EQ, Comparison.NE])


@dataclass(frozen=True)
class Pools:
    """The values that rules speak of. Empty ``segments``: no IN SEGMENT."""

    segments: tuple[str, ...] = ("vip", "won’t return", "Größe\\XL")
    texts: tuple[str, ...] = ("pos", "web", "Shoes", "it's", "a\\b", "DE", "summer 10%")
    ids: tuple[int, ...] = (1, 2, 3, 632910392, 9_007_199_254_740_993)
    numbers: tuple[str, ...] = ("0", "1", "2", "3", "10", "49.9", "100", "-5", "0.3333")
    first_day: date = date(2024, 1, 1)
    last_day: date = date(2026, 12, 31)
    days_back: int = 400
    free_texts: bool = True
    """Also texts of any characters."""
    sources: tuple[Source, ...] = field(default_factory=lambda: tuple(Source))


POOLS = Pools()


def rules(pools: Pools = POOLS, levels: int = 2, breadth: int = 3) -> SearchStrategy[Rule]:
    """Rules of up to ``levels`` levels of AND, OR and NOT, each of at most ``breadth`` parts."""
    return _nested(_customer_conditions(pools), levels, breadth).filter(_small)


def definitions(pools: Pools = POOLS, levels: int = 1) -> SearchStrategy[Definition]:
    """Definitions of all three kinds; the labels of tiers are ``Gold``, ``Silver`` and ``Bronze``."""
    rule = rules(pools, levels)
    units = st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.HOUR])
    cases = st.tuples(st.builds(Case, st.just("Gold"), rule), st.builds(Case, st.just("Silver"), rule))
    return st.one_of(
        st.builds(OneRule, rule),
        st.builds(TwoSided, rule, rule, st.builds(Duration, st.integers(0, 60), units)),
        st.builds(Tiers, cases, st.sampled_from([None, "Bronze"])),
    )


def filters(rows: Rows, pools: Pools = POOLS, levels: int = 1) -> SearchStrategy[Rule]:
    """What may stand after WHERE over those rows."""
    return _nested(_row_conditions(rows, pools), levels, 2)


def _small(rule: Rule) -> bool:
    return sum(1 for _ in conditions(rule)) <= 60 and depth(rule) <= 10


def _nested(leaf: SearchStrategy[Rule], levels: int, breadth: int) -> SearchStrategy[Rule]:
    if levels == 0:
        return leaf
    below = _nested(leaf, levels - 1, breadth)
    parts = st.lists(below, min_size=2, max_size=breadth).map(tuple)
    return st.one_of(leaf, st.builds(And, parts), st.builds(Or, parts), st.builds(Not, below))


# --- literals -------------------------------------------------------------------------------------


def literals(known: Field, pools: Pools = POOLS) -> SearchStrategy[Literal]:
    """Fixed values that may stand opposite the field."""
    match known.type:
        case Type.NUMBER | Type.MONEY:
            return _numbers(pools)
        case Type.DATE:
            return dates(pools)
        case Type.CHOICE:
            return st.builds(Text, st.sampled_from(known.choices))
        case Type.ID:
            return st.builds(Number, st.sampled_from([Decimal(i) for i in pools.ids]))
        case Type.TRUTH:
            return st.builds(Truth, st.booleans())
        case Type.TEXT | Type.LIST:
            return _texts(pools)


def dates(pools: Pools = POOLS) -> SearchStrategy[Literal]:
    """Every spelling of a day and of an instant."""
    days = st.dates(pools.first_day, pools.last_day)
    start = datetime.combine(pools.first_day, datetime.min.time())
    end = datetime.combine(pools.last_day, datetime.min.time())
    zones = st.sampled_from([None, UTC, timezone(timedelta(hours=2)), timezone(-timedelta(hours=9, minutes=30))])
    moments = st.builds(lambda at, zone: at.replace(microsecond=0, tzinfo=zone), st.datetimes(start, end), zones)
    back = pools.days_back
    return st.one_of(
        st.builds(Day, days),
        st.builds(Moment, moments),
        st.builds(RelativeDay, st.integers(-back, 3), st.just(Unit.DAY)),
        st.builds(RelativeDay, st.integers(-(back // 7), 1), st.just(Unit.WEEK)),
        st.builds(RelativeDay, st.integers(-(back // 30), 1), st.just(Unit.MONTH)),
        st.builds(RelativeDay, st.integers(-2, 1), st.just(Unit.YEAR)),
        st.builds(RelativeExact, st.integers(-back, 2), st.just(Unit.HOUR)),
        st.builds(RelativeExact, st.integers(-back, 90), st.just(Unit.MINUTE)),
    )


def _numbers(pools: Pools) -> SearchStrategy[Literal]:
    pool = st.sampled_from([Decimal(n) for n in pools.numbers])
    free = st.decimals(-1000, 1000, places=2, allow_nan=False, allow_infinity=False)
    return st.builds(Number, st.one_of(pool, pool, free))


def _texts(pools: Pools) -> SearchStrategy[Literal]:
    return st.builds(Text, _strings(pools))


def _strings(pools: Pools) -> SearchStrategy[str]:
    pool = st.sampled_from(pools.texts)
    return st.one_of(pool, _ANY_TEXT) if pools.free_texts else pool


# --- conditions -----------------------------------------------------------------------------------


def _customer_conditions(pools: Pools) -> SearchStrategy[Rule]:
    # Chosen first and built afterwards: a plain one_of would give every name the weight of a kind.
    attribute = st.sampled_from(list(fields.ATTRIBUTES.values()))
    function = st.sampled_from(list(fields.FUNCTIONS.values()))
    kinds = [
        attribute.flatmap(lambda known: _about(Attribute(known.name), known, pools)),
        _comparisons(_customer_numbers(pools), _numbers(pools)),
        _comparisons(_customer_dates(pools), dates(pools)),
        st.builds(IsNull, _aggregates(pools, NUMERIC | {Type.DATE}), st.booleans()),
        function.flatmap(lambda known: _functions(known, pools)),
    ]
    if pools.segments:
        kinds.append(st.builds(InSegment, st.sampled_from(pools.segments), st.booleans()))
    return st.one_of(kinds)


def _row_conditions(rows: Rows, pools: Pools) -> SearchStrategy[Rule]:
    known = st.sampled_from(list(rows.fields.values()))
    about = known.flatmap(lambda chosen: _about(RowField(chosen.name), chosen, pools))
    kinds = [about, about, about]
    for family in (NUMERIC, {Type.DATE}, {Type.TEXT}):
        names = [RowField(known.name) for known in rows.fields.values() if known.type in family]
        if len(names) > 1:
            pick: SearchStrategy[Value] = st.sampled_from(names)
            signs = _EQUALITY if family == {Type.TEXT} else st.sampled_from(list(Comparison))
            kinds.append(st.builds(Compare, pick, signs, pick))
    return st.one_of(kinds)


def _about(value: Attribute | RowField, known: Field, pools: Pools) -> SearchStrategy[Rule]:
    """Conditions on one field, with every operator it takes."""
    subject, fixed = st.just(value), literals(known, pools)
    kinds: list[SearchStrategy[Rule]] = [st.builds(IsNull, subject, st.booleans())]
    if known.type is Type.LIST:
        text = st.builds(Text, _strings(pools))
        return st.one_of(*kinds, st.builds(Contains, subject, text, st.booleans()))
    ordered = fields.Operator.GT in known.operators
    signs = st.sampled_from(list(Comparison)) if ordered else _EQUALITY
    kinds += [st.builds(Compare, subject, signs, fixed), st.builds(Compare, fixed, signs, subject)]
    if ordered:
        kinds.append(st.builds(Between, subject, fixed, fixed))
    if fields.Operator.IN in known.operators:
        options = st.lists(fixed, min_size=1, max_size=3).map(tuple)
        kinds.append(st.builds(In, subject, options, st.booleans()))
    return st.one_of(kinds)


def _comparisons(value: SearchStrategy[Value], fixed: SearchStrategy[Literal]) -> SearchStrategy[Rule]:
    """Comparisons of computed values with fixed ones and with one another."""
    signs = st.sampled_from(list(Comparison))
    return st.one_of(
        st.builds(Compare, value, signs, fixed),
        st.builds(Compare, fixed, signs, value),
        st.builds(Compare, value, signs, value),
        st.builds(Between, value, fixed, fixed),
    )


def _functions(function: ShopifyFunction, pools: Pools) -> SearchStrategy[Rule]:
    def parameter(name: str) -> SearchStrategy[Rule]:
        known = fields.FUNCTIONS[function.name].parameters[name]
        whole = Field(name, known.type, known.label)
        return _about(RowField(name), whole, pools).map(_parameter_first)

    names = st.lists(st.sampled_from(sorted(function.parameters)), unique=True, max_size=3)
    parameters = names.flatmap(lambda chosen: st.tuples(*(parameter(name) for name in chosen)))
    return st.builds(Matches, st.just(function.name), parameters, st.booleans())


def _parameter_first(rule: Rule) -> Rule:
    """A parameter always stands on the left of its comparison."""
    if isinstance(rule, Compare) and not isinstance(rule.left, RowField):
        return Compare(rule.right, rule.op, rule.left)
    return rule


# --- values ---------------------------------------------------------------------------------------


def _customer_numbers(pools: Pools) -> SearchStrategy[Value]:
    names = [known.name for known in fields.ATTRIBUTES.values() if known.type in NUMERIC]
    single: SearchStrategy[Value] = st.one_of(st.builds(Attribute, st.sampled_from(names)), _aggregates(pools, NUMERIC))
    operand: SearchStrategy[Value] = st.one_of(single, _numbers(pools))
    signs = st.sampled_from(list(Operation))
    once: SearchStrategy[Value] = st.builds(Arithmetic, single, signs, operand)
    twice: SearchStrategy[Value] = st.one_of(
        st.builds(Arithmetic, once, signs, operand), st.builds(Arithmetic, operand, signs, once)
    )
    return st.one_of(single, once, twice)


def _customer_dates(pools: Pools) -> SearchStrategy[Value]:
    names = [known.name for known in fields.ATTRIBUTES.values() if known.type is Type.DATE]
    return st.one_of(st.builds(Attribute, st.sampled_from(names)), _aggregates(pools, frozenset({Type.DATE})))


def _aggregates(pools: Pools, types: frozenset[Type]) -> SearchStrategy[Value]:
    return st.one_of([_over(fields.ROWS[source], pools, types) for source in pools.sources])


def _over(rows: Rows, pools: Pools, types: frozenset[Type]) -> SearchStrategy[Value]:
    source, states = st.just(rows.source), st.sampled_from(sorted(rows.states, key=list(State).index))
    where = st.one_of(st.none(), filters(rows, pools))
    kinds: list[SearchStrategy[Value]] = []
    if Type.NUMBER in types:
        kinds.append(st.builds(Aggregate, st.just(Function.COUNT), source, states, st.none(), where))
        numbers = sorted(name for name in rows.measures(Function.SUM))
        functions = st.sampled_from([Function.SUM, Function.AVG, Function.MIN, Function.MAX])
        kinds.append(st.builds(Aggregate, functions, source, states, st.sampled_from(numbers), where))
    if Type.DATE in types:
        moments = sorted(name for name in rows.measures(Function.MIN) if rows.fields[name].type is Type.DATE)
        functions = st.sampled_from([Function.MIN, Function.MAX])
        kinds.append(st.builds(Aggregate, functions, source, states, st.sampled_from(moments), where))
    return st.one_of(kinds)
