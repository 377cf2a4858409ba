"""A customer with a group, addresses, attributes, what was filled in, and consent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.domain.facts import (
    Address,
    AddressesListed,
    AttributeSeen,
    Channel,
    ConsentSeen,
    CustomerSeen,
    Fact,
    Gone,
    Kind,
    ReadAnswered,
    TagsListed,
    ValueType,
)
from plugin.domain.ids import CustomerId
from plugin.platforms.bigcommerce.people import THE_SECOND, UNTOLD
from tests.platforms.bigcommerce.builders import BEGAN, a_customer, read

ADA = CustomerId(41)
CHANGED = datetime(2026, 3, 1, tzinfo=UTC)
WITHIN = CHANGED + THE_SECOND


def told(customer: dict[str, Any] | None = None, **beside: Any) -> tuple[Fact, ...]:
    return read("api/customers", {"customer": customer or a_customer(), **beside})


def attributes(facts: tuple[Fact, ...]) -> dict[str, AttributeSeen]:
    return {fact.name: fact for fact in facts if isinstance(fact, AttributeSeen)}


def test_a_customer_is_told_whole() -> None:
    facts = told(a_customer(notes="Likes tea"))

    (seen,) = [fact for fact in facts if isinstance(fact, CustomerSeen)]
    assert (seen.id, seen.email, seen.name) == (ADA, "ada@Example.com", "Ada Ember")
    assert (seen.version.updated_at, seen.version.seen_at) == (CHANGED, BEGAN)
    assert seen.created_at == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert seen.unknown == UNTOLD
    assert TagsListed(ADA, BEGAN, ()) in facts
    known = attributes(facts)
    assert known["customer_email_domain"].value == ("example.com",)
    assert known["customer_account_status"].value == ("ENABLED",)
    assert known["note"].value == ("Likes tea",)
    assert known["customer_groups"] == AttributeSeen(ADA, "customer_groups", WITHIN, (), ValueType.LIST)


@pytest.mark.parametrize(
    ("changed", "since"),
    [("2023-07-25 01:15:19", WITHIN), ("2026-03-02 01:15:19", datetime(2026, 3, 2, 1, 15, 19, tzinfo=UTC))],
)
def test_a_group_is_known_by_its_name_and_since_it_has_that_name(changed: str, since: datetime) -> None:
    group = {"id": 3, "name": "Wholesale", "date_modified": changed}
    seen = attributes(told(a_customer(customer_group_id=3), group=group))["customer_groups"]

    assert (seen.value, seen.type, seen.at) == (("Wholesale",), ValueType.LIST, since)


def test_a_group_we_may_not_see_is_unknown() -> None:
    facts = told(a_customer(customer_group_id=3), group=None, groups_known=False)

    assert "customer_groups" not in attributes(facts)
    assert any(isinstance(fact, CustomerSeen) and "customer_groups" in fact.unknown for fact in facts)


def test_addresses_stand_in_the_order_of_their_ids_and_the_first_is_the_default() -> None:
    rows = [
        {"id": 9, "city": "Berlin", "state_or_province": "Berlin", "postal_code": "10115", "country_code": "DE"},
        {"id": 2, "city": "Austin", "state_or_province": "texas", "postal_code": "78751", "country_code": "us"},
    ]
    (listed,) = [fact for fact in told(a_customer(addresses=rows)) if isinstance(fact, AddressesListed)]

    assert listed.at == BEGAN
    assert listed.addresses == (
        Address("US", "US-TX", "Austin", "78751", main=True),
        Address("DE", "DE-BERLIN", "Berlin", "10115"),
    )


def test_attributes_have_their_type_and_their_own_moment() -> None:
    given = [
        {"name": "shoe size", "type": "number", "value": "42.50", "date_modified": "2026-02-01T00:00:00Z"},
        {"name": "Anniversary", "type": "date", "value": "2020-05-01", "date_modified": None},
        {"name": "Colour", "type": "string", "value": "blue", "date_modified": "2026-03-05T12:00:00Z"},
    ]
    known = attributes(told(attributes=given, lacking=["Club"]))

    size = known["attributes.shoe size"]
    assert (size.type, size.value) == (ValueType.NUMBER, ("42.5",))
    assert size.at == datetime(2026, 2, 1, 0, 0, 0, 999_999, tzinfo=UTC)
    assert (known["attributes.Anniversary"].type, known["attributes.Anniversary"].at) == (ValueType.DAY, BEGAN)
    assert known["attributes.Colour"].at == BEGAN
    assert known["attributes.Club"] == AttributeSeen(ADA, "attributes.Club", BEGAN, (), ValueType.ABSENT)


def test_what_was_filled_in_is_an_attribute_unless_there_is_one_of_that_name() -> None:
    fields = [
        {"name": "Colour", "value": "red"},
        {"name": "Pets", "value": ["cat", "dog"]},
        {"name": "Age", "value": 30},
    ]
    given = [{"name": "colour", "type": "string", "value": "blue"}]
    known = attributes(told(a_customer(form_fields=fields), attributes=given))

    assert known["attributes.colour"].value == ("blue",)
    assert "attributes.Colour" not in known
    assert (known["attributes.Pets"].type, known["attributes.Pets"].value) == (ValueType.LIST, ("cat", "dog"))
    assert (known["attributes.Age"].type, known["attributes.Age"].value) == (ValueType.NUMBER, ("30",))


@pytest.mark.parametrize(
    ("subscriber", "state"),
    [
        ({"consents": ["marketing_newsletter"]}, "SUBSCRIBED"),
        ({"consents": ["abandoned_cart"]}, "UNSUBSCRIBED"),
        ({"consents": []}, "UNSUBSCRIBED"),
        ({}, "SUBSCRIBED"),
    ],
)
def test_a_subscriber_gets_the_newsletter_or_no_more(subscriber: dict[str, Any], state: str) -> None:
    dates = {"date_created": "2025-01-01T00:00:00Z", "date_modified": "2026-01-01T00:00:00Z"}
    facts = told(subscriber={"email": "ada@example.com", **dates, **subscriber})

    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert [fact for fact in facts if isinstance(fact, ConsentSeen)] == [ConsentSeen(ADA, Channel.EMAIL, at, state)]


def test_who_never_subscribed_has_no_consent() -> None:
    assert not [fact for fact in told() if isinstance(fact, ConsentSeen)]


def test_lists_that_are_null_are_empty_and_a_truth_is_its_word() -> None:
    loose = a_customer(id="41", addresses=None, form_fields=[{"name": "Agrees", "value": True}])
    assert attributes(told(loose))["attributes.Agrees"].value == ("true",)
    assert attributes(told(a_customer(form_fields=None)))["note"].value == ()


def test_a_customer_the_store_does_not_know_is_gone() -> None:
    facts = read("api/customers", gone=(7,), answers={7: 5})
    assert facts == (Gone(Kind.CUSTOMER, 7, BEGAN), ReadAnswered(Kind.CUSTOMER, 7, 5))


def test_what_is_seen_later_within_the_second_of_a_change_is_newer() -> None:
    def group(began: datetime) -> AttributeSeen:
        dates = {"date_modified": CHANGED.isoformat()}
        return attributes(read("api/customers", {"customer": a_customer(**dates)}, began=began))["customer_groups"]

    early, late, next_day = (group(CHANGED + timedelta(seconds=wait)) for wait in (0.2, 0.7, 86_400))

    assert early.at < late.at < next_day.at == WITHIN
