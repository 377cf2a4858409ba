"""Customers: found, and shown with the reason."""

from collections.abc import Callable

import pytest

from plugin.db.transaction import Database as Doors
from plugin.flow.house import House
from tests.web.api.drafts import rule, tiers
from tests.web.stock import stock, work
from tests.web.visit import Visit


@pytest.mark.parametrize("text", ["c3@", "customer 3", "3"])
def test_a_customer_is_found_by_mail_name_or_number(owner: Visit, text: str) -> None:
    found = owner.get(f"/customers?search={text}")["customers"]

    assert [person["id"] for person in found] == ["3"]


def test_signs_of_patterns_are_just_letters(owner: Visit) -> None:
    assert owner.get("/customers?search=%25")["customers"] == []


def test_without_a_search_the_newest_come_first(owner: Visit) -> None:
    assert [person["id"] for person in owner.get("/customers")["customers"]] == ["5", "4", "3", "2", "1"]


def test_a_customer_shows_segments_with_since(owner: Visit, regulars: int) -> None:
    (standing,) = owner.get("/customers/3")["segments"]

    assert (standing["id"], standing["name"], standing["label"]) == (regulars, "Regulars", "")
    assert standing["since"]


def test_the_reason_says_what_was_asked_and_what_was_there(owner: Visit, regulars: int) -> None:
    reason = owner.get(f"/customers/3/segments/{regulars}")["reason"]

    assert reason["answer"] == "yes"
    assert "number of orders" in reason["sentence"]
    assert reason["actual"] == "here: 3"


def test_a_customer_who_is_not_in_is_told_how_far_it_is(owner: Visit, regulars: int) -> None:
    (standing,) = owner.get("/customers/1")["segments"]
    reason = owner.get(f"/customers/1/segments/{regulars}")["reason"]

    assert (standing["label"], standing["since"]) == (None, None)
    assert (reason["answer"], reason["actual"]) == ("no", "here: 1, 1 to go")


def test_a_reason_over_several_conditions_shows_each_with_the_rows_behind_it(owner: Visit, house: House) -> None:
    text = "number_of_orders >= 2 AND sum(orders.net) >= 120 AND customer_tags CONTAINS 'gold'"
    made = owner.post("/segments", rule("Three", text))
    work(house, owner.store_id)

    reason = owner.get(f"/customers/2/segments/{made['id']}")["reason"]

    assert (reason["answer"], reason["sentence"]) == ("no", "All of these:")
    orders, spent, tags = reason["parts"]
    assert (orders["answer"], spent["answer"], tags["answer"]) == ("yes", "no", "no")
    assert spent["actual"] == "here: £100, £20 to go"
    assert len(spent["facts"]) == 2
    assert "£50" in spent["facts"][0]
    assert tags["actual"] == "here: none"


def test_the_reason_of_tiers_goes_through_its_labels(owner: Visit, house: House) -> None:
    draft = tiers("Levels", ("Gold", "number_of_orders >= 3"), ("Silver", "number_of_orders >= 1"))
    made = owner.post("/segments", draft)
    work(house, owner.store_id)

    reason = owner.get(f"/customers/2/segments/{made['id']}")["reason"]

    assert [(part["sentence"], part["answer"]) for part in reason["parts"]] == [("‘Gold’:", "no"), ("‘Silver’:", "yes")]


@pytest.mark.parametrize(
    ("text", "actual"),
    [
        ("TOP 1 BY sum(orders.net)", "here: £100 (place 2 of 3), £50 to go"),
        ("frequency_score >= 5", "here: 4 (place 2 of 3), 1 to go"),
        ("rfm_segment = 'NEW'", "here: CHAMPIONS"),
        ("anniversary(first_order_date) = 2026-06-15", "here: June 15"),
        ("email_subscription_date IS NULL", "here: none"),
        ("last(orders.channel) = 'pos'", "here: none"),
        ("every(orders HAVING net >= 50)", "here: 2; 0"),
        ("customer_tags CONTAINS 'gold'", "here: none"),
        ("orders_placed MATCHES (count >= 2, sum_amount >= 500)", "here: 2; £100"),
        ("last_order_date IS NULL", "here: Jun 15, 2026, 12:00:00\u202fPM"),
        ("email_subscription_status = 'SUBSCRIBED'", "here: none"),
        ("sum(orders.net) / count(orders) >= 60", "here: £50, £10 to go"),
        ("NOT IN SEGMENT 'Regulars'", None),
    ],
)
def test_every_kind_of_condition_has_its_words(
    owner: Visit, regulars: int, house: House, text: str, actual: str | None
) -> None:
    made = owner.post("/segments", rule("Kind", text))
    work(house, owner.store_id)

    reason = owner.get(f"/customers/2/segments/{made['id']}")["reason"]

    assert reason["sentence"].startswith("Customers")
    assert reason["actual"] == actual


def test_a_reason_knows_when_time_alone_will_change_it(owner: Visit, house: House) -> None:
    made = owner.post("/segments", rule("Fresh", "last_order_date >= -3650d"))
    work(house, owner.store_id)

    told = owner.get(f"/customers/2/segments/{made['id']}")

    assert told["next_change"].startswith("2036-06-")
    assert told["reason"]["actual"].startswith("here: Jun 15, 2026")


def test_a_customer_shows_entries_and_wanted_tags(owner: Visit, regulars: int, house: House) -> None:
    owner.post(f"/segments/{regulars}/live")
    work(house, owner.store_id)

    told = owner.get("/customers/3")

    (event,) = told["history"]
    assert (event["segment"], event["entered"]) == ("Regulars", True)
    assert event["cause"] == "the rule was new or changed"
    assert told["tags"] == {"wanted": ["regular"], "written": [], "foreign": []}


def test_a_number_beyond_what_javascript_holds_arrives_whole(visit: Callable[..., Visit], at: Doors) -> None:
    owner = visit()
    stock(at, owner.store_id, customers=0)
    huge = 2**53 + 1
    with at.store(owner.store_id) as tx:
        tx.execute("INSERT INTO customers (store_id, id) VALUES (%s, %s)", (owner.store_id, huge))

    assert owner.get(f"/customers/{huge}")["customer"]["id"] == str(huge)


def test_an_unknown_customer_is_not_found(owner: Visit) -> None:
    answer = owner.send("GET", "/customers/999")

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "not_found")


def test_two_stores_never_see_each_other(visit: Callable[..., Visit], at: Doors, house: House) -> None:
    """Equal customer ids and equal segment names, and neither sees the other's."""
    mine, theirs = visit("mine.myshopify.com"), visit("theirs.myshopify.com")
    stock(at, mine.store_id, customers=5)
    stock(at, theirs.store_id, customers=3)
    draft = {"name": "Same", "definition": {"kind": "rule", "rule": "number_of_orders >= 2"}, "outputs": {}}
    made = mine.post("/segments", draft)
    work(house, mine.store_id)

    assert theirs.get("/overview")["segments"] == []
    assert theirs.get("/overview")["counts"]["customers"] == 3
    assert theirs.get("/customers/3")["segments"] == []
    for method, path in (
        ("GET", f"/segments/{made['id']}"),
        ("GET", f"/segments/{made['id']}/members"),
        ("GET", f"/segments/{made['id']}/plan"),
        ("PUT", f"/segments/{made['id']}"),
        ("DELETE", f"/segments/{made['id']}"),
        ("POST", f"/segments/{made['id']}/live"),
        ("POST", f"/segments/{made['id']}/preview"),
        ("POST", f"/plans/{made['plan_id']}/apply"),
        ("GET", "/customers/5"),
        ("GET", f"/customers/3/segments/{made['id']}"),
    ):
        body = draft if method == "PUT" else None
        assert theirs.send(method, path, body).status_code == 404, (method, path)
    assert mine.get(f"/segments/{made['id']}")["size"] == 2
    assert theirs.post("/rules/count", draft)["total"] == 3
