"""What a rule asks that a store has no source for."""

import pytest

from plugin.rules.fields import Facts
from plugin.rules.parse import parse
from plugin.rules.refusals import MISSING, refusals
from plugin.rules.segment import Case, OneRule, Tiers, facts_of

SHOP = frozenset(
    {
        Facts.CUSTOMER,
        Facts.TAGS,
        Facts.CONSENTS,
        Facts.ADDRESSES,
        Facts.ORDERS,
        Facts.LINES,
        Facts.REFUNDS,
        Facts.PRODUCTS,
    }
)


def refused(rule: str, types: dict[str, frozenset[str]] | None = None) -> list[str]:
    """The sentences of refusal in a shop that nobody told anything."""
    return [problem.message for problem in refusals(OneRule(parse(rule)), SHOP, types or {})]


def test_every_kind_of_fact_has_its_sentence() -> None:
    assert set(MISSING) == set(Facts)


@pytest.mark.parametrize(
    ("rule", "name", "missing"),
    [
        ("nps >= 9", "nps", "attributes"),
        ("any(answers WHERE number > 3)", "count(answers)", "survey answers"),
        ("shopify_email.opened MATCHES ()", "shopify_email.opened", "events"),
        ("sum(orders.profit) > 5", "sum(orders.profit)", "unit costs"),
        ("any(lines WHERE order.profit > 5)", "order.profit", "unit costs"),
        ("any(orders WHERE any(its lines WHERE outer.profit > 5))", "outer.profit", "unit costs"),
        ("count(disputed orders) = 0", "count(disputed orders)", "disputes"),
        ("anniversary(birth_date) = today", "birth_date", "state about themselves"),
        ("previous(predicted_spend_tier) = 'LOW'", "predicted_spend_tier", "predictions"),
        ("TOP 10% BY metafields.a.b", "metafields.a.b", "metafields"),
        ("store_credit_accounts MATCHES ()", "store_credit_accounts", "store credit"),
    ],
)
def test_a_rule_without_a_source_is_refused_by_name(rule: str, name: str, missing: str) -> None:
    [message] = refused(rule)

    assert f"`{name}`" in message
    assert missing in message


@pytest.mark.parametrize(
    "rule",
    [
        "count(orders WHERE country = 'IE') > 1",
        "distance_km(1, 2) < 5",
        "recency_score > 3",
        "tag_date('x') >= -3d AND IN SEGMENT 'a'",
        "products_purchased MATCHES (tag = 'x')",
    ],
)
def test_what_the_platform_tells_is_not_refused(rule: str) -> None:
    assert refused(rule) == []


def test_a_refusal_stands_at_its_place_and_once_for_each_kind() -> None:
    definition = Tiers((Case("A", parse("amount_spent > 1")), Case("B", parse("nps > 1 AND nps < 5"))))

    [problem] = refusals(definition, SHOP, {})

    assert (problem.field, problem.column) == ("cases.1.rule", 1)


def test_an_attribute_of_another_type_is_refused() -> None:
    types = {"metafields.a.b": frozenset({"text"}), "attributes.c": frozenset({"day"})}
    sources = SHOP | {Facts.METAFIELDS, Facts.ATTRIBUTES}

    def asked(rule: str) -> list[str]:
        return [problem.message for problem in refusals(OneRule(parse(rule)), sources, types)]

    assert "is a text in this store" in asked("metafields.a.b > 5")[0]
    assert asked("metafields.a.b = 'x' AND metafields.a.b CONTAINS 'y' AND metafields.a.b IS NULL") == []
    assert asked("days_since(attributes.c) > 5") == []
    assert "as a number" in asked("attributes.c = 5")[0]
    assert asked("attributes.unheard_of = 5") == []


def test_facts_are_those_of_every_name_at_its_place() -> None:
    rule = parse("any(orders WHERE any(its refunds WHERE order.channel = 'web') AND date > birth_date + 1d)")

    assert facts_of(OneRule(rule)) == {Facts.ORDERS, Facts.REFUNDS, Facts.DEMOGRAPHICS}
