"""An explanation agrees with the decision, and tells what each condition saw and how far away it is."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from plugin.db import pins
from plugin.db.pins import Pin, Way
from plugin.domain.ids import SegmentId
from plugin.engine.explain import Explanation, explain
from plugin.engine.plan import SegmentRule, compile_plan
from plugin.rules.tree import Unit
from tests.engine.builders import ANN, BOB, CAT, NOW, Shop, ago, at, segment, tiers, two_sided
from tests.engine.test_relative import computed


def explained(shop: Shop, *rules: SegmentRule, as_of: datetime = NOW) -> Explanation:
    """The explanation of the last of these segments for Ann."""
    with shop.open() as tx:
        return explain(tx, shop.plan(*rules), rules[-1].id, ANN, as_of)


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


def test_what_is_missing_is_said_with_the_day_on_which_more_will_be(shop: Shop) -> None:
    shop.order(ago(20), net="62")
    rule = "sum(orders.net WHERE date >= -30d) >= 100"

    found = explained(shop, segment(rule))

    assert found.sentence() == "€38.00 more before June 26."
    (part,) = found.parts
    assert part.away is not None
    assert part.away.plain() == {
        "of": "sum(orders.net WHERE date >= -30d)",
        "more": "38",
        "type": "money",
        "before": "2026-06-26T00:00:00+00:00",
    }
    assert found.plain()["sentence"] == "€38.00 more before June 26."


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("sum(orders.net) >= 100", "€38.00 more."),
        ("sum(orders.net) > 62", "Anything more."),
        ("number_of_orders >= 3", "2 more orders."),
        ("count(orders WHERE date >= -30d) > 1", "1 more order before June 26."),
        ("sum(orders.net) <= 50", "€12.00 less."),
        ("number_of_orders >= 3 AND sum(orders.net) >= 100", "2 more orders and €38.00 more."),
        ("number_of_orders >= 3 OR sum(orders.net) >= 100", "2 more orders or €38.00 more."),
        (
            "AT LEAST 2 OF (number_of_orders >= 1, number_of_orders >= 2, amount_spent >= 90)",
            "1 more order or €28.00 more.",
        ),
        ("last_order_date < -30d", "In by itself from June 26 on."),
        ("last_order_date < -30d OR sum(orders.net) >= 100", "€38.00 more, or in by itself from June 26 on."),
        ("any(orders WHERE country = 'IE')", "1 more order."),
        ("customer_tags CONTAINS 'vip'", "Out."),
        ("NOT (number_of_orders >= 1)", "Out."),
        ("last_order_date >= -30d", "In until June 26."),
        ("number_of_orders >= 1", "In."),
        ("sum(orders.net) BETWEEN 70 AND 90", "€8.00 more."),
        ("avg(orders.net) >= 70.5", "€8.50 more."),
    ],
)
def test_how_far_it_is_stands_in_one_sentence(shop: Shop, rule: str, said: str) -> None:
    shop.order(ago(20), net="62")

    assert explained(shop, segment(rule)).sentence() == said


def test_a_place_in_a_ranking_is_told_with_the_cut(shop: Shop) -> None:
    for customer, net in ((ANN, "62"), (BOB, "100"), (CAT, "62")):
        shop.order(ago(20), customer, net=net)
    rule = segment("TOP 1 BY sum(orders.net)")
    computed(shop, shop.plan(rule), ago(1))

    found = explained(shop, rule)

    (value,) = found.parts[0].values
    assert (value["actual"], value["rank"]["place"], value["rank"]["of"]) == ("62", 2, 3)
    assert (value["rank"]["cut"], value["rank"]["since"]) == ("100", ago(1).isoformat())
    assert found.sentence() == "€38.00 more."


def test_a_score_is_told_with_what_it_is_made_of(shop: Shop) -> None:
    shop.order(ago(20), ANN, net="10")
    shop.order(ago(10), BOB, net="20")
    scored, group = segment("recency_score >= 5", "scored", 1), segment("rfm_segment = 'LOYAL'", "group", 2)
    computed(shop, shop.plan(scored, group))

    value = explained(shop, scored).parts[0].values[0]
    grouped = explained(shop, group).parts[0].values[0]

    assert (value["actual"], value["rank"]["place"], value["rank"]["of"]) == ("3", 2, 2)
    assert value["rank"]["cuts"][-1] == ago(10).isoformat()
    assert grouped["actual"] == "LOYAL"
    assert set(grouped["rank"]) == {"recency_score", "frequency_score", "monetary_score"}


def test_whether_it_is_known_is_told_with_the_reason(shop: Shop) -> None:
    known = Shop(shop.database, orders_known_from=ago(10), labels_known_from=ago(5))
    known.customer(ANN, created=ago(100))
    known.order(ago(3))

    orders = explained(known, segment("number_of_orders >= 2"))
    both = explained(known, segment("customer_tags CONTAINS 'a' AND number_of_orders > 2"), as_of=ago(7))
    shop.order(ago(3))
    ranking = explained(shop, segment("TOP 1 BY sum(orders.net)"))
    asking = explained(known, segment("number_of_orders >= 2", "many", 1), segment("IN SEGMENT 'many'", "it", 2))

    assert orders.parts[0].unknown == ({"what": "orders", "since": ago(10).isoformat()},)
    assert orders.sentence() == "Not known: orders are known since June 5."
    assert both.sentence() == "Not known: tags and other labels are known since June 10; orders are known since June 5."
    assert ranking.sentence() == "Not known: the store's ranking has not been worked out yet."
    assert asking.sentence() == "Not known: whether the customer is in ‘many’."


def test_a_grace_that_runs_is_told(shop: Shop) -> None:
    shop.order(ago(20))

    found = explained(shop, two_sided("last_order_date >= -5d", "last_order_date >= -18d", (5, Unit.DAY)))

    assert (found.verdict, found.parts[1].verdict) == ("in", "out")
    assert found.grace_ends == found.next_change
    assert found.sentence() == "In until June 19, when the grace ends."


def test_tiers_say_what_the_next_better_label_needs(shop: Shop) -> None:
    shop.order(ago(20), net="62")
    levels = tiers({"gold": "sum(orders.net) >= 100", "silver": "number_of_orders >= 1"})

    assert explained(shop, levels).sentence() == "In; €38.00 more for ‘gold’."


@pytest.mark.parametrize(
    "rule",
    [
        "any(orders WHERE any(its lines WHERE product_id = 1))",
        "every(orders HAVING net > 10)",
        "none(refunds)",
        "sum(latest 2 orders.net) >= 100",
        "count(latest 1 orders HAVING country = 'IE') = 1",
        "first(orders.country) = 'IE'",
        "days_since(last_order_date) > 10",
        "first_order_date + 1y + 3d <= today",
        "anniversary(first_order_date) = today",
        "tag_date('vip') >= -30d",
        "customer_tags CONTAINS 'VIP' AND note STARTS WITH 'a'",
        "changed(email_subscription_status) >= -30d",
        "previous(email_subscription_status) IS NULL",
        "metafields.custom.size = 'L'",
        "customer_countries CONTAINS 'DE' OR city = 'Bonn'",
        "distance_km(53.3, -6.2) <= 10",
        "sum(lines.net WHERE order.channel = 'web') / sum(lines.net) >= 0.5",
        "count(answers WHERE question = 'Size') >= 1",
        "count(events WHERE name = 'opened') >= 1",
        "count(orders WHERE days_since_previous > store_average_gap()) >= 1",
        "sum(orders.net) > store_average(sum(orders.net))",
        "score(4 BY sum(orders.net)) = 4",
        "age >= 18",
        "orders_placed MATCHES (date >= -30d, count >= 2)",
        "sum(orders.net WHERE date = last_month) > 10",
    ],
)
@pytest.mark.parametrize("moment", [NOW, ago(15), ago(400)])
def test_every_construct_is_explained_at_any_moment(shop: Shop, rule: str, moment: datetime) -> None:
    shop.order(ago(20), net="62", country="IE")
    shop.order(ago(5), net="10")
    shop.tag_added(ago(8), "VIP")
    shop.consent(ago(9), "SUBSCRIBED")
    asked = segment(rule)
    plan = shop.plan(asked)
    computed(shop, plan, ago(500))

    with shop.open() as tx:
        found = explain(tx, plan, asked.id, ANN, moment)

    assert found.verdict == found.parts[0].verdict
    assert found.sentence().endswith(".")
    json.dumps(found.plain())


def test_a_pin_is_told_before_any_condition(shop: Shop) -> None:
    shop.order(ago(20))
    rule = segment("number_of_orders >= 5")
    held = Pin(rule.id, ANN, ago(3), ago(-10), Way.IN, "", "a friend of the house", "me")
    with shop.open() as tx:
        pins.put(tx, [held])
    plan = compile_plan([rule], replace(shop.context, pinned=frozenset({rule.id})))

    with shop.open() as tx:
        now, before = (explain(tx, plan, rule.id, ANN, moment) for moment in (NOW, ago(5)))

    assert (now.verdict, now.parts[0].verdict, now.pin) == ("in", "out", held)
    assert now.sentence() == "Pinned in until June 25: a friend of the house."
    assert now.plain()["pin"]["until"] == ago(-10).isoformat()
    assert (before.verdict, before.pin) == ("out", None)


def test_what_was_before_is_explained(shop: Shop) -> None:
    shop.order(ago(40))
    shop.order(ago(20))
    buyers = segment("number_of_orders >= 1", "buyers", 1)
    levels = tiers({"gold": "number_of_orders >= 2", "silver": "number_of_orders >= 1"}, None, "levels", 2)
    asking = segment(
        "entered('buyers') >= -50d AND label('levels') = 'gold' AND previous(label('levels')) = 'silver'"
        " AND changed(label('levels')) >= -30d AND IN SEGMENT 'levels'",
        "asking",
        3,
    )

    found = explained(shop, buyers, levels, asking)

    values = [part.values[0]["actual"] for part in found.parts[0].parts[:4]]
    assert found.verdict == "in"
    assert [datetime.fromisoformat(values[0]), values[1], values[2]] == [ago(40), "gold", "silver"]
    assert datetime.fromisoformat(values[3]) == ago(20)
    assert found.sentence() == "In until June 26."
