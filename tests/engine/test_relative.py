"""A place among the store's customers, scores, the store's averages."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from plugin.db import cutoffs as kept
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine import cutoffs
from plugin.engine.decide import Asked, decide
from plugin.engine.plan import Plan, SegmentRule
from plugin.rules import rfm
from plugin.rules.parse import parse
from plugin.rules.segment import OneRule, TwoSided
from plugin.rules.tree import (
    Aggregate,
    Arithmetic,
    Banded,
    Compare,
    Comparison,
    Duration,
    Function,
    In,
    InSegment,
    Number,
    Operation,
    Place,
    Ranked,
    RelativeDay,
    Rfm,
    Rule,
    Score,
    Source,
    State,
    StoreAverage,
    Text,
    Unit,
    Value,
)
from tests.engine.builders import NOW, Shop, ago, segment, two_sided

NET = Aggregate(Function.SUM, Source.ORDERS, State.COUNTED, "net")
COUNT = Aggregate(Function.COUNT, Source.ORDERS, State.COUNTED)
LATEST = Aggregate(Function.MAX, Source.ORDERS, State.COUNTED, "date")
AVERAGE = Aggregate(Function.AVG, Source.ORDERS, State.COUNTED, "net")


def number(value: str) -> Number:
    return Number(Decimal(value))


def top(amount: str, by: Value = NET, percent: bool = True, among: Rule | None = None) -> Ranked:
    return Ranked(Place.TOP, Decimal(amount), percent, by, among)


def bottom(amount: str, by: Value = NET, percent: bool = True, among: Rule | None = None) -> Ranked:
    return Ranked(Place.BOTTOM, Decimal(amount), percent, by, among)


def named(rule: Rule, name: str = "it", number: int = 1) -> SegmentRule:
    return SegmentRule(SegmentId(number), name, OneRule(rule))


def spent(shop: Shop, *nets: str) -> None:
    """Customer 1 spent the first of these amounts, customer 2 the second, …; "0": nothing was bought."""
    for customer, net in enumerate(nets, 1):
        shop.customer(CustomerId(customer))
        if net != "0":
            shop.order(ago(10), CustomerId(customer), net=net)


def computed(shop: Shop, plan: Plan, at: datetime = NOW) -> None:
    with shop.open() as tx:
        cutoffs.compute(tx, plan, at)


def inside(shop: Shop, *rules: SegmentRule, as_of: datetime = NOW) -> list[int]:
    """Who is in the last of these segments, the cutoffs just computed."""
    plan = shop.plan(*rules)
    computed(shop, plan, as_of)
    return asked(shop, plan, rules[-1], as_of)[0]


def asked(shop: Shop, plan: Plan, last: SegmentRule, as_of: datetime = NOW) -> tuple[list[int], list[int]]:
    """Who is in, and who can't be decided."""
    with shop.open() as tx:
        found = [(int(d.customer_id), d.outcomes[0]) for d in decide(tx, plan, Asked.everyone(as_of), only=[last.id])]
    return [c for c, o in found if o.label is not None], [c for c, o in found if o.undecided]


def scores(shop: Shop, value: Value, customers: int) -> list[int | None]:
    """Each customer's score."""
    rules = [named(Compare(value, Comparison.EQ, number(str(points))), f"s{points}", points) for points in range(1, 6)]
    plan = shop.plan(*rules)
    computed(shop, plan)
    found: list[int | None] = [None] * customers
    for rule in rules:
        for customer in asked(shop, plan, rule)[0]:
            found[customer - 1] = int(rule.name[1:])
    return found


def test_places_are_rounded_up(shop: Shop) -> None:
    spent(shop, "10", "20", "30", "40", "50", "60", "70", "80", "90", "100", "110")

    assert inside(shop, named(top("10"))) == [10, 11]  # 1.1 of eleven are two.
    assert inside(shop, named(bottom("10"))) == [1, 2]
    assert inside(shop, named(top("3", percent=False))) == [9, 10, 11]


def test_ties_at_the_cut_are_all_in(shop: Shop) -> None:
    spent(shop, "50", "50", "50", "10")

    assert inside(shop, named(top("1", percent=False))) == [1, 2, 3]
    assert inside(shop, named(bottom("2", percent=False))) == [1, 2, 3, 4]


def test_who_bought_nothing_is_not_of_the_population(shop: Shop) -> None:
    spent(shop, "10", "0", "0", "0", "20")

    assert inside(shop, named(top("50"))) == [5]
    assert inside(shop, named(bottom("50"))) == [1]
    assert inside(shop, named(top("100"))) == [1, 5]


def test_the_rule_can_say_among_whom(shop: Shop) -> None:
    spent(shop, "10", "0", "30", "20")

    everyone = parse("number_of_orders >= 0")
    assert inside(shop, named(top("25", among=everyone))) == [3]
    assert inside(shop, named(bottom("25", among=everyone))) == [2]
    assert inside(shop, named(top("1", percent=False, among=parse("amount_spent < 30")))) == [4]


def test_the_population_can_be_a_segment(shop: Shop) -> None:
    spent(shop, "10", "20", "30", "40")
    modest = segment("amount_spent <= 30", "modest", 1)

    assert inside(shop, modest, named(top("1", percent=False, among=InSegment("modest")), number=2)) == [3]


def test_before_the_first_computation_only_those_outside_are_decided(shop: Shop) -> None:
    spent(shop, "10", "0", "30")
    rule = named(top("50"))

    assert asked(shop, shop.plan(rule), rule) == ([], [1, 3])


def test_the_newest_cut_up_to_the_moment_decides(shop: Shop) -> None:
    spent(shop, "10", "20")
    rule = named(top("1", percent=False))
    plan = shop.plan(rule)
    computed(shop, plan, ago(5))
    shop.order(ago(3), CustomerId(1), net="100")
    computed(shop, plan, ago(2))

    assert asked(shop, plan, rule, ago(6)) == ([], [1, 2])
    assert asked(shop, plan, rule, ago(4)) == ([2], [])
    assert asked(shop, plan, rule, ago(2.5)) == ([1, 2], [])  # Yesterday's cut was 20, and 110 reaches it too.
    assert asked(shop, plan, rule) == ([1], [])


def test_a_later_computation_is_an_alarm(shop: Shop) -> None:
    spent(shop, "10")
    rule = named(top("1", percent=False))
    plan = shop.plan(rule)
    computed(shop, plan, ago(5))

    (before,) = shop.decide(plan, Asked.customers([CustomerId(1)], ago(6)))
    (after,) = shop.decide(plan, Asked.customers([CustomerId(1)], ago(5)))

    assert (before.due_at, after.due_at) == (ago(5), None)


def test_a_score_counts_only_who_is_strictly_better(shop: Shop) -> None:
    spent(shop, "10", "20", "30", "40", "50", "60", "70")

    # 5 - floor(5 × better / 7), by hand.
    assert scores(shop, Banded(5, NET), 7) == [1, 2, 3, 3, 4, 5, 5]


def test_equals_score_alike(shop: Shop) -> None:
    spent(shop, "10", "10", "10", "10", "99", "0")

    assert scores(shop, Banded(5, NET), 6) == [4, 4, 4, 4, 5, None]


def test_dates_and_fractions_are_put_in_order_too(shop: Shop) -> None:
    for customer, (days, nets) in enumerate([(30, "100 50"), (20, "75"), (10, "10 10 205")], 1):
        for net in nets.split():
            shop.order(ago(days), CustomerId(customer), net=net)

    assert inside(shop, named(top("1", LATEST, percent=False))) == [3]
    assert inside(shop, named(bottom("1", LATEST, percent=False))) == [1]
    # The averages are 75, 75 and 75: all are equal.
    assert inside(shop, named(top("1", AVERAGE, percent=False))) == [1, 2, 3]


def test_thirds_equal_thirds(shop: Shop) -> None:
    for customer, nets in enumerate(["1 0 0", "0.5 0.5 0", "2 0 0 0 0 0", "9"], 1):
        for net in nets.split():
            shop.order(ago(3), CustomerId(customer), net=net)

    assert inside(shop, named(bottom("1", AVERAGE, percent=False))) == [1, 2, 3]


@pytest.fixture
def three(shop: Shop) -> Shop:
    """Customers who spent 30 on average, and one who bought nothing."""
    spent(shop, "10", "20", "60", "0")
    return shop


def test_the_stores_average_is_over_customers(three: Shop) -> None:
    average = StoreAverage(NET)
    twenty_more = Arithmetic(NET, Operation.ADD, number("20"))
    twice = Arithmetic(average, Operation.MULTIPLY, number("2"))

    assert inside(three, named(Compare(NET, Comparison.GT, average))) == [3]
    assert inside(three, named(Compare(twenty_more, Comparison.GE, average))) == [1, 2, 3]
    assert inside(three, named(Compare(NET, Comparison.GE, twice))) == [3]  # Equal is equal.


def test_an_average_of_thirds_is_exact(shop: Shop) -> None:
    for customer in (1, 2, 3):
        for net in ("1", "0", "0"):
            shop.order(ago(3), CustomerId(customer), net=net)

    assert inside(shop, named(Compare(AVERAGE, Comparison.GT, StoreAverage(AVERAGE)))) == []
    assert inside(shop, named(Compare(AVERAGE, Comparison.EQ, StoreAverage(AVERAGE)))) == [1, 2, 3]


def test_an_average_of_nobody_is_missing(shop: Shop) -> None:
    spent(shop, "0")
    below = named(Compare(NET, Comparison.LE, StoreAverage(NET)))
    plan = shop.plan(below)
    computed(shop, plan)

    assert asked(shop, plan, below) == ([], [])


def test_the_stores_gap_is_over_pairs_of_orders(shop: Shop) -> None:
    # Pairs of 10, 10 and 10 days, and one of 50: the average over pairs is 20, over customers 30.
    for customer, days in ((1, (30, 20, 10, 0)), (2, (50, 0)), (3, (5,))):
        for day in days:
            shop.order(ago(day), CustomerId(customer))
    shop.customer(CustomerId(4))

    assert inside(shop, segment("store_average_gap() = 20")) == [1, 2, 3, 4]
    assert inside(shop, segment("store_average_gap() > 20")) == []


def test_the_scores_of_rfm(shop: Shop) -> None:
    # By hand: customer k of five is the k-th in everything.
    for customer in range(1, 6):
        for order in range(customer):
            shop.order(ago(60 - 10 * customer - order / 10), CustomerId(customer), net="10")
    shop.customer(CustomerId(6))

    for score in (Score.RECENCY, Score.FREQUENCY, Score.MONETARY):
        assert scores(shop, Rfm(score), 6) == [1, 2, 3, 4, 5, None]
    window = RelativeDay(-35, Unit.DAY)
    assert scores(shop, Rfm(Score.FREQUENCY, window), 6) == [None, None, 2, 4, 5, None]
    groups = [rfm.group(points, points, points) for points in range(1, 6)] + [rfm.Group.PROSPECTS]
    for customer, group in enumerate(groups, 1):
        found = inside(shop, named(Compare(Rfm(Score.GROUP), Comparison.EQ, Text(group))))
        assert customer in found


def test_a_group_is_compared_as_a_text(shop: Shop) -> None:
    spent(shop, "10", "0")

    assert inside(shop, named(In(Rfm(Score.GROUP), (Text("PROSPECTS"), Text("LOYAL"))))) == [2]


def test_a_ranking_can_be_read_by_another(shop: Shop) -> None:
    spent(shop, "10", "20", "30", "40")
    best = named(top("50"), "best", 1)
    least_of_best = named(bottom("1", percent=False, among=InSegment("best")), "least", 2)
    by_score = named(top("1", Banded(2, NET), percent=False), "by score", 3)

    assert inside(shop, best, least_of_best) == [3]
    assert inside(shop, by_score) == [3, 4]


def test_what_cannot_be_known_is_not_ranked(shop: Shop) -> None:
    known = Shop(shop.database, orders_known_from=ago(5))
    known.customer(CustomerId(1), created=ago(100))
    known.order(ago(3), CustomerId(1), net="500")
    for customer, net in ((2, "10"), (3, "20")):
        known.customer(CustomerId(customer), created=ago(4))
        known.order(ago(3), CustomerId(customer), net=net)
    rule = named(top("1", percent=False))
    plan = known.plan(rule)
    computed(known, plan)

    assert asked(known, plan, rule) == ([3], [1])


def test_equal_questions_share_a_cut(shop: Shop) -> None:
    spent(shop, "10", "20")
    rules = [named(top("50"), "a", 1), named(top("50"), "b", 2), named(top("20"), "c", 3)]
    plan = shop.plan(*rules)

    with shop.open() as tx:
        assert len(cutoffs.missing(tx, plan, NOW)) == 2
        made = cutoffs.compute(tx, plan, NOW)
        assert cutoffs.missing(tx, plan, NOW) == []
        assert [kept.latest(tx, cut.key, NOW) for cut in made] == made
    assert [(cut.cuts, cut.population) for cut in made] == [((Decimal("20.0000"),), 2)] * 2


def test_a_store_of_nobody_has_cuts_that_the_first_customer_reaches(shop: Shop) -> None:
    rule = named(top("10"))
    plan = shop.plan(rule)
    computed(shop, plan, ago(20))
    spent(shop, "10")

    assert asked(shop, plan, rule) == ([1], [])


def test_a_two_sided_segment_follows_the_cuts_through_time(shop: Shop) -> None:
    spent(shop, "10", "20")
    best = top("1", percent=False)
    sticky = SegmentRule(SegmentId(1), "sticky", TwoSided(best, best, Duration(3, Unit.DAY)))
    plan = shop.plan(sticky)
    computed(shop, plan, ago(9))
    shop.order(ago(7), CustomerId(1), net="100")
    computed(shop, plan, ago(6))

    (found,) = shop.decide(plan, Asked.customers([CustomerId(2)], NOW))

    assert asked(shop, plan, sticky, ago(4)) == ([1, 2], [])
    assert asked(shop, plan, sticky) == ([1], [])
    assert found.outcomes[0].since == ago(3) + timedelta(microseconds=1)  # Three days after the cut rose.


def test_a_population_can_be_a_two_sided_segment(shop: Shop) -> None:
    spent(shop, "10", "20", "30")
    twice = two_sided("amount_spent >= 20", "amount_spent >= 10", name="big", number=1)

    assert inside(shop, twice, named(bottom("1", percent=False, among=InSegment("big")), number=2)) == [2]
