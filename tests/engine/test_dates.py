"""Dates moved and compared, anniversaries, calendar periods, the time since: in the zones of the world."""

from datetime import UTC, date, datetime, timedelta

import pytest

from plugin.db.transaction import Database
from plugin.domain.facts import ValueType
from plugin.domain.ids import SegmentId
from plugin.engine.decide import Asked
from plugin.engine.plan import SegmentRule
from plugin.rules.segment import OneRule
from plugin.rules.tree import Anniversary, Attribute, Compare, Comparison
from tests.engine.builders import ANN, NOW, Shop, ago, at, segment
from tests.engine.soundness import TICK, followed, midnights

DAY = ValueType.DAY


def born(shop: Shop, day: str) -> Shop:
    shop.customer()
    shop.said(at("1900-01-01"), "birth_date", day, kind=DAY)
    return shop


# --- moved --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("placed", "rule", "holds"),
    [
        ("2026-06-01T23:00", "first_order_date + 14d = today", True),
        ("2026-06-01T23:00", "first_order_date + 13d >= today", False),
        ("2025-06-12T08:00", "first_order_date + 1y + 3d <= today", True),
        ("2025-06-13T08:00", "first_order_date + 1y + 3d <= today", False),
        ("2024-02-29T08:00", "first_order_date + 1y = 2025-02-28", True),
        ("2024-02-29T08:00", "first_order_date + 4y = 2028-02-29", True),
        ("2026-01-31T08:00", "first_order_date + 1m = 2026-02-28", True),
        ("2026-01-31T08:00", "first_order_date + 1m + 1m = 2026-03-28", True),
        ("2026-01-31T08:00", "first_order_date + 2m = 2026-03-31", True),
        ("2026-06-15T10:00", "first_order_date + 2h <= 2026-06-15T12:00:00", True),
        ("2026-06-15T10:00", "first_order_date + 3h <= 2026-06-15T12:00:00", False),
        ("2026-06-15T10:00", "first_order_date - 3h >= -5h", True),
        ("2026-06-15T10:00", "first_order_date - 3h > -5h", False),
        ("2026-06-01T10:00", "first_order_date + 14d BETWEEN this_month AND next_month", True),
        ("2026-06-01T10:00", "first_order_date + 1w <= last_order_date", False),
        ("2026-06-01T10:00", "first_order_date - 1d < last_order_date", True),
        ("2026-06-01T10:00", "first_order_date - 1d + 1d = last_order_date", True),
    ],
)
def test_a_date_is_moved_on_local_days(shop: Shop, placed: str, rule: str, holds: bool) -> None:
    shop.order(at(placed))

    assert shop.holds(rule) is holds


def test_a_moved_date_rings_when_its_day_passes(shop: Shop) -> None:
    shop.order(at("2025-12-31T10:00"))
    plan = shop.plan(segment("first_order_date + 2m + 1d >= today"), segment("first_order_date + 2m <= -1m", "b", 2))

    changes = followed(shop, plan, midnights("2025-12-30", 130))

    assert changes[-2:] == [(at("2026-03-02"), (None, None)), (at("2026-03-28"), (None, ""))]


def test_two_days_that_are_moved_can_be_compared(shop: Shop) -> None:
    born(shop, "2000-02-29")
    shop.order(at("2026-02-28T12:00"))

    assert shop.holds("birth_date + 26y = last_order_date")
    assert shop.holds("birth_date + 26y < last_order_date") is False


# --- age, anniversaries -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "today", "age"),
    [
        ("2008-06-15", "2026-06-15", 18),
        ("2008-06-16", "2026-06-15", 17),
        ("2008-02-29", "2026-02-28", 18),
        ("2008-02-29", "2026-02-27", 17),
    ],
)
def test_age_is_counted_in_completed_years(shop: Shop, day: str, today: str, age: int) -> None:
    born(shop, day)

    assert shop.holds(f"age = {age} AND age >= {age} AND age < {age + 1}", as_of=at(today))


@pytest.mark.parametrize(
    ("day", "today", "rule", "holds"),
    [
        ("1990-06-15", "2026-06-15", "anniversary(birth_date) = today", True),
        ("1990-06-14", "2026-06-15", "anniversary(birth_date) = today", False),
        ("1990-06-14", "2026-06-15", "anniversary(birth_date) != today", True),
        ("1990-06-22", "2026-06-15", "anniversary(birth_date) BETWEEN today AND +7d", True),
        ("1990-06-23", "2026-06-15", "anniversary(birth_date) BETWEEN today AND +7d", False),
        ("1990-01-02", "2026-12-28", "anniversary(birth_date) BETWEEN today AND +7d", True),
        ("1990-01-05", "2026-12-28", "anniversary(birth_date) BETWEEN today AND +7d", False),
        ("1988-02-29", "2026-02-28", "anniversary(birth_date) = today", True),
        ("1988-02-29", "2024-02-28", "anniversary(birth_date) = today", False),
        ("1988-02-29", "2024-02-29", "anniversary(birth_date) = today", True),
        ("1990-06-30", "2026-06-15", "anniversary(birth_date) = this_month", True),
        ("1990-07-01", "2026-06-15", "anniversary(birth_date) = this_month", False),
        ("1990-06-16", "2026-06-15", "anniversary(birth_date) > today", True),
        ("1990-06-15", "2026-06-15", "anniversary(birth_date) > today", False),
        ("1990-06-15", "2026-06-15", "anniversary(birth_date) >= today", True),
        ("1990-01-01", "2026-06-15", "anniversary(birth_date) >= today", False),
        ("1990-05-05", "2026-06-15", "anniversary(birth_date) BETWEEN -2y AND today", True),
        ("1990-05-05", "2026-06-15", "anniversary(birth_date) BETWEEN +1d AND today", False),
    ],
)
def test_an_anniversary_ignores_the_year(shop: Shop, day: str, today: str, rule: str, holds: bool) -> None:
    born(shop, day)

    assert shop.holds(rule, as_of=at(today)) is holds


def test_nobody_without_a_date_has_an_anniversary(shop: Shop) -> None:
    shop.customer()

    for rule in ("= today", "!= today", ">= today", "BETWEEN -3y AND today"):
        assert shop.holds(f"anniversary(birth_date) {rule}") is False


@pytest.mark.parametrize(("op", "holds"), [(Comparison.EQ, True), (Comparison.LT, False), (Comparison.GE, True)])
def test_an_anniversary_is_compared_with_another_date_in_its_year(shop: Shop, op: Comparison, holds: bool) -> None:
    born(shop, "1990-06-01")
    shop.order(at("2026-06-01T10:00"))
    rule = Compare(Anniversary(Attribute("birth_date")), op, Attribute("last_order_date"))
    plan = shop.plan(SegmentRule(SegmentId(1), "it", OneRule(rule)))

    [decision] = shop.decide(plan, Asked.customers([ANN], NOW))

    assert (decision.outcomes[0].label is not None) is holds


@pytest.mark.parametrize(
    "rule",
    [
        "anniversary(birth_date) = today",
        "anniversary(birth_date) != -3d",
        "anniversary(birth_date) BETWEEN today AND +7d",
        "anniversary(birth_date) BETWEEN -1m AND +1m",
        "anniversary(birth_date) = next_week",
        "anniversary(birth_date) = this_quarter",
        "anniversary(birth_date) >= +1m",
        "anniversary(birth_date) > today",
        "anniversary(birth_date) <= this_month",
        "anniversary(birth_date) < -2w",
    ],
)
@pytest.mark.parametrize("day", ["1988-02-29", "1990-12-30", "1990-01-31"])
def test_the_alarm_of_an_anniversary_is_sound(shop: Shop, rule: str, day: str) -> None:
    born(shop, day)

    followed(shop, shop.plan(segment(rule)), midnights("2023-12-01", 480)[::2])


def test_a_birthday_rings_on_the_day_and_after_it(shop: Shop) -> None:
    born(shop, "1990-06-20")

    assert shop.one("anniversary(birth_date) = today").due_at == at("2026-06-20")
    assert shop.one("anniversary(birth_date) = today", as_of=at("2026-06-20")).due_at == at("2026-06-21")
    assert shop.one("anniversary(birth_date) BETWEEN today AND +7d", as_of=at("2026-06-21")).due_at == at("2027-06-13")


# --- calendar periods ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "placed", "misses"),
    [
        ("last_order_date = this_month", "2026-06-01", "2026-05-31T23:59"),
        ("last_order_date = this_week", "2026-06-15", "2026-06-14T23:59"),
        ("last_order_date = last_week", "2026-06-08", "2026-06-15"),
        ("last_order_date = this_quarter", "2026-04-01", "2026-03-31T23:59"),
        ("last_order_date = last_quarter", "2026-01-01", "2026-04-01"),
        ("last_order_date = this_year", "2026-01-01", "2025-12-31T23:59"),
        ("last_order_date = last_3_months", "2026-03-01", "2026-06-01"),
        ("last_order_date = month(-2)", "2026-04-30T23:59", "2026-05-01"),
        ("last_order_date >= last_month", "2026-05-01", "2026-04-30T23:59"),
        ("last_order_date > last_month", "2026-06-01", "2026-05-31T23:59"),
        ("last_order_date < this_month", "2026-05-31T23:59", "2026-06-01"),
        ("last_order_date <= last_month", "2026-05-31T23:59", "2026-06-01"),
        ("last_order_date BETWEEN last_month AND this_month", "2026-05-01", "2026-04-30T23:59"),
        ("count(orders WHERE date = year(-1)) = 1", "2025-01-01", "2026-01-01"),
    ],
)
def test_a_period_is_its_whole_days(door: Database, rule: str, placed: str, misses: str) -> None:
    inside, outside = Shop(door), Shop(door)
    inside.order(at(placed))
    outside.order(at(misses))

    assert inside.holds(rule) is True
    assert outside.holds(rule) is False


@pytest.mark.parametrize(
    "rule",
    [
        "last_order_date = this_month",
        "last_order_date = last_3_months",
        "last_order_date >= last_quarter",
        "last_order_date > week(-6)",
        "last_order_date != last_week",
        "count(orders WHERE date BETWEEN month(-3) AND last_month) = 1",
        "last_order_date <= year(-1)",
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Australia/Lord_Howe"])
def test_the_alarm_of_a_period_is_exact(door: Database, rule: str, zone: str) -> None:
    shop = Shop(door, zone)
    shop.order(at("2025-10-31T22:00"))
    plan = shop.plan(segment(rule))

    changes = followed(shop, plan, midnights("2025-10-30", 480, zone)[::2])

    before = shop.one(rule, as_of=changes[-1][0] - timedelta(days=2))
    assert len(changes) > 1
    assert before.due_at is not None
    assert changes[-1][0] - timedelta(days=1) < before.due_at <= changes[-1][0]


# --- the time since -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("days_since(last_order_date) >= 30", True),
        ("days_since(last_order_date) > 30", False),
        ("days_since(last_order_date) = 30", True),
        ("days_since(last_order_date) < 30.0001", True),
        ("days_since(last_order_date) BETWEEN 29.5 AND 30", True),
        ("days_since(last_order_date) >= -9999999999999999", True),
        ("days_since(last_order_date) <= 9999999999999999", True),
        ("days_since(last_order_date) > avg(orders.net)", False),
        ("days_since(last_order_date) >= avg(orders.net) / 4", True),
        ("days_since(birth_date) >= 1", False),
        ("days_since(birth_date) IS NULL", True),
        ("days_since(first_order_date) = 90", True),
    ],
)
def test_the_time_since_is_exact(shop: Shop, rule: str, holds: bool) -> None:
    shop.order(ago(30))
    shop.order(ago(90))

    assert shop.holds(rule) is holds


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        ("days_since(last_order_date) >= 31", NOW + timedelta(days=1)),
        ("days_since(last_order_date) > 31", NOW + timedelta(days=1) + TICK),
        ("days_since(last_order_date) < 30.5", NOW + timedelta(hours=12)),
        ("days_since(last_order_date) <= 30.5", NOW + timedelta(hours=12) + TICK),
        ("days_since(last_order_date) >= 30", None),
    ],
)
def test_the_time_since_rings_at_the_microsecond(shop: Shop, rule: str, due: datetime | None) -> None:
    shop.order(ago(30))

    assert shop.one(rule).due_at == due


def test_the_own_average_gap_is_passed_at_its_microsecond(shop: Shop) -> None:
    for days in (0, 3, 7, 10):
        shop.order(at("2026-06-01") + timedelta(days=days))
    rule = "days_since(last_order_date) > avg(orders.days_since_previous) * 2"  # 2 × 10 / 3 days
    passed = at("2026-06-11") + timedelta(days=20) / 3

    moments = [at("2026-06-12"), passed - TICK, passed, passed + TICK, passed + 2 * TICK, at("2026-06-20")]
    changes = followed(shop, shop.plan(segment(rule)), moments)

    assert [answer for _, answer in changes] == [None, ""]
    assert changes[1][0] in (passed, passed + TICK)


# --- zones --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "placed", "first", "last"),
    [
        # A day is whole on the nights when clocks change.
        ("Europe/London", "2026-03-28T12:00", "2026-03-29T00:00", "2026-03-29T22:59"),
        ("Europe/London", "2026-10-24T12:00", "2026-10-24T23:00", "2026-10-25T23:59"),
        ("America/New_York", "2026-03-07T17:00", "2026-03-08T05:00", "2026-03-09T03:59"),
        ("America/New_York", "2026-10-31T16:00", "2026-11-01T04:00", "2026-11-02T04:59"),
        ("Asia/Kolkata", "2026-05-05T12:00", "2026-05-05T18:30", "2026-05-06T18:29"),
        ("Australia/Lord_Howe", "2026-10-03T01:00", "2026-10-03T13:30", "2026-10-04T12:59"),
        ("Australia/Lord_Howe", "2026-04-04T01:00", "2026-04-04T13:00", "2026-04-05T13:29"),
        ("Pacific/Apia", "2026-05-05T12:00", "2026-05-06T11:00", "2026-05-07T10:59"),
    ],
)
def test_the_day_after_an_order_is_a_local_day(door: Database, zone: str, placed: str, first: str, last: str) -> None:
    shop = Shop(door, zone)
    shop.order(at(placed))
    rule = "first_order_date + 1d = today"

    assert shop.holds(rule, as_of=at(first) - TICK) is False
    assert shop.holds(rule, as_of=at(first))
    assert shop.holds(rule, as_of=at(last) + timedelta(seconds=59))
    assert shop.holds(rule, as_of=at(last) + timedelta(minutes=1)) is False
    assert shop.one(rule, as_of=at(first) - TICK).due_at == at(first)
    assert shop.one(rule, as_of=at(first)).due_at == at(last) + timedelta(minutes=1)


def test_a_day_that_never_was_is_not_another(door: Database) -> None:
    shop = Shop(door, "Pacific/Apia")
    shop.order(datetime(2011, 12, 29, 22, tzinfo=UTC))  # The 29th there; the 30th was left out.

    assert shop.holds("first_order_date + 1d = today", as_of=datetime(2011, 12, 30, 12, tzinfo=UTC)) is False
    assert shop.holds("first_order_date + 2d = today", as_of=datetime(2011, 12, 30, 12, tzinfo=UTC))


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Apia"])
@pytest.mark.parametrize(
    "rule",
    [
        "first_order_date + 1m >= today",
        "first_order_date + 1m = -5w",
        "first_order_date + 2m - 3d < +1w",
        "first_order_date + 36h > -2d",
        "metafields.a.day BETWEEN -1m AND +1m",
        "metafields.a.day + 1m = last_month",
        "anniversary(first_order_date) = today",
    ],
)
def test_alarms_over_moved_dates_are_sound(door: Database, zone: str, rule: str) -> None:
    shop = Shop(door, zone)
    shop.customer(ANN)
    shop.order(at("2025-12-31T09:30"))
    shop.said(ago(300), "metafields.a.day", "2026-01-31", kind=DAY)

    changes = followed(shop, shop.plan(segment(rule)), midnights(date(2025, 12, 1).isoformat(), 200, zone))

    assert len(changes) > 1
