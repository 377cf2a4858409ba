"""V3 customers: paging, filters, batches."""

from typing import Any

import pytest

from tests.sandbox.bigcommerce.clerk import Clerk


def walked(store: Clerk, **asked: Any) -> list[int]:
    """The ids of all customers, by cursor."""
    found: list[int] = []
    more: dict[str, str] = {}
    while True:
        page = store.get("/v3/customers", **asked, **more)
        found += [each["id"] for each in page["data"]]
        cursors = page["meta"]["cursor_pagination"]
        if "next" not in cursors["links"]:
            return found
        more = {"after": cursors["end_cursor"]}


def test_cursors_walk_over_everybody_once(store: Clerk) -> None:
    assert walked(store, limit=7) == list(range(1, 31))


def test_a_cursor_survives_that_its_customer_is_deleted(store: Clerk) -> None:
    first = store.get("/v3/customers", limit=5)
    store.control("DELETE", "/customers/5")

    second = store.get("/v3/customers", limit=5, after=first["meta"]["cursor_pagination"]["end_cursor"])

    assert [each["id"] for each in second["data"]] == [6, 7, 8, 9, 10]


def test_a_cursor_leads_back_too(store: Clerk) -> None:
    first = store.get("/v3/customers", limit=5)
    second = store.get("/v3/customers", limit=5, after=first["meta"]["cursor_pagination"]["end_cursor"])
    before = second["meta"]["cursor_pagination"]["start_cursor"]

    back = store.get("/v3/customers", limit=5, before=before)
    store.control("DELETE", "/customers/6")
    again = store.get("/v3/customers", limit=5, before=before)

    assert back["data"] == again["data"] == first["data"]


def test_only_the_first_page_has_both_ways_of_paging(store: Clerk) -> None:
    first, second = store.get("/v3/customers", limit=10), store.get("/v3/customers", limit=10, page=2)

    assert set(first["meta"]) == {"pagination", "cursor_pagination"}
    assert set(second["meta"]) == {"pagination"}
    assert first["meta"]["pagination"]["total"] == 30


@pytest.mark.parametrize(
    "asked", [{"favourite": "1"}, {"limit": 251}, {"id:in": "one"}, {"include": "orders"}, {"sort": "id:asc"}]
)
def test_what_it_does_not_know_it_refuses(store: Clerk, asked: dict[str, Any]) -> None:
    assert store.get("/v3/customers", status=422, **asked)["status"] == 422


def test_customers_are_found_by_what_they_are(store: Clerk) -> None:
    made = store.customer(email="Grace@Example.com", first_name="Grace", last_name="Hopper", company="Navy", group_id=2)

    def ids(**asked: Any) -> list[int]:
        return [each["id"] for each in store.get("/v3/customers", **asked)["data"]]

    assert ids(**{"email:in": "grace@example.com,other@example.com"}) == [made["id"]]
    assert ids(**{"name:in": "Grace Hopper"}) == [made["id"]]
    assert ids(**{"name:like": "hopp"}) == [made["id"]]
    assert ids(**{"company:in": "navy"}) == [made["id"]]
    assert made["id"] in ids(**{"customer_group_id:in": "2"})
    assert ids(**{"id:in": f"{made['id']},999999"}) == [made["id"]]
    assert made["id"] in ids(**{"date_modified:min": "2020-01-01"})
    assert ids(**{"date_created:max": "2020-01-01"}) == []


def test_a_row_has_ten_addresses_at_most_and_the_book_has_all(store: Clerk) -> None:
    made = store.customer(city="Köln")
    for number in range(11):
        store.control("POST", f"/customers/{made['id']}/addresses", {"city": f"City {number}"})

    (row,) = store.get("/v3/customers", **{"id:in": made["id"], "include": "addresses"})["data"]
    book = store.get("/v3/customers/addresses", **{"customer_id:in": made["id"]})["data"]

    assert (len(row["addresses"]), row["address_count"], len(book)) == (10, 12, 12)


def test_a_batch_is_ten_at_most(store: Clerk) -> None:
    ten = [{"id": number, "company": "Ten"} for number in range(1, 11)]

    assert len(store.ask("PUT", "/v3/customers", ten)["data"]) == 10
    assert store.raw("PUT", "/v3/customers", [*ten, {"id": 11, "company": "Ten"}]).status_code == 413


@pytest.mark.parametrize(
    "bad",
    [
        {"id": 999, "company": "x"},
        {"id": 2, "customer_group_id": 99},
        {"id": 2, "customer_group_id": "2"},
        {"id": 2, "first_name": ""},
        {"company": "x"},
        {"id": 2, "email": "nobody"[:2]},
    ],
)
def test_one_bad_customer_spoils_the_batch(store: Clerk, bad: dict[str, Any]) -> None:
    refused = store.ask("PUT", "/v3/customers", [{"id": 1, "company": "Good"}, bad], status=422)

    assert next(iter(refused["errors"])).startswith("1.")
    assert store.get("/v3/customers", **{"id:in": 1})["data"][0]["company"] == ""


def test_a_move_between_groups_comes_back_as_an_update(store: Clerk) -> None:
    store.hook("store/customer/updated")

    (moved,) = store.ask("PUT", "/v3/customers", [{"id": 3, "customer_group_id": 2}])["data"]
    store.quiet()

    sent = store.control("GET", "/deliveries?bodies=1")
    assert moved["customer_group_id"] == 2
    assert [item["scope"] for item in sent] == ["store/customer/updated"]
    assert '"data":{"type":"customer","id":3}' in sent[0]["body"]


def test_nobody_is_in_no_group_as_zero(store: Clerk) -> None:
    store.ask("PUT", "/v3/customers", [{"id": 3, "customer_group_id": 2}])

    (moved,) = store.ask("PUT", "/v3/customers", [{"id": 3, "customer_group_id": 0}])["data"]

    assert moved["customer_group_id"] == 0


def test_who_is_made_without_a_group_gets_the_default_one(store: Clerk) -> None:
    group = store.control("POST", "/groups", {"name": "Everybody", "default": True})
    said = {"email": "new@example.com", "first_name": "New", "last_name": "Person"}

    (made,) = store.ask("POST", "/v3/customers", [said])["data"]
    twice = store.ask("POST", "/v3/customers", [said], status=422)

    assert made["customer_group_id"] == group["id"]
    assert "already in use" in twice["errors"]["0.email"]


def test_deleting_nobody_deletes_nobody(store: Clerk) -> None:
    store.ask("DELETE", "/v3/customers", status=204)
    store.ask("DELETE", "/v3/customers", status=204, **{"id:in": "1,2"})

    assert walked(store) == list(range(3, 31))


def test_addresses_are_written_and_told(store: Clerk) -> None:
    store.hook("store/customer/address/*")
    said = {
        "customer_id": 3,
        "first_name": "A",
        "last_name": "B",
        "address1": "Ring 1",
        "city": "Wien",
        "state_or_province": "",
        "postal_code": "1010",
        "country_code": "AT",
    }

    (made,) = store.ask("POST", "/v3/customers/addresses", [said])["data"]
    store.ask("PUT", "/v3/customers/addresses", [{"id": made["id"], "city": "Graz"}])
    store.ask("DELETE", "/v3/customers/addresses", status=204, **{"id:in": made["id"]})
    store.quiet()

    scopes = [item["scope"].rpartition("/")[2] for item in store.control("GET", "/deliveries")]
    assert scopes == ["created", "updated", "deleted"]
    assert store.ask("POST", "/v3/customers/addresses", [said | {"customer_id": 999}], status=422)


def test_answers_to_the_stores_own_questions_are_read_and_written(store: Clerk) -> None:
    question = {"customer_id": 3, "name": "How did you hear about us?", "value": "A friend"}

    store.ask("PUT", "/v3/customers/form-field-values", [question])

    assert store.get("/v3/customers/form-field-values", customer_id=3)["data"] == [question]
    (row,) = store.get("/v3/customers", **{"id:in": 3, "include": "formfields"})["data"]
    assert row["form_fields"] == [question]
