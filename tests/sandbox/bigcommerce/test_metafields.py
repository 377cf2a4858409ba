"""V3 customer metafields."""

from typing import Any

from tests.sandbox.bigcommerce.clerk import Clerk

ALL = "/v3/customers/metafields"


def said(customer: int = 3, **more: Any) -> dict[str, Any]:
    """A metafield to make."""
    usual = {"resource_id": customer, "namespace": "listening", "key": "segments", "value": "[]"}
    return usual | {"permission_set": "app_only"} | more


def test_what_can_be_made_is_made_and_the_rest_is_said(store: Clerk) -> None:
    answer = store.ask("POST", ALL, [said(3), said(999), said(4), said(4)], status=422)

    assert [row["resource_id"] for row in answer["data"]] == [3, 4]
    assert [error["status"] for error in answer["errors"]] == [404, 409]
    assert answer["meta"] == {"total": 4, "success": 2, "failed": 2}


def test_one_is_made_changed_and_deleted_at_its_customer(store: Clerk) -> None:
    (made,) = store.ask("POST", "/v3/customers/3/metafields", said())["data"]
    where = f"/v3/customers/3/metafields/{made['id']}"

    store.ask("PUT", where, {"id": made["id"], "value": '["gold"]'})
    changed = store.get(where)["data"]
    store.ask("DELETE", where, status=204)

    assert changed["value"] == '["gold"]'
    store.get(where, status=404)


def test_the_same_key_twice_is_a_conflict(store: Clerk) -> None:
    store.ask("POST", "/v3/customers/3/metafields", said())

    store.ask("POST", "/v3/customers/3/metafields", said(), status=409)


def test_every_write_is_told_under_two_names(store: Clerk) -> None:
    store.hook("store/metafield/*")
    store.hook("store/customer/metafield/created")

    store.ask("POST", ALL, [said()])
    store.quiet()

    scopes = sorted(item["scope"] for item in store.control("GET", "/deliveries"))
    assert scopes == ["store/customer/metafield/created", "store/metafield/created"]


def test_they_are_changed_and_deleted_in_batches(store: Clerk) -> None:
    rows = store.ask("POST", ALL, [said(3), said(4)])["data"]

    store.ask("PUT", ALL, [{"id": rows[0]["id"], "value": "new"}])
    gone = store.ask("DELETE", ALL, [rows[1]["id"], 999], status=422)

    assert gone["data"] == [rows[1]["id"]]
    assert [row["value"] for row in store.get(ALL, namespace="listening", **{"key:in": "segments"})["data"]] == ["new"]


def test_a_value_has_its_limit(store: Clerk) -> None:
    store.ask("POST", "/v3/customers/3/metafields", said(value="x" * 65_536), status=422)
    store.ask("POST", "/v3/customers/3/metafields", said(value=""), status=422)
