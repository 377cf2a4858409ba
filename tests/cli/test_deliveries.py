"""Deliveries, listed and tried again."""

from datetime import datetime

from plugin.db import inbox, problems
from plugin.db.transaction import Database as Doors
from plugin.domain.ids import DeliveryId, StoreId
from tests.builders import NOON, a_store
from tests.cli.conftest import Regulars


def set_aside(at: Doors, store_id: StoreId, topic: str, when: datetime = NOON) -> int:
    """A delivery that could not be absorbed; its number."""
    with at.store(store_id) as tx:
        inbox.add(tx, topic, when, b"not json")
        number = int(tx.value("SELECT max(id) FROM inbox"))
        inbox.set_aside(tx, DeliveryId(number), "it can't be read")
        problems.report(tx, "delivery_set_aside", str(number))
    return number


def test_set_aside_deliveries_are_listed_with_their_reason(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")
    number = set_aside(at, store_id, "orders/create")

    rows = regulars.json("deliveries", "list", "tea", "--set-aside")

    assert [(row["id"], row["reason"]) for row in rows] == [(number, "it can't be read")]


def test_one_delivery_waits_again_and_its_problem_is_gone(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")
    first, second = set_aside(at, store_id, "orders/create"), set_aside(at, store_id, "orders/paid")

    done = regulars("deliveries", "retry", "tea", str(first))

    assert done.exit_code == 0, done.output
    with at.store(store_id) as tx:
        assert inbox.counts(tx) == {"waiting": 1, "set_aside": 1}
        assert [problem["subject"] for problem in problems.listed(tx)] == [str(second)]


def test_all_of_them_wait_again(regulars: Regulars, at: Doors) -> None:
    store_id = a_store(at, "tea.myshopify.com")
    for topic in ("orders/create", "orders/paid"):
        set_aside(at, store_id, topic)

    done = regulars("deliveries", "retry", "tea")

    assert done.output == "Deliveries of tea.myshopify.com that wait to be absorbed again: 2.\n"
    with at.store(store_id) as tx:
        assert inbox.counts(tx) == {"waiting": 2, "set_aside": 0}


def test_a_delivery_that_is_not_set_aside_is_refused(regulars: Regulars, at: Doors) -> None:
    a_store(at, "tea.myshopify.com")

    assert regulars("deliveries", "retry", "tea", "77").exit_code == 1
