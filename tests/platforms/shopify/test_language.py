"""Shopify's own language says a rule of ours only where it means the same."""

import pytest

from plugin.platforms.shopify.language import ATTRIBUTES_SAID, CLAUSES, of_rule, of_tags
from plugin.rules.fields import ATTRIBUTES
from plugin.rules.parse import parse
from plugin.rules.segment import Case, OneRule, Tiers

SAID = (
    "number_of_orders > 3",
    "number_of_orders BETWEEN 2 AND 5",
    "amount_spent >= 99.5",
    "last_order_date < -90d",
    "last_order_date IS NULL",
    "customer_added_date >= 2026-01-31",
    "first_order_date = today",
    "customer_tags CONTAINS 'vip' AND customer_tags NOT CONTAINS 'it\\'s'",
    "(customer_countries CONTAINS 'US' OR customer_regions CONTAINS 'CA-ON') AND number_of_orders >= 1",
    "email_subscription_status = 'SUBSCRIBED'",
    "sms_subscription_status != 'SUBSCRIBED'",
    "customer_account_status = 'ENABLED'",
    "customer_email_domain != 'gmail.com'",
    "orders_placed MATCHES (date >= -30d, sum_amount > 100)",
    "orders_placed NOT MATCHES ()",
    "products_purchased MATCHES (id = 5, date BETWEEN -30d AND today, count >= 2)",
)
NOT_SAID = (
    "sum(orders.net) >= 100",
    "count(orders) > 3",
    "NOT (number_of_orders > 3)",
    "IN SEGMENT 'Other'",
    "AT LEAST 1 OF (number_of_orders > 3, amount_spent > 1)",
    "customer_account_status = 'GUEST'",
    "sms_subscription_status = 'INVALID'",
    "customer_cities CONTAINS 'Cork'",
    "customer_language = 'en'",
    "abandoned_checkout_date >= -30d",
    "rfm_group = 'LOYAL'",
    "products_purchased MATCHES (tag = 'shoes')",
    "products_purchased MATCHES (category = 'Shoes')",
    "last_order_date >= -36h",
    "last_order_date >= this_month",
    "last_order_date >= first_order_date",
    "number_of_orders > 3 AND country = 'US'",
    "customer_tags STARTS WITH 'vip'",
    "TOP 10% BY amount_spent",
)


@pytest.mark.parametrize("rule", SAID)
def test_what_means_the_same_is_said_word_for_word(rule: str) -> None:
    assert of_rule(OneRule(parse(rule))) == rule


@pytest.mark.parametrize("rule", NOT_SAID)
def test_what_could_mean_something_else_is_not_said(rule: str) -> None:
    assert of_rule(OneRule(parse(rule))) is None


def test_what_shopify_would_refuse_for_its_length_is_not_said() -> None:
    many = [f"number_of_orders > {number}" for number in range(CLAUSES + 1)]

    assert of_rule(OneRule(parse(" OR ".join(many[:CLAUSES])))) is not None
    assert of_rule(OneRule(parse(" OR ".join(many)))) is None


def test_tiers_and_what_has_two_sides_go_by_their_tags() -> None:
    assert of_rule(Tiers((Case("gold", parse("number_of_orders > 3")),))) is None
    assert of_tags(("gold", "it's")) == "customer_tags CONTAINS 'gold' OR customer_tags CONTAINS 'it\\'s'"
    assert of_tags(()) is None
    assert of_tags(tuple(map(str, range(CLAUSES + 1)))) is None


def test_only_names_of_shopifys_are_said() -> None:
    assert {name for name in ATTRIBUTES_SAID if not ATTRIBUTES[name].shopify} == set()
