"""What a store's people choose."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from msgspec.structs import replace

from plugin.db import preferences
from plugin.db.preferences import Preferences
from plugin.db.transaction import Database as Doors
from plugin.flow.facts import Sorted, put
from plugin.flow.house import House
from plugin.flow.link import link
from plugin.web import words
from tests.builders import NOON, an_order
from tests.web.visit import Visit


def chosen(owner: Visit) -> dict[str, bool]:
    return {switch["name"]: switch["on"] for switch in owner.get("/preferences")["switches"]}


def test_every_choice_has_its_words_and_stands_as_declared_until_somebody_chooses(owner: Visit) -> None:
    assert chosen(owner) == asdict(Preferences())
    assert all(switch["title"] and switch["says"] for switch in owner.get("/preferences")["switches"])
    assert set(words.SWITCHES) == set(asdict(Preferences()))


def test_a_choice_holds_for_its_store_and_no_other(owner: Visit, visit: Callable[..., Visit], at: Doors) -> None:
    told = owner.patch("/preferences", {"guest_orders_by_email": True})

    assert next(s for s in told["switches"] if s["name"] == "guest_orders_by_email")["on"] is True
    assert chosen(owner)["guest_orders_by_email"] is True
    assert chosen(visit("other.myshopify.com")) == asdict(Preferences())


def test_what_is_not_named_stays(owner: Visit) -> None:
    owner.patch("/preferences", {"guest_orders_by_email": True})
    owner.patch("/preferences", {})

    assert chosen(owner)["guest_orders_by_email"] is True


@pytest.mark.parametrize(
    "body", [{"there_is_none": True}, {"guest_orders_by_email": "yes"}, {"guest_orders_by_email": None}, []]
)
def test_what_cannot_be_chosen_is_refused(owner: Visit, body: Any) -> None:
    answer = owner.send("PATCH", "/preferences", body)

    assert answer.status_code in (400, 415, 422)
    assert chosen(owner) == asdict(Preferences())


def test_a_choice_of_another_version_of_the_app_is_no_mistake(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        tx.execute(
            "INSERT INTO preferences VALUES (%s, %s)",
            (owner.store_id, '{"of_tomorrow": 1, "guest_orders_by_email": true}'),
        )
        assert preferences.get(tx) == Preferences(guest_orders_by_email=True)


def test_where_the_platform_says_what_counts_there_is_nothing_to_choose(owner: Visit) -> None:
    assert owner.get("/preferences")["statuses"] is False
    assert owner.send("GET", "/preferences/statuses").status_code == 404
    assert owner.send("PUT", "/preferences/statuses", {"counted": ["11"]}).status_code == 404


def says_of_guests(told: Any) -> str:
    return str(next(switch["now"] for switch in told["switches"] if switch["name"] == "guest_orders_by_email"))


def test_linking_guest_orders_says_what_it_would_do_and_what_it_does(owner: Visit, at: Doors, house: House) -> None:
    assert says_of_guests(owner.get("/preferences")) == "There are no such orders now."
    facts = Sorted()
    facts.add([replace(an_order(n, customer=None), email="C4@example.com") for n in (1, 2)], NOON)
    with at.store(owner.store_id) as tx:
        put(tx, facts, urgent=False)
    assert says_of_guests(owner.get("/preferences")) == "It would add 2 orders to 1 customer."

    told = owner.patch("/preferences", {"guest_orders_by_email": True})

    looking = "2 orders count for 1 customer by it. Your orders are being looked through for it."
    assert says_of_guests(told) == looking
    link(house, owner.store_id)
    assert says_of_guests(owner.get("/preferences")) == "2 orders count for 1 customer by it."
    with at.store(owner.store_id) as tx:
        assert tx.value("SELECT count(*) FROM orders WHERE customer_id = 4") == 2
