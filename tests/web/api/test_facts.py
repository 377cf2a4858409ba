"""What the store's other tools tell of its customers becomes facts, or is refused with every mistake."""

from decimal import Decimal
from typing import Any

import pytest

from plugin.db import inbox
from plugin.db.transaction import Database as Doors
from plugin.flow.drain import drain
from plugin.flow.house import House
from tests.web.stock import stock
from tests.web.visit import Visit

TOLD: dict[str, Any] = {
    "customers": [
        {
            "id": "1",
            "birth_date": "1990-04-02",
            "nps": [{"value": 9, "from": "2026-03-01T10:00"}],
            "attributes": {"size": 7.1, "teas": {"type": "list", "value": ["Assam", "Earl Grey"]}},
            "answers": [{"at": "2026-02-03", "question": "Why?", "choices": ["Price"], "number": 0.1}],
            "events": [{"at": "2026-02-04T08:15Z", "name": "opened", "item": "x", "tags": ["Spring"]}],
        },
        {"id": 2, "gender": None},
    ]
}


@pytest.fixture
def told(owner: Visit, at: Doors, house: House) -> Visit:
    """A store whose customers were told of, absorbed."""
    stock(at, owner.store_id)
    assert owner.post("/facts", TOLD) == {"customers": 2, "messages": 1}
    drain(house, owner.store_id)
    return owner


def rows(at: Doors, owner: Visit, statement: str) -> list[tuple[Any, ...]]:
    with at.store(owner.store_id) as tx:
        return tx.rows(f"{statement} WHERE store_id = %s ORDER BY 1, 2", (owner.store_id,))


def test_what_is_told_stands_as_facts_of_the_customer(told: Visit, at: Doors) -> None:
    attributes = {
        (customer, name): (kind, value)
        for customer, name, kind, value in rows(at, told, "SELECT customer_id, name, type, value FROM attributes")
    }

    assert attributes == {
        (1, "birth_date"): ("day", ["1990-04-02"]),
        (1, "nps"): ("number", ["9"]),
        (1, "attributes.size"): ("number", ["7.1"]),
        (1, "attributes.teas"): ("list", ["Assam", "Earl Grey"]),
        (2, "gender"): ("text", []),
    }
    assert rows(at, told, "SELECT question, choices, number FROM answers") == [("why?", ["price"], Decimal("0.1"))]
    assert rows(at, told, "SELECT name, item, tags FROM events") == [("opened", "x", ["spring"])]


def test_the_profile_that_the_platform_told_stays(told: Visit, at: Doors) -> None:
    assert rows(at, told, "SELECT id, email, unknown FROM customers")[0] == (1, "c1@example.com", [])


def test_told_twice_it_is_known_once(told: Visit, at: Doors, house: House) -> None:
    told.post("/facts", TOLD)
    drain(house, told.store_id)

    assert len(rows(at, told, "SELECT name, item FROM events")) == 1


@pytest.mark.parametrize(
    ("person", "field", "words"),
    [
        ({"id": "ann", "nps": 9}, "customers[0].id", "number at the platform"),
        ({"id": 1, "answers": [{"question": "Why?"}]}, "customers[0].answers[0].at", "missing"),
        ({"id": 1, "orders": []}, "customers[0].orders", "There is no key `orders` here."),
        ({"id": 1, "event": []}, "customers[0].event", "Did you mean `events`?"),
        ({"id": 1, "birth_date": "2.4.1990"}, "customers[0].birth_date", "2026-01-31"),
        ({"id": 1}, "customers[0]", "Nothing is told"),
    ],
)
def test_a_mistake_has_its_place_and_its_cure_and_nothing_is_kept(
    owner: Visit, at: Doors, person: dict[str, Any], field: str, words: str
) -> None:
    answer = owner.send("POST", "/facts", {"customers": [person, {"id": 2, "nps": 3}]})

    assert answer.status_code == 422
    ((place, message),) = [(each["field"], each["message"]) for each in answer.get_json()["error"]["problems"]]
    assert place == field
    assert words in message
    with at.store(owner.store_id) as tx:
        assert not inbox.has_waiting(tx)


def test_every_mistake_is_told_at_once(owner: Visit) -> None:
    answer = owner.send("POST", "/facts", {"customers": [{"id": 0, "nps": "good"}, {"nps": 1}]})

    fields = {each["field"] for each in answer.get_json()["error"]["problems"]}
    assert fields == {"customers[0].id", "customers[0].nps", "customers[1].id"}


@pytest.mark.parametrize("body", [{}, {"customers": []}, {"customers": [1]}, {"customers": [{"id": 1}], "more": 1}])
def test_what_is_no_list_of_customers_is_refused(owner: Visit, body: Any) -> None:
    assert owner.send("POST", "/facts", body).status_code == 422


def test_nobody_tells_without_a_token(owner: Visit) -> None:
    assert owner.client.post("/api/facts", json=TOLD).status_code == 401


def test_too_much_at_once_is_refused(owner: Visit) -> None:
    answer = owner.send("POST", "/facts", {"customers": [{"id": 1, "gender": "x" * 1_100_000}]})

    assert answer.status_code == 413
