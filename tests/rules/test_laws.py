"""Laws of the language over random rules."""

from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from plugin.rules import fields, tree
from plugin.rules.describe import describe
from plugin.rules.meaning import COMPUTED, core
from plugin.rules.parse import parse
from plugin.rules.print import print_rule
from plugin.rules.refusals import refusals
from plugin.rules.schema import dump, load
from plugin.rules.segment import Definition, OneRule, facts_of
from plugin.rules.tree import (
    Aggregate,
    AnyNode,
    Attribute,
    Changed,
    Matches,
    Point,
    Previous,
    Quantified,
    Rule,
)
from plugin.rules.walk import children, walk
from tests.rules.strategies import definitions, questions, rules

bounded = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(rules())
@bounded
def test_printing_a_rule_and_parsing_it_again_is_the_identity(rule: Rule) -> None:
    assert parse(print_rule(rule)) == rule


@given(rules())
@bounded
def test_the_core_of_a_rule_speaks_the_small_language_only(rule: Rule) -> None:
    small = core(rule)

    assert not any(isinstance(node, (Matches, Quantified, Point)) for node in walk(small))
    assert not {node.name for node in _attributes(small)} & {*COMPUTED, "age"}
    assert all(node.slice or not node.having for node in walk(small) if isinstance(node, Aggregate))


def _attributes(node: AnyNode) -> Iterator[Attribute]:
    """Every attribute but those whose history is asked about."""
    if isinstance(node, Attribute):
        yield node
    if not isinstance(node, (Previous, Changed)):
        for child in children(node):
            yield from _attributes(child)


@given(rules())
@bounded
def test_every_rule_says_what_it_reads(rule: Rule) -> None:
    one = OneRule(rule)

    assert {problem.field for problem in refusals(one, frozenset(), {})} <= {"rule"}
    assert bool(refusals(one, frozenset(), {})) is bool(facts_of(one))
    assert refusals(one, None, {}) == ()


@given(definitions())
@bounded
def test_a_definition_survives_being_saved(definition: Definition) -> None:
    assert load(dump(definition)) == definition


def seen_in(strategy: SearchStrategy[Rule], examples: int) -> set[object]:
    """The kinds of nodes, names, states and operators that so many random rules use."""
    seen: set[object] = set()

    @given(strategy)
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def look(rule: Rule) -> None:
        for node in walk(rule):
            seen.add(type(node))
            seen.update(getattr(node, name, None) for name in MARKS)
            if isinstance(node, Aggregate) and node.slice is not None:
                seen.add(node.slice.end)

    look()
    return seen


MARKS = (
    "name",
    "measure",
    "function",
    "source",
    "state",
    "relation",
    "op",
    "operation",
    "affix",
    "quantifier",
    "place",
    "passage",
    "score",
    "calendar",
    "unit",
    "kind",
)


def test_the_random_rules_cover_the_whole_language() -> None:
    nodes = {*get_args(tree.Rule), *get_args(tree.Value)}
    names = {*fields.ATTRIBUTES, *fields.FUNCTIONS}
    words = {
        *tree.Comparison,
        *tree.Operation,
        *tree.Function,
        *tree.Source,
        *tree.State,
        *tree.Relation,
        *tree.Quantifier,
        *tree.Affix,
        *tree.Place,
        *tree.Passage,
        *tree.Score,
        *tree.Calendar,
        *tree.Unit,
        *tree.End,
        *fields.KINDS,
    }

    assert nodes | names | words <= seen_in(rules(), 3_000)


@pytest.mark.parametrize("rows", fields.ROWS.values(), ids=lambda rows: rows.source)
def test_every_field_of_a_row_can_be_asked_about(rows: fields.Rows) -> None:
    for name in rows.names:
        _ask(rows, name)


def _ask(rows: fields.Rows, name: str) -> None:
    @given(questions(rows, name))
    @settings(max_examples=3, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    def ask(where: Rule) -> None:
        counted = Aggregate(tree.Function.COUNT, rows.source, rows.default, None, where)
        rule = Quantified(tree.Quantifier.ANY, counted)

        assert parse(print_rule(rule)) == rule
        assert describe(rule).startswith("Customers ")

    ask()
