"""V3 customer attributes and their values."""

from typing import Any

import pytest

from tests.sandbox.bigcommerce.clerk import Clerk

ATTRIBUTES, VALUES = "/v3/customers/attributes", "/v3/customers/attribute-values"


def defined(store: Clerk, name: str = "Segments", kind: str = "string") -> int:
    """A new attribute's number."""
    return int(store.ask("POST", ATTRIBUTES, [{"name": name, "type": kind}])["data"][0]["id"])


def test_a_value_goes_in_under_one_name_and_out_under_another(store: Clerk) -> None:
    number = defined(store)

    (row,) = store.ask("PUT", VALUES, [{"attribute_id": number, "customer_id": 3, "value": "gold"}])["data"]

    assert row["attribute_value"] == "gold"
    found = store.get(VALUES, **{"customer_id:in": "3", "attribute_id:in": number})["data"]
    assert [(each["customer_id"], each["attribute_value"]) for each in found] == [(3, "gold")]


def test_writing_again_changes_the_same_value_and_nobody_is_told(store: Clerk) -> None:
    number = defined(store)
    store.hook("store/customer/*")

    first = store.ask("PUT", VALUES, [{"attribute_id": number, "customer_id": 3, "value": "gold"}])["data"][0]
    second = store.ask("PUT", VALUES, [{"attribute_id": number, "customer_id": 3, "value": "silver"}])["data"][0]
    store.quiet()

    assert first["id"] == second["id"]
    assert store.control("GET", "/deliveries") == []


def test_a_store_has_fifty_whoever_made_them(store: Clerk) -> None:
    store.control("POST", "/attributes", {"name": "Other app", "count": 49})

    refused = store.ask("POST", ATTRIBUTES, [{"name": "One more", "type": "string"}], status=422)

    assert "50" in refused["errors"]["0.name"]


@pytest.mark.parametrize(
    ("kind", "value"), [("string", "x" * 256), ("string", 5), ("number", "many"), ("date", "tomorrow")]
)
def test_a_value_that_does_not_fit_is_refused(store: Clerk, kind: str, value: Any) -> None:
    number = defined(store, kind=kind)

    refused = store.ask("PUT", VALUES, [{"attribute_id": number, "customer_id": 3, "value": value}], status=422)

    assert "0.value" in refused["errors"]


def test_ten_customers_are_the_most_in_one_call(store: Clerk) -> None:
    number = defined(store)
    rows = [{"attribute_id": number, "customer_id": each, "value": "x"} for each in range(1, 12)]

    assert store.raw("PUT", VALUES, rows).status_code == 413
    assert len(store.ask("PUT", VALUES, rows[:10])["data"]) == 10


def test_the_name_can_be_changed_and_the_type_cannot(store: Clerk) -> None:
    number = defined(store)

    assert store.ask("PUT", ATTRIBUTES, [{"id": number, "name": "Kinds"}])["data"][0]["name"] == "Kinds"
    store.ask("PUT", ATTRIBUTES, [{"id": number, "name": "Kinds", "type": "date"}], status=422)
    store.ask("POST", ATTRIBUTES, [{"name": "Kinds", "type": "string"}], status=422)


def test_a_deleted_attribute_takes_its_values_along(store: Clerk) -> None:
    number = defined(store)
    store.ask("PUT", VALUES, [{"attribute_id": number, "customer_id": 3, "value": "gold"}])

    store.ask("DELETE", ATTRIBUTES, status=204, **{"id:in": number})

    assert store.get(VALUES, **{"attribute_id:in": number})["data"] == []
    store.ask("PUT", VALUES, [{"attribute_id": number, "customer_id": 3, "value": "gold"}], status=422)


def test_values_are_deleted_by_their_own_numbers(store: Clerk) -> None:
    number = defined(store)
    rows = [{"attribute_id": number, "customer_id": each, "value": "x"} for each in (3, 4)]
    first, _ = store.ask("PUT", VALUES, rows)["data"]

    store.ask("DELETE", VALUES, status=204, **{"id:in": first["id"]})

    assert [each["customer_id"] for each in store.get(VALUES, **{"attribute_id:in": number})["data"]] == [4]


def test_the_merchant_sees_and_edits_values(store: Clerk) -> None:
    number = defined(store)

    shown = store.control("PATCH", "/customers/3", {"attributes": {"Segments": "by hand"}})

    assert shown["attributes"]["Segments"] == "by hand"
    (row,) = store.get(VALUES, **{"customer_id:in": 3, "attribute_id:in": number})["data"]
    assert row["attribute_value"] == "by hand"
