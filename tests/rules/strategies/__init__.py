"""Random rules of the whole language, every one of them acceptable.

``rules()`` is what other tests import: bounded in size, and drawing its names and values from
``Pools``, so that a test over a random store can make rules that meet its data.
"""

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from plugin.rules.fields import Rows
from plugin.rules.segment import Case, Definition, OneRule, Tiers, TwoSided
from plugin.rules.tree import Duration, RowField, Rule, Unit
from plugin.rules.walk import conditions, depth
from plugin.rules.walk import filters as nested
from tests.rules.strategies.author import Author
from tests.rules.strategies.literals import POOLS, Pools
from tests.rules.strategies.written import FILTERS

__all__ = ["POOLS", "Pools", "definitions", "filters", "questions", "rules"]


def rules(pools: Pools = POOLS, levels: int = 2, breadth: int = 3) -> SearchStrategy[Rule]:
    """Rules of up to ``levels`` levels of AND, OR, NOT and AT LEAST, each of at most ``breadth`` parts."""

    @st.composite
    def draw_one(draw: DrawFn) -> Rule:
        return Author(draw, pools).rule(levels, breadth)

    return draw_one().filter(_small)


def filters(rows: Rows, pools: Pools = POOLS, levels: int = 1) -> SearchStrategy[Rule]:
    """What may stand after WHERE over those rows."""

    @st.composite
    def draw_one(draw: DrawFn) -> Rule:
        return Author(draw, pools).filter(rows, levels)

    return draw_one().filter(_small)


def questions(rows: Rows, name: str) -> SearchStrategy[Rule]:
    """Conditions on one field of the rows."""
    known = rows.find(name)
    assert known is not None
    field = RowField(name, "Size" if known.keyed else None)

    @st.composite
    def draw_one(draw: DrawFn) -> Rule:
        return Author(draw, POOLS).about(field, known)

    return draw_one()


def definitions(pools: Pools = POOLS, levels: int = 1) -> SearchStrategy[Definition]:
    """Definitions of all three kinds; the labels of tiers are ``Gold``, ``Silver`` and ``Bronze``."""
    rule = rules(pools, levels)
    units = st.sampled_from([Unit.DAY, Unit.WEEK, Unit.MONTH, Unit.HOUR])
    cases = st.tuples(st.builds(Case, st.just("Gold"), rule), st.builds(Case, st.just("Silver"), rule))
    whole: SearchStrategy[Definition] = st.one_of(
        st.builds(OneRule, rule),
        st.builds(TwoSided, rule, rule, st.builds(Duration, st.integers(0, 60), units)),
        st.builds(Tiers, cases, st.sampled_from([None, "Bronze"])),
    )
    return whole


def _small(rule: Rule) -> bool:
    return sum(1 for _ in conditions(rule)) <= 30 and depth(rule) <= 9 and nested(rule) <= FILTERS
