"""Examples straight from the meaning of rules: the oracle itself is held to them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.facts import (
    Address,
    AnswerGiven,
    CheckoutSeen,
    Credit,
    CreditsListed,
    DiscountKind,
    EventHappened,
    ValueType,
    Version,
)
from plugin.domain.ids import OrderId
from plugin.rules.parse import parse
from plugin.rules.segment import Case, OneRule, Tiers
from tests.laws.oracle import Oracle, Person, Pin, Segment, Store, label
from tests.laws.oracle.facts import Said
from tests.laws.sayings import (
    ANN,
    NOW,
    ago,
    at,
    consent,
    dispute,
    line,
    listed,
    lives,
    order,
    refund,
    said,
    says,
    tagged,
    untagged,
)

# --- orders ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "states"),
    [
        ([order(1, ago(3))], "counted placed paid any"),
        ([order(1, ago(3), paid_at=None)], "placed unpaid any"),
        ([order(1, ago(3), cancelled_at=ago(1))], "cancelled any"),
        ([order(1, ago(3)), refund(1, 1, ago(1), "40")], "counted placed paid refunded any"),
        ([order(1, ago(3)), refund(1, 1, ago(1), "100")], "placed paid refunded any"),
        ([order(1, ago(3)), dispute(1, ago(1), "WON")], "counted placed paid disputed any"),
        ([order(1, ago(3), test=True)], "test"),
        ([order(1, ago(3), "0")], "counted placed paid any"),
    ],
)
def test_an_order_is_in_these_states(fact: list[Said], states: str) -> None:
    every = ["counted", "placed", "paid", "unpaid", "cancelled", "refunded", "disputed", "any", "test"]

    assert [state for state in every if says(f"any({state} orders)", *fact)] == states.split()


def test_a_state_is_as_known_at_the_moment() -> None:
    facts = order(1, ago(10), paid_at=ago(5), cancelled_at=ago(2)), refund(1, 1, ago(3), "100")

    assert says("any(unpaid orders)", *facts, as_of=ago(6))
    assert says("any(orders)", *facts, as_of=ago(4))
    assert says("any(paid orders) AND none(orders)", *facts, as_of=ago(3))
    assert says("any(cancelled orders)", *facts, as_of=ago(2))


def test_lines_take_the_state_of_their_order_and_refunds_include_those_of_cancelled_ones() -> None:
    facts = order(1, ago(3), cancelled_at=ago(2)), refund(1, 1, ago(1), "100")

    assert says("none(lines) AND any(cancelled lines) AND any(refunds)", *facts)


def test_positions_and_gaps_are_computed_before_any_other_filter() -> None:
    facts = order(1, ago(30), channel="web"), order(2, ago(20), test=True), order(3, ago(10), channel="pos")

    assert says("any(orders WHERE channel = 'pos' AND position = 2 AND days_since_previous = 20)", *facts)
    assert says("any(orders WHERE position = 1 AND days_since_previous IS NULL AND days_until_next = 20)", *facts)
    assert says("avg(orders.days_since_previous) = 20", *facts)


# --- measures -------------------------------------------------------------------------------------


def test_net_is_lines_less_discounts_less_refunds_and_never_below_0() -> None:
    bought = order(1, ago(3), "0", line(1, "100", discount="20"), line(2, "20"))

    assert says("sum(orders.gross) = 120 AND sum(orders.discount) = 20 AND sum(orders.net) = 100", bought)
    assert says("sum(orders.net) = 70 AND sum(orders.refunded) = 30", bought, refund(1, 1, ago(1), "30"))
    assert says("sum(paid orders.net) = 0", bought, refund(1, 1, ago(1), "130"))


def test_a_bare_refund_is_spread_over_the_lines_in_proportion() -> None:
    facts = order(1, ago(3), "0", line(1, "75", vendor="A"), line(2, "25", vendor="B")), refund(1, 1, ago(1), "20")

    assert says("sum(lines.net WHERE vendor = 'A') = 60 AND sum(lines.net WHERE vendor = 'B') = 20", *facts)


def test_profit_is_net_less_the_cost_of_what_was_kept() -> None:
    bought = order(1, ago(3), "0", line(1, "100", quantity=4, unit_cost=Decimal(10)))

    assert says("sum(orders.profit) = 60", bought)
    assert says("sum(orders.profit) = 55 AND sum(lines.profit) = 55", bought, refund(1, 1, ago(1), "25", (1, 2)))


def test_where_a_cost_is_unknown_the_profit_is_unknown() -> None:
    bought = order(1, ago(3), "0", line(1, unit_cost=Decimal(10)), line(2, unknown=("cost",)))

    assert says("sum(orders.profit) > 0", bought) is None
    assert says("NOT (sum(orders.profit) > 0)", bought) is None
    assert says("sum(orders.profit) > 0 OR any(orders)", bought)


def test_count_and_sum_over_nothing_are_0_and_the_rest_is_missing() -> None:
    assert says("count(orders) = 0 AND sum(orders.net) = 0 AND count_distinct(lines.vendor) = 0")
    for missing in (
        "avg(orders.net)",
        "min(orders.net)",
        "max(orders.date)",
        "first(orders.channel)",
        "1 / count(orders)",
    ):
        assert says(f"{missing} IS NULL"), missing


def test_a_ratio_equal_to_its_limit_is_equal() -> None:
    facts = order(1, ago(3), "0", line(1, "1", type="Running"), line(2, "2"))

    assert says("sum(lines.net WHERE type = 'Running') * 3 / sum(lines.net) = 1", *[facts])


def test_count_distinct_over_a_list_counts_each_value() -> None:
    facts = order(1, ago(3), discount_codes=("A", "b")), order(2, ago(2), discount_codes=("B", "c"))

    assert says("count_distinct(orders.discount_code) = 3", *facts)


# --- choosing and quantifying ---------------------------------------------------------------------


def test_choosing_first_and_testing_afterwards_is_not_choosing_among_those_that_pass() -> None:
    facts = order(1, ago(9), country="IE"), order(2, ago(1), country="FR")

    assert says("count(latest 1 orders HAVING country = 'IE') = 0", *facts)
    assert says("count(latest 1 orders WHERE country = 'IE') = 1", *facts)
    assert says("last(orders.country) = 'fr' AND first(orders.country) = 'ie'", *facts)


def test_slices_take_fewer_if_fewer_exist() -> None:
    facts = [order(n, ago(10 - n), str(n)) for n in (1, 2, 3)]

    assert says("sum(latest 2 orders.net) = 5 AND sum(first 2 orders.net) = 3 AND count(latest 9 orders) = 3", *facts)
    assert says("sum(nth 2 orders.net) = 2 AND sum(nth -1 orders.net) = 3 AND count(nth 4 orders) = 0", *facts)


def test_every_over_no_rows_is_false() -> None:
    assert says("every(orders HAVING channel = 'pos')") is False
    assert says("every(orders HAVING channel = 'pos')", order(1, ago(1), channel="POS")) is True
    assert says("none(orders)") is True


def test_orders_ask_about_their_lines_and_lines_about_their_order() -> None:
    facts = (
        order(1, ago(9), "0", line(1, vendor="A"), line(2, vendor="B"), channel="web"),
        order(2, ago(1), "0", line(3, vendor="A"), channel="pos"),
    )

    both = "any(its lines WHERE vendor = 'A') AND any(its lines WHERE vendor = 'B')"
    assert says(f"count(orders WHERE {both}) = 1", *facts)
    assert says("count(lines WHERE vendor = 'A' AND order.channel = 'pos') = 1", *facts)


def test_b_after_a_holds_if_any_pair_does_and_no_order_is_later_than_itself() -> None:
    later = "any(later orders WHERE any(its lines WHERE vendor = 'B'))"
    rule = f"any(orders WHERE any(its lines WHERE vendor = 'A') AND {later})"
    one = order(1, ago(9), "0", line(1, vendor="A"), line(2, vendor="B"))

    assert says(rule, one) is False
    assert says(rule, one, order(2, ago(1), "0", line(3, vendor="B"))) is True


def test_within_days_after_compares_with_the_row_around() -> None:
    rule = "any(orders WHERE channel = 'web' AND any(later orders WHERE date <= outer.date + 30d))"

    assert says(rule, order(1, ago(60), channel="web"), order(2, ago(30)))
    assert not says(rule, order(1, ago(61), channel="web"), order(2, ago(30)))


def test_orders_after_an_attribute_was_set_and_after_a_checkout_was_abandoned() -> None:
    left = CheckoutSeen(7, ANN, Version(NOW, NOW, b""), ago(8), None)
    facts = order(1, ago(9)), order(2, ago(5)), said("gender", ago(6), "f"), left

    assert says("count(orders WHERE date > changed(gender)) = 1", *facts)
    assert says("count(orders WHERE date > abandoned_checkout_date) = 1", *facts)


def test_events_are_rows_and_opens_are_events() -> None:
    opened = EventHappened(ANN, ago(2), "shopify_email.opened", item="12", tags=("VIP",))

    assert says("any(events WHERE tag CONTAINS 'vip' AND date >= -3d)", opened)
    assert says("shopify_email.opened MATCHES (activity_id = 12, date >= -3d, count = 1)", opened)
    assert says("shopify_email.clicked NOT MATCHES ()", opened)


# --- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "moment", "holds"),
    [
        ("last_order_date >= -1d", "2026-06-13T23:00:00", True),
        ("last_order_date >= -1d", "2026-06-13T22:59:59.999999", False),
        ("last_order_date > -1d", "2026-06-14T22:59:59.999999", False),
        ("last_order_date > -1d", "2026-06-14T23:00:00", True),
        ("last_order_date < -1d", "2026-06-13T22:59:59.999999", True),
        ("last_order_date <= -1d", "2026-06-14T22:59:59.999999", True),
        ("last_order_date = -1d", "2026-06-14T12:00:00", True),
        ("last_order_date = 2026-06-14", "2026-06-14T23:00:00", False),
        ("last_order_date BETWEEN -2d AND -1d", "2026-06-14T22:59:59", True),
        ("last_order_date > -36h", "2026-06-14T00:00:00", False),
        ("last_order_date >= -36h", "2026-06-14T00:00:00", True),
        ("last_order_date = this_month", "2026-05-31T23:00:00", True),
        ("last_order_date = last_month", "2026-05-31T22:59:59", True),
        ("last_order_date < this_week", "2026-06-14T22:59:59", True),
        ("last_order_date >= this_quarter", "2026-03-31T23:00:00", True),
        ("last_order_date = year(-1)", "2025-12-31T23:59:59", True),
        ("last_order_date = last_3_months", "2026-02-28T23:59:59", False),
        ("last_order_date = last_3_months", "2026-03-01T00:00:00", True),
    ],
)
def test_days_and_periods_are_whole_in_the_stores_time_zone(rule: str, moment: str, holds: bool) -> None:
    assert says(rule, order(1, at(moment)), zone="Europe/London") is holds


def test_the_moment_of_evaluation_bounds_every_window() -> None:
    assert says("count(orders WHERE date <= +7d) = 0", order(1, NOW + timedelta(microseconds=1)))
    assert says("count(orders WHERE date <= today) = 1", order(1, NOW))


def test_a_duration_is_added_left_to_right_and_months_clamp() -> None:
    first = order(1, at("2024-01-31T12:00:00"))

    assert says("first_order_date + 1m = 2024-02-29", first)
    assert says("first_order_date + 1m + 1m = 2024-03-29", first)
    assert says("first_order_date + 1y + 3d <= today", first)
    assert says("first_order_date + 36h = 2024-02-02T00:00:00", first)


@pytest.mark.parametrize(
    ("today", "rule", "holds"),
    [
        ("2026-02-28", "anniversary(birth_date) = today", True),
        ("2024-02-28", "anniversary(birth_date) = today", False),
        ("2024-02-29", "anniversary(birth_date) = today", True),
        ("2026-02-21", "anniversary(birth_date) BETWEEN today AND +7d", True),
        ("2026-02-20", "anniversary(birth_date) BETWEEN today AND +7d", False),
        ("2026-02-28", "age = 26", True),
        ("2026-02-27", "age = 25", True),
        ("2024-02-28", "age >= 24", False),
    ],
)
def test_a_birthday_on_29_february_is_kept_on_the_28th(today: str, rule: str, holds: bool) -> None:
    born = said("birth_date", at("2001-01-01"), "2000-02-29", kind=ValueType.DAY)

    assert says(rule, born, as_of=at(f"{today}T12:00:00")) is holds


def test_an_anniversary_window_crosses_the_end_of_the_year() -> None:
    born = said("birth_date", at("2001-01-01"), "1990-01-02", kind=ValueType.DAY)

    assert says("anniversary(birth_date) BETWEEN today AND +7d", born, as_of=at("2026-12-30T12:00:00"))


def test_days_since_counts_fractions() -> None:
    assert says("days_since(last_order_date) = 1.5", order(1, ago(hours=36)))


def test_the_value_before_and_when_it_changed() -> None:
    tiers = [said("note", ago(9), "gold"), said("note", ago(6), "silver"), said("note", ago(3), "silver")]

    assert says("previous(note) = 'gold' AND days_since(changed(note)) = 6", *tiers)
    assert says("previous(note) IS NULL AND changed(note) IS NULL")


def test_the_time_of_a_tag_is_its_latest_addition() -> None:
    facts = tagged(ago(9), "VIP"), untagged(ago(5), "vip"), tagged(ago(2), "vip")

    assert says("days_since(tag_date('Vip')) = 2", *facts)
    assert says("tag_date('vip') IS NULL", *facts[:2])
    assert says("tag_date('vip') IS NULL AND customer_tags CONTAINS 'vip'", listed(ago(1), "vip"))


# --- missing, unknown -----------------------------------------------------------------------------


def test_missing_satisfies_no_comparison_but_not_of_a_finished_answer() -> None:
    facts = [order(1, ago(1))]

    assert not says("any(orders WHERE channel != 'pos')", *facts)
    assert not says("any(orders WHERE channel NOT IN ('pos'))", *facts)
    assert not says("any(orders WHERE channel NOT CONTAINS 'pos')", *facts)
    assert says("any(orders WHERE NOT (channel = 'pos'))", *facts)
    assert says("any(orders WHERE channel IS NULL)", *facts)
    assert says("customer_groups NOT CONTAINS 'x' AND customer_groups IS NULL")


def test_never_asked_for_consent_is_missing_and_shopifys_names_keep_shopifys_meaning() -> None:
    assert says("NOT (email_subscription_status = 'SUBSCRIBED')")
    assert says("email_subscription_status != 'SUBSCRIBED'")
    assert not says("gender != 'f'")
    assert says("email_subscription_status = 'SUBSCRIBED'", consent(ago(2), "SUBSCRIBED"), labels_known_from=ago(1))


def test_unknown_matches_neither_way_unless_the_rest_decides() -> None:
    known: dict[str, Any] = {"orders_known_from": ago(30)}

    assert says("count(orders) = 0", **known) is None
    assert says("NOT (count(orders) = 0)", **known) is None
    assert says("count(orders) = 0 OR gender IS NULL", **known) is True
    assert says("count(orders WHERE date >= -20d) = 0", **known) is True
    assert says("count(orders) = 0", created=ago(20), **known) is True
    assert says("any(orders WHERE date >= -20d AND position = 1)", order(1, ago(3)), **known) is None


def test_what_a_message_does_not_say_is_unknown_only_where_it_matters() -> None:
    bought = order(1, ago(3), "0", line(1, unknown=("type",)))

    assert says("any(lines WHERE type = 'x')", bought) is None
    assert says("any(lines WHERE type = 'x' AND date < -10d)", bought) is False
    assert says("any(lines WHERE type IS NULL)", bought) is None


def test_amounts_in_a_currency_whose_rate_nobody_knows_are_unknown_and_the_order_counts() -> None:
    foreign = order(2, ago(3), "0", line(2, "0", unknown=("net",)), unknown=("net", "gross", "refunded"))
    seen = (order(1, ago(20)), foreign, refund(1, 2, ago(1), "0"))

    assert says("sum(orders.net) >= 0", *seen) is None
    assert says("sum(orders.net WHERE date < -10d) >= 100", *seen) is True
    assert says("sum(lines.net) >= 0", *seen) is None
    assert says("sum(refunds.total) >= 0", *seen) is None
    assert says("count(orders) = 2 AND count(refunds) = 1", *seen) is True


def test_what_nobody_can_know_of_a_customer_is_unknown() -> None:
    assert says("gender IS NULL", unknown=("gender",)) is None
    assert says("any(events)", unknown=("events",)) is None
    assert says("customer_tags CONTAINS 'x'", labels_known_from=ago(-1)) is None


# --- text and values ------------------------------------------------------------------------------


def test_case_is_ignored_for_some_and_exact_for_others() -> None:
    bought = order(1, ago(3), "0", line(1, sku="Ab"), channel="POS", discount_codes=("Welcome",), postcode="SW1A 1AA")

    assert says("any(orders WHERE channel = 'pos' AND discount_code STARTS WITH 'WEL')", bought)
    assert says("any(orders WHERE postcode = 'sw1a1aa')", bought)
    assert says("any(lines WHERE sku = 'Ab') AND none(lines WHERE sku = 'ab')", bought)


def test_a_word_stands_by_itself() -> None:
    assert says("note CONTAINS WORD 'red'", said("note", ago(3), "dark-RED shoes"))
    assert not says("note CONTAINS WORD 'red'", said("note", ago(3), "reddish shoes"))
    assert says("note CONTAINS 'red'", said("note", ago(3), "reddish shoes"))


def test_a_language_without_region_matches_all_its_regions() -> None:
    spoken = said("customer_language", ago(3), "en-US")

    assert says("customer_language = 'en' AND customer_language = 'en-US'", spoken)
    assert not says("customer_language = 'en-GB'", spoken)
    assert not says("customer_language = 'en-US'", said("customer_language", ago(3), "en"))


def test_the_email_domain_is_what_follows_the_last_at() -> None:
    assert says("customer_email_domain = 'example.com'", email='"a@b"@Example.com')
    assert not says("customer_email_domain = 'example.com'", email="a@shop.example.com")


def test_distance_is_from_the_default_address_unless_any_is_asked() -> None:
    places = Address("GB", None, "London", None, 51.5, -0.125, True), Address("IE", None, "Dublin", None, 53.35, -6.26)

    assert says("distance_km(53.35, -6.26) > 400 AND distance_km(53.35, -6.26) < 500", lives(ago(1), *places))
    assert says("distance_mi(53.35, -6.26, any) < 1", lives(ago(1), *places))
    assert says("distance_km(53.35, -6.26) IS NULL", lives(ago(1), places[1]))


def test_addresses_differ_when_country_postcode_or_city_do() -> None:
    here = {"country": "DE", "city": "Köln", "postcode": "50667"}
    same = {f"billing_{name}": value for name, value in here.items()}
    other = {**same, "billing_city": "Bonn"}

    assert says("any(orders WHERE address_differs = false)", order(1, ago(1), **here, **same))
    assert says("any(orders WHERE address_differs = true)", order(1, ago(1), **here, **other))
    assert says("any(orders WHERE address_differs IS NULL)", order(1, ago(1), **here))


def test_an_answer_under_other_never_equals_a_listed_choice() -> None:
    answer = AnswerGiven(ANN, "Why?", ago(3), ("Price",), Decimal(7), None, "Quality")

    assert says("any(answers WHERE question = 'why?' AND choice CONTAINS 'price' AND number >= 7)", answer)
    assert not says("any(answers WHERE choice CONTAINS 'quality')", answer)
    assert says("any(answers WHERE other = 'quality')", answer)


def test_disputes_discounts_and_store_credit() -> None:
    facts = order(1, ago(9), discount_kinds=(DiscountKind.AUTOMATIC,)), dispute(1, ago(5), "WON")
    credit = CreditsListed(ANN, ago(2), (Credit("1", Decimal(5), "EUR", NOW + timedelta(days=3)),))

    assert says("any(disputed orders WHERE dispute_state = 'WON' AND discounted = true)", *facts)
    assert says("store_credit_accounts MATCHES (balance >= 5, next_expiry_date <= +7d)", credit)
    assert not says("store_credit_accounts MATCHES (balance >= 5, currency = 'USD')", credit)


def test_a_checkout_that_became_an_order_is_not_abandoned() -> None:
    version = Version(NOW, NOW, b"")

    assert says("any(checkouts)", CheckoutSeen(1, ANN, version, ago(3), None))
    assert says("none(checkouts)", CheckoutSeen(1, ANN, version, ago(3), ago(1)))
    assert says("any(checkouts)", CheckoutSeen(1, ANN, version, ago(3), ago(1)), as_of=ago(2))


# --- relative to the store ------------------------------------------------------------------------


def _shop(*spent: int) -> Store:
    people = tuple(
        Person(n, None, tuple(order(n * 10 + k, ago(5 + n), "1") for k in range(count)))
        for n, count in enumerate(spent, 1)
    )
    return Store("UTC", people=people)


def _who(store: Store, rule: str) -> list[int]:
    return [p.id for p in store.people if Oracle(store, p, NOW).holds(parse(rule))]


def test_places_are_rounded_up_and_ties_at_the_cut_are_all_in() -> None:
    store = _shop(5, 4, 4, 1, 0)

    assert _who(store, "TOP 30% BY count(orders)") == [1, 2, 3]
    assert _who(store, "TOP 1 BY count(orders)") == [1]
    assert _who(store, "BOTTOM 1 BY count(orders)") == [4]
    assert _who(store, "BOTTOM 1 BY count(orders) AMONG (count(orders) >= 0)") == [5]


def test_a_score_depends_only_on_how_many_are_strictly_better() -> None:
    store = _shop(5, 4, 4, 1, 0)

    assert _who(store, "score(5 BY count(orders)) = 5") == [1]
    assert _who(store, "score(5 BY count(orders)) = 4") == [2, 3]
    assert _who(store, "score(5 BY count(orders)) = 2") == [4]
    assert _who(store, "score(5 BY count(orders)) IS NULL") == [5]
    assert _who(store, "count(orders) >= store_average(count(orders))") == [1, 2, 3]


def test_rfm_is_scored_among_customers_with_a_counted_order() -> None:
    store = _shop(5, 4, 4, 1, 0)

    assert _who(store, "frequency_score = 4") == [2, 3]
    assert _who(store, "recency_score = 5") == [1]
    assert _who(store, "rfm_segment = 'PROSPECTS'") == [5]
    assert _who(store, "frequency_score IS NULL") == [5]


# --- labels and state -----------------------------------------------------------------------------


def _labels(store: Store, name: str) -> object:
    return label(Oracle(store, store.people[0], NOW), name)


def test_tiers_give_the_first_case_that_holds_else_the_default() -> None:
    tiers = Tiers((Case("Gold", parse("count(orders) >= 2")), Case("Silver", parse("count(orders) >= 1"))), "Bronze")

    for count, expected in ((0, "Bronze"), (1, "Silver"), (2, "Gold")):
        person = Person(1, None, tuple(order(n, ago(9)) for n in range(count)))
        assert _labels(Store("UTC", segments={"t": Segment(tiers)}, people=(person,)), "t") == expected


def test_a_pin_holds_somebody_in_until_it_ends() -> None:
    rule = OneRule(parse("any(orders)"))
    person = Person(1)

    for until, expected in ((None, ""), (NOW + timedelta(days=1), ""), (NOW, None)):
        segment = Segment(rule, pins=[Pin(1, ago(3), True, until=until)])
        assert _labels(Store("UTC", segments={"s": segment}, people=(person,)), "s") == expected


def test_when_somebody_entered_and_left() -> None:
    segments = {"s": Segment(OneRule(parse("any(orders WHERE date >= -2d)")))}
    facts = order(1, ago(9)), order(2, ago(1))

    assert says("days_since(entered('s')) = 1", *facts, segments=segments)
    assert says("left('s') = -6d", *facts, segments=segments)


def test_two_records_of_one_person_are_one_customer() -> None:
    survivor, loser = Person(1, None, (order(1, ago(3)),)), Person(2, None, (order(2, ago(2)),), merged=(1, ago(1)))
    store = Store("UTC", people=(survivor, loser))

    assert Oracle(store, survivor, NOW).holds(parse("count(orders) = 2"))
    assert not Oracle(store, loser, NOW).exists()


def test_an_order_knows_its_id() -> None:
    assert says(f"any(lines WHERE order_id = {OrderId(7)})", order(7, ago(1)))
