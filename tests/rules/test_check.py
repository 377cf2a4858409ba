"""Advice on rules that can be saved but are probably not meant."""

import pytest
from hypothesis import HealthCheck, given, settings

from plugin.rules.check import Code, check
from plugin.rules.parse import parse
from plugin.rules.schema import load
from plugin.rules.segment import OneRule
from plugin.rules.tree import Rule
from tests.rules.strategies import rules


def codes(rule: str) -> list[Code]:
    """The kinds of advice on one rule."""
    return [advice.code for advice in check(OneRule(parse(rule)))]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("number_of_orders > 5 AND number_of_orders < 3", Code.NEVER),
        ("number_of_orders > 5 AND 5 >= number_of_orders", Code.NEVER),
        ("count(orders WHERE date >= -30d AND date < -60d) > 1", Code.NEVER),
        ("last_order_date > 2026-02-01 AND last_order_date < 2026-01-01", Code.NEVER),
        ("amount_spent BETWEEN 5 AND 1", Code.NEVER),
        ("count(orders) < 0", Code.NEVER),
        ("last_order_date > today", Code.NEVER),
        ("last_order_date >= +1w", Code.NEVER),
        ("IN SEGMENT 'a' AND NOT IN SEGMENT 'a'", Code.NEVER),
        ("IN SEGMENT 'a' OR NOT IN SEGMENT 'a'", Code.ALWAYS),
        ("number_of_orders >= 0", Code.ALWAYS),
        ("amount_spent > 1 OR amount_spent > 1", Code.TWICE),
        (
            "amount_spent > 1 AND number_of_orders > 1 AND customer_tags CONTAINS 'a' AND IN SEGMENT 'b'",
            Code.TOO_MANY,
        ),
    ],
)
def test_advice_is_given_on(rule: str, code: Code) -> None:
    assert codes(rule) == [code]


@pytest.mark.parametrize(
    "rule",
    [
        "number_of_orders > 3 AND number_of_orders < 5",
        "number_of_orders >= 5 AND number_of_orders <= 5",
        "number_of_orders < 3 OR number_of_orders > 5",
        "last_order_date >= today",
        "last_order_date >= -1m AND last_order_date < -30d",
        "sum(orders.net) < 0",
        "count(orders WHERE net > 5 AND total > 6 AND channel = 'a' AND country = 'DE') >= 1",
    ],
)
def test_no_advice_is_given_on(rule: str) -> None:
    assert codes(rule) == []


def test_a_case_below_its_twin_is_never_reached() -> None:
    cases = [{"label": label, "rule": "amount_spent > 1"} for label in ("Gold", "Silver")]

    [advice] = check(load({"kind": "tiers", "cases": cases}))

    assert (advice.code, advice.field) == (Code.UNREACHABLE, "cases.1.rule")
    assert "Nobody gets ‘Silver’" in advice.message


def test_two_equal_sides_without_grace_are_one_rule() -> None:
    sides = {"kind": "two_sided", "join": "amount_spent > 1", "stay": "amount_spent > 1"}

    assert [advice.code for advice in check(load(sides))] == [Code.SAME_SIDES]
    assert check(load({**sides, "grace": "7d"})) == ()


@given(rules())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_rule_can_be_checked(rule: Rule) -> None:
    for advice in check(OneRule(rule)):
        assert advice.message
        assert advice.cure
