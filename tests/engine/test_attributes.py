"""Attributes of every type, what they were before, when they changed; consents; distance; what cannot be known."""

import pytest

from plugin.db import customers, observations
from plugin.db.transaction import Database
from plugin.domain.facts import Address, Channel, ConsentSeen, ValueType
from tests.engine.builders import ANN, BOB, Shop, ago, at


@pytest.fixture
def person(shop: Shop) -> Shop:
    """Ann with a value of each type."""
    shop.customer(ANN, ago(1000))
    shop.said(ago(9), "metafields.a.size", "41.5", kind=ValueType.NUMBER)
    shop.said(ago(9), "metafields.a.wedding", "2020-02-29", kind=ValueType.DAY)
    shop.said(ago(9), "metafields.a.called", "2026-06-14T23:30:00+00:00", kind=ValueType.MOMENT)
    shop.said(ago(9), "metafields.a.member", "true", kind=ValueType.TRUTH)
    shop.said(ago(9), "metafields.a.empty")
    shop.said(ago(9), "created_by_app_id", "580111", kind=ValueType.NUMBER)
    shop.said(ago(9), "companies", "77", "78", kind=ValueType.LIST)
    shop.said(ago(9), "nps", "9", kind=ValueType.NUMBER)
    return shop


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("metafields.a.size >= 41.5", True),
        ("metafields.a.size > 41.5", False),
        ("metafields.a.size * 2 = 83", True),
        ("metafields.a.size = 'text'", None),
        ("metafields.a.wedding = 2020-02-29", True),
        ("metafields.a.wedding < 2020-02-29", False),
        ("metafields.a.called = yesterday", True),
        ("metafields.a.called >= -12h", False),
        ("metafields.a.called >= -13h", True),
        ("metafields.a.member = true", True),
        ("metafields.a.member = false", False),
        ("metafields.a.member >= 1", None),
        ("metafields.a.empty IS NULL", True),
        ("metafields.a.empty = 'x'", False),
        ("created_by_app_id = 580111", True),
        ("created_by_app_id IN (1, 2)", False),
        ("companies CONTAINS '77'", True),
        ("companies CONTAINS '7'", False),
        ("nps >= 9", True),
        ("gender = 'female'", False),
        ("NOT (gender = 'female')", True),
        ("gender IS NULL", True),
        ("age >= 18", False),
    ],
)
def test_a_value_is_compared_by_its_type(person: Shop, rule: str, holds: bool | None) -> None:
    assert person.holds(rule) is holds


def test_a_value_said_again_is_no_change(shop: Shop) -> None:
    shop.customer(ANN, ago(1000))
    for days, value in ((100, "NEW"), (50, "LOYAL"), (20, "LOYAL"), (5, "LOYAL")):
        shop.said(ago(days), "rfm_group", value)

    assert shop.holds("previous(rfm_group) = 'NEW'")
    assert shop.holds("changed(rfm_group) = -50d")
    assert shop.holds("previous(rfm_group) IS NULL", as_of=ago(60))
    assert shop.holds("changed(rfm_group) IS NULL", as_of=ago(200))
    assert shop.holds("changed(rfm_group) = -40d", as_of=ago(60))


def test_what_has_always_held_never_changed(shop: Shop) -> None:
    shop.customer()
    shop.said(at("1900-01-01"), "gender", "female")

    assert shop.holds("gender = 'Female' AND changed(gender) IS NULL AND previous(gender) IS NULL")


def test_an_emptied_value_is_missing_and_remembered(shop: Shop) -> None:
    shop.customer(ANN, ago(1000))
    shop.said(ago(50), "occupation", "Baker")
    shop.said(ago(10), "occupation")

    assert shop.holds("occupation IS NULL AND previous(occupation) = 'baker' AND changed(occupation) = -10d")


def test_an_order_after_an_attribute_was_set(shop: Shop) -> None:
    shop.customer(ANN, ago(1000))
    shop.said(ago(50), "attributes.size", "M")
    shop.order(ago(40))

    assert shop.holds("last_order_date > changed(attributes.size)")
    assert shop.holds("count(orders WHERE date > changed(attributes.size)) = 1")
    assert shop.holds("count(orders WHERE date < changed(attributes.size)) = 1") is False


def test_consents_have_state_level_and_date_by_channel(shop: Shop) -> None:
    with shop.open() as tx:
        seen = [
            ConsentSeen(ANN, Channel.SMS, ago(30), "PENDING"),
            ConsentSeen(ANN, Channel.SMS, ago(20), "SUBSCRIBED", "CONFIRMED_OPT_IN"),
            ConsentSeen(ANN, Channel.EMAIL, ago(10), "UNSUBSCRIBED", "UNKNOWN"),
        ]
        observations.put_consents(tx, seen)
        customers.put(tx, {ANN: ago(10)})

    assert shop.holds("sms_subscription_status = 'SUBSCRIBED' AND sms_opt_in_level = 'CONFIRMED_OPT_IN'")
    assert shop.holds("sms_subscription_date = -20d AND email_subscription_date = -10d")
    assert shop.holds("previous(sms_subscription_status) = 'PENDING' AND changed(sms_subscription_status) = -20d")
    assert shop.holds("sms_subscription_status = 'SUBSCRIBED'", as_of=ago(25)) is False
    assert shop.holds("sms_opt_in_level IS NULL", as_of=ago(25))


def test_the_date_of_a_tag_is_its_latest_addition(shop: Shop) -> None:
    shop.tags(ago(100), "old")
    shop.tag_added(ago(60), "VIP")
    shop.tag_removed(ago(50), "vip")
    shop.tag_added(ago(40), "VIP")

    assert shop.holds("tag_date('vip') = -40d")
    assert shop.holds("tag_date('vip') IS NULL", as_of=ago(45))
    assert shop.holds("tag_date('old') IS NULL")
    shop.tags(ago(30), "old")
    assert shop.holds("tag_date('vip') IS NULL")
    shop.tags(ago(20), "old", "vip")  # Nobody saw it come.
    assert shop.holds("customer_tags CONTAINS 'vip' AND tag_date('vip') IS NULL")


def test_distance_is_that_of_the_default_address_unless_any_is_asked(shop: Shop) -> None:
    dublin = Address(country="IE", latitude=53.3498, longitude=-6.2603, main=True)
    london = Address(country="GB", latitude=51.5074, longitude=-0.1278)
    shop.addresses(ago(10), dublin, london)

    assert shop.holds("distance_km(51.5074, -0.1278) > 463 AND distance_km(51.5074, -0.1278) < 464")
    assert shop.holds("distance_mi(51.5074, -0.1278) > 287.5 AND distance_mi(51.5074, -0.1278) < 288.5")
    assert shop.holds("distance_km(51.5074, -0.1278, any) <= 0.1")
    assert shop.holds("distance_km(53.3498, -6.2603) = 0")
    shop.customer(BOB)
    assert shop.holds("distance_km(53.3498, -6.2603) IS NULL", BOB)


def test_impossible_places_have_no_distance(shop: Shop) -> None:
    for latitude in (float("inf"), float("nan"), 91.0):
        shop.addresses(ago(10), Address(latitude=latitude, longitude=0.0, main=True))

        assert shop.holds("distance_km(0, 0) IS NULL")


def test_what_nobody_can_know_is_undecided(shop: Shop) -> None:
    shop.customer(ANN, ago(900), unknown=("gender", "tags", "customer_tags", "consents", "addresses"))

    assert shop.holds("gender = 'female'") is None
    assert shop.holds("gender IS NULL") is None
    assert shop.holds("customer_tags CONTAINS 'vip'") is None
    assert shop.holds("email_subscription_status = 'SUBSCRIBED'") is None
    assert shop.holds("customer_countries CONTAINS 'IE'") is None
    assert shop.holds("distance_km(0, 0) < 1") is None
    assert shop.holds("changed(gender) >= -30d") is None
    assert shop.holds("occupation IS NULL")
    shop.said(ago(3), "gender", "female")
    assert shop.holds("gender = 'female'")
    assert shop.holds("changed(gender) >= -30d") is None


def test_before_labels_are_known_only_what_was_said_is_known(door: Database) -> None:
    shop = Shop(door, labels_known_from=ago(60))
    shop.customer(ANN, ago(500))
    shop.customer(BOB, ago(50))
    shop.said(ago(70), "gender", "female")

    assert shop.holds("gender = 'female'", as_of=ago(65))
    assert shop.holds("gender = 'female'", as_of=ago(75)) is None
    assert shop.one("gender = 'female'", as_of=ago(75)).due_at == ago(70)
    assert shop.holds("previous(gender) IS NULL") is None
    assert shop.holds("changed(gender) IS NULL") is None
    assert shop.holds("occupation IS NULL") is True
    assert shop.holds("occupation IS NULL", as_of=ago(61)) is None
    assert shop.holds("gender IS NULL", BOB)
    assert shop.holds("metafields.a.b IS NULL", as_of=ago(75)) is None
    assert shop.holds("changed(occupation) IS NULL AND previous(occupation) IS NULL", as_of=ago(60))


def test_what_was_always_so_is_known_to_have_been(door: Database) -> None:
    shop = Shop(door, labels_known_from=ago(60))
    shop.customer(ANN, ago(500), unknown=("addresses",))
    shop.said(at("1900-01-01"), "gender", "female")
    shop.said(ago(5), "metafields.a.size", "3", kind=ValueType.NUMBER)
    shop.said(ago(3), "metafields.a.size", "4", kind=ValueType.NUMBER)

    assert shop.holds("changed(gender) IS NULL AND previous(gender) IS NULL")
    assert shop.holds("previous(metafields.a.size) IS NOT NULL AND metafields.a.size IS NOT NULL")
    assert shop.holds("previous(metafields.a.size) = 3")


def test_nothing_after_nothing_is_no_change(shop: Shop) -> None:
    shop.addresses(ago(30))
    shop.said(ago(30), "occupation")

    assert shop.holds("changed(region) IS NULL AND changed(occupation) IS NULL")


def test_a_day_has_passed_since_its_midnight(person: Shop) -> None:
    person.said(ago(9), "expected_order_date", "2026-06-08", kind=ValueType.DAY)

    assert person.holds("days_since(expected_order_date) = 7.5")
    assert person.holds("days_since(metafields.a.called) = 0.5208") is False
    assert person.holds("days_since(metafields.a.called) BETWEEN 0.5208 AND 0.5209")


def test_of_two_records_of_one_person_the_one_left_behind_is_in_nothing(shop: Shop) -> None:
    shop.customer(ANN, ago(900))
    shop.customer(BOB, ago(900))
    with shop.open() as tx:
        tx.execute(
            "UPDATE customers SET merged_into = %s, merged_at = %s WHERE store_id = %s AND id = %s",
            (ANN, ago(5), tx.store_id, BOB),
        )

    decision = shop.one("number_of_orders = 0", BOB)

    assert (decision.outcomes[0].label, decision.due_at) == (None, None)
    assert shop.one("anniversary(customer_added_date) = today", BOB).outcomes[0].label is None
    assert shop.holds("number_of_orders = 0")
