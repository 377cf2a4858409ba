"""Two records become one person: whatever they knew is the survivor's, and the loser is nowhere any more."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from plugin.db import customers, memberships, merging, outbox, pins
from plugin.db.memberships import Change
from plugin.db.outbox import Standing, Wanted
from plugin.db.pins import Pin, Way
from plugin.db.transaction import Database as Doors
from plugin.domain.facts import (
    AnswerGiven,
    AttributeSeen,
    Channel,
    CheckoutSeen,
    ConsentSeen,
    CustomerMerged,
    EventHappened,
    Fact,
    Gone,
    Kind,
    SubscriberSeen,
    TagsListed,
)
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.flow.facts import Sorted, put
from plugin.flow.forget import forget_customer
from tests.builders import NOON, a_customer, a_store, a_version, an_order, doors
from tests.database import Database

LOSER, SURVIVOR = CustomerId(3), CustomerId(1)
MERGE = CustomerMerged(LOSER, SURVIVOR, NOON + timedelta(days=1))
SEGMENT = SegmentId(7)


@pytest.fixture
def at(module_database: Database) -> Doors:
    return doors(module_database)


def absorb(at: Doors, store_id: StoreId, *facts: Fact) -> set[CustomerId]:
    """The facts are absorbed in one batch; whom they touched."""
    batch = Sorted()
    batch.add(facts, NOON)
    with at.store(store_id) as tx:
        put(tx, batch, urgent=False)
    return set(batch.touched)


def of(at: Doors, store_id: StoreId, statement: str) -> list[Any]:
    with at.store(store_id) as tx:
        return [row[0] if len(row) == 1 else row for row in tx.rows(f"{statement} ORDER BY 1")]


def everything_of(who: CustomerId) -> Sequence[Fact]:
    return (
        a_customer(who, email="old@example.com"),
        an_order(30, customer=who),
        TagsListed(who, NOON, ("vip",)),
        ConsentSeen(who, Channel.EMAIL, NOON, "SUBSCRIBED"),
        SubscriberSeen(who, 5, Channel.EMAIL, NOON),
        AttributeSeen(who, "gender", NOON, ("f",)),
        AnswerGiven(who, "Why?", NOON, ("price",)),
        EventHappened(who, NOON, "opened"),
        CheckoutSeen(9, who, a_version(), NOON, None, Decimal(5)),
    )


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    "table",
    ["orders", "lines", "tag_observations", "consents", "subscribers", "attributes", "answers", "events", "checkouts"],
)
def test_what_the_loser_knew_is_the_survivors_told_before_or_after(at: Doors, table: str, late: bool) -> None:
    store = a_store(at)
    before, after = ((), everything_of(LOSER)) if late else (everything_of(LOSER), ())

    absorb(at, store, *before, a_customer(SURVIVOR))
    absorb(at, store, MERGE)
    absorb(at, store, *after)

    assert of(at, store, f"SELECT DISTINCT customer_id FROM {table}") == [SURVIVOR]


def test_a_place_on_the_list_that_goes_as_its_customer_is_merged_away_ends_the_survivors_consent(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, *everything_of(LOSER), a_customer(SURVIVOR))

    absorb(at, store, MERGE, Gone(Kind.SUBSCRIBER, 5, NOON + timedelta(hours=1)))

    told = of(at, store, "SELECT customer_id, state FROM consents")
    assert told == [(SURVIVOR, "SUBSCRIBED"), (SURVIVOR, "UNSUBSCRIBED")]


def test_what_names_the_loser_later_touches_the_survivor(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, MERGE)

    assert absorb(at, store, an_order(5, customer=LOSER)) == {SURVIVOR}


def test_the_survivors_latest_fact_is_the_latest_of_both(at: Doors) -> None:
    store, late = a_store(at), NOON + timedelta(days=90)
    absorb(at, store, EventHappened(LOSER, late, "opened"), a_customer(SURVIVOR))

    absorb(at, store, MERGE)

    latest = of(at, store, f"SELECT latest_fact_at FROM customers WHERE id = {SURVIVOR}")
    assert latest == [late]


def test_the_survivor_is_read_again_for_its_tags_are_others(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, MERGE)

    assert of(at, store, "SELECT id FROM reads WHERE kind = 'customer'") == [SURVIVOR]


def test_a_merge_into_one_who_was_merged_leads_to_the_last(at: Doors) -> None:
    store, last = a_store(at), CustomerId(8)

    absorb(at, store, CustomerMerged(SURVIVOR, last, NOON))
    absorb(at, store, *everything_of(LOSER), MERGE)

    assert of(at, store, "SELECT customer_id FROM orders") == [last]
    with at.store(store) as tx:
        assert merging.survivors(tx, [LOSER, SURVIVOR]) == {LOSER: last, SURVIVOR: last}


def test_the_loser_is_in_no_search_and_no_count(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, *everything_of(LOSER), a_customer(SURVIVOR), MERGE)

    with at.store(store) as tx:
        assert customers.count(tx) == 1
        assert [row["id"] for row in customers.search(tx, "")] == [SURVIVOR]
        customers.all_due(tx, "a test")
        assert list(customers.due(tx, 9)) == [SURVIVOR]


def test_the_loser_leaves_every_segment_and_the_log_says_why(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, a_customer(LOSER))
    with at.store(store) as tx:
        memberships.apply(tx, [Change(LOSER, SEGMENT, None, "", NOON, 1)], "delivery")

    absorb(at, store, MERGE)

    with at.store(store) as tx:
        assert memberships.of(tx, [LOSER]) == []
        newest = memberships.log_of(tx, LOSER)[0]
    assert (newest["entered"], newest["cause"], newest["true_at"]) == (False, "merge", MERGE.at)


def test_a_tag_we_wrote_to_the_loser_is_ours_on_the_survivor(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, a_customer(LOSER), a_customer(SURVIVOR))
    with at.store(store) as tx:
        outbox.want(tx, [Wanted(LOSER, ["gold"], "a test"), Wanted(SURVIVOR, ["silver"], "a test")])
        rows = outbox.of(tx, [LOSER, SURVIVOR])
        outbox.settle(tx, [Standing(who, entry.wanted, ()) for who, entry in rows.items()])

    absorb(at, store, MERGE)

    with at.store(store) as tx:
        found = outbox.of(tx, [LOSER, SURVIVOR])
    assert set(found) == {SURVIVOR}
    assert (found[SURVIVOR].written, found[SURVIVOR].remove) == (("gold", "silver"), ("gold",))


def test_pins_follow_the_person(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, a_customer(LOSER))
    with at.store(store) as tx:
        pins.put(tx, [Pin(SEGMENT, LOSER, NOON, None, Way.IN, "", "a friend", "Ann")])

    absorb(at, store, MERGE)

    with at.store(store) as tx:
        assert [(pin.customer_id, pin.way) for pin in pins.of_store(tx)] == [(SURVIVOR, Way.IN)]


def test_a_loser_that_the_store_deletes_still_says_where_it_went(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, *everything_of(LOSER), MERGE)

    absorb(at, store, Gone(Kind.CUSTOMER, LOSER, NOON))
    absorb(at, store, an_order(31, customer=LOSER))

    assert of(at, store, "SELECT DISTINCT customer_id FROM orders") == [SURVIVOR]


def test_who_is_forgotten_is_forgotten_with_the_records_merged_into_theirs(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, *everything_of(LOSER), a_customer(SURVIVOR), MERGE)

    with at.store(store) as tx:
        forget_customer(tx, SURVIVOR, (), NOON)
    absorb(at, store, *everything_of(LOSER))

    assert of(at, store, "SELECT id FROM customers") == []
    assert of(at, store, "SELECT customer_id FROM answers") == []
