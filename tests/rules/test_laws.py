"""Laws of the language over random rules."""

from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

from plugin.rules import fields, tree
from plugin.rules.meaning import core
from plugin.rules.parse import parse
from plugin.rules.print import print_rule
from plugin.rules.schema import dump, load
from plugin.rules.segment import Definition
from plugin.rules.tree import Attribute, Matches, Rule
from plugin.rules.walk import walk
from tests.rules.strategies import definitions, filters, rules

bounded = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(rules())
@bounded
def test_printing_a_rule_and_parsing_it_again_is_the_identity(rule: Rule) -> None:
    assert parse(print_rule(rule)) == rule


@given(rules())
@bounded
def test_the_core_of_a_rule_has_no_functions_and_no_order_attributes_left(rule: Rule) -> None:
    left = {node for node in walk(core(rule)) if isinstance(node, (Matches, Attribute))}

    assert {node.name for node in left if isinstance(node, Attribute)} <= {
        "customer_added_date",
        "customer_tags",
        "customer_countries",
        "email_subscription_status",
    }
    assert not any(isinstance(node, Matches) for node in left)


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
        suppress_health_check=[HealthCheck.too_slow],
    )
    def look(rule: Rule) -> None:
        for node in walk(rule):
            seen.add(type(node))
            seen.update(getattr(node, name, None) for name in ("name", "measure", "function", "state", "op"))

    look()
    return seen


def test_the_random_rules_cover_the_whole_language() -> None:
    written = {*get_args(tree.Rule), *get_args(tree.Value)} - {tree.AtLeast, tree.Duration}
    names = {*fields.ATTRIBUTES, *fields.FUNCTIONS, *tree.Comparison, *tree.State}

    assert written | names <= seen_in(rules(), 250)


@pytest.mark.parametrize("rows", fields.ROWS.values(), ids=lambda rows: rows.source)
def test_the_random_filters_cover_every_field(rows: fields.Rows) -> None:
    assert set(rows.fields) <= seen_in(filters(rows), 300)
