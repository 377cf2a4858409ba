"""Facts end the same whatever way they come; tombstones and refunds hold their ground."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from plugin.db import stores
from plugin.db.transaction import Database as Doors
from plugin.domain.facts import (
    Address,
    AddressesListed,
    AnswerGiven,
    AttributeSeen,
    Channel,
    CheckoutSeen,
    ConsentSeen,
    Credit,
    CreditsListed,
    CustomerMerged,
    DisputeSeen,
    EventHappened,
    Fact,
    Gone,
    Kind,
    OrderSeen,
    SubscriberSeen,
    TagsChanged,
    TagsListed,
    ValueType,
)
from plugin.domain.ids import CustomerId, OrderId, StoreId
from plugin.flow.facts import Sorted, put
from tests.builders import NOON, a_customer, a_line, a_refund, a_store, a_version, an_order, doors
from tests.database import Database

TABLES = (
    "customers",
    "orders",
    "lines",
    "refunds",
    "refund_lines",
    "disputes",
    "checkouts",
    "tag_observations",
    "consents",
    "subscribers",
    "attributes",
    "addresses",
    "credits",
    "answers",
    "events",
    "products",
)
LEFT_OUT = {"store_id", "due_at", "due_cause", "revision", "latest_fact_at"}


@pytest.fixture
def at(module_database: Database) -> Doors:
    return doors(module_database)


def absorb(at: Doors, store_id: StoreId, batches: Sequence[Sequence[Fact]]) -> set[CustomerId]:
    """The batches are absorbed; whom the last of them touched."""
    touched: set[CustomerId] = set()
    for batch in batches:
        sorted_facts = Sorted()
        sorted_facts.add(batch, datetime.now(UTC))
        with at.store(store_id) as tx:
            put(tx, sorted_facts, urgent=False)
        touched = set(sorted_facts.touched)
    return touched


def everything(at: Doors, store_id: StoreId) -> dict[str, list[Any]]:
    """All facts of a store, in an order that does not depend on how they came."""
    found = {}
    with at.store(store_id) as tx:
        for table in TABLES:
            cursor = tx.execute(f"SELECT * FROM {table} WHERE store_id = %s", (store_id,))
            names = [column.name for column in cursor.description or ()]
            kept = [i for i, name in enumerate(names) if name not in LEFT_OUT]
            found[table] = sorted((str([row[i] for i in kept]) for row in cursor), key=str)
    return found


def net_of(at: Doors, store_id: StoreId, order_id: int) -> Decimal:
    with at.store(store_id) as tx:
        value: Decimal = tx.value(
            "SELECT gross - discount - refunded FROM orders WHERE store_id = %s AND id = %s", (store_id, order_id)
        )
    return value


def standing(order_id: int, minute: int, paid_at: datetime | None) -> OrderSeen:
    """A version of an order that says all there is about its payment."""
    version = a_version(minute)
    return an_order(order_id, paid_at=paid_at, version=version, payment_version=version)


def paid(at: Doors, store_id: StoreId) -> list[Any]:
    """When the store's order was paid, as it and its line have it."""
    with at.store(store_id) as tx:
        return [
            tx.value(f"SELECT paid_at FROM {table} WHERE store_id = %s", (store_id,)) for table in ("orders", "lines")
        ]


def told(order_id: int, source: str | None, **more: Any) -> OrderSeen:
    """An order that says its UTM source, or does not know it."""
    return replace(
        an_order(order_id, **more), utm_source=source, unknown=("gift", *(() if source else ("utm_source",)))
    )


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """A store's messages: orders in several versions, refunds, tags, consents, deletions."""
    facts: list[Fact] = []
    minutes = st.integers(0, 5)
    bodies = draw(st.permutations(range(60)))  # A digest is of one body: no two of them are equal.

    def digest() -> bytes:
        return bytes([bodies.pop()]) * 8

    for order_id in range(1, 4):
        for _ in range(draw(st.integers(1, 4))):
            at = draw(minutes)
            version = a_version(at, draw(st.integers(0, 1)), digest())
            facts.append(
                told(
                    order_id,
                    draw(st.sampled_from([None, "mail", "web"])),
                    customer=draw(st.sampled_from([1, 2, 3, None])),
                    lines=tuple(
                        a_line(order_id * 10 + n, gross=str(draw(st.integers(0, 90))), quantity=draw(st.integers(1, 3)))
                        for n in range(draw(st.integers(0, 2)))
                    ),
                    paid_at=draw(st.sampled_from([None, NOON, NOON + timedelta(minutes=at)])),
                    cancelled_at=draw(st.sampled_from([None, NOON + timedelta(hours=1)])),
                    version=version,
                    payment_version=draw(st.sampled_from([None, version])),
                )
            )
        for refund_id in range(draw(st.integers(0, 2))):
            lines = ((order_id * 10, 1, "5"),) if draw(st.booleans()) else ()
            facts.append(a_refund(refund_id, order_id, "5", lines, version=a_version(draw(minutes), digest=digest())))
        for _ in range(draw(st.integers(0, 2))):
            moment = NOON + timedelta(minutes=draw(minutes))
            facts.append(DisputeSeen(OrderId(order_id), 5, moment, draw(st.sampled_from(["UNDER_REVIEW", "LOST"]))))
        owner = CustomerId(draw(st.sampled_from([1, 2, 3])))
        for _ in range(draw(st.integers(0, 2))):
            done = draw(st.sampled_from([None, NOON + timedelta(hours=2)]))
            facts.append(
                CheckoutSeen(order_id, owner, a_version(draw(minutes), digest=digest()), NOON, done, Decimal(9))
            )
    sightings: list[Fact]
    for customer_id in (1, 2, 3):
        who = CustomerId(customer_id)
        for _ in range(draw(st.integers(0, 3))):
            at_moment = NOON + timedelta(minutes=draw(minutes))
            sightings = [
                a_customer(customer_id, a_version(draw(minutes), digest=digest()), email=f"{at_moment:%M}@x"),
                TagsListed(who, at_moment, ("VIP", "a")),
                TagsChanged(who, at_moment, added=("vip",)),
                TagsChanged(who, at_moment, removed=("a",)),
                ConsentSeen(who, Channel.EMAIL, at_moment, "SUBSCRIBED"),
                SubscriberSeen(who, draw(st.integers(1, 3)), Channel.EMAIL, at_moment),
                AttributeSeen(who, "customer_language", at_moment, ("en-GB",)),
                AttributeSeen(who, "nps", at_moment, ("7.50",), ValueType.NUMBER),
                AddressesListed(
                    who, at_moment, (Address("GB", None, "Ely", "cb7 4", 52.4, 0.26, main=True), Address())
                ),
                AddressesListed(who, at_moment, ()),
                CreditsListed(who, at_moment, (Credit("a", Decimal(5), "GBP", NOON), Credit("b", Decimal(0), "EUR"))),
                AnswerGiven(who, "Why?", at_moment, ("Price", "Look"), number=Decimal(3)),
                EventHappened(who, at_moment, "opened", "x", ("b", "a")),
            ]
            facts.append(draw(st.sampled_from(sightings)))
    if draw(st.booleans()):
        facts.append(CustomerMerged(CustomerId(3), CustomerId(1), NOON + timedelta(minutes=draw(minutes))))
        if draw(st.booleans()):
            facts.append(CustomerMerged(CustomerId(1), CustomerId(4), NOON + timedelta(minutes=draw(minutes))))
    if draw(st.booleans()):
        facts.append(Gone(Kind.ORDER, draw(st.integers(1, 3)), NOON))
    if draw(st.booleans()):
        facts.append(Gone(Kind.CUSTOMER, 2, NOON))
    if draw(st.booleans()):
        facts.append(Gone(Kind.SUBSCRIBER, draw(st.integers(1, 3)), NOON + timedelta(minutes=draw(minutes))))
    return facts


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=histories(), seed=st.integers(0, 2**32), batch=st.integers(1, 12))
def test_absorbing_twice_late_and_in_any_order_ends_the_same(
    at: Doors, facts: list[Fact], seed: int, batch: int
) -> None:
    straight, shuffled = a_store(at), a_store(at)
    mixed = facts * 2
    random.Random(seed).shuffle(mixed)

    absorb(at, straight, [facts])
    absorb(at, shuffled, [mixed[i : i + batch] for i in range(0, len(mixed), batch)])

    left, right = everything(at, shuffled), everything(at, straight)
    assert {t: left[t] for t in TABLES if left[t] != right[t]} == {t: right[t] for t in TABLES if left[t] != right[t]}


def test_a_refund_before_its_order_waits_for_it(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[a_refund(order_id=5, goods="20")], [an_order(5)]])

    assert net_of(at, store, 5) == Decimal(30)


def test_a_refund_that_waited_is_a_fact_of_its_customer_too(at: Doors) -> None:
    store = a_store(at)
    later = NOON + timedelta(days=9)

    absorb(at, store, [[a_refund(order_id=5, refunded_at=later)], [an_order(5)]])

    with at.store(store) as tx:
        assert tx.value("SELECT latest_fact_at FROM customers") == later


def test_a_bare_refund_is_spread_over_the_lines_in_proportion(at: Doors) -> None:
    store = a_store(at)
    order = an_order(6, lines=(a_line(61, gross="30"), a_line(62, gross="10")))

    absorb(at, store, [[order, a_refund(order_id=6, goods="8")]])

    with at.store(store) as tx:
        assert tx.rows("SELECT id, refunded FROM lines WHERE store_id = %s ORDER BY id", (store,)) == [
            (61, Decimal(6)),
            (62, Decimal(2)),
        ]


def test_a_deleted_order_stays_deleted_when_an_old_message_comes(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[an_order(7)], [Gone(Kind.ORDER, 7, NOON)], [an_order(7, version=a_version(60))]])

    with at.store(store) as tx:
        assert tx.rows("SELECT id FROM orders WHERE store_id = %s", (store,)) == []


def test_an_order_that_changes_hands_touches_both_customers(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, [[an_order(8, customer=1)]])

    touched = absorb(at, store, [[an_order(8, customer=2, version=a_version(1))]])

    assert touched == {1, 2}


def test_a_deleted_customer_stays_deleted_when_their_order_goes_in_the_same_batch(at: Doors) -> None:
    store = a_store(at)
    absorb(at, store, [[an_order(9, customer=2)]])

    touched = absorb(at, store, [[Gone(Kind.ORDER, 9, NOON), Gone(Kind.CUSTOMER, 2, NOON)]])

    assert touched == set()
    assert everything(at, store)["customers"] == []


def test_a_read_that_cannot_know_where_a_visit_came_from_leaves_what_the_webhook_said(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[told(9, "mail")], [replace(told(9, None), version=a_version(5))]])

    with at.store(store) as tx:
        assert tx.rows("SELECT utm_source, unknown FROM orders") == [("mail", ["gift"])]


LATER = NOON + timedelta(days=2)
PAID, WAITS, AGAIN = standing(9, 0, NOON), standing(9, 1, None), standing(9, 2, LATER)


@pytest.mark.parametrize("order", list(permutations(range(2))))
@pytest.mark.parametrize("size", [1, 2])
def test_a_version_that_says_all_about_its_payment_takes_it_back_in_any_order(
    at: Doors, order: tuple[int, ...], size: int
) -> None:
    store = a_store(at)
    facts = [(PAID, WAITS)[i] for i in order]

    absorb(at, store, [facts[i : i + size] for i in range(0, 2, size)])

    assert paid(at, store) == [None, None]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("size", [1, 2, 3])
def test_an_order_that_counts_again_was_paid_when_it_first_was(at: Doors, order: tuple[int, ...], size: int) -> None:
    store = a_store(at)
    facts = [(PAID, WAITS, AGAIN)[i] for i in order]

    absorb(at, store, [facts[i : i + size] for i in range(0, 3, size)])

    assert paid(at, store) == [NOON, NOON]


def test_a_later_change_of_a_paid_order_does_not_move_its_payment(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[PAID], [AGAIN]])

    assert paid(at, store) == [NOON, NOON]


def test_a_message_that_tells_payment_in_pieces_takes_none_back(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[an_order(9)], [an_order(9, paid_at=None, version=a_version(1))]])

    assert paid(at, store) == [NOON, NOON]


def test_an_order_whose_amounts_are_unknown_is_fully_refunded_only_by_a_refund_that_says_so(at: Doors) -> None:
    part, whole = a_store(at), a_store(at)
    order = replace(an_order(9, lines=(a_line(90, gross="0"),)), unknown=("gross", "discount", "net"))
    refund = a_refund(order_id=9, goods="0")

    absorb(at, part, [[order, refund]])
    absorb(at, whole, [[order], [replace(refund, whole=True)]])

    ends = []
    for store in (part, whole):
        with at.store(store) as tx:
            ends.append(tx.value("SELECT full_refund_at FROM orders WHERE store_id = %s", (store,)))
    assert ends == [None, NOON]


def test_a_store_learns_that_amounts_can_be_unknown_from_the_first_such_order(at: Doors) -> None:
    store = a_store(at)

    absorb(at, store, [[an_order(8)]])
    with at.store(store) as tx:
        before = stores.get(tx).amounts_unsure
    absorb(at, store, [[replace(an_order(9), unknown=("total",))]])

    with at.store(store) as tx:
        assert (before, stores.get(tx).amounts_unsure) == (False, True)
