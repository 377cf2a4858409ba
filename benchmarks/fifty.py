"""Fifty segments, each as a rule and once more written by hand for DuckDB over the same tables.

In the twin, ``{o: …}`` is an aggregate over the customer's orders, ``{l: …}`` one over lines joined to
their orders, ``@30`` the first instant of the local day 30 days ago, ``$k`` the answer of segment k.
"""

from typing import NamedTuple


class Twin(NamedTuple):
    """A segment's rule, and the same question in DuckDB's SQL."""

    rule: str
    duck: str


COUNTED = (
    "NOT test AND paid_at IS NOT NULL AND cancelled_at IS NULL"
    " AND (first_refund_at IS NULL OR refunded < gross - discount)"
)
NET = "greatest(gross - discount - refunded, 0)"


def fifty() -> list[Twin]:
    """The segments, in an order in which each stands after those it asks for."""
    made: list[Twin] = []
    for days, amount in ((30, 100), (90, 250), (365, 1000), (730, 2000), (180, 500), (60, 150)):
        made.append(
            Twin(
                f"sum(orders.net WHERE date >= -{days}d) >= {amount}",
                f"coalesce({{o: sum({NET}) FILTER (counted AND placed_at >= @{days})}}, 0) >= {amount}",
            )
        )
    for count, days in ((2, 90), (3, 180), (5, 365), (1, 30), (8, 60), (1, 400)):
        made.append(
            Twin(
                f"number_of_orders >= {count} AND last_order_date < -{days}d",
                f"coalesce({{o: count(*) FILTER (NOT test)}}, 0) >= {count}"
                f" AND {{o: max(placed_at) FILTER (NOT test)}} < @{days}",
            )
        )
    for channel, days, count in (("pos", 90, 1), ("web", 30, 2), ("pos", 365, 3), ("web", 180, 4), ("pos", 730, 5)):
        made.append(
            Twin(
                f"count(orders WHERE channel = '{channel}' AND date >= -{days}d) >= {count}",
                f"coalesce({{o: count(*) FILTER (counted AND channel = '{channel}' AND placed_at >= @{days})}}, 0)"
                f" >= {count}",
            )
        )
    for products, days in (("1, 2, 3, 4, 5", 365), ("100, 200, 300", 90), ("7", 730), ("11, 12, 13, 14", 180)):
        made.append(
            Twin(
                f"products_purchased MATCHES (id IN ({products}), date >= -{days}d)",
                f"coalesce({{l: count(*) FILTER (NOT test AND product_id IN ({products}) AND placed_at >="
                f" @{days})}}, 0) > 0",
            )
        )
    for vendor, share in ((3, "0.3"), (7, "0.5"), (11, "0.1"), (15, "0.25")):
        net = "greatest(l_gross - l_discount - l_refunded, 0)"
        made.append(
            Twin(
                f"sum(lines.net WHERE vendor = 'vendor {vendor}') / sum(lines.net) >= {share}",
                f"coalesce({{l: sum({net}) FILTER (counted AND vendor = 'vendor {vendor}')}}"
                f" >= {share} * nullif({{l: sum({net}) FILTER (counted)}}, 0), false)",
            )
        )
    for tag, days, count in ((4, 365, 2), (9, 730, 3), (21, 180, 1), (28, 90, 1)):
        made.append(
            Twin(
                f"products_purchased MATCHES (tag = 'tag {tag}', date >= -{days}d, sum_quantity >= {count})",
                f"coalesce({{l: sum(quantity) FILTER (NOT test AND tag = 'tag {tag}' AND placed_at >= @{days})}},"
                f" 0) >= {count}"
                f" AND coalesce({{l: count(*) FILTER (NOT test AND tag = 'tag {tag}' AND placed_at >= @{days})}},"
                f" 0) > 0",
            )
        )
    for days, amount in ((365, 120), (730, 160), (90, 90)):
        made.append(
            Twin(
                f"avg(orders.net WHERE date >= -{days}d) > {amount} AND NOT count(orders WHERE date >= -{days}d) >= 9",
                f"coalesce({{o: sum({NET}) FILTER (counted AND placed_at >= @{days})}}"
                f" > {amount} * nullif({{o: count(*) FILTER (counted AND placed_at >= @{days})}}, 0), false)"
                f" AND coalesce({{o: count(*) FILTER (counted AND placed_at >= @{days})}}, 0) < 9",
            )
        )
    for first, last in ((120, 30), (365, 180), (730, 365)):
        made.append(
            Twin(
                f"count(orders WHERE date BETWEEN -{first}d AND -{last}d) >= 1 AND count(orders WHERE date >"
                f" -{last}d) = 0",
                f"coalesce({{o: count(*) FILTER (counted AND placed_at >= @{first} AND placed_at < @{last - 1})}},"
                f" 0) >= 1"
                f" AND coalesce({{o: count(*) FILTER (counted AND placed_at >= @{last - 1})}}, 0) = 0",
            )
        )
    made += _others()
    made += [
        Twin("IN SEGMENT 's0' AND NOT IN SEGMENT 's6'", "$0 AND NOT $6"),
        Twin("IN SEGMENT 's1' OR IN SEGMENT 's12'", "$1 OR $12"),
        Twin(
            "NOT IN SEGMENT 's2' AND number_of_orders > 3",
            "NOT $2 AND coalesce({o: count(*) FILTER (NOT test)}, 0) > 3",
        ),
        Twin("IN SEGMENT 's17' AND customer_tags CONTAINS 'vip'", "$17 AND vip"),
        Twin("NOT (IN SEGMENT 's21' OR IN SEGMENT 's22')", "NOT ($21 OR $22)"),
    ]
    return made


def _others() -> list[Twin]:
    placed = "NOT test AND cancelled_at IS NULL"
    return [
        Twin(
            "customer_tags CONTAINS 'vip' AND amount_spent > 500",
            "vip AND coalesce({o: sum(total) FILTER (NOT test AND paid_at IS NOT NULL)}, 0) - coalesce({o:"
            " sum(refunded) FILTER (NOT test AND paid_at IS NOT NULL)}, 0) > 500",
        ),
        Twin(
            "customer_countries CONTAINS 'FR' AND number_of_orders = 0",
            "country = 'fr' AND coalesce({o: count(*) FILTER (NOT test)}, 0) = 0",
        ),
        Twin(
            "email_subscription_status = 'SUBSCRIBED' AND last_order_date >= -120d",
            "subscribed AND coalesce({o: max(placed_at) FILTER (NOT test)} >= @120, false)",
        ),
        Twin(
            "customer_added_date >= -180d AND number_of_orders >= 1",
            "created_at >= @180 AND coalesce({o: count(*) FILTER (NOT test)}, 0) >= 1",
        ),
        Twin(
            "count(refunded orders) >= 2",
            "coalesce({o: count(*) FILTER (NOT test AND first_refund_at IS NOT NULL)}, 0) >= 2",
        ),
        Twin(
            "count(cancelled orders WHERE date >= -365d) >= 1",
            "coalesce({o: count(*) FILTER (NOT test AND cancelled_at IS NOT NULL AND placed_at >= @365)}, 0) >= 1",
        ),
        Twin(
            "sum(placed orders.total WHERE country = 'US') > 300",
            f"coalesce({{o: sum(total) FILTER ({placed} AND o_country = 'us')}}, 0) > 300",
        ),
        Twin(
            "count(orders WHERE discount_code CONTAINS 'summer') / count(orders) >= 0.5",
            "coalesce({o: count(*) FILTER (counted AND discount > 0)} >= 0.5 * nullif({o: count(*) FILTER"
            " (counted)}, 0), false)",
        ),
        Twin(
            "first_order_date >= -1y AND number_of_orders > 1",
            "coalesce({o: min(placed_at) FILTER (NOT test)} >= @365, false) AND coalesce({o: count(*) FILTER (NOT"
            " test)}, 0) > 1",
        ),
        Twin(
            "count(orders WHERE date >= -36h) >= 1",
            "coalesce({o: count(*) FILTER (counted AND placed_at >= now36)}, 0) >= 1",
        ),
    ]
