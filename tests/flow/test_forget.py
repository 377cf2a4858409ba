"""Who asks to be forgotten is in no table any more, whatever was known of them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from plugin.db import bundles, documents, memberships, outbox, pins, placements, rolls, writes
from plugin.db.bundles import Line
from plugin.db.forgetting import naming_customers
from plugin.db.memberships import Change
from plugin.db.outbox import Wanted
from plugin.db.outputs import Kind as Kinds
from plugin.db.pins import Pin, Way
from plugin.db.transaction import Database as Doors
from plugin.db.writes import Write
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
    DisputeSeen,
    EventHappened,
    Fact,
    Gone,
    Kind,
    SubscriberSeen,
    TagsListed,
)
from plugin.domain.ids import CustomerId, OrderId, SegmentId, StoreId
from plugin.flow.facts import put
from plugin.flow.forget import forget_customer
from plugin.flow.sorting import Sorted
from tests.builders import NOON, a_customer, a_line, a_refund, a_store, a_version, an_order, doors
from tests.database import Database

ANN, SEGMENT = CustomerId(1), SegmentId(7)
OF_ORDERS = ("orders", "lines", "refunds", "refund_lines", "disputes")
EVERYTHING: tuple[Fact, ...] = (
    a_customer(ANN, email="ann@example.com"),
    an_order(1, customer=ANN),
    a_refund(1, 1, "5", ((10, 1, "5"),)),
    DisputeSeen(OrderId(1), 3, NOON, "LOST"),
    CheckoutSeen(9, ANN, a_version(), NOON, None, Decimal(5)),
    TagsListed(ANN, NOON, ("vip",)),
    ConsentSeen(ANN, Channel.SMS, NOON, "SUBSCRIBED"),
    SubscriberSeen(ANN, 5, Channel.EMAIL, NOON),
    AttributeSeen(ANN, "gender", NOON, ("f",)),
    AddressesListed(ANN, NOON, (Address("GB", main=True),)),
    CreditsListed(ANN, NOON, (Credit("a", Decimal(5), "GBP"),)),
    AnswerGiven(ANN, "Why?", NOON, ("price",)),
    EventHappened(ANN, NOON, "opened"),
)
NOT_OF_FACTS = {"plan_rows"}  # Gone with their plan, and made only by one.


@pytest.fixture
def at(module_database: Database) -> Doors:
    return doors(module_database)


@pytest.fixture
def store(at: Doors) -> StoreId:
    """A store that knows everything of a customer."""
    made = a_store(at)
    with at.store(made) as tx:
        batch = Sorted()
        batch.add(EVERYTHING, NOON)
        put(tx, batch, urgent=False)
        pins.put(tx, [Pin(SEGMENT, ANN, NOON, None, Way.OUT, "", "she asked", "Bob")])
        memberships.apply(tx, [Change(ANN, SEGMENT, None, "", NOON, 1)], "delivery")
        outbox.want(tx, [Wanted(ANN, ["gold"], "a test")])
        placements.want(tx, [placements.Wanted(ANN, 3, SEGMENT, "a test")])
        rolls.want(tx, [rolls.Wanted(ANN, (SEGMENT, Kinds.ATTRIBUTE, ""), "yes", "a test")])
        bundles.add_lines(tx, [Line(ANN, 1, (), ("gold",), "a test", None)])
        documents.want(tx, {ANN: [{"name": "Gold", "since": NOON.isoformat()}]})
        writes.add(tx, [Write(ANN, [], ["gold"], [], "a test", True, None, NOON)])
    return made


def counts(at: Doors, store: StoreId) -> dict[str, int]:
    """Rows of each table that is about people or their orders."""
    tables = {table for table, _ in naming_customers()} | set(OF_ORDERS)
    with at.store(store) as tx:
        return {table: int(tx.value(f"SELECT count(*) FROM {table}")) for table in sorted(tables - NOT_OF_FACTS)}


def test_every_table_about_people_is_filled_here(at: Doors, store: StoreId) -> None:
    assert [table for table, rows in counts(at, store).items() if not rows] == []


def test_nothing_is_left_of_who_is_forgotten(at: Doors, store: StoreId) -> None:
    with at.store(store) as tx:
        forget_customer(tx, ANN, (), NOON)

    assert {table: rows for table, rows in counts(at, store).items() if rows} == {}


def test_a_deleted_customer_leaves_nothing_but_orders_of_nobody_and_the_journals(at: Doors, store: StoreId) -> None:
    batch = Sorted()
    batch.add([Gone(Kind.CUSTOMER, ANN, NOON)], NOON)
    with at.store(store) as tx:
        put(tx, batch, urgent=False)

    left = {table for table, rows in counts(at, store).items() if rows}
    assert left == {*OF_ORDERS, "membership_log", "writes"}


def test_the_latest_fact_is_the_latest_of_what_became_true(at: Doors) -> None:
    store = a_store(at)
    later = NOON + timedelta(days=30)
    facts: tuple[Fact, ...] = (
        EventHappened(ANN, later, "opened"),
        CheckoutSeen(1, CustomerId(2), a_version(), NOON, later, None),
        CreditsListed(CustomerId(3), NOON, (Credit("a", Decimal(5), "GBP", next_expiry=later),)),
    )
    for place, fact in enumerate(facts, 1):
        batch = Sorted()
        batch.add([fact], NOON)
        with at.store(store) as tx:
            put(tx, batch, urgent=False)
            latest = tx.value("SELECT latest_fact_at FROM customers WHERE id = %s", (place,))
        assert latest == (NOON if isinstance(fact, CreditsListed) else later)


def test_a_dispute_is_a_fact_of_the_orders_customer_even_if_it_came_first(at: Doors) -> None:
    store, later = a_store(at), NOON + timedelta(days=30)
    for fact in (DisputeSeen(OrderId(1), 3, later, "UNDER_REVIEW"), an_order(1, customer=ANN)):
        batch = Sorted()
        batch.add([fact], NOON)
        with at.store(store) as tx:
            put(tx, batch, urgent=False)

    with at.store(store) as tx:
        assert tx.value("SELECT latest_fact_at FROM customers") == later


@pytest.mark.parametrize("late", [False, True])
def test_an_order_of_a_deleted_customer_says_nothing_of_them_whichever_came_first(at: Doors, late: bool) -> None:
    store = a_store(at)
    line = replace(a_line(10), properties=(("Text", "for Ann"),))
    order = replace(
        an_order(1, ANN, (line,)), note="for Ann", city="Leeds", utm_source="mail", properties=(("a", "b"),)
    )
    gone = Gone(Kind.CUSTOMER, ANN, NOON)
    for fact in (gone, order) if late else (order, gone):
        batch = Sorted()
        batch.add([fact], NOON)
        with at.store(store) as tx:
            put(tx, batch, urgent=False)

    with at.store(store) as tx:
        assert tx.rows("SELECT customer_id, note, city, properties, utm_source, total FROM orders") == [
            (None, None, None, None, "mail", Decimal(50))
        ]
        assert tx.rows("SELECT customer_id, properties, title FROM lines") == [(None, None, "A thing")]
