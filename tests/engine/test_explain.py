"""An explanation agrees with the decision, and tells what each condition saw."""

import json

from plugin.domain.ids import SegmentId
from plugin.engine.explain import Explanation, explain
from plugin.engine.plan import SegmentRule
from tests.engine.builders import ANN, NOW, Shop, ago, at, segment, tiers, two_sided


def explained(shop: Shop, *rules: SegmentRule) -> Explanation:
    """The explanation of the last of these segments for Ann."""
    with shop.open() as tx:
        return explain(tx, shop.plan(*rules), rules[-1].id, ANN, NOW)


def test_each_part_has_its_own_answer_and_value(shop: Shop) -> None:
    shop.order(ago(10), net="62", name="#1001")
    shop.order(ago(100), net="30", name="#1000")

    found = explained(shop, segment("sum(orders.net WHERE date >= -30d) >= 100 OR number_of_orders = 2"))

    spent, number = found.parts[0].parts
    assert (found.verdict, spent.verdict, number.verdict) == ("in", "out", "in")
    assert (spent.values[0]["actual"], spent.values[0]["limit"], spent.values[0]["away"]) == ("62", "100", "38")
    assert [fact["name"] for fact in spent.facts] == ["#1001"]
    assert [fact["name"] for fact in number.facts] == ["#1001", "#1000"]
    json.dumps(found.plain())


def test_the_next_change_is_found_by_following_the_alarms(shop: Shop) -> None:
    for days in (5, 10, 15):
        shop.order(ago(days))

    found = explained(shop, segment("count(orders WHERE date >= -30d) >= 2"))

    assert found.next_change == at("2026-07-06")  # The second oldest leaves: one is left.
    assert found.next_outcome is not None
    assert found.next_outcome.label is None


def test_a_rule_of_the_past_alone_never_changes_by_time(shop: Shop) -> None:
    shop.order(ago(10))

    found = explained(shop, segment("number_of_orders > 0"))

    assert (found.next_change, found.not_before) == (None, None)


def test_tags_and_countries_are_told_as_they_stand(shop: Shop) -> None:
    shop.tags(ago(10), "VIP", "new")
    shop.countries(ago(10), "DE")

    found = explained(shop, segment("customer_tags CONTAINS 'vip' AND customer_countries CONTAINS 'FR'"))

    tags, countries = found.parts[0].parts
    assert (tags.verdict, tags.values[0]["actual"]) == ("in", ["VIP", "new"])
    assert (countries.verdict, countries.values[0]["actual"]) == ("out", ["DE"])


def test_functions_segments_tiers_and_both_sides_are_explained(shop: Shop) -> None:
    shop.order(ago(10))
    buyers = segment("orders_placed MATCHES (date >= -30d)", "buyers", 1)
    levels = tiers({"gold": "IN SEGMENT 'buyers'"}, None, "levels", 2)
    sticky = two_sided("IN SEGMENT 'levels'", "last_order_date >= -60d", name="sticky", number=SegmentId(3))

    found = explained(shop, buyers, levels, sticky)

    assert (found.verdict, found.outcome.since) == ("in", ago(10))
    assert [(part.place, part.verdict) for part in found.parts] == [("join", "in"), ("stay", "in")]
    assert explained(shop, buyers, levels).parts[0].place == "cases.0.rule"
    assert explained(shop, buyers).parts[0].values[0]["actual"] == "1"


def test_the_rows_behind_a_value_are_those_that_were_chosen(shop: Shop) -> None:
    shop.order(ago(30), name="#1", net="5")
    shop.order(ago(20), name="#2")
    shop.order(ago(10), name="#3")
    shop.answer(ago(3), "Why?", "Price")

    def names(rule: str) -> list[str]:
        return [fact["name"] for fact in explained(shop, segment(rule)).parts[0].facts]

    assert names("sum(first 2 orders.net) = 105") == ["#2", "#1"]
    assert names("count(orders WHERE net > avg(orders.net)) = 2") == ["#3", "#2"]
    assert names("count(orders WHERE any(its lines WHERE product_id = 1) AND any(later orders)) = 2") == ["#2", "#1"]
    told = explained(shop, segment("count(answers WHERE question = 'why?') = 1")).parts[0]
    assert (told.facts[0]["question"], told.facts[0]["choice"]) == ("why?", ["price"])
