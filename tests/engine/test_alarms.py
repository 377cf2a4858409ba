"""When to ask again: never too late, and never in a circle."""

from datetime import UTC, datetime, timedelta

import pytest

from plugin.db.transaction import Database
from plugin.engine.decide import Asked
from tests.engine.builders import ANN, Shop, ago, at, segment

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        ("last_order_date >= -30d", "2026-07-06T00:00:00"),
        ("last_order_date > -30d", "2026-07-05T00:00:00"),
        ("last_order_date < -30d", "2026-07-06T00:00:00"),
        ("last_order_date <= -30d", "2026-07-05T00:00:00"),
        ("last_order_date = -30d", "2026-07-05T00:00:00"),
        ("count(orders WHERE date >= -30d) >= 1", "2026-07-06T00:00:00"),
        ("last_order_date >= -2w", "2026-06-20T00:00:00"),
        ("last_order_date >= -1m", "2026-07-06T00:00:00"),
        ("last_order_date >= -1y", "2027-06-06T00:00:00"),
        ("last_order_date >= -480h", "2026-06-25T12:00:00.000001"),
        ("last_order_date > -480h", "2026-06-25T12:00:00"),
        ("last_order_date >= 2026-06-01", None),
        ("number_of_orders > 0", None),
        ("count(orders WHERE channel = 'pos' AND date >= -30d) >= 1", None),
        ("last_order_date >= -5d", None),
    ],
)
def test_the_alarm_rings_when_the_order_leaves_the_window(shop: Shop, rule: str, due: str | None) -> None:
    shop.order(ago(10))

    found = shop.one(rule).due_at

    assert found == (None if due is None else datetime.fromisoformat(due).replace(tzinfo=UTC))


def test_a_local_midnight_is_that_of_the_store_even_when_the_clocks_change(door: Database) -> None:
    shop = Shop(door, "Europe/London")
    shop.order(at("2026-03-20T12:00"))

    decision = shop.one("last_order_date >= -9d", as_of=at("2026-03-21"))

    assert decision.due_at == at("2026-03-29T23:00")  # 30 March, 00:00 in summer time.


def test_a_fact_that_becomes_true_later_is_a_moment_of_change(shop: Shop) -> None:
    shop.order(ago(5))
    shop.order(ago(20), paid=ago(3))

    assert shop.one("number_of_orders > 0", as_of=ago(30)).due_at == ago(20)
    assert shop.one("number_of_orders > 0", as_of=ago(20)).due_at == ago(5)
    assert shop.one("count(orders) > 0", as_of=ago(5)).due_at == ago(3)


def test_a_customer_who_does_not_exist_yet_is_in_nothing_until_then(shop: Shop) -> None:
    shop.customer(ANN, ago(10))

    decision = shop.one("number_of_orders = 0", as_of=ago(20))

    assert (decision.outcomes[0].label, decision.due_at) == (None, ago(10))
    assert shop.holds("number_of_orders = 0")


def test_a_month_that_is_shorter_rings_on_the_first_of_the_next(shop: Shop) -> None:
    shop.order(at("2026-01-31T09:00"))
    plan = shop.plan(segment("last_order_date >= -1m"))

    decision = shop.decide(plan, Asked.customers([ANN], at("2026-02-10")))[0]

    assert decision.due_at == at("2026-03-01")  # From then on -1m is in February.
