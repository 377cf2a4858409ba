"""What was before: entered, left, the label before; dates of our own tags; pins."""

from datetime import datetime, timedelta

import pytest

from plugin.db import customers, pins
from plugin.db.pins import Pin, Way
from plugin.db.transaction import Database
from plugin.domain.facts import ValueType
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.decide import Asked
from plugin.engine.plan import Plan, SegmentRule, StoreContext, compile_plan
from plugin.rules.tree import Unit
from tests.engine.builders import ANN, BOB, NOW, Shop, ago, at, segment, tiers, two_sided
from tests.engine.soundness import TICK, followed

ACTIVE = segment("count(orders WHERE date >= -30d) >= 1", "active", 1)
LEVELS = tiers(
    {"gold": "count(orders WHERE date >= -90d) >= 3", "silver": "count(orders WHERE date >= -90d) >= 1"},
    name="levels",
    number=1,
)


def label(shop: Shop, plan: Plan, number: int, as_of: datetime = NOW, customer_id: CustomerId = ANN) -> str | None:
    """The label in the plan's segment of that id; ? where undecided."""
    [decision] = shop.decide(plan, Asked.customers([customer_id], as_of))
    outcome = decision.outcomes[plan.segments.index(plan.segment(SegmentId(number)))]
    return "?" if outcome.undecided else outcome.label


def asks(shop: Shop, rule: str, *others: SegmentRule, as_of: datetime = NOW) -> bool | None:
    found = label(shop, shop.plan(*others, segment(rule, "asking", 9)), 9, as_of)
    return None if found == "?" else found is not None


# --- entered and left ---------------------------------------------------------------------------------


def test_a_plain_segment_is_entered_and_left_when_its_rule_turns(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    shop.order(ago(100))
    shop.order(ago(20))

    assert asks(shop, "entered('active') = -20d", ACTIVE)
    assert asks(shop, "left('active') = -69d", ACTIVE)
    assert asks(shop, "left('Active') < entered('ACTIVE')", ACTIVE)
    assert asks(shop, "entered('active') IS NULL", ACTIVE, as_of=ago(200))
    assert asks(shop, "left('active') IS NULL", ACTIVE, as_of=ago(80))
    assert asks(shop, "entered('active') = 2026-03-07 AND NOT IN SEGMENT 'active'", ACTIVE, as_of=ago(50))


def test_who_is_in_from_the_beginning_came_when_they_were_created(shop: Shop) -> None:
    idle = segment("number_of_orders = 0", "idle", 1)
    shop.customer(ANN, ago(10))
    shop.customer(BOB)

    assert asks(shop, "entered('idle') = -10d", idle)
    plan = shop.plan(idle, segment("entered('idle') IS NULL", "asking", 9))
    assert label(shop, plan, 9, customer_id=BOB) == ""


def test_a_two_sided_segment_remembers_too(shop: Shop) -> None:
    sticky = two_sided("count(orders WHERE date >= -30d) >= 2", "last_order_date >= -60d", name="sticky")
    shop.order(ago(100))
    shop.order(ago(95))

    assert asks(shop, "entered('sticky') = 2026-03-12 AND left('sticky') IS NULL", sticky, as_of=ago(40))
    assert asks(shop, "left('sticky') >= -34d", sticky)
    assert asks(shop, "left('sticky') >= -33d", sticky) is False


def test_the_alarm_of_a_rule_about_the_past_is_sound(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    shop.order(ago(100))
    shop.order(ago(62))
    plan = shop.plan(
        ACTIVE,
        segment("entered('active') >= -5d OR left('active') >= -3d", "fresh", 2),
        two_sided("IN SEGMENT 'fresh'", "left('active') < -1w", (2, Unit.DAY), "kept", 3),
    )

    moments = [ago(110) + timedelta(hours=6 * k) for k in range(440)]
    changes = followed(shop, plan, moments)

    assert len(changes) > 8


def test_a_chain_of_memories_is_followed_in_order(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    shop.order(ago(100))
    again = segment("left('active') IS NOT NULL AND last_order_date > left('active')", "again", 2)

    assert asks(shop, "entered('again') IS NULL", ACTIVE, again)
    shop.order(ago(50))
    assert asks(shop, "entered('again') = -50d", ACTIVE, again)


def test_an_undecided_past_is_not_guessed(door: Database) -> None:
    shop = Shop(door, labels_known_from=ago(60))
    shop.customer(ANN, ago(400))
    shop.tags(ago(60), "vip")
    tagged = segment("customer_tags CONTAINS 'vip'", "tagged", 1)

    assert asks(shop, "IN SEGMENT 'tagged'", tagged)
    assert asks(shop, "entered('tagged') >= -90d", tagged) is None
    assert asks(shop, "left('tagged') IS NULL", tagged) is None


def test_history_works_for_everyone_at_once(shop: Shop) -> None:
    for customer_id in (ANN, BOB):
        shop.customer(customer_id, ago(400))
    shop.order(ago(20))
    plan = shop.plan(ACTIVE, segment("entered('active') >= -30d", "asking", 9))

    decisions = shop.decide(plan, Asked.everyone(NOW))

    assert {each.customer_id: each.outcomes[1].label for each in decisions} == {ANN: "", BOB: None}


# --- labels -------------------------------------------------------------------------------------------


def test_the_label_before_and_when_it_changed(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    for days in (100, 60, 50, 40):
        shop.order(ago(days))

    assert asks(shop, "label('levels') = 'gold'", LEVELS)
    assert asks(shop, "previous(label('levels')) = 'silver' AND changed(label('levels')) = -50d", LEVELS)
    assert asks(shop, "previous(label('levels')) IS NULL AND label('levels') = 'silver'", LEVELS, as_of=ago(70))
    assert asks(shop, "label('levels') IS NULL AND changed(label('levels')) IS NULL", LEVELS, as_of=ago(200))
    later = NOW + timedelta(days=100)
    assert asks(shop, "label('levels') IS NULL AND previous(label('levels')) = 'silver'", LEVELS, as_of=later)


def test_a_label_is_never_one_of_those_it_is_not(shop: Shop) -> None:
    shop.order(ago(10))

    assert asks(shop, "label('levels') != 'gold'", LEVELS)
    assert asks(shop, "label('levels') != 'gold'", LEVELS, as_of=ago(200)) is False
    assert asks(shop, "label('levels') IN ('gold', 'silver')", LEVELS)


# --- dates of our own tags ----------------------------------------------------------------------------


def test_a_tag_of_ours_dates_from_when_the_customer_came_to_its_segment(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    shop.order(ago(20))
    active = segment("count(orders WHERE date >= -30d) >= 1", "active", 1, writes=["Active"])

    assert asks(shop, "tag_date('active') = -20d", active)
    assert asks(shop, "tag_date('active') IS NULL", active, as_of=ago(30))


# --- pins ---------------------------------------------------------------------------------------------


class Pinned:
    """A shop in which somebody may be pinned."""

    def __init__(self, shop: Shop, *rules: SegmentRule) -> None:
        self.shop = shop
        context = shop.context
        pinned = StoreContext(
            context.id,
            context.timezone,
            context.currency,
            context.orders_known_from,
            context.labels_known_from,
            pinned=frozenset({SegmentId(1)}),
        )
        self.plan = compile_plan(rules, pinned)

    def pin(
        self,
        way: Way,
        placed: datetime,
        until: datetime | None = None,
        removed: datetime | None = None,
        label: str = "",
    ) -> None:
        with self.shop.open() as tx:
            pins.put(tx, [Pin(SegmentId(1), ANN, placed, until, way, label, "because", "me")])
            if removed is not None:
                pins.remove(tx, SegmentId(1), ANN, removed)
            customers.put(tx, {ANN: placed})

    def label(self, as_of: datetime, number: int = 1) -> str | None:
        return label(self.shop, self.plan, number, as_of)


def test_a_pin_decides_until_it_ends_and_rings_then(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    pinned = Pinned(shop, ACTIVE, segment("IN SEGMENT 'active'", "reader", 2))
    pinned.pin(Way.IN, ago(10), ago(5))

    found = [pinned.label(moment, number) for number in (1, 2) for moment in (ago(11), ago(10), ago(5) - TICK, ago(5))]

    assert found == [None, "", "", None] * 2
    moments = [ago(11), ago(10) - TICK, ago(10), ago(7), ago(5) - TICK, ago(5), NOW]
    assert [moment for moment, _ in followed(shop, pinned.plan, moments)] == [ago(11), ago(10), ago(5)]


def test_a_removed_pin_ends_at_once_and_one_without_end_stays(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    shop.order(ago(1))
    pinned = Pinned(shop, ACTIVE)
    pinned.pin(Way.OUT, ago(20), None, removed=ago(15))
    pinned.pin(Way.OUT, ago(1) + TICK)

    assert [pinned.label(m) for m in (ago(16), ago(1), ago(1) + TICK, NOW)] == [None, "", None, None]


def test_tiers_are_pinned_to_a_label(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    pinned = Pinned(shop, LEVELS, segment("label('levels') = 'gold'", "golden", 2))
    pinned.pin(Way.IN, ago(30), ago(20), label="gold")
    pinned.pin(Way.OUT, ago(19), ago(18))
    pinned.pin(Way.IN, ago(17), ago(16), label="platinum")  # There is none any more: no pin.

    assert [pinned.label(ago(days)) for days in (31, 25, 20, 18.5, 16.5)] == [None, "gold", None, None, None]
    assert pinned.label(ago(25), 2) == ""


def test_after_a_pin_a_member_is_judged_by_the_staying_rule(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    shop.said(ago(300), "nps", "5", kind=ValueType.NUMBER)
    sticky = two_sided("nps >= 9", "nps >= 4", name="sticky")
    pinned = Pinned(shop, sticky)
    pinned.pin(Way.IN, ago(50), ago(40))

    assert [pinned.label(ago(days)) for days in (51, 45, 39)] == [None, "", ""]
    shop.said(ago(30), "nps", "3", kind=ValueType.NUMBER)
    assert pinned.label(ago(29)) is None


def test_after_being_pinned_out_a_customer_is_judged_by_the_joining_rule(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    shop.said(ago(300), "nps", "9", kind=ValueType.NUMBER)
    shop.said(ago(200), "nps", "5", kind=ValueType.NUMBER)
    pinned = Pinned(shop, two_sided("nps >= 9", "nps >= 4", (3, Unit.DAY), "sticky"))
    pinned.pin(Way.OUT, ago(50), ago(40))

    assert [pinned.label(ago(days)) for days in (250, 150, 45, 39)] == ["", "", None, None]
    [decision] = shop.decide(pinned.plan, Asked.customers([ANN], ago(51)))
    assert decision.due_at == ago(50)
    [decision] = shop.decide(pinned.plan, Asked.customers([ANN], ago(45)))
    assert decision.due_at == ago(40)


def test_a_pin_is_part_of_the_past(shop: Shop) -> None:
    shop.customer(ANN, ago(400))
    asking = segment("entered('active') = -10d AND left('active') = -5d", "asking", 2)
    pinned = Pinned(shop, ACTIVE, asking)
    pinned.pin(Way.IN, ago(10), ago(5))

    assert pinned.label(NOW, 2) == ""


# --- what only alarms can tell ------------------------------------------------------------------------


def test_a_two_sided_segment_follows_birthdays_and_moved_dates(shop: Shop) -> None:
    shop.customer(ANN, ago(800))
    shop.said(at("1900-01-01"), "birth_date", "1990-04-01", kind=ValueType.DAY)
    shop.order(at("2025-01-31T10:00"))
    birthday = two_sided("anniversary(birth_date) = today", "anniversary(birth_date) BETWEEN -1m AND today", name="b")
    year = two_sided("first_order_date + 1y = today", "first_order_date + 14m >= today", name="y", number=2)
    plan = shop.plan(birthday, year)

    found = [
        [outcome.label for outcome in shop.decide(plan, Asked.customers([ANN], at(day)))[0].outcomes]
        for day in ("2026-01-30", "2026-01-31", "2026-03-31", "2026-04-01", "2026-05-01", "2026-05-02")
    ]

    assert found == [[None, None], [None, ""], [None, ""], ["", None], ["", None], [None, None]]


@pytest.mark.parametrize("as_of", [ago(1), NOW])
def test_the_past_does_not_depend_on_which_moments_are_asked(shop: Shop, as_of: datetime) -> None:
    shop.customer(ANN, ago(400))
    shop.order(ago(100))
    plan = shop.plan(ACTIVE, segment("left('active') = 2026-04-07", "asking", 9))

    [alone] = shop.decide(plan, Asked.customers([ANN], as_of))
    together = shop.decide(plan, Asked.moments([(ANN, ago(k)) for k in (90, 70, 50)] + [(ANN, as_of)]))

    assert alone.outcomes == together[-1].outcomes
    assert alone.outcomes[1].label == ""
