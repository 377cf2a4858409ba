"""What is asked of the story's store, on every platform.

``BY_HAND``: who is in, read from the story by a person. ``MORE``: who is in, the oracle of tests/laws says. ``UNTOLD``:
what a platform cannot tell; there the rule must be refused or leave people undecided, and never have another answer.
``OWN``: what says something else by its nature, and why nobody can compare it. Every field stands in one of them.
"""

from typing import Any, NamedTuple

SHOPIFY, BIGCOMMERCE = "shopify", "bigcommerce"

BY_HAND: dict[str, str] = {
    # What became of orders.
    "count(orders) >= 1": "ana ben cleo dora emil jun kim max nia",
    "count(orders) >= 2": "ana dora nia",
    "count(orders) = 0": "fay gus hana ivo lea olaf",
    "number_of_orders >= 1": "ana ben cleo dora emil fay gus hana ivo jun kim max nia",
    "last_order_date IS NULL": "lea olaf",  # Never ordered; and whose only order was deleted.
    "count(cancelled orders) = 1": "gus hana",
    "any(cancelled orders WHERE cancelled_date >= -20d)": "gus",
    "count(unpaid orders) = 1": "ivo",
    "count(refunded orders) >= 1": "emil fay hana nia",
    # Time. The first moment of a day ninety days ago belongs to it, the minute before does not.
    "last_order_date >= -90d AND customer_email_domain != 'night.example'": "ana ben fay gus hana ivo jun kim nia",
    "last_order_date < -90d": "cleo emil max",
    "customer_added_date >= -60d": "fay gus hana ivo kim lea",
    "any(orders WHERE days_since_previous >= 180)": "ana nia",
    "any(lines WHERE sku = 'STOVE' AND any(earlier lines WHERE sku = 'TENT'))": "ana nia",
    # Money, without the guest's and the deleted order's.
    "max(orders.net) = 100": "emil",  # One of two rings came back.
    "sum(orders.net) >= 200": "ana jun nia",  # In London 200 has 33.33 of tax in it.
    "sum(orders.net WHERE date >= -365d) >= 300": "nia",
    "amount_spent >= 200": "ana jun max nia",
    "sum(orders.discount) > 0": "ana nia",
    "sum(orders.tax) > 0": "kim max",
    "sum(orders.shipping) > 0": "ben cleo dora",  # Cups at a till are carried home.
    "sum(any orders.refunded) >= 200": "fay nia",
    "count(refunds WHERE date >= -30d) >= 1": "emil nia",
    # What, and where.
    "any(orders WHERE discount_code CONTAINS 'welcome')": "ana",
    "any(lines WHERE vendor = 'Clay')": "ana dora jun kim nia",
    "any(lines WHERE price < compare_at_price)": "ana dora jun kim max nia",
    "any(orders WHERE any(its lines WHERE sku = 'TENT') AND any(its lines WHERE sku = 'STOVE'))": "nia",
    "any(lines WHERE option('Size') = 'XL')": "ana emil nia",
    "count(orders WHERE channel = 'pos') >= 1": "kim nia",
    "first(orders.channel) = 'web' AND last(orders.channel) = 'marketplace'": "nia",
    "country = 'AU' AND region = 'AU-NSW' AND city = 'sydney'": "ben nia",
    "postcode = 'sw1a1aa'": "max",
    "customer_email_domain ENDS WITH '.edu'": "emil kim",
    "email_subscription_status = 'SUBSCRIBED'": "ana fay lea nia",
    "email_subscription_status = 'UNSUBSCRIBED'": "cleo",
    "email_subscription_status = 'SUBSCRIBED' AND email_subscription_date >= -100d": "fay lea",
    # Among the others.
    "TOP 3 BY sum(orders.net)": "ana jun nia",
    "TOP 1 BY count(orders)": "nia",
}
MORE = """
number_of_orders = 0
count(placed orders) >= 1
sum(orders.gross) >= 200
sum(orders.total) >= 200
avg(orders.net) >= 100
min(orders.date) >= -100d
first_order_date < -90d
any(orders WHERE quantity >= 5)
any(orders WHERE net_quantity < quantity)
any(orders WHERE days_until_next < 100)
any(orders WHERE weekday >= 6)
any(orders WHERE hour = 0)
count_distinct(orders.day) >= 2 AND count_distinct(orders.week) >= 2
count_distinct(orders.month) >= 2 OR count_distinct(orders.quarter) >= 2
count_distinct(lines.year) >= 2
count(orders WHERE channel IN ('web', 'marketplace')) >= 1
any(orders WHERE discounted = true)
any(orders WHERE discount_kind CONTAINS 'code')
none(orders WHERE discounted = true)
any(orders WHERE country = 'JP')
any(orders WHERE region = 'AU-NSW' AND postcode = '2000')
any(orders WHERE city = 'Oslo')
any(orders WHERE billing_country = 'JP')
any(orders WHERE billing_region = 'AU-NSW' AND billing_city = 'Sydney' AND billing_postcode = '2000')
any(orders WHERE address_differs = true)
any(orders WHERE draft = true)
any(orders WHERE note IS NOT NULL)
any(orders WHERE tag CONTAINS 'x')
any(orders WHERE property('Gift for') IS NOT NULL)
any(orders WHERE every(its lines HAVING quantity >= 2))
count(orders WHERE position = 1 AND net >= 100) = 1
count(latest 1 orders HAVING channel = 'pos') = 1
sum(latest 2 orders.net) >= 150
any(lines WHERE sku = 'TENT')
any(lines WHERE title = 'Cup')
count_distinct(lines.order_id) >= 2
count_distinct(lines.product_id) >= 3
count_distinct(lines.variant_id) >= 3
count_distinct(lines.vendor) >= 2
max(lines.price) >= 200
sum(lines.quantity) >= 3
sum(lines.net_quantity) >= 3
any(lines WHERE gross >= 200)
any(lines WHERE discount > 0)
any(lines WHERE net >= 200 AND date >= -100d)
any(lines WHERE gift_card = true)
any(lines WHERE property('Engraving') IS NOT NULL)
sum(lines.net WHERE vendor = 'North') / sum(lines.net) >= 0.6
sum(refunds.total) >= 100
sum(refunds.goods) >= 100
sum(refunds.quantity) >= 2
count(refunds WHERE order.channel = 'web') >= 2
average_gap() >= 100
days_since(last_order_date) > 90
customer_account_status = 'ENABLED'
email_subscription_status != 'SUBSCRIBED'
customer_countries CONTAINS 'NO'
customer_regions CONTAINS 'AU-NSW'
customer_cities CONTAINS 'Sydney'
any(addresses WHERE region = 'AU-NSW' AND city = 'Sydney' AND postcode = '2000')
any(addresses WHERE country = 'AU' AND default = true)
any(addresses WHERE latitude > 5 AND longitude > 5)
distance_km(53.35, -6.26) < 10
note IS NULL
customer_tags CONTAINS 'friend'
TOP 20% BY sum(orders.net)
BOTTOM 20% BY avg(orders.net)
recency_score >= 4
frequency_score >= 4
monetary_score(-365d) >= 4
rfm_segment IN ('CHAMPIONS', 'LOYAL')
sum(orders.net) >= 2 * store_average(sum(orders.net))
orders_placed MATCHES (date >= -90d, amount > 50)
products_purchased NOT MATCHES (date >= -365d)
AT LEAST 2 OF (number_of_orders >= 3, amount_spent >= 200, email_subscription_status = 'SUBSCRIBED')
""".strip().splitlines()


def rule(text: str) -> dict[str, Any]:
    """One rule."""
    return {"kind": "rule", "rule": text}


TIERS: dict[str, Any] = {
    "kind": "tiers",
    "cases": [
        {"label": "gold", "rule": "sum(orders.net) >= 900"},
        {"label": "silver", "rule": "sum(orders.net) >= 200"},
    ],
    "default": None,
}
TWO_SIDED = {"kind": "two_sided", "join": "count(orders) >= 2", "stay": "count(orders) >= 1", "grace": "0d"}


BOTH = (SHOPIFY, BIGCOMMERCE)


class Untold(NamedTuple):
    """Where a rule can't be answered, and why."""

    where: tuple[str, ...]
    because: str


UNTOLD: dict[str, Untold] = {
    "customer_language = 'en'": Untold((BIGCOMMERCE,), "it keeps no language of a customer"),
    "email_opt_in_level = 'CONFIRMED_OPT_IN'": Untold((BIGCOMMERCE,), "a subscriber is one, however"),
    "sms_subscription_status != 'SUBSCRIBED'": Untold((BIGCOMMERCE,), "its subscribers are those of e-mail"),
    "sms_opt_in_level = 'UNKNOWN'": Untold((BIGCOMMERCE,), "likewise"),
    "sms_subscription_date >= -30d": Untold((BIGCOMMERCE,), "likewise"),
    "any(orders WHERE location_id = 5)": Untold((BIGCOMMERCE,), "a place of sale has no number"),
    "any(orders WHERE staff = 'Kim')": Untold((BIGCOMMERCE,), "nobody says who sold it"),
    "any(orders WHERE utm_source = 'x' AND utm_medium = 'x' AND utm_campaign = 'x')": Untold(
        (BIGCOMMERCE,), "nobody says where the buyer came from"
    ),
    "any(orders WHERE utm_term = 'x' AND utm_content = 'x')": Untold((BIGCOMMERCE,), "likewise"),
    "companies IS NOT NULL": Untold(BOTH, "not read before a rule asks; no API"),
    "predicted_spend_tier = 'HIGH'": Untold(BOTH, "it predicts nothing"),
    "rfm_group = 'LOYAL'": Untold(BOTH, "likewise; rfm_segment is our own"),
    "customer_groups CONTAINS 'x'": Untold((SHOPIFY,), "it has no groups"),
    "attributes.size = 'L'": Untold((SHOPIFY,), "it has metafields"),
    "sum(orders.profit) > 10 OR any(lines WHERE cost > 5 OR profit > 5)": Untold(
        BOTH, "it tells no costs; nobody wrote any down here"
    ),
    "any(lines WHERE category CONTAINS 'Kitchen')": Untold(
        BOTH, "where products stood then nobody saw: the app came later"
    ),
    "metafields.a.b = 'x'": Untold(BOTH, "not read before a rule asks"),
    "abandoned_checkout_date >= -30d": Untold(BOTH, "likewise"),
    "count(credits) >= 1": Untold(BOTH, "a scope is missing; likewise"),
    "any(orders WHERE dispute_state = 'LOST')": Untold(BOTH, "a scope is missing; likewise"),
    "product_subscription_status = 'ACTIVE'": Untold(BOTH, "no scope; nothing"),
    "created_by_app_id = 5": Untold(BOTH, "no platform tells apps"),
    "expected_order_date >= today": Untold(BOTH, "others tell it, or nobody does"),
    "prediction_date >= today": Untold(BOTH, "likewise"),
    "birth_date >= today": Untold(BOTH, "likewise"),
    "age >= 18": Untold(BOTH, "likewise"),
    "gender = 'x'": Untold(BOTH, "likewise"),
    "education = 'x'": Untold(BOTH, "likewise"),
    "income = 'x'": Untold(BOTH, "likewise"),
    "occupation = 'x'": Untold(BOTH, "likewise"),
    "count(events WHERE name = 'x') = 0": Untold(BOTH, "likewise"),
    "count(answers WHERE question = 'x') = 0": Untold(BOTH, "likewise"),
}
OWN = {
    "orders.name": "the platform's own number of an order",
    "orders.app": "its own names of apps and channels",
    "orders.app_id": "its own numbers of them",
    "orders.location": "its own places",
    "orders.gateway": "its own names of payments",
    "orders.shipping_method": "its own names of ways to send",
    "orders.gift": "one knows of gift wrapping, the other of what the buyer filled in",
    "orders.gift_note": "likewise",
    "orders.currency": "the pretended Shopify shows a foreigner their own currency, the pretended BigCommerce does not",
    "orders.paid_date": "nobody at BigCommerce says when money came that came by hand (docs/measures.md)",
    "lines.type": "kinds of goods there, physical or digital here",
    "lines.product_tag": "products have no tags at BigCommerce",
    "lines.selling_plan": "there are none at BigCommerce",
    "nps": "somebody's attribute: whoever has any has a source for it",
}
"""Beside them: ``email_subscription_date`` of who was never asked, which Shopify dates and BigCommerce has no row for;
``gross`` and ``discount`` of discounted goods whose price has tax in it (docs/measures.md says by how much)."""
