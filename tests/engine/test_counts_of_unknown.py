"""Where some rows cannot be known, those that are may be enough to decide a count."""

import pytest

from plugin.db.transaction import Database
from tests.engine.builders import ANN, Shop, ago


@pytest.fixture
def shop(door: Database) -> Shop:
    """Ann has ordered twice within the 60 days that are known, and may have before."""
    shop = Shop(door, orders_known_from=ago(60))
    shop.customer(ANN, ago(500))
    for days in (50, 20):
        shop.order(ago(days))
    return shop


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ("count(orders) >= 2", True),
        ("count(orders) > 2", None),
        ("count(orders) < 2", False),
        ("count(orders) <= 2", None),
        ("count(orders) = 1", False),
        ("count(orders) = 2", None),
        ("count(orders) != 1", True),
        ("count(orders) BETWEEN 0 AND 1", False),
        ("count(orders) BETWEEN 2 AND 9", None),
        ("number_of_orders >= 1", True),
        ("any(orders)", True),
        ("none(orders)", False),
        ("NOT any(orders)", False),
        ("every(orders HAVING net > 1000)", False),
        ("every(orders HAVING net > 0)", None),
        ("orders_placed MATCHES (count >= 2)", True),
        ("orders_placed MATCHES (count >= 3)", None),
        ("sum(orders.net) > 0", None),
        ("TOP 1 BY count(orders)", None),
    ],
)
def test_an_order_that_is_known_counts_whatever_came_before(shop: Shop, rule: str, answer: bool | None) -> None:
    assert shop.holds(rule) is answer
