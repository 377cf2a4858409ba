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


def test_the_core_of_a_condition_points_at_the_condition_as_written() -> None:
    rule = parse("amount_spent > 1 AND orders_placed MATCHES (count > 2)")

    assert [part.span for part in core(rule).parts] == [part.span for part in rule.parts]  # type: ignore[union-attr]
