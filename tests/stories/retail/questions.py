"""Segments over the Online Retail history: each as a rule, and as a computation over the CSV alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from plugin.cli.history.online_retail import product_id
from tests.stories.retail.ledger import Ledger
from tests.stories.retail.two_sided import regulars

MOMENTS = tuple(map(datetime.fromisoformat, ("2011-03-15T12:30:30", "2011-08-15T23:59:30", "2011-12-09T18:00:30")))
"""By the shop's clock: in winter, a moment before a midnight of summer time, and after the last invoice."""
HEART, BUNTING = "85123A", "47566"
"""Two stock codes that hundreds buy."""

Labels = dict[int, str]


@dataclass(frozen=True)
class Question:
    """A segment's definition and the answer by the CSV: customer → label at a moment."""

    name: str
    definition: Mapping[str, Any]
    answer: Callable[[Ledger, datetime], Labels]


def _rule(name: str, rule: str, condition: str, source: str = "invoices") -> Question:
    """A plain rule, and the HAVING over the customer's rows that says the same."""

    def answer(ledger: Ledger, as_of: datetime) -> Labels:
        return dict.fromkeys(ledger.members(condition, as_of, source), "")

    return Question(name, {"kind": "rule", "rule": rule}, answer)


def _tiers(ledger: Ledger, as_of: datetime) -> Labels:
    spent = "coalesce(sum(net) FILTER (WHERE counted AND placed >= date_trunc('day', $t) - INTERVAL 180 DAY), 0)"
    found = dict.fromkeys(ledger.members("count(*) FILTER (WHERE counted) >= 1", as_of), "Bronze")
    found |= dict.fromkeys(ledger.members(f"{spent} >= 1000", as_of), "Silver")
    return found | dict.fromkeys(ledger.members(f"{spent} >= 4000", as_of), "Gold")


def _two_sided(ledger: Ledger, as_of: datetime) -> Labels:
    return dict.fromkeys(regulars(ledger.purchases(as_of), as_of, 800, timedelta(days=60), timedelta(days=14)), "")


QUESTIONS = (
    _rule("Spend", "amount_spent >= 1000", "sum(goods - refunded) >= 1000"),
    _rule(
        "Count in a window",
        "count(orders WHERE date >= -90d) >= 3",
        "count(*) FILTER (WHERE counted AND placed >= date_trunc('day', $t) - INTERVAL 90 DAY) >= 3",
    ),
    _rule("Lapsed", "last_order_date < -60d", "max(placed) < date_trunc('day', $t) - INTERVAL 60 DAY"),
    _rule("Last after a day", "last_order_date > 2011-02-28", "max(placed) >= TIMESTAMP '2011-03-01'"),
    _rule(
        "Abroad",
        "count(orders WHERE country IN ('DE', 'FR', 'IE')) >= 1",
        "count(*) FILTER (WHERE counted AND country IN ('Germany', 'France', 'EIRE')) >= 1",
    ),
    _rule(
        "Product in units",
        f"products_purchased MATCHES (id = {product_id(HEART)}, sum_quantity >= 24)",
        f"sum(quantity) FILTER (WHERE code = '{HEART}') >= 24",
        "units",
    ),
    _rule(
        "Product in one line",
        f"products_purchased MATCHES (id = {product_id(BUNTING)}, quantity >= 5, date >= -180d)",
        f"bool_or(code = '{BUNTING}' AND quantity >= 5 AND placed >= date_trunc('day', $t) - INTERVAL 180 DAY)",
        "units",
    ),
    _rule("Refunded", "sum(refunds.total) >= 50", "sum(refunded) >= 50"),
    _rule("Average order", "avg(orders.net) > 400", "avg(net) FILTER (WHERE counted) > 400"),
    _rule(
        "Between",
        "sum(orders.net WHERE date BETWEEN 2011-01-15 AND 2011-05-31) BETWEEN 200 AND 800",
        "sum(net) FILTER (WHERE counted AND placed >= '2011-01-15' AND placed < '2011-06-01') BETWEEN 200 AND 800",
    ),
    _rule(
        "First order",
        "first_order_date >= 2011-01-15 AND number_of_orders >= 2",
        "min(placed) >= TIMESTAMP '2011-01-15' AND count(*) >= 2",
    ),
    Question(
        "Tiers",
        {
            "kind": "tiers",
            "cases": [
                {"label": "Gold", "rule": "sum(orders.net WHERE date >= -180d) >= 4000"},
                {"label": "Silver", "rule": "sum(orders.net WHERE date >= -180d) >= 1000"},
                {"label": "Bronze", "rule": "count(orders) >= 1"},
            ],
            "default": None,
        },
        _tiers,
    ),
    Question(
        "Regulars",
        {
            "kind": "two_sided",
            "join": "sum(orders.net WHERE date >= -60d) >= 800",
            "stay": "count(orders WHERE date >= -60d) >= 1",
            "grace": "14d",
        },
        _two_sided,
    ),
)
