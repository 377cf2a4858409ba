"""Who is forgotten stands nowhere in the database any more, and nothing that comes late brings them back."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.types.string import TextLoader

from embedded.postgres import Postgres
from plugin.db import bodies, inbox, outbox, pins, plans, problems, segments, stores, writes
from plugin.db.outbox import Wanted
from plugin.db.pins import Pin, Way
from plugin.db.stores import State as Standing
from plugin.db.stores import set_state
from plugin.db.writes import Write
from plugin.domain.ids import CustomerId, PlanId, SegmentId, StoreId
from plugin.flow.drain import drain
from plugin.flow.house import House
from plugin.flow.plan import plan
from plugin.flow.retire import retire
from plugin.flow.save import delete, save
from plugin.flow.settle import settle_results
from plugin.flow.sweep import sweep
from plugin.platforms.base import TagDelta, WriteResult
from tests import messages
from tests.builders import a_store
from tests.database import Database

ANN, BOB = 7_000_000_000_011, 7_000_000_000_022
ORDER, BOBS_ORDER, LATE_ORDER = 8_000_000_000_011, 8_000_000_000_022, 8_000_000_000_033
EMAIL, NAME = "ann.forgotten@example.com", "Forgetmenot"
TELLING = (EMAIL, NAME, "Hush Lane", "AN7 1NN", "carve Ann", "+447700900123")
"""Texts that only the person's data have in them."""
NOW = datetime.now(UTC)


def ann(**more: Any) -> dict[str, Any]:
    given = {"email": EMAIL, "first_name": "Ann", "last_name": NAME, "phone": "+447700900123"}
    return messages.person(ANN, **given, **more)


def ordered(number: int, customer: dict[str, Any]) -> dict[str, Any]:
    address = {"country_code": "GB", "city": "Hush Lane", "zip": "AN7 1NN", "name": f"Ann {NAME}"}
    told: dict[str, Any] = {"email": customer["email"], "note": "carve Ann on it", "shipping_address": address}
    body = messages.order(number, **told, billing_address=address) | {"customer": customer}
    body["line_items"][0]["properties"] = [{"name": "Text", "value": "carve Ann"}]
    return body


def redact() -> dict[str, Any]:
    person = {"id": ANN, "email": EMAIL, "phone": "+447700900123"}
    return {"shop_id": 1, "shop_domain": "a.example", "customer": person, "orders_to_redact": [ORDER]}


@pytest.fixture
def shop(house: House) -> StoreId:
    """A store with a segment in preview whose rule both customers fulfil."""
    store = a_store(house.database)
    save(house, store, "Buyers", {"kind": "rule", "rule": "number_of_orders >= 1"}, {"": "buyer"}, "a test")
    plan(house, store)
    return store


def deliver(house: House, store: StoreId, *told: tuple[str, dict[str, Any] | bytes]) -> None:
    """These messages came and were absorbed, and whoever is due is decided."""
    with house.database.store(store) as tx:
        for topic, body in told:
            inbox.add(tx, topic, NOW, body if isinstance(body, bytes) else messages.dumped(body))
    work(house, store)


def work(house: House, store: StoreId) -> None:
    while drain(house, store).more or sweep(house, store):
        pass


def purchases() -> list[tuple[str, dict[str, Any] | bytes]]:
    bob = messages.person(BOB, email="bob@example.com")
    return [
        ("customers/create", ann()),
        ("orders/create", ordered(ORDER, ann())),
        ("orders/create", messages.order(BOBS_ORDER, customer=BOB) | {"customer": bob}),
        ("refunds/create", messages.refund(9_000_000_000_011, ORDER, "5.00")),
        ("customers/data_request", redact() | {"data_request": {"id": 5}, "orders_requested": [ORDER]}),
        ("orders/updated", b'{"id": "unreadable", "email": "' + EMAIL.upper().encode() + b'"}'),
    ]


@pytest.fixture
def known(house: House, shop: StoreId) -> StoreId:
    """Everything there is to know of Ann stands in the database, in every table that can hold it."""
    deliver(house, shop, *purchases())
    with house.database.store(shop) as tx:
        who, segment = CustomerId(ANN), SegmentId(tx.value("SELECT id FROM segments"))
        pins.put(tx, [Pin(segment, who, NOW, None, Way.IN, "", f"{NAME} asked", "Bob")])
        outbox.want(tx, [Wanted(who, ["buyer"], "a test")])
        writes.add(tx, [Write(who, [], ["buyer"], [], "a test", False, f"no {EMAIL}", NOW)])
        problems.report(tx, "write_refused", str(ANN), customer=ANN, reason=f"no {EMAIL}")
        plan_id = PlanId(tx.value("SELECT max(id) FROM plans"))
        plans.put_rows(tx, plan_id, segment, [plans.Row(who, None, "", NOW, 0, NOW)])
    return shop


@pytest.fixture
def dump(postgres_server: Postgres, database: Database) -> Iterator[Any]:
    """Gives every row of every table of the database, as text, whatever the walls."""
    with psycopg.connect(postgres_server.url(database.name), autocommit=True) as connection:
        connection.adapters.register_loader("timestamptz", TextLoader)  # Python has no -infinity.

        def dumped() -> dict[str, str]:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            found = {}
            for (table,) in tables:
                rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()
                found[table] = "\n".join(_plain(value) for row in rows for value in row)
            return found

        yield dumped


def _plain(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def holding(dump: dict[str, str], *texts: object) -> set[str]:
    """The tables that hold one of the texts, whatever its case."""
    return {table for table, said in dump.items() for text in texts if str(text).casefold() in said.casefold()}


def test_before_they_are_forgotten_their_data_is_found_this_way(known: StoreId, dump: Any) -> None:
    found = holding(dump(), *TELLING)

    assert found >= {"customers", "orders", "inbox", "pins", "problems", "writes"}
    assert holding(dump(), ANN) >= {"memberships", "membership_log", "outbox", "plan_rows", "reads", "problems"}


def test_a_redacted_customer_stands_nowhere_but_in_a_tombstone(house: House, known: StoreId, dump: Any) -> None:
    deliver(house, known, ("customers/redact", redact()))

    assert holding(dump(), *TELLING) == set()
    assert holding(dump(), ANN, ORDER) == {"tombstones"}


def test_who_was_deleted_before_is_known_by_the_address_that_the_platform_tells(
    house: House, known: StoreId, dump: Any
) -> None:
    guest = messages.order(LATE_ORDER, customer=None, email=EMAIL.title(), note="carve Ann")
    deliver(house, known, ("orders/create", guest), ("customers/delete", {"id": ANN}))
    assert "customers" not in holding(dump(), EMAIL)

    deliver(house, known, ("customers/redact", redact()))

    assert holding(dump(), *TELLING) == set()
    assert holding(dump(), ANN, ORDER, LATE_ORDER) == {"tombstones"}


def test_others_and_what_was_counted_stay(house: House, known: StoreId) -> None:
    with house.database.store(known) as tx:
        before = tx.rows("SELECT id, joins, total FROM plans ORDER BY id")
    deliver(house, known, ("customers/redact", redact()))

    with house.database.store(known) as tx:
        assert [row[0] for row in tx.rows("SELECT id FROM customers")] == [BOB]
        assert [row[0] for row in tx.rows("SELECT id FROM orders")] == [BOBS_ORDER]
        assert tx.rows("SELECT id, joins, total FROM plans ORDER BY id") == before
        assert inbox.counts(tx) == {"waiting": 0, "set_aside": 0}
        assert [row["code"] for row in problems.listed(tx)] == []
        assert any(b"bob@example.com" in row[0] for row in tx.rows("SELECT body FROM inbox"))


def test_late_messages_and_a_second_reading_bring_nobody_back(house: House, known: StoreId, dump: Any) -> None:
    deliver(house, known, ("customers/redact", redact()))

    late = ("orders/create", ordered(LATE_ORDER, ann()))
    tags = {"customerId": f"gid://shopify/Customer/{ANN}", "tags": ["vip"], "occurredAt": NOW.isoformat()}
    again = [told for told in purchases() if told[0] not in ("customers/data_request", "orders/updated")]
    deliver(house, known, *again, late, ("customer.tags_added", tags))

    assert holding(dump(), *TELLING) == set()
    assert holding(dump(), ANN, ORDER) == {"tombstones"}
    assert holding(dump(), LATE_ORDER) >= {"orders"}  # Of nobody: the store's own figures count it.


def test_what_waits_with_others_is_absorbed_before_its_body_is_emptied(house: House, shop: StoreId, dump: Any) -> None:
    both = {"customers": [{"customer": str(ANN), "answers": []}, {"customer": str(BOB), "answers": []}]}
    with house.database.store(shop) as tx:
        inbox.add(tx, "customers/redact", NOW, messages.dumped(redact()))
        inbox.add(tx, "given/facts", NOW, messages.dumped(both | {"of": EMAIL}))
        inbox.add(tx, "export/customers", NOW, line(ANN, EMAIL) + line(BOB, "bob@example.com"))
    work(house, shop)

    with house.database.store(shop) as tx:
        assert [row[0] for row in tx.rows("SELECT id FROM customers")] == [BOB]
    assert "inbox" not in holding(dump(), ANN)


def line(number: int, email: str) -> bytes:
    """A customer as an export has them."""
    told = {
        "__typename": "Customer",
        "id": f"gid://shopify/Customer/{number}",
        "createdAt": "2024-01-01T00:00:00Z",
        "updatedAt": "2024-01-01T00:00:00Z",
        "tags": [],
        "defaultEmailAddress": {"emailAddress": email},
    }
    return json.dumps(told).encode() + b"\n"


def test_a_redacted_store_leaves_its_number_and_nothing_else(house: House, known: StoreId, dump: Any) -> None:
    with house.database.store(known) as tx:
        set_state(tx, Standing.UNINSTALLED, NOW)
    deliver(house, known, ("shop/redact", {"shop_id": 1, "shop_domain": "a.example"}))

    found = dump()
    assert holding(found, *TELLING, ANN, BOB, ORDER) == set()
    assert {table for table, said in found.items() if said} == {"alembic_version", "stores"}


def test_a_body_is_not_emptied_for_a_longer_number_or_address(house: House, shop: StoreId) -> None:
    others = [f'{{"id": {ANN}0, "email": "jo{EMAIL}"}}', f'{{"id": 1{ANN}, "email": "{EMAIL}.au"}}']
    deliver(house, shop, *(("not/known", each.encode()) for each in others), ("customers/create", ann()))
    deliver(house, shop, ("customers/redact", redact()))

    with house.database.store(shop) as tx:
        bodies = [bytes(row[0]).decode() for row in tx.rows("SELECT body FROM inbox WHERE topic = 'not/known'")]
    assert bodies == others


def test_many_who_are_to_be_forgotten_at_once_are_found_by_one_look_through_the_messages(
    house: House, known: StoreId, dump: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "AT_ONCE", 2)
    looks, forget = [], bodies.forget

    def counted(*asked: Any) -> None:
        looks.append(asked)
        forget(*asked)

    monkeypatch.setattr(bodies, "forget", counted)
    bob = redact() | {"customer": {"id": BOB, "email": "BOB@example.com"}, "orders_to_redact": []}

    deliver(house, known, ("customers/redact", redact()), ("customers/redact", bob))

    assert len(looks) == 1
    assert holding(dump(), *TELLING, "bob@example.com") == set()
    assert holding(dump(), ANN, BOB) == {"tombstones"}


def test_a_rule_a_name_or_a_pin_that_names_them_is_a_problem(house: House, shop: StoreId) -> None:
    deliver(house, shop, ("customers/create", ann()), ("customers/create", messages.person(BOB)))
    rules = {
        "By address": f"customer_tags CONTAINS '{EMAIL.upper()}'",
        "By tag": "customer_tags CONTAINS 'vip'",
        f"For Ann {NAME}": "number_of_orders >= 3",
        "By pin": "number_of_orders >= 4",
    }
    ids = {name: save(house, shop, name, {"kind": "rule", "rule": r}, {}, "a test")[0] for name, r in rules.items()}
    with house.database.store(shop) as tx:
        pins.put(tx, [Pin(ids["By pin"], CustomerId(BOB), NOW, None, Way.IN, "", f"brother of ann {NAME}", "Bob")])
    deliver(house, shop, ("customers/redact", redact()))

    with house.database.store(shop) as tx:
        found = {row["subject"]: str(row["particulars"]) for row in problems.of_code(tx, "names_forgotten")}
    assert found.keys() == {str(number) for name, number in ids.items() if name != "By tag"}
    assert not any(word.casefold() in said.casefold() for said in found.values() for word in (EMAIL, NAME, str(ANN)))


def naming(house: House, store: StoreId) -> set[str]:
    """The segments of which the page says that they name somebody."""
    with house.database.store(store) as tx:
        return {row["subject"] for row in problems.of_code(tx, "names_forgotten")}


def test_the_problem_goes_when_nothing_names_them_any_more(house: House, shop: StoreId, dump: Any) -> None:
    deliver(house, shop, ("customers/create", ann()), ("customers/create", messages.person(BOB)))
    rule = {"kind": "rule", "rule": f"customer_tags CONTAINS '{EMAIL}'"}
    segment, _ = save(house, shop, f"For Ann {NAME}", rule, {}, "a test")
    plan(house, shop)
    deliver(house, shop, ("customers/redact", redact()))
    assert naming(house, shop) == {str(segment)}

    save(house, shop, "For nobody", rule, {}, "a test", segment)
    plan(house, shop)
    assert naming(house, shop) == {str(segment)}  # The name was one of two places.
    meant = {"kind": "rule", "rule": "customer_tags CONTAINS 'ann'"}
    save(house, shop, "For nobody", meant, {}, "a test", segment)
    assert naming(house, shop) == {str(segment)}  # What is saved does not decide yet.
    plan(house, shop)

    assert naming(house, shop) == set()
    assert holding(dump(), EMAIL, NAME) == set()  # Earlier versions are erased.


def test_a_pin_that_names_them_is_a_problem_until_it_ends(house: House, shop: StoreId, dump: Any) -> None:
    deliver(house, shop, ("customers/create", ann()), ("customers/create", messages.person(BOB)))
    with house.database.store(shop) as tx:
        segment = SegmentId(tx.value("SELECT id FROM segments"))
        pins.put(tx, [Pin(segment, CustomerId(BOB), NOW, None, Way.IN, "", f"brother of Ann {NAME}", "Bob")])
    deliver(house, shop, ("customers/redact", redact()))
    retire(house, shop)
    assert naming(house, shop) == {str(segment)}

    with house.database.store(shop) as tx:
        pins.remove(tx, segment, CustomerId(BOB), datetime.now(UTC))
    retire(house, shop)

    assert naming(house, shop) == set()
    assert holding(dump(), NAME) == set()


def test_earlier_versions_that_name_them_are_erased_at_once_and_with_a_deleted_segment(
    house: House, shop: StoreId, dump: Any
) -> None:
    deliver(house, shop, ("customers/create", ann()))
    named, other = ({"kind": "rule", "rule": f"customer_tags CONTAINS '{each}'"} for each in (EMAIL, "vip"))
    kept, gone = (save(house, shop, name, named, {"": "told"}, "a test")[0] for name in ("Kept", "Gone"))
    plan(house, shop)
    save(house, shop, "Kept", other, {}, "a test", kept)
    plan(house, shop)
    deliver(house, shop, ("customers/redact", redact()))
    assert naming(house, shop) == {str(gone)}
    with house.database.store(shop) as tx:
        said = [(row["definition"], row["outputs"]) for row in segments.versions(tx, kept)]
    assert said[1] == ({}, {})
    assert said[0][0]["rule"] == other["rule"]

    delete(house, shop, gone)

    assert naming(house, shop) == set()
    assert holding(dump(), EMAIL, NAME) == set()


def test_a_write_that_was_under_way_leaves_no_trace_of_who_was_forgotten(
    house: House, known: StoreId, dump: Any
) -> None:
    with house.database.store(known) as tx:
        store, entry = stores.get(tx), outbox.of(tx, [CustomerId(ANN)])[CustomerId(ANN)]
    deliver(house, known, ("customers/redact", redact()))

    delta = TagDelta(entry.customer_id, ("buyer",), ())
    settle_results(house, store, [(entry, delta, WriteResult(entry.customer_id, ok=True))], NOW)

    assert holding(dump(), ANN) == {"tombstones"}
