"""To keep the best, and to win back who stays away."""

from plugin.rules.templates import Goal, Template, days, money, number, one, tiers, two_sided

LAST_YEAR = "sum(orders.net WHERE date >= -365d)"
QUARTER_BEFORE = "sum(orders.net WHERE date BETWEEN -180d AND -91d)"

TEMPLATES = (
    Template(
        "top-spenders",
        Goal.VIP,
        "The top of your customers",
        "The few who bring the most in a year.",
        one(f"TOP {{percent}}% BY {LAST_YEAR}"),
        {"": "top-spender"},
        "Give them something money cannot buy: early access, a person to write to.",
        "Share of them who are still there next quarter",
        (number("percent", "The first … per cent", "10", "0.1", "99"),),
    ),
    Template(
        "vip-with-grace",
        Goal.VIP,
        "VIP, without flicker",
        "Joins above one limit, stays above a lower one, and is given time before leaving.",
        two_sided(f"{LAST_YEAR} >= {{join}}", f"{LAST_YEAR} >= {{stay}}", "{grace}d"),
        {"": "vip"},
        "Keep the promises of your VIP programme automatically.",
        "Net sales of VIPs; how many leave a month",
        (
            money("join", "Joins from a yearly net spend of", "500"),
            money("stay", "Stays from", "400"),
            days("grace", "Days of grace", 14),
        ),
    ),
    Template(
        "loyalty-tiers",
        Goal.VIP,
        "Gold, Silver, Bronze",
        "Three levels by what was spent in the last year; each customer carries exactly one.",
        tiers(
            {
                "Gold": f"{LAST_YEAR} >= {{gold}}",
                "Silver": f"{LAST_YEAR} >= {{silver}}",
                "Bronze": f"{LAST_YEAR} >= {{bronze}}",
            }
        ),
        {"Gold": "tier-gold", "Silver": "tier-silver", "Bronze": "tier-bronze"},
        "Price groups, free shipping, or points by level.",
        "How many move up a quarter",
        (
            money("gold", "Gold from", "1000"),
            money("silver", "Silver from", "400"),
            money("bronze", "Bronze from", "100"),
        ),
    ),
    Template(
        "champions",
        Goal.VIP,
        "Champions",
        "Bought lately, often and for much: the best group of RFM.",
        one("rfm_segment = 'CHAMPIONS'"),
        {"": "champion"},
        "Ask them to recommend you, and thank them when they do.",
        "Referrals, and orders that came from them",
    ),
    Template(
        "generous-orders",
        Goal.VIP,
        "Orders far above the average",
        "Their usual order is a multiple of the store's.",
        one("avg(orders.net) >= {times} * store_average(avg(orders.net)) AND count(orders) >= {orders}"),
        {"": "generous"},
        "Offer sets, premium lines, free delivery above their usual basket.",
        "Average order value of the group",
        (
            number("times", "Times the store's average", "2", "1", "100"),
            number("orders", "Orders at least", "2", "1", "1000"),
        ),
    ),
    Template(
        "rising-stars",
        Goal.VIP,
        "Rising",
        "They spend clearly more this quarter than in the one before.",
        one(f"sum(orders.net WHERE date >= -90d) >= {{times}} * {QUARTER_BEFORE} AND {QUARTER_BEFORE} > 0"),
        {"": "rising"},
        "Notice it: a personal thank you, a look at what is new.",
        "Share who keep the level next quarter",
        (number("times", "Times the quarter before", "1.5", "1.01", "100"),),
    ),
    Template(
        "every-month",
        Goal.VIP,
        "Bought in each of the last three months",
        "A steady rhythm is worth more than one big order.",
        one(
            "any(orders WHERE date = month(-1)) AND any(orders WHERE date = month(-2)) "
            "AND any(orders WHERE date = month(-3))"
        ),
        {"": "every-month"},
        "Offer a subscription, or a standing delivery.",
        "Share with an order this month too",
    ),
    Template(
        "lapsed",
        Goal.BACK,
        "Stayed away",
        "Bought more than once, and not for some time.",
        one("count(orders) >= {orders} AND max(orders.date) < -{days}d"),
        {"": "lapsed"},
        "Tell them what is new since they were here last.",
        "Share who order within 30 days",
        (number("orders", "Orders at least", "2", "1", "1000"), days("days", "No order for … days", 120)),
    ),
    Template(
        "overdue-by-own-rhythm",
        Goal.BACK,
        "Overdue by their own rhythm",
        "Waited much longer than they usually do: for some that is three weeks, for others a year.",
        one("count(orders) >= 3 AND days_since(max(orders.date)) > {times} * avg(orders.days_since_previous)"),
        {"": "overdue"},
        "Write now, before they have found another shop.",
        "Share who order within 21 days",
        (number("times", "Times their own average gap", "2", "1", "100"),),
    ),
    Template(
        "slipping-vips",
        Goal.BACK,
        "Good customers who slip away",
        "Spent a lot over the years, and fell silent.",
        one("sum(orders.net) >= {amount} AND max(orders.date) < -{days}d"),
        {"": "slipping-vip"},
        "A person should write or call; ask what happened.",
        "Net sales won back a quarter",
        (money("amount", "Spent in all at least", "500"), days("days", "No order for … days", 90)),
    ),
    Template(
        "returned-after-absence",
        Goal.BACK,
        "Came back after a long time",
        "Their latest order came after a long silence: make it the first of many.",
        one("any(latest 1 orders HAVING days_since_previous >= {gap} AND date >= -{days}d)"),
        {"": "came-back"},
        "Welcome them back and ask what brought them.",
        "Share with another order within 60 days",
        (
            number("gap", "Days of absence at least", "180", "1", "3650"),
            days("days", "Came back in the last … days", 30),
        ),
    ),
    Template(
        "at-risk",
        Goal.BACK,
        "At risk, or almost lost",
        "Two groups of RFM: used to buy well, and the last order is long ago.",
        one("rfm_segment IN ('AT_RISK', 'ALMOST_LOST')"),
        {"": "at-risk"},
        "One good reason to come back, sent once.",
        "Share who order within 30 days",
    ),
    Template(
        "quiet-subscribers",
        Goal.BACK,
        "Subscribers who no longer read",
        "They get your letters, open none and buy nothing.",
        one(
            "email_subscription_status = 'SUBSCRIBED' "
            "AND count(events WHERE name = 'shopify_email.opened' AND date >= -{days}d) = 0 "
            "AND count(orders WHERE date >= -{days}d) = 0"
        ),
        {"": "quiet-subscriber"},
        "Ask whether they want fewer letters, then stop: it helps the others arrive.",
        "Share who open or unsubscribe",
        (days("days", "For … days", 90),),
    ),
)
