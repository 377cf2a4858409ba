"""Rules in plain words."""

import gettext

import pytest
from hypothesis import HealthCheck, given, settings

from plugin.rules.describe import describe, describe_definition
from plugin.rules.parse import parse
from plugin.rules.schema import load
from plugin.rules.speak import Speaker
from plugin.rules.tree import Rule
from tests.rules.strategies import rules


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            "sum(orders.net WHERE date >= -365d) >= 500 AND NOT IN SEGMENT 'returners'",
            "Customers who spent at least £500 (after refunds, without shipping and tax) in the last 365 days"
            " and who are not in the segment ‘returners’.",
        ),
        ("count(orders) = 1", "Customers who have exactly 1 order."),
        ("count(refunds WHERE date >= -30d) = 0", "Customers who have no refunds in the last 30 days."),
        (
            "count(paid orders WHERE channel = 'pos' AND total > 9.5) >= 2",
            "Customers who have at least 2 paid orders where the channel is ‘pos’"
            " and the total charged is more than £9.50.",
        ),
        (
            "email_subscription_status != 'SUBSCRIBED'",
            "Customers whose e-mail subscription is not ‘subscribed’ or who have no e-mail subscription.",
        ),
        (
            "NOT (customer_tags CONTAINS 'vip')",
            "Customers who are not among those who have the tag ‘vip’.",
        ),
        ("last_order_date < -90d", "Customers whose last order was more than 90 days ago."),
        ("customer_added_date >= 2026-01-31", "Customers who were added on or after January 31, 2026."),
        (
            "orders_placed MATCHES (date >= -90d, sum_amount >= 100)",
            "Customers who placed an order in the last 90 days, and the amount in all is at least £100.",
        ),
        (
            "number_of_orders > 1 AND (customer_tags IS NULL OR customer_countries CONTAINS 'DE')",
            "Customers whose number of orders, cancelled ones too, is more than 1"
            " and (who have no tags or who have an address in ‘DE’).",
        ),
        (
            "every(latest 3 orders HAVING channel = 'pos')",
            "Customers who have the latest 3 orders, and for each of them the channel is ‘pos’.",
        ),
        (
            "any(orders WHERE any(its lines WHERE sku = 'a') AND days_since_previous > 30)",
            "Customers who have at least one order where it has at least one order line"
            " where the SKU is ‘a’ and the number of days since the previous order is more than 30.",
        ),
        (
            "TOP 10% BY sum(orders.net) AMONG (country = 'IE')",
            "Customers who are in the top 10% by the total net value of orders"
            " (among customers whose country is ‘IE’).",
        ),
        ("max(orders.date) = last_month", "Customers for whom the latest date of orders is during last month."),
        (
            "first_order_date + 1y <= today",
            "Customers for whom 1 year after the first order is today or earlier.",
        ),
        (
            "previous(label('Tiers')) = 'Gold'",
            "Customers for whom the label in ‘Tiers’ before the latest change is ‘Gold’.",
        ),
        ("customer_tags ENDS WITH 'x'", "Customers whose tags include one that ends with ‘x’."),
        (
            "metafields.loyalty.points >= 5",
            "Customers whose metafield loyalty.points is at least 5.",
        ),
        (
            "any(orders WHERE gift = true AND address_differs = false AND date >= -60d AND date < -30d)",
            "Customers who have at least one order in the last 60 days and more than 30 days ago where the order was a"
            " gift and billing and shipping address are the same.",
        ),
        (
            "any(orders WHERE discounted = true AND draft != true AND tag IS NULL AND days_until_next IS NULL)",
            "Customers who have at least one order where any discount applied and the order was not made from a draft"
            " and there are no order tags and there is no next order.",
        ),
        (
            "any(lines WHERE gift_card = false AND selling_plan IS NOT NULL)",
            "Customers who have at least one order line where the product is not a gift card and the selling plan is"
            " given.",
        ),
        (
            "entered('VIP') IS NOT NULL AND left('VIP') IS NULL AND tag_date('a') >= -1y",
            "Customers who ever entered the segment ‘VIP’ and who never left the segment ‘VIP’"
            " and whose latest addition of the tag ‘a’ was in the last year.",
        ),
        (
            "entered('VIP') < -7d AND changed(customer_language) >= -1m AND label('Tiers') IS NULL",
            "Customers whose latest entry into the segment ‘VIP’ was more than 7 days ago and for whom the latest"
            " change of the language was in the last month and who have no label in ‘Tiers’.",
        ),
        ("birth_date <= -18y", "Customers whose birth date is 18 years ago or earlier."),
        ("count(lines WHERE date = -30d) = 0", "Customers who have no order lines 30 days ago."),
        ("customer_added_date > -36h", "Customers who were added less than 36 hours ago."),
        (
            "first_order_date + 1y + 3d <= today",
            "Customers for whom 1 year and 3 days after the first order is today or earlier.",
        ),
        (
            "sum(orders.net) > store_average(sum(orders.net))",
            "Customers for whom the total net value of orders is more than"
            " the store's average of the total net value of orders (among all with more than 0).",
        ),
        (
            "products_purchased MATCHES (tag = 'y', sum_quantity > 3)",
            "Customers who bought a product where the product tag is ‘y’,"
            " and the number of units in all is more than 3.",
        ),
        (
            "shopify_email.opened NOT MATCHES (activity_id IN (5), date >= -30d)",
            "Customers who did not open a mail in the last 30 days where the mailing is 5.",
        ),
        (
            "count(latest 1 orders HAVING country = 'IE') = 1",
            "Customers for whom it is true of the latest order that the country is ‘IE’.",
        ),
        (
            "any(orders WHERE none(later orders WHERE date <= outer.date + 30d))",
            "Customers who have at least one order where there are no later orders where the date is on or before"
            " 30 days after that order's date.",
        ),
        (
            "avg(orders.days_since_previous) > 9 AND first(orders.channel) = 'pos'",
            "Customers for whom the average number of days between orders is more than 9"
            " and for whom the channel of the first order is ‘pos’.",
        ),
        (
            "AT LEAST 2 OF (amount_spent > 1, IN SEGMENT 'a', age >= 18)",
            "Customers for whom at least 2 of these hold: who spent more than £1 in all (charged minus refunded);"
            " who are in the segment ‘a’; whose age in completed years is at least 18.",
        ),
    ],
)
def test_a_rule_reads(rule: str, sentence: str) -> None:
    assert describe(parse(rule), Speaker(currency="GBP")) == sentence


@given(rules())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_rule_can_be_said(rule: Rule) -> None:
    assert describe(rule).startswith("Customers ")


def test_amounts_and_dates_are_said_in_the_language_of_the_store() -> None:
    german = Speaker(locale="de", currency="EUR")

    said = describe(parse("amount_spent >= 1234.5 AND last_order_date < 2026-01-31"), german)

    assert "1.234,50\xa0€" in said
    assert "31. Januar 2026" in said


def test_sentences_go_through_the_translations() -> None:
    class Shouting(gettext.NullTranslations):
        def gettext(self, message: str) -> str:
            return message.replace("Customers", "CUSTOMERS")

    assert describe(parse("amount_spent > 1"), Speaker(Shouting())).startswith("CUSTOMERS ")


def test_two_sides_and_tiers_read() -> None:
    sides = {"kind": "two_sided", "join": "amount_spent >= 5", "stay": "amount_spent >= 3", "grace": "14d"}
    case = {"label": "Gold", "rule": "amount_spent >= 5"}
    tiers = {"kind": "tiers", "cases": [case], "default": "Bronze"}

    assert describe_definition(load(sides)) == (
        "Customers who spent at least 5 in all (charged minus refunded) join."
        " Members leave 14 days after they are no longer customers"
        " who spent at least 3 in all (charged minus refunded)."
    )
    assert describe_definition(load(tiers)) == (
        "The first that holds: ‘Gold’: customers who spent at least 5 in all (charged minus refunded);"
        " ‘Bronze’: everyone else."
    )
