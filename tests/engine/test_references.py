"""Segments that ask for one another, by name and through the tags they write."""

import pytest

from plugin.db import outbox, segments
from plugin.db.outbox import Wanted
from plugin.domain.ids import SegmentId
from plugin.engine.culprit import find_culprit
from plugin.engine.decide import Asked, decide
from plugin.engine.errors import EngineError
from plugin.engine.plan import compile_plan
from plugin.rules.segment import OneRule
from plugin.rules.tree import Attribute, Compare, Comparison, Number
from tests.engine.builders import ANN, BOB, NOW, Shop, ago, segment, tiers, two_sided


def labels(shop: Shop, *rules: object) -> dict[str, list[str | None]]:
    """Ann's and Bob's label in each segment."""
    plan = shop.plan(*rules)  # type: ignore[arg-type]
    ann, bob = shop.decide(plan, Asked.customers([ANN, BOB], NOW))
    pairs = zip(plan.segments, ann.outcomes, bob.outcomes, strict=True)
    return {rule.name: [a.label, b.label] for rule, a, b in pairs}


@pytest.fixture
def pair(shop: Shop) -> Shop:
    """Ann has bought twice, Bob never."""
    shop.order(ago(10))
    shop.order(ago(20))
    shop.customer(BOB)
    return shop


def test_a_diamond_of_references_is_answered_in_one_plan(pair: Shop) -> None:
    found = labels(
        pair,
        segment("IN SEGMENT 'left' AND NOT IN SEGMENT 'right'", "bottom", 4),
        segment("IN SEGMENT 'top'", "left", 2),
        segment("NOT IN SEGMENT 'TOP'", "right", 3),
        segment("number_of_orders >= 2", "Top", 1),
    )

    assert found == {"Top": ["", None], "left": ["", None], "right": [None, ""], "bottom": ["", None]}


def test_a_tag_of_ours_is_answered_by_its_segment_and_not_by_its_echo(pair: Shop) -> None:
    pair.tags(ago(1), "Großkunde", customer_id=BOB)
    rules = (
        segment("number_of_orders >= 2", "big", 1, writes={"": "Großkunde"}),
        segment("customer_tags CONTAINS 'GROSSKUNDE'", "tagged", 2),
    )
    with pair.open() as tx:
        segments.create(tx, "big", {}, {"": "Großkunde"}, "test")

    assert labels(pair, *rules)["tagged"] == ["", ""]  # Bob's is the merchant's own.

    with pair.open() as tx:
        outbox.want(tx, [Wanted(BOB, ["Großkunde"], "test")])
        tx.execute("UPDATE outbox SET written = ARRAY['Großkunde'] WHERE store_id = %s", (tx.store_id,))
    assert labels(pair, *rules)["tagged"] == ["", None]  # Bob's is what we wrote and will take away.
    assert labels(pair, *rules, segment("customer_tags IS NULL", "bare", 3))["bare"] == [None, ""]


def test_each_label_of_tiers_answers_for_its_own_tag(pair: Shop) -> None:
    levels = tiers(
        {"gold": "number_of_orders >= 2", "silver": "number_of_orders >= 1"},
        name="levels",
        writes={"gold": "Gold", "silver": "Silver"},
    )

    found = labels(
        pair,
        levels,
        segment("customer_tags CONTAINS 'gold'", "g", 2),
        segment("customer_tags CONTAINS 'silver'", "s", 3),
    )

    assert (found["levels"], found["g"], found["s"]) == (["gold", None], ["", None], [None, None])


@pytest.mark.parametrize(
    "rules",
    [
        (segment("IN SEGMENT 'b'", "a", 1), segment("NOT IN SEGMENT 'a'", "b", 2)),
        (segment("customer_tags CONTAINS 'x'", "a", 1, writes={"": "x"}),),
        (segment("IN SEGMENT 'nobody'", "a", 1),),
    ],
)
def test_circles_and_unknown_names_are_refused_by_name(shop: Shop, rules: tuple[object, ...]) -> None:
    with pytest.raises(EngineError, match="a"):
        shop.plan(*rules)  # type: ignore[arg-type]


def test_a_rule_that_cannot_be_compiled_names_its_segment(shop: Shop) -> None:
    strange = Compare(Attribute("shoe_size"), Comparison.GT, Number(1))  # type: ignore[arg-type]
    rule = segment("number_of_orders > 0", "odd", 7)

    with pytest.raises(EngineError) as raised:
        shop.plan(type(rule)(SegmentId(7), "odd", OneRule(strange)))

    assert (raised.value.segment_id, raised.value.segment) == (7, "odd")


def test_a_two_sided_segment_keeps_who_stays(shop: Shop) -> None:
    shop.order(ago(100))
    shop.order(ago(95))
    sticky = two_sided("count(orders WHERE date >= -30d) >= 2", "last_order_date >= -60d", name="sticky")
    plan = shop.plan(sticky, segment("IN SEGMENT 'sticky'", "reader", 2))

    inside, gone = shop.decide(plan, Asked.moments([(ANN, ago(40)), (ANN, NOW)]))

    assert [outcome.label for outcome in inside.outcomes] == ["", ""]
    assert inside.outcomes[0].since == ago(95)
    assert inside.due_at == ago(34.5)  # The midnight on which the last order is 61 days old.
    assert [outcome.label for outcome in gone.outcomes] == [None, None]
    assert gone.outcomes[0].since == ago(34.5)


def test_only_some_segments_bring_what_they_read_along_unseen(pair: Shop) -> None:
    plan = pair.plan(segment("number_of_orders >= 2", "top", 1), segment("NOT IN SEGMENT 'top'", "rest", 2))

    with pair.open() as tx:
        [decision] = decide(tx, plan, Asked.customers([BOB], NOW), only=[SegmentId(2)])
        everyone = list(decide(tx, plan, Asked.everyone(NOW), only=[SegmentId(1)]))

    assert [outcome.label for outcome in decision.outcomes] == [""]
    assert {each.customer_id: each.outcomes[0].label for each in everyone} == {ANN: "", BOB: None}


def test_the_culprit_of_a_broken_plan_is_found(pair: Shop) -> None:
    plan = pair.plan(segment("number_of_orders >= 2", "fine", 1), segment("amount_spent > 5", "broken", 2))
    broken = plan.only([SegmentId(2)])
    plan.narrowed[frozenset({SegmentId(2)})] = type(plan)(
        broken.store,
        broken.segments,
        tuple(
            type(s)(f"{s.text} LIMIT 1/0", s.everyone, s.parameters, s.keys, s.measures, s.reads_own_tags, s.flips)
            for s in broken.statements
        ),
        (),
    )

    with pair.open() as tx:
        assert find_culprit(tx, plan, Asked.customers([ANN], NOW)) == SegmentId(2)
        assert tx.value("SELECT 1") == 1
    assert compile_plan(plan.segments, plan.store) == plan
