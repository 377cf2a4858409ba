"""A customer asked what is held about them: the merchant sees it, sends a file and says so."""

import json

from plugin.db import problems
from plugin.db.transaction import Database as Doors
from plugin.domain.ids import CustomerId
from plugin.flow.forget import forget_customer
from tests.builders import NOON
from tests.web.visit import Visit


def request(at: Doors, owner: Visit, customer: int | None, number: str = "5") -> None:
    with at.store(owner.store_id) as tx:
        problems.report(tx, "data_requested", number, customer=customer)
        tx.execute("UPDATE problems SET first_at = '2026-03-01T12:00Z'")


def test_the_merchant_reads_who_asks_and_until_when(owner: Visit, at: Doors) -> None:
    request(at, owner, 2)

    (told,) = owner.get("/problems")["problems"]

    assert told["title"] == "Customer 2 asked what you hold about them"
    assert "March 31, 2026" in told["advice"]
    assert (told["code"], told["customer"]) == ("data_requested", "2")


def test_of_somebody_nobody_knows_there_is_nothing_to_download(owner: Visit, at: Doors) -> None:
    request(at, owner, 99)
    request(at, owner, None, "6")

    told = owner.get("/problems")["problems"]

    assert [(each["code"], each["customer"]) for each in told] == [("data_requested", None)] * 2
    assert all("nothing is held" in each["title"] for each in told)


def test_the_file_is_downloaded_under_a_name(owner: Visit, regulars: int) -> None:
    answer = owner.send("GET", "/customers/2/export")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="customer-2.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    told = json.loads(answer.get_data())
    assert told["facts"]["customers"][0]["email"] == "c2@example.com"
    assert [each["segment"] for each in told["segments"]] == ["Regulars"]
    assert {each["cause"] for each in told["shown"]} == {"the rule was new or changed"}  # In words, as on the page.
    assert "b'" not in answer.get_data(as_text=True)


def test_the_file_is_for_the_owner_of_the_store_alone(owner: Visit) -> None:
    assert owner.client.get("/api/customers/2/export").status_code == 401
    assert owner.send("GET", "/customers/99/export").status_code == 404


def test_what_is_done_is_asked_no_more(owner: Visit, at: Doors) -> None:
    request(at, owner, 2)

    assert owner.send("POST", "/problems/data_requested/5/done").status_code == 204
    assert owner.get("/problems")["problems"] == []


def test_who_is_erased_meanwhile_asks_no_more(owner: Visit, at: Doors) -> None:
    request(at, owner, 2)
    with at.store(owner.store_id) as tx:
        forget_customer(tx, CustomerId(2), (), NOON)

    assert owner.get("/problems")["problems"] == []


def test_an_unreadable_message_says_until_when_it_is_kept_and_afterwards_how_many_are_gone(
    owner: Visit, at: Doors
) -> None:
    with at.store(owner.store_id) as tx:
        problems.report(tx, "delivery_set_aside", "7", topic="orders/create")
        problems.report(tx, "deliveries_given_up", "unread", number=3, days=7)
        tx.execute("UPDATE problems SET first_at = '2026-03-01T12:00Z'")

    advice = {each["code"]: each["advice"] for each in owner.get("/problems")["problems"]}

    assert "until March 8, 2026" in advice["delivery_set_aside"]
    assert "How many: 3" in advice["deliveries_given_up"]
    assert owner.send("POST", "/problems/deliveries_given_up/unread/done").status_code == 204


def test_other_problems_go_only_when_they_are_solved(owner: Visit, at: Doors) -> None:
    with at.store(owner.store_id) as tx:
        problems.report(tx, "ranking_failed")

    assert owner.send("POST", "/problems/ranking_failed/x/done").status_code == 404
