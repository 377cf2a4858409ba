"""Definitions and trees as JSON."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from plugin.rules.fields import Facts
from plugin.rules.problems import Problem, RuleError
from plugin.rules.schema import dump, load
from plugin.rules.segment import Tiers, TwoSided, facts_of
from plugin.rules.tree import Duration, Rule, Unit
from plugin.rules.tree_schema import from_json, to_json
from tests.rules.strategies import rules


def refused(data: object) -> tuple[Problem, ...]:
    """What is wrong with the JSON of a definition."""
    with pytest.raises(RuleError) as error:
        load(data)
    return error.value.problems


@given(rules(levels=1))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_tree_survives_the_way_through_json(rule: Rule) -> None:
    assert from_json(json.loads(json.dumps(to_json(rule)))) == rule


def test_a_definition_survives_the_way_through_json() -> None:
    tiers = {"kind": "tiers", "cases": [{"label": "Gold", "rule": "amount_spent >= 500"}], "default": None}
    sides = {"kind": "two_sided", "join": "amount_spent >= 5", "stay": "amount_spent >= 3", "grace": "14d"}

    assert dump(load(tiers)) == tiers
    assert dump(load(sides)) == sides


def test_a_grace_left_out_is_none() -> None:
    sides = load({"kind": "two_sided", "join": "amount_spent >= 5", "stay": "amount_spent >= 3"})

    assert isinstance(sides, TwoSided)
    assert sides.grace == Duration(0, Unit.DAY)


def test_the_labels_of_tiers_end_with_the_default() -> None:
    case = {"label": "Gold", "rule": "amount_spent >= 500"}
    tiers = load({"kind": "tiers", "cases": [case], "default": "Bronze"})

    assert isinstance(tiers, Tiers)
    assert tiers.labels == ("Gold", "Bronze")


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        (3, "", "is an object"),
        ({}, "kind", "must be one of rule, two_sided, tiers"),
        ({"kind": ["rule"]}, "kind", "must be one of"),
        ({"kind": "rule"}, "rule", "missing"),
        ({"kind": "rule", "rule": None}, "rule", "missing"),
        ({"kind": "rule", "rule": 5}, "rule", "must be a text"),
        ({"kind": "rule", "rule": ""}, "rule", "can't be empty"),
        ({"kind": "rule", "rule": "amount_spent > 1", "x": 1}, "x", "no such field"),
        ({"kind": "rule", "rule": "nonsense > 1"}, "rule", "There is no `nonsense`"),
        (
            {"kind": "two_sided", "join": "amount_spent > 1", "stay": "x > 1"},
            "stay",
            "There is no `x`",
        ),
        (
            {"kind": "two_sided", "join": "amount_spent > 1", "stay": "amount_spent > 0", "grace": "soon"},
            "grace",
            "14d, 36h",
        ),
        ({"kind": "tiers", "cases": []}, "cases", "1 to 50 cases"),
        ({"kind": "tiers", "cases": [{"label": "a", "rule": "x > 1"}]}, "cases.0.rule", "no `x`"),
        ({"kind": "tiers", "cases": [{"label": "", "rule": "x > 1"}]}, "cases.0.label", "1 to 255"),
        (
            {"kind": "tiers", "cases": [{"label": label, "rule": "amount_spent > 1"} for label in "aA"]},
            "cases.1.label",
            "stands twice",
        ),
        (
            {"kind": "tiers", "cases": [{"label": "a", "rule": "amount_spent > 1"}], "default": "A"},
            "default",
            "is a case already",
        ),
    ],
)
def test_a_mistake_names_its_field(data: object, field: str, words: str) -> None:
    first = refused(data)[0]

    assert first.field == field
    assert words in first.message


def test_a_definition_has_a_hundred_conditions_in_all() -> None:
    many = " AND ".join(["amount_spent > 1"] * 60)

    assert "120 conditions" in refused({"kind": "two_sided", "join": many, "stay": many})[0].message


def _wrapped(levels: int) -> dict[str, Any]:
    node: dict[str, Any] = {"kind": "in_segment", "name": "a"}
    for _ in range(levels):
        node = {"kind": "not", "part": node}
    return node


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        (3, "", "object with a kind"),
        ({"kind": "xor"}, "kind", "must be one of"),
        ({"kind": "and", "parts": []}, "parts", "between 2 and"),
        ({"kind": "and", "parts": [1, 2]}, "parts.0", "object with a kind"),
        ({"kind": "not", "part": {"kind": "attribute", "name": "amount_spent"}}, "part.kind", "must be one of"),
        ({"kind": "is_null", "value": {"kind": "attribute", "name": "1 = 1"}}, "value.name", "Not a name"),
        ({"kind": "is_null", "value": {"kind": "attribute", "name": "nope"}}, None, "There is no `nope`"),
        ({"kind": "matches", "function": "nope"}, None, "no function `nope`"),
        (_wrapped(15), None, "levels deep"),
        (_wrapped(5_000), "", "too deep"),
    ],
)  # fmt: skip
def test_a_tree_that_makes_no_sense_is_refused(data: object, field: str | None, words: str) -> None:
    with pytest.raises(RuleError) as error:
        from_json(data)

    assert error.value.problems[0].field == field
    assert words in error.value.problems[0].message


def test_a_definition_says_which_facts_it_reads() -> None:
    data = {
        "kind": "two_sided",
        "join": "count(lines WHERE product_tag CONTAINS 'a') > 0",
        "stay": "customer_tags CONTAINS 'b' OR email_subscription_status = 'SUBSCRIBED'",
    }

    assert facts_of(load(data)) == {
        Facts.ORDERS,
        Facts.LINES,
        Facts.REFUNDS,
        Facts.PRODUCTS,
        Facts.TAGS,
        Facts.CONSENTS,
    }
