"""A customer's segments, explained."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from plugin.db import inbox
from plugin.db.transaction import Database as Doors
from plugin.flow.drain import drain
from plugin.flow.house import open_house
from plugin.flow.plan import plan
from plugin.flow.save import save
from plugin.flow.sweep import sweep
from plugin.settings import Settings
from tests import messages
from tests.builders import a_store
from tests.cli.conftest import Regulars


@pytest.fixture
def bought(regulars: Regulars, at: Doors) -> str:
    """A store whose customer 1 bought for 50 an hour ago, with two segments; its domain."""
    store_id = a_store(at, "tea.myshopify.com")
    house = open_house(Settings.from_environment(regulars.environment))
    for name, rule in (("Recent", "count(orders WHERE date >= -30d) >= 1"), ("Spend", "amount_spent >= 500")):
        save(house, store_id, name, {"kind": "rule", "rule": rule}, {}, "a test")
    plan(house, store_id)
    with at.store(store_id) as tx:
        now = datetime.now(UTC)
        placed = messages.order(1, customer=1, amount="50.00", placed_at=now - timedelta(hours=1))
        inbox.add(tx, "orders/create", now, messages.dumped(placed))
    while drain(house, store_id).more or sweep(house, store_id):
        pass
    house.database.close()
    return "tea.myshopify.com"


def test_each_segment_says_in_or_not_in(regulars: Regulars, bought: str) -> None:
    told = {each["segment"]: each for each in regulars.json("customer", "explain", bought, "1")}

    assert {name: each["in"] for name, each in told.items()} == {"Recent": True, "Spend": False}
    assert told["Recent"]["why"]["next_verdict"] == "out"
    assert told["Spend"]["why"]["next_change"] is None


def test_a_person_reads_since_when_and_until_when(regulars: Regulars, bought: str) -> None:
    said = regulars("customer", "explain", bought, "1", "--segment", "recent").output

    assert said.startswith("in Recent since ")
    assert "✓ count(orders WHERE date >= -30d) >= 1 (count(orders WHERE date >= -30d) is 1)" in said
    assert "by time alone out from" in said
    assert "Spend" not in said


def test_an_unknown_customer_or_segment_is_one_sentence(regulars: Regulars, bought: str) -> None:
    assert regulars("customer", "explain", bought, "2").stderr == f"Error: {bought} has no customer 2.\n"
    assert regulars("customer", "explain", bought, "1", "--segment", "Gold").exit_code == 1


def test_a_history_says_when_a_customer_came_and_went(regulars: Regulars, bought: str) -> None:
    (entry,) = regulars.json("customer", "history", bought, "1")
    said = regulars("customer", "history", bought, "1", "--segment", "recent").output
    never = regulars("customer", "history", bought, "1", "--segment", "Spend").output

    assert (entry["segment"], entry["label"], entry["undecided"]) == ("Recent", "", False)
    assert said.splitlines()[1].endswith("in")
    assert regulars("customer", "history", bought, "9").exit_code == 1
    assert never.startswith("The customer has never")


def test_an_explanation_can_be_of_another_moment(regulars: Regulars, bought: str) -> None:
    said = regulars("customer", "explain", bought, "1", "--segment", "recent", "--as-of", "2020-01-01").output

    assert said.startswith("not in Recent")
    assert "count(orders WHERE date >= -30d) is missing" in said  # Nobody was there yet.


def test_all_that_is_held_about_a_customer_is_printed_as_a_file(regulars: Regulars, bought: str) -> None:
    told = json.loads(regulars("customer", "export", bought, "1").stdout)

    assert told["facts"]["orders"][0]["total"] == "50.0000"
    assert [each["now"] for each in told["segments"]] == ["in", "out"]
    assert (
        regulars("customer", "export", bought, "2").stderr == f"Error: Nothing is held about customer 2 of {bought}.\n"
    )
