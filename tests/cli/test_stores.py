"""Stores, listed and shown."""

from plugin.db import problems
from plugin.db.transaction import Database as Doors
from tests.builders import a_store
from tests.cli.conftest import Regulars
from tests.cli.test_deliveries import set_aside


def test_stores_are_listed_for_a_person_and_for_a_program(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")

    assert "tea.myshopify.com" in regulars("stores").output
    assert [(row["id"], row["state"]) for row in regulars.json("stores", "list")] == [(store_id, "ready")]


def test_no_store_is_said_so(regulars: Regulars) -> None:
    assert regulars("stores").output == "No store has installed the app yet.\n"


def test_a_store_is_found_by_id_domain_or_handle(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")

    shown = [regulars.json("stores", "show", name) for name in (str(store_id), "TEA.myshopify.com", "tea")]

    assert [each["id"] for each in shown] == [store_id] * 3
    assert shown[0]["counts"]["customers"] == 0


def test_what_is_set_aside_and_what_is_wrong_is_shown(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")
    set_aside(at, store_id, "orders/create")
    with at.store(store_id) as tx:
        problems.report(tx, "history_failed", "order")

    said = regulars("stores", "show", "tea").output

    assert "deliveries set aside: 1" in " ".join(said.split())
    assert "history_failed order" in said
