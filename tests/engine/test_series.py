"""Segments at many moments, and one customer's way through a segment."""

from datetime import timedelta

import pytest

from plugin.domain.ids import CustomerId
from plugin.engine.plan import SegmentRule
from plugin.engine.series import Passage, Size, history, series
from plugin.rules.tree import InSegment, Unit
from tests.engine.builders import ANN, BOB, CAT, NOW, Shop, ago, at, segment, tiers, two_sided
from tests.engine.test_relative import computed, named, top

TICK = timedelta(microseconds=1)


def sizes(shop: Shop, *rules: SegmentRule, weeks: int = 4) -> list[Size]:
    """The last of these segments, week by week up to now."""
    moments = [NOW - timedelta(weeks=week) for week in reversed(range(weeks))]
    with shop.open() as tx:
        return series(tx, shop.plan(*rules), rules[-1].id, moments)


def passages(shop: Shop, *rules: SegmentRule, customer: CustomerId = ANN) -> list[Passage]:
    with shop.open() as tx:
        return history(tx, shop.plan(*rules), rules[-1].id, customer, NOW)


def test_a_series_says_how_many_were_in_at_each_moment(shop: Shop) -> None:
    shop.customer(CAT, created=ago(10))
    shop.order(ago(30), ANN)
    shop.order(ago(12), BOB)

    found = sizes(shop, segment("count(orders WHERE date >= -20d) >= 1"))

    assert [(size.inside, size.customers) for size in found] == [(1, 2), (1, 2), (1, 3), (1, 3)]
    assert all(size.known and not size.undecided for size in found)


def test_the_labels_of_tiers_are_counted_apart(shop: Shop) -> None:
    shop.order(ago(30), ANN)
    shop.order(ago(2), ANN)
    shop.order(ago(5), BOB)

    found = sizes(shop, tiers({"gold": "number_of_orders >= 2"}, "new"), weeks=2)

    assert [dict(size.labels) for size in found] == [{"new": 2}, {"gold": 1, "new": 1}]


def test_before_history_begins_there_is_a_gap(shop: Shop) -> None:
    known = Shop(shop.database, orders_known_from=ago(10), labels_known_from=ago(3))
    known.customer(ANN, created=ago(9))
    known.customer(BOB)
    known.order(ago(8), ANN)
    buyers = segment("number_of_orders >= 1", "buyers")

    found = sizes(known, buyers)

    assert [(size.known, size.inside, size.undecided) for size in found] == [
        (False, 0, 0),
        (False, 0, 0),
        (True, 1, 1),
        (True, 1, 1),
    ]
    assert [size.known for size in sizes(known, segment("customer_tags CONTAINS 'a'"))] == [False, False, False, True]
    assert all(size.known for size in sizes(known, segment("customer_added_date IS NOT NULL")))
    asking = segment("IN SEGMENT 'buyers'", "asking", 2)
    assert [size.known for size in sizes(known, buyers, asking)] == [False, False, True, True]


def test_a_series_ranks_at_each_moment(shop: Shop) -> None:
    shop.order(ago(30), ANN, net="10")
    shop.order(ago(30), BOB, net="20")
    shop.order(ago(9), CAT, net="20")
    best = named(top("1", percent=False), "best", 1)

    found = sizes(shop, best, named(InSegment("best"), "asking", 2))

    assert [size.inside for size in found] == [1, 1, 2, 2]
    with shop.open() as tx:
        assert tx.value("SELECT count(*) FROM cutoffs WHERE store_id = %s", (shop.id,)) == 0


def test_a_two_sided_segment_has_a_series_too(shop: Shop) -> None:
    shop.order(ago(20), ANN)

    sticky = two_sided("last_order_date >= -1d", "last_order_date >= -8d", (3, Unit.DAY))

    assert [size.inside for size in sizes(shop, sticky, weeks=5)] == [0, 0, 1, 0, 0]


def test_entries_and_exits_are_told_from_the_first_fact_on(shop: Shop) -> None:
    shop.customer(ANN, created=ago(100))
    shop.order(ago(90))
    shop.order(ago(20))

    found = passages(shop, segment("count(orders WHERE date >= -30d) >= 1"))

    left = at("2026-04-17")  # 31 days after March 17, at midnight.
    assert found == [Passage(ago(90), "", False), Passage(left, None, False), Passage(ago(20), "", False)]


def test_who_was_always_in_has_no_moment_of_entry(shop: Shop) -> None:
    shop.customer(ANN)

    assert passages(shop, segment("number_of_orders = 0")) == [Passage(None, "", False)]
    assert passages(shop, segment("number_of_orders > 0")) == []
    assert passages(shop, segment("number_of_orders = 0"), customer=BOB) == []


def test_tiers_tell_each_change_of_label(shop: Shop) -> None:
    shop.customer(ANN, created=ago(50))
    for days in (40, 20):
        shop.order(ago(days))

    found = passages(shop, tiers({"gold": "number_of_orders >= 2", "silver": "number_of_orders >= 1"}, "new"))

    assert found == [Passage(ago(50), "new", False), Passage(ago(40), "silver", False), Passage(ago(20), "gold", False)]


def test_a_grace_ends_in_the_history_when_it_ended(shop: Shop) -> None:
    shop.order(ago(20))

    found = passages(shop, two_sided("last_order_date >= -1d", "last_order_date >= -2d", (36, Unit.HOUR)))

    assert found == [Passage(ago(20), "", False), Passage(at("2026-05-30T12:00") + TICK, None, False)]


def test_what_cannot_be_known_is_told_as_undecided(shop: Shop) -> None:
    known = Shop(shop.database, orders_known_from=ago(10))
    known.customer(ANN, created=ago(50))
    known.order(ago(5))

    found = passages(known, segment("number_of_orders >= 1"))
    recent = passages(known, segment("sum(orders.net WHERE date >= -7d) > 0"))

    assert found == [Passage(ago(50), None, True), Passage(ago(5), "", False)]  # One is one, whatever came before.
    assert recent[0] == Passage(ago(50), None, True)
    assert recent[1:] == [Passage(at("2026-06-13"), "", False)]  # From here on the whole window is known.


@pytest.mark.parametrize("days", [400, 40])
def test_a_history_follows_the_cutoffs(shop: Shop, days: int) -> None:
    rule = named(top("1", percent=False))
    plan = shop.plan(rule)
    shop.order(ago(days), ANN, net="10")
    shop.order(ago(9), BOB, net="20")
    computed(shop, plan, ago(15))
    computed(shop, plan, ago(5))

    found = passages(shop, rule)

    assert found == [Passage(ago(days), None, True), Passage(ago(15), "", False), Passage(ago(5), None, False)]
