"""Advice on rules that can be saved but are probably not meant."""

import pytest
from hypothesis import HealthCheck, given, settings

from plugin.rules.advice import Advice, Code, Overlap, of_overlaps, of_size
from plugin.rules.check import check
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
        ("customer_account_status = 'ENABLED' AND customer_account_status = 'DISABLED'", Code.NEVER),
        ("created_by_app_id IS NULL AND created_by_app_id = 5", Code.NEVER),
        ("count(orders WHERE channel = 'web' AND channel IN ('pos', 'mobile')) >= 1", Code.NEVER),
        ("count(orders) > 3 OR count(orders) <= 3", Code.ALWAYS),
        ("sum(orders.net) < 100 OR sum(orders.net) >= 50", Code.ALWAYS),
        ("count(orders WHERE weekday = 8) >= 1", Code.NEVER),
        ("count(orders WHERE hour > 23) >= 1", Code.NEVER),
        ("recency_score > 5", Code.NEVER),
        ("recency_score >= 1", Code.ALWAYS),
        ("score(4 BY sum(orders.net)) = 5", Code.NEVER),
        ("TOP 100% BY sum(orders.net)", Code.ALWAYS),
        ("tag_date('vip') >= +1d", Code.NEVER),
        ("age < 25", Code.PERSONAL),
        ("gender = 'f'", Code.PERSONAL),
        ("metafields.custom.religion = 'none'", Code.PERSONAL),
        ("attributes.birth_year < 1990", Code.PERSONAL),
        ("postcode STARTS WITH 'LS'", Code.STANDS_IN),
        ("any(orders WHERE billing_postcode = 'LS1')", Code.STANDS_IN),
        ("customer_language = 'de'", Code.STANDS_IN),
        ("products_purchased MATCHES (tag = 'shoes')", Code.SHOPIFY_DIFFERS),
        ("rfm_group = 'CHAMPIONS'", Code.SHOPIFY_DIFFERS),
        ("shopify_email.opened MATCHES (count >= 1)", Code.SHOPIFY_DIFFERS),
        (
            "AT LEAST 1 OF (amount_spent > 1, number_of_orders > 1, TOP 10% BY avg(orders.net), tag_date('x') > -9d)",
            Code.TOO_MANY,
        ),
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
        "count(orders WHERE net > 5 AND total > 6 AND channel = 'pos' AND country = 'DE') >= 1",
        "count(orders) > 3 OR count(orders) < 3",
        "max(orders.date) > -30d OR max(orders.date) <= -30d",
        "expected_order_date >= today",
        "anniversary(birth_date) <= +7d",
        "first_order_date + 1y >= today",
        "metafields.custom.renews >= +1d",
        "attributes.page = 'x'",
        "attributes.image = 'x'",
        "customer_tags CONTAINS 'a' AND customer_tags CONTAINS 'b'",
        "rfm_segment = 'Champions'",
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


def test_traits_are_named_once_wherever_they_stand() -> None:
    rule = "count(orders WHERE postcode = 'a' OR postcode = 'b') > 0 AND age > 20 AND NOT age > 60"

    assert codes(rule) == [Code.STANDS_IN, Code.PERSONAL]


@pytest.mark.parametrize(
    ("inside", "total", "expected"),
    [
        (0, 200, [Code.NOBODY]),
        (9, 200, [Code.FEW]),
        (10, 200, []),
        (9, 40, []),
        (179, 200, []),
        (180, 200, [Code.ALMOST_EVERYONE]),
        (0, 0, []),
    ],
)
def test_the_size_of_a_draft_is_judged(inside: int, total: int, expected: list[Code]) -> None:
    found = list(of_size(inside, 0, total))

    assert [advice.code for advice in found] == expected
    assert all(str(inside) in advice.message or not inside for advice in found)


def test_a_large_overlap_is_told_with_its_numbers() -> None:
    [advice] = of_overlaps([Overlap("VIP", 100, 90, 82), Overlap("Others", 100, 500, 60)])

    assert advice == Advice(
        Code.OVERLAP,
        "82 of its 100 customers (82 %) are in ‘VIP’ too, and are 91 % of the 90 there.",
        "Use ‘VIP’, or say what sets this one apart from it.",
    )


@given(rules())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_rule_can_be_checked(rule: Rule) -> None:
    for advice in check(OneRule(rule)):
        assert advice.message
        assert advice.cure
