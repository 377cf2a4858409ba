"""Fifty segments of every kind, each as a rule and once more written by hand for DuckDB over the same tables.

In the twin, ``{o: …}`` is an aggregate over the customer's orders, ``{l: …}`` over lines, and so on (the sources are
in rules_duck.py), ``[o: …]`` how many meet a condition; ``@30`` is the first instant of the local day 30 days ago,
``$k`` the answer of segment k.
"""

from typing import NamedTuple


class Twin(NamedTuple):
    """A segment's rule (or the labels of its tiers and theirs), and the same question in DuckDB's SQL."""

    rule: str | dict[str, str]
    duck: str


ANY_ORDERS = "[o: NOT test]"
LAST = "{o: max(placed_at) FILTER (NOT test)}"
SPENT = (
    "(coalesce({o: sum(total) FILTER (NOT test AND paid)}, 0)"
    " - coalesce({o: sum(refunded_total) FILTER (NOT test AND paid)}, 0))"
)


def fifty() -> list[Twin]:
    """The segments, in an order in which each stands after those it asks for."""
    return [*_windows(), *_lines(), *_customers(), *_sequences(), *_nested(), *_others(), *_relative(), *_references()]


def _windows() -> list[Twin]:
    """Sums, counts and averages in windows of time; states of orders."""
    made = [
        Twin(
            f"sum(orders.net WHERE date >= -{days}d) >= {amount}",
            f"coalesce({{o: sum(net) FILTER (counted AND placed_at >= @{days})}}, 0) >= {amount}",
        )
        for days, amount in ((30, 100), (365, 1000), (730, 2000))
    ]
    made += [
        Twin(
            f"number_of_orders >= {count} AND last_order_date < -{days}d",
            f"{ANY_ORDERS} >= {count} AND {LAST} < @{days}",
        )
        for count, days in ((2, 90),)
    ]
    made += [
        Twin(
            f"count(orders WHERE channel = '{channel}' AND date >= -{days}d) >= {count}",
            f"[o: counted AND channel = '{channel}' AND placed_at >= @{days}] >= {count}",
        )
        for channel, days, count in (("pos", 90, 1),)
    ]
    in_year = "counted AND placed_at >= @365"
    return [
        *made,
        Twin(
            "avg(orders.net WHERE date >= -365d) > 120 AND NOT count(orders WHERE date >= -365d) >= 9",
            f"coalesce({{o: sum(net) FILTER ({in_year})}} > 120 * nullif({{o: count(*) FILTER ({in_year})}}, 0), false)"
            f" AND [o: {in_year}] < 9",
        ),
        Twin(
            "count(orders WHERE date BETWEEN -120d AND -30d) >= 1 AND count(orders WHERE date > -30d) = 0",
            "[o: counted AND placed_at >= @120 AND placed_at < @29] >= 1 AND [o: counted AND placed_at >= @29] = 0",
        ),
        Twin("count(refunded orders) >= 2", "[o: NOT test AND back] >= 2"),
        Twin(
            "count(cancelled orders WHERE date >= -365d) >= 1",
            "[o: NOT test AND cancelled AND placed_at >= @365] >= 1",
        ),
        Twin(
            "sum(placed orders.total WHERE country = 'US') > 300",
            "coalesce({o: sum(total) FILTER (NOT test AND NOT cancelled AND country = 'us')}, 0) > 300",
        ),
        Twin(
            "count(orders WHERE discount_code CONTAINS 'summer') / count(orders) >= 0.5",
            "coalesce({o: count(*) FILTER (counted AND list_contains(codes, 'summer'))}"
            " >= 0.5 * nullif({o: count(*) FILTER (counted)}, 0), false)",
        ),
        Twin(
            "first_order_date >= -1y AND number_of_orders > 1",
            f"coalesce({{o: min(placed_at) FILTER (NOT test)}} >= @365, false) AND {ANY_ORDERS} > 1",
        ),
        Twin("count(orders WHERE date >= -36h) >= 1", "[o: counted AND placed_at >= now36] >= 1"),
        Twin(
            "count(orders WHERE date = month(-1)) >= 1 AND count(orders WHERE date = month(-2)) >= 1",
            "[o: counted AND month = this_month - 1] >= 1 AND [o: counted AND month = this_month - 2] >= 1",
        ),
        Twin(
            "count(orders WHERE weekday >= 6) / count(orders) >= 0.5",
            "coalesce({o: count(*) FILTER (counted AND weekday >= 6)}"
            " >= 0.5 * nullif({o: count(*) FILTER (counted)}, 0), false)",
        ),
    ]


def _lines() -> list[Twin]:
    """What was bought: ids, vendors, tags as they were, categories, options, texts."""
    made = [
        Twin(
            f"products_purchased MATCHES (id IN ({products}), date >= -{days}d)",
            f"[l: NOT test AND product_id IN ({products}) AND placed_at >= @{days}] > 0",
        )
        for products, days in (("1, 2, 3, 4, 5", 365),)
    ]
    made += [
        Twin(
            f"sum(lines.net WHERE vendor = 'vendor {vendor}') / sum(lines.net) >= {share}",
            f"coalesce({{l: sum(net) FILTER (counted AND vendor = 'vendor {vendor}')}}"
            f" >= {share} * nullif({{l: sum(net) FILTER (counted)}}, 0), false)",
        )
        for vendor, share in ((3, "0.3"),)
    ]
    made += [
        Twin(
            f"products_purchased MATCHES (tag = 'tag {tag}', date >= -{days}d, sum_quantity >= {count})",
            f"coalesce({{l: sum(quantity) FILTER (NOT test AND list_contains(tags, 'tag {tag}') AND placed_at >="
            f" @{days})}}, 0) >= {count}"
            f" AND [l: NOT test AND list_contains(tags, 'tag {tag}') AND placed_at >= @{days}] > 0",
        )
        for tag, days, count in ((4, 365, 2),)
    ]
    return [
        *made,
        Twin(
            "sum(lines.net WHERE category CONTAINS 'category 3') >= 100",
            "coalesce({l: sum(net) FILTER (counted AND list_contains(categories, 'category 3'))}, 0) >= 100",
        ),
        Twin(
            "sum(lines.quantity WHERE option('Size') = 'L' AND date >= -365d) >= 10",
            "coalesce({l: sum(quantity) FILTER (counted AND size = 'L' AND placed_at >= @365)}, 0) >= 10",
        ),
        Twin(
            "count(lines WHERE title STARTS WITH 'Product 1') >= 12",
            "[l: counted AND starts_with(title, 'Product 1')] >= 12",
        ),
        Twin("count_distinct(lines.vendor) >= 12", "coalesce({l: count(DISTINCT vendor) FILTER (counted)}, 0) >= 12"),
        Twin(
            "count(lines WHERE order.channel = 'pos' AND vendor = 'vendor 5') >= 2",
            "[lo: counted AND channel = 'pos' AND vendor = 'vendor 5'] >= 2",
        ),
    ]


def _customers() -> list[Twin]:
    """What is known of the customer: tags, addresses, consents, attributes, birthdays."""
    return [
        Twin("customer_tags CONTAINS 'vip' AND amount_spent > 500", f"vip AND {SPENT} > 500"),
        Twin("customer_countries CONTAINS 'FR' AND number_of_orders < 5", f"country = 'fr' AND {ANY_ORDERS} < 5"),
        Twin(
            "email_subscription_status = 'SUBSCRIBED' AND last_order_date >= -120d",
            f"subscribed AND coalesce({LAST} >= @120, false)",
        ),
        Twin(
            "customer_added_date >= -180d AND number_of_orders >= 1",
            f"created_at >= @180 AND {ANY_ORDERS} >= 1",
        ),
        Twin(
            "customer_language = 'en' AND distance_km(53.3, -6.2) <= 900",
            "split_part(language, '-', 1) = 'en' AND 6371.0088 * 2 * asin(sqrt(sin(radians(latitude - 53.3) / 2) ^ 2"
            " + cos(radians(53.3)) * cos(radians(latitude)) * sin(radians(longitude + 6.2) / 2) ^ 2)) <= 900",
        ),
        Twin(
            "age >= 40 AND age < 60 AND anniversary(birth_date) BETWEEN today AND +30d",
            "born <= DATE '1986-06-15' AND born > DATE '1966-06-15'"
            " AND strftime(born, '%m-%d') BETWEEN '06-15' AND '07-15'",
        ),
        Twin("metafields.loyalty.points >= 500", "points >= 500"),
    ]


def _sequences() -> list[Twin]:
    """The first, the latest and the n-th; gaps; places."""
    return [
        Twin(
            "count(latest 3 orders HAVING channel = 'pos') >= 2",
            "[o: counted AND from_latest <= 3 AND channel = 'pos'] >= 2",
        ),
        Twin(
            "first(orders.channel) = 'pos' AND last(orders.channel) = 'web'",
            "{o: any_value(channel) FILTER (counted AND place = 1)} = 'pos'"
            " AND {o: any_value(channel) FILTER (counted AND from_latest = 1)} = 'web'",
        ),
        Twin("count(orders WHERE days_since_previous > 90) >= 2", "[o: counted AND gap > 90 * a_day] >= 2"),
        Twin(
            "count(orders WHERE position = 2 AND days_since_previous <= 30) = 1",
            "[o: counted AND place = 2 AND gap <= 30 * a_day] = 1",
        ),
        Twin(
            "days_since(last_order_date) > 2 * avg(orders.days_since_previous)",
            f"coalesce((this_moment - {LAST}) * {{o: count(gap) FILTER (counted)}}"
            " > 2 * nullif({o: sum(gap) FILTER (counted)}, 0), false)",
        ),
        Twin("count(orders WHERE net > sum(latest 1 orders.net)) >= 3", "[o: counted AND net > last_net] >= 3"),
    ]


def _nested() -> list[Twin]:
    """Orders that ask about their lines, about other orders, and all of them at once."""
    return [
        Twin(
            "any(orders WHERE count(its lines WHERE vendor = 'vendor 3') >= 1"
            " AND count(its lines WHERE vendor = 'vendor 7') >= 1)",
            "[x: counted AND third AND seventh] > 0",
        ),
        Twin(
            "any(orders WHERE country = 'us' AND count(earlier orders WHERE country = 'fr') >= 1)",
            "coalesce({o: max(placed_at) FILTER (counted AND country = 'us')}"
            " > {o: min(placed_at) FILTER (counted AND country = 'fr')}, false)",
        ),
        Twin(
            "any(orders WHERE channel = 'pos' AND date >= -365d"
            " AND count(later orders WHERE channel = 'web' AND date <= outer.date + 30d) >= 1)",
            "[n: next_web <= day + 30] > 0",
        ),
        Twin("every(orders HAVING net >= 40)", "coalesce({o: min(net) FILTER (counted)} >= 40, false)"),
    ]


def _others() -> list[Twin]:
    """Refunds by their own date, events, answers, checkouts, times of tags; at least so many of several."""
    return [
        Twin("count(refunds WHERE date >= -90d) >= 1", "[r: refunded_at >= @90] >= 1"),
        Twin(
            "count(events WHERE name = 'opened' AND date >= -60d) >= 1"
            " AND count(answers WHERE question = 'why us' AND choice CONTAINS 'price') = 0",
            "[e: name = 'opened' AND moment >= @60] >= 1"
            " AND [a: question = 'why us' AND list_contains(choices, 'price')] = 0",
        ),
        Twin(
            "abandoned_checkout_date >= -30d OR tag_date('fair') >= -60d",
            "coalesce({k: max(moment) FILTER (NOT completed)} >= @30, false) OR coalesce(fair_since >= @60, false)",
        ),
        Twin(
            "AT LEAST 2 OF (number_of_orders > 5, customer_tags CONTAINS 'vip', amount_spent > 800)",
            f"({ANY_ORDERS} > 5)::int + vip::int + ({SPENT} > 800)::int >= 2",
        ),
    ]


def _relative() -> list[Twin]:
    """Compared with the store's other customers; tiers."""
    net = "coalesce({o: sum(net) FILTER (counted)}, 0)"
    return [
        Twin("TOP 10% BY amount_spent", f"{SPENT} > 0 AND {_better(SPENT)} < {_population(SPENT)} / 10"),
        Twin(
            "score(5 BY count(orders)) >= 4",
            f"[o: counted] > 0 AND 5 * {_better('[o: counted]')} // {_population('[o: counted]')} <= 1",
        ),
        Twin(
            {"gold": "sum(orders.net) >= 3000", "silver": "sum(orders.net) >= 1000"},
            f"CASE WHEN {net} >= 3000 THEN 'gold' WHEN {net} >= 1000 THEN 'silver' END",
        ),
    ]


def _better(value: str) -> str:
    """How many customers have more, among those who have any."""
    return f"(rank() OVER (PARTITION BY {value} > 0 ORDER BY {value} DESC) - 1)"


def _population(value: str) -> str:
    return f"count(*) FILTER ({value} > 0) OVER ()"


def _references() -> list[Twin]:
    return [
        Twin("IN SEGMENT 's0' AND NOT IN SEGMENT 's4'", "$0 AND NOT $4"),
        Twin("NOT IN SEGMENT 's2' AND number_of_orders > 3", f"NOT $2 AND {ANY_ORDERS} > 3"),
        Twin("NOT (IN SEGMENT 's16' OR IN SEGMENT 's44') AND IN SEGMENT 's29'", "NOT ($16 OR $44) AND $29"),
    ]
