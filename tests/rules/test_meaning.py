"""What Shopify's names mean in our own terms."""

import pytest

from plugin.rules.meaning import core
from plugin.rules.parse import parse
from plugin.rules.print import print_rule

ORDERS_DATE = "max(any orders.date)"
PAID = "WHERE paid_date IS NOT NULL"


@pytest.mark.parametrize(
    ("rule", "meant"),
    [
        ("number_of_orders > 3", "count(any orders) > 3"),
        ("amount_spent >= 5", f"sum(any orders.total {PAID}) - sum(any orders.refunded {PAID}) >= 5"),
        ("last_order_date < -90d", "max(any orders.date) < -90d"),
        ("first_order_date = today", "min(any orders.date) = today"),
        ("last_order_date != today", f"{ORDERS_DATE} != today OR {ORDERS_DATE} IS NULL"),
        ("number_of_orders != 3", "count(any orders) != 3"),
        (
            "email_subscription_status NOT IN ('PENDING')",
            "email_subscription_status NOT IN ('PENDING') OR email_subscription_status IS NULL",
        ),
        ("max(orders.date) != today", "max(orders.date) != today"),
        ("NOT (last_order_date = today)", f"NOT ({ORDERS_DATE} = today)"),
        ("orders_placed MATCHES ()", "count(any orders) >= 1"),
        ("orders_placed NOT MATCHES ()", "NOT (count(any orders) >= 1)"),
        (
            "orders_placed MATCHES (date >= -90d, amount > 50, count >= 2, sum_amount >= 100)",
            "count(any orders WHERE date >= -90d AND total > 50) >= 2"
            " AND sum(any orders.total WHERE date >= -90d AND total > 50) >= 100",
        ),
        ("orders_placed MATCHES (sum_amount < 9)", "sum(any orders.total) < 9 AND count(any orders) >= 1"),
        (
            "orders_placed MATCHES (location_id != 5)",
            "count(any orders WHERE location_id != 5 OR location_id IS NULL) >= 1",
        ),
        (
            "products_purchased MATCHES (tag = 'shoes', quantity >= 2, count = 3)",
            "count_distinct(any lines.order_id WHERE product_tag CONTAINS 'shoes' AND quantity >= 2) = 3",
        ),
        (
            "products_purchased MATCHES (tag != 'shoes')",
            "count_distinct(any lines.order_id WHERE product_tag NOT CONTAINS 'shoes') >= 1",
        ),
        (
            "products_purchased MATCHES (tag NOT IN ('a', 'b'), sum_quantity >= 5)",
            "sum(any lines.quantity WHERE NOT (product_tag CONTAINS 'a' OR product_tag CONTAINS 'b')) >= 5"
            " AND count_distinct(any lines.order_id"
            " WHERE NOT (product_tag CONTAINS 'a' OR product_tag CONTAINS 'b')) >= 1",
        ),
    ],
)
def test_a_shopify_name_means(rule: str, meant: str) -> None:
    assert print_rule(core(parse(rule))) == meant


@pytest.mark.parametrize(
    ("rule", "meant"),
    [
        ("any(orders WHERE channel = 'pos')", "count(orders WHERE channel = 'pos') >= 1"),
        ("none(orders WHERE channel = 'pos')", "count(orders WHERE channel = 'pos') = 0"),
        (
            "every(orders HAVING channel = 'pos')",
            "count(orders) >= 1 AND count(orders WHERE NOT (channel = 'pos')) = 0",
        ),
        (
            "every(latest 3 orders WHERE net > 3 HAVING channel = 'pos')",
            "count(latest 3 orders WHERE net > 3) >= 1"
            " AND count(latest 3 orders WHERE net > 3 HAVING NOT (channel = 'pos')) = 0",
        ),
        (
            "count(orders WHERE net > 1 HAVING channel = 'pos') > 1",
            "count(orders WHERE net > 1 AND channel = 'pos') > 1",
        ),
        ("age >= 18", "birth_date + 18y <= today"),
        ("18 <= age", "birth_date + 18y <= today"),
        ("age < 17.5", "birth_date + 18y > today"),
        ("age BETWEEN 18 AND 30", "birth_date + 18y <= today AND birth_date + 31y > today"),
        ("age != 30", "birth_date + 30y > today OR birth_date + 31y <= today"),
        ("age = 30", "birth_date + 30y <= today AND birth_date + 31y > today"),
        ("age IS NULL", "birth_date IS NULL"),
        ("any(lines WHERE age >= 18)", "count(lines WHERE birth_date + 18y <= today) >= 1"),
        ("country = 'IE'", "first(addresses.country WHERE default = true) = 'IE'"),
        ("previous(country) = 'IE'", "previous(country) = 'IE'"),
        ("nth(-1 orders.net) > 5", "first(nth -1 orders.net) > 5"),
        ("share(orders WHERE discounted = true) > 0.5", "count(orders WHERE discounted = true) / count(orders) > 0.5"),
        ("average_gap() > 9", "avg(orders.days_since_previous) > 9"),
    ],
)
def test_a_shorter_word_means(rule: str, meant: str) -> None:
    assert print_rule(core(parse(rule))) == meant


@pytest.mark.parametrize(
    ("rule", "meant"),
    [
        (
            "abandoned_checkout_date != today",
            "max(checkouts.date) != today OR max(checkouts.date) IS NULL",
        ),
        (
            "customer_within_distance NOT MATCHES (coordinates = (53.3, -6.2), distance_km = 10)",
            "NOT (distance_km(53.3, -6.2) <= 10)",
        ),
        ("store_credit_accounts MATCHES (balance > 5)", "count(credits WHERE balance > 5) >= 1"),
        (
            "shopify_email.opened MATCHES (activity_id IN (5, 6), count >= 2)",
            "count(events WHERE name = 'shopify_email.opened' AND item IN ('5', '6')) >= 2",
        ),
        (
            "storefront.product_viewed MATCHES (id != 5, tag = 'x')",
            "count(events WHERE name IN ('storefront_event.product_viewed', 'storefront.product_viewed')"
            " AND (item != '5' OR item IS NULL) AND tag CONTAINS 'x') >= 1",
        ),
        ("metafields.a.b != 'x'", "metafields.a.b != 'x' OR metafields.a.b IS NULL"),
        ("attributes.b != 'x'", "attributes.b != 'x'"),
    ],
)
def test_shopifys_other_names_mean(rule: str, meant: str) -> None:
    assert print_rule(core(parse(rule))) == meant


def test_the_stores_average_gap_is_over_all_pairs_of_orders() -> None:
    among = "AMONG (count(orders) >= 2)"

    assert print_rule(parse("store_average_gap() > 3")) == (
        f"store_average(sum(orders.days_since_previous) {among})"
        f" / store_average(count(orders WHERE days_since_previous IS NOT NULL) {among}) > 3"
    )


def test_the_core_of_a_condition_points_at_the_condition_as_written() -> None:
    rule = parse("amount_spent > 1 AND orders_placed MATCHES (count > 2)")

    assert [part.span for part in core(rule).parts] == [part.span for part in rule.parts]  # type: ignore[union-attr]
