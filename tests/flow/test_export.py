"""Who asks what is held about them gets all of it, in a file one can read."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from plugin.db import forgetting, inbox, personal
from plugin.db.forgetting import BESIDES
from plugin.db.schema import Privacy, metadata
from plugin.domain.errors import NotFound
from plugin.domain.ids import CustomerId, StoreId
from plugin.flow.drain import drain
from plugin.flow.export import export
from plugin.flow.facts import put
from plugin.flow.forget import forget_customer
from plugin.flow.house import House
from plugin.flow.plan import plan
from plugin.flow.save import save
from plugin.flow.sorting import Sorted
from plugin.flow.sweep import sweep
from tests import messages
from tests.builders import NOON, a_store
from tests.flow.test_forget import EVERYTHING

ANN = CustomerId(1)
NOW = datetime.now(UTC)


@pytest.fixture
def shop(house: House) -> StoreId:
    """A store where Ann, of whom everything is known, came into one of two segments an hour ago."""
    store = a_store(house.database)
    with house.database.store(store) as tx:
        batch = Sorted()
        batch.add(EVERYTHING, NOON)
        put(tx, batch, urgent=False)
    for name, rule in (("Recent", "count(orders WHERE date >= -30d) >= 1"), ("Spend", "amount_spent >= 5000")):
        save(house, store, name, {"kind": "rule", "rule": rule}, {"": name}, "a test")
        plan(house, store)
    placed = messages.order(2, customer=1, placed_at=NOW - timedelta(hours=1))
    with house.database.store(store) as tx:
        inbox.add(tx, "orders/create", NOW, messages.dumped(placed))
    while drain(house, store).more or sweep(house, store):
        pass
    return store


def test_no_personal_column_of_any_table_can_be_left_out() -> None:
    told = {table.name: set(personal.shown(table)) for table in forgetting.personal() if table.name not in BESIDES}
    declared = {
        table.name: {column.name for column in table.columns if column.info["privacy"] is Privacy.PERSONAL}
        for table in metadata.sorted_tables
        if table.name not in BESIDES
    }

    assert [name for name, columns in declared.items() if columns - told.get(name, set())] == []


def test_the_facts_are_there_table_by_table(house: House, shop: StoreId) -> None:
    facts = export(house, shop, ANN)["facts"]

    assert facts["customers"][0]["email"] == "ann@example.com"
    assert [row["id"] for row in facts["orders"]] == [1, 2]
    assert {*facts} >= {
        "addresses",
        "answers",
        "attributes",
        "checkouts",
        "consents",
        "credits",
        "disputes",
        "events",
        "lines",
        "memberships",
        "refund_lines",
        "refunds",
        "tag_observations",
    }


def test_each_segment_says_its_rule_when_and_why(house: House, shop: StoreId) -> None:
    recent, spend = export(house, shop, ANN)["segments"]

    assert (recent["segment"], recent["now"], spend["now"]) == ("Recent", "in", "out")
    assert recent["rule"].startswith("Customers")
    assert any(sentence.endswith(": yes.") for sentence in recent["why"])
    assert any(sentence.endswith(": no.") for sentence in spend["why"])
    (period,) = (each for each in recent["periods"] if each["until"] is None)
    assert abs(period["from"] - (NOW - timedelta(hours=1))) < timedelta(seconds=1)
    assert spend["periods"] == []
    assert [row["what"] for row in export(house, shop, ANN)["shown"]] == ["entered"]


def test_nobody_else_is_in_the_file(house: House, shop: StoreId) -> None:
    other = messages.order(77, customer=5, placed_at=NOW)
    with house.database.store(shop) as tx:
        inbox.add(tx, "orders/create", NOW, messages.dumped(other))
    drain(house, shop)

    assert "c5@example.com" not in json.dumps(export(house, shop, ANN), default=str)


def test_who_was_merged_gets_what_the_survivor_has(house: House, shop: StoreId) -> None:
    merge = {"admin_graphql_api_customer_kept_id": "gid://shopify/Customer/5"}
    merge |= {"admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/1", "status": "completed"}
    with house.database.store(shop) as tx:
        inbox.add(tx, "customers/merge", NOW, messages.dumped(merge))
    drain(house, shop)

    told = export(house, shop, ANN)

    assert told["customer"] == "5"
    assert [row["id"] for row in told["facts"]["orders"]] == [1, 2]


def test_of_who_is_forgotten_there_is_nothing_to_send(house: House, shop: StoreId) -> None:
    with house.database.store(shop) as tx:
        forget_customer(tx, ANN, (), NOW)

    with pytest.raises(NotFound):
        export(house, shop, ANN)
