"""Until the alarm rings nothing changes, however rows are chosen and whatever their filters ask for."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from plugin.db.transaction import Database
from plugin.domain.facts import Credit
from plugin.engine.decide import Asked, Decision
from tests.engine.builders import ANN, Shop, a_line, ago, at, segment

RULES = [
    "sum(latest 1 orders.net WHERE date >= -20d) = 40",
    "count(first 2 orders WHERE date >= -40d HAVING channel = 'pos') = 1",
    "count(latest 2 orders HAVING date >= -20d) = 1",
    "last(orders.net WHERE date < -15d) = 20",
    "count(nth 2 orders HAVING date > -480h) = 1",
    "count(orders WHERE any(its refunds WHERE date >= -10d)) = 1",
    "count(orders WHERE any(earlier orders WHERE date >= -30d)) = 1",
    "count(orders WHERE any(earlier orders WHERE outer.date >= -30d)) = 1",
    "count(orders WHERE net >= avg(orders.net WHERE date >= -30d)) >= 1",
    "count(orders WHERE net >= avg(orders.net WHERE date >= -30d) AND date >= -50d) >= 1",
    "count(orders WHERE max(its refunds.date) + 20d >= today) = 1",
    "count(orders WHERE date + 2w >= today AND channel = 'pos') = 1",
    "count(orders WHERE days_since(date) >= 14.25) = 2",
    "count(orders WHERE any(later orders WHERE days_since(outer.date) < 35)) = 1",
    "count(orders WHERE any(events WHERE date > outer.date AND date >= -12d)) >= 1",
    "count(orders WHERE customer_added_date >= -100d) = 0",
    "count(orders WHERE date = this_month) >= 1",
    "count(latest 1 orders HAVING date BETWEEN last_week AND this_week) = 0",
    "count(orders WHERE any(its lines WHERE order.date >= -25d)) = 1",
    "any(credits WHERE next_expiry_date <= +5d)",
    "count(orders WHERE anniversary(date) = today) = 1",
    "count(orders WHERE position = 2 AND date >= -31d) = 1",
    "count(orders WHERE count(earlier orders WHERE any(earlier orders WHERE date >= -40d)) >= 1) = 1",
]


@pytest.fixture
def busy(door: Database) -> Shop:
    """Three orders, a refund, an event, store credit; in London, over the end of summer time."""
    shop = Shop(door, "Europe/London")
    shop.customer(ANN, ago(90))
    shop.order(ago(45), net="10", channel="pos")
    order = shop.order(ago(30), net="30", lines=[a_line(1, gross="30")])
    shop.order(ago(12, hours=3), net="40", channel="pos")
    shop.refund(order, ago(9), "10", units=1)
    shop.event(ago(11), "opened")
    shop.credits(ago(20), Credit("a", Decimal(5), "EUR", at("2026-06-28"), None))
    return shop


@pytest.mark.parametrize("rule", RULES)
def test_nothing_changes_before_the_alarm(busy: Shop, rule: str) -> None:
    plan = busy.plan(segment(rule))
    moments = [ago(46) + timedelta(hours=7 * k) for k in range(250)]
    found = busy.decide(plan, Asked.moments([(ANN, moment) for moment in moments]))
    changes = 0

    for now, later in pairwise(found):
        if now.outcomes != later.outcomes:
            changes += 1
            assert now.due_at is not None
            assert now.due_at <= later.as_of

    assert changes, "the rule never changes: it tests nothing"


def test_following_the_alarms_meets_every_change(busy: Shop) -> None:
    plan = busy.plan(*(segment(rule, f"s{k}", k) for k, rule in enumerate(RULES)))
    moment: datetime | None = ago(46)
    steps: list[Decision] = []
    while moment is not None and moment < ago(-400):
        [decision] = busy.decide(plan, Asked.customers([ANN], moment))
        assert decision.due_at is None or decision.due_at > moment
        steps.append(decision)
        moment = decision.due_at

    again = busy.decide(plan, Asked.moments([(ANN, _just_before(step)) for step in steps if step.due_at]))

    assert [d.outcomes for d in again] == [d.outcomes for d in steps if d.due_at]


def _just_before(step: Decision) -> datetime:
    assert step.due_at is not None
    return step.due_at - timedelta(microseconds=1)
