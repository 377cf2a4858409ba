"""Thin webhooks: what they say, whom they reach, what becomes of those that fail."""

import base64
import hmac
import itertools
import json
from typing import Any

import pytest
import requests

from tests.sandbox.bigcommerce.app import App
from tests.sandbox.bigcommerce.clerk import CLIENT_SECRET, Clerk
from tests.sandbox.keeper import until


@pytest.fixture
def calm(base: str) -> Any:
    """Retries and blocking as the platform's other stores do not notice; put back afterwards."""

    def put(**said: Any) -> None:
        requests.put(f"{base}/_sandbox/bigcommerce/delivery", json=said, timeout=30).raise_for_status()

    yield put
    put(gaps=[0.05, 0.05, 0.05])


def test_a_delivery_says_what_and_which_and_no_more(store: Clerk, app: App) -> None:
    store.hook("store/order/created")

    made = store.buy(store.customer())
    store.quiet()

    (brought,) = app.at(store.path)
    body = brought.body
    assert body["data"] == {"type": "order", "id": made["id"]}
    assert (body["producer"], body["scope"]) == (f"stores/{store.store}", "store/order/created")
    assert body["store_id"] == str(store.get("/v2/store")["store_id"])
    assert len(body["hash"]) == 40
    assert brought.headers["x-listening-secret"] == "s3cret"
    assert "webhook-signature" not in brought.headers


def test_a_refund_is_told_three_times(store: Clerk, app: App) -> None:
    made = store.buy(store.customer())
    store.hook("store/order/*")

    refund = store.control("POST", f"/orders/{made['id']}/refund")["refund_id"]
    store.quiet()

    told = {item.body["scope"]: item.body["data"] for item in app.at(store.path)}
    assert set(told) == {"store/order/refund/created", "store/order/statusUpdated", "store/order/updated"}
    assert told["store/order/refund/created"]["refund"] == {"refund_id": refund}
    assert told["store/order/statusUpdated"]["status"] == {"previous_status_id": 11, "new_status_id": 4}


def test_an_address_is_told_by_its_own_number(store: Clerk, app: App) -> None:
    store.hook("store/customer/address/created")

    made = store.control("POST", "/customers/3/addresses", {"city": "Wien"})
    store.quiet()

    assert app.at(store.path)[0].body["data"] == {
        "type": "customer",
        "id": made["address_id"],
        "address": {"customer_id": 3},
    }


def test_a_wildcard_beside_its_own_kind_doubles(store: Clerk, app: App) -> None:
    store.hook("store/order/*")
    store.hook("store/order/created")

    store.buy(store.customer())
    store.quiet()

    assert app.scopes(store.path).count("store/order/created") == 2


def test_two_equal_events_of_a_second_have_one_hash(store: Clerk, app: App) -> None:
    store.hook("store/customer/updated")

    until(lambda: _twice_within_a_second(store, app))


def _twice_within_a_second(store: Clerk, app: App) -> bool:
    for _ in range(2):
        store.control("PATCH", "/customers/3", {"company": "Ember"})
    store.quiet()
    first, second = (item.body for item in app.at(store.path)[-2:])
    return bool(first["created_at"] == second["created_at"] and first["hash"] == second["hash"])


def test_a_signature_is_made_with_the_client_secret_when_asked(store: Clerk, app: App) -> None:
    store.control("PUT", "/faults", {"webhooks": {"signed": True}})
    store.hook("store/order/created")

    store.buy(store.customer())
    store.quiet()

    (brought,) = app.at(store.path)
    signed = f"{brought.headers['webhook-id']}.{brought.headers['webhook-timestamp']}.".encode() + brought.raw
    expected = base64.b64encode(hmac.digest(CLIENT_SECRET.encode(), signed, "sha256")).decode()
    assert brought.headers["webhook-signature"] == f"v1,{expected}"


def test_faults_make_deliveries_lie(store: Clerk, app: App) -> None:
    store.control(
        "PUT", "/faults", {"webhooks": {"without_headers": True, "producer": "stores/other", "numeric_store_id": True}}
    )
    store.hook("store/order/created")

    store.buy(store.customer())
    store.quiet()

    (brought,) = app.at(store.path)
    assert "x-listening-secret" not in brought.headers
    assert brought.body["producer"] == "stores/other"
    assert isinstance(brought.body["store_id"], int)


def test_deliveries_come_twice_late_or_never(store: Clerk, app: App) -> None:
    store.hook("store/customer/updated")

    for faults, expected in (({"duplicate": 1}, 2), ({"drop": 1}, 0), ({"shuffle": 1, "shuffle_seconds": 0.1}, 1)):
        before = len(app.at(store.path))
        store.control("PUT", "/faults", {"webhooks": faults})
        store.control("PATCH", "/customers/3", {"company": "Ember"})
        store.quiet()
        assert len(app.at(store.path)) - before == expected, faults


def test_later_deliveries_overtake_earlier_ones(store: Clerk, app: App) -> None:
    store.hook("store/order/created")
    store.control("PUT", "/faults", {"webhooks": {"shuffle": 1, "shuffle_seconds": 0.4, "seed": 3}})

    made = [store.buy(store.customer())["id"] for _ in range(8)]
    store.quiet()

    came = [item.body["data"]["id"] for item in app.at(store.path)]
    assert sorted(came) == made
    assert came != made


def test_a_failed_delivery_is_tried_again(store: Clerk, app: App) -> None:
    store.hook("store/order/created")
    app.statuses[store.path] = [500, 503]

    store.buy(store.customer())
    store.quiet()

    (delivery,) = store.control("GET", "/deliveries")
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 503, 200]
    assert len({item.raw for item in app.at(store.path)}) == 1


def test_after_the_last_retry_the_hook_is_off_until_it_is_put_on_again(store: Clerk, app: App) -> None:
    hook = store.hook("store/order/created")
    app.statuses[store.path] = [500] * 4

    store.buy(store.customer())
    store.quiet()
    store.buy(store.customer())
    (listed,) = store.get("/v3/hooks/admin", is_active="false")["data"]["hooks_list"]
    store.ask("PUT", f"/v3/hooks/{hook['id']}", {"is_active": True})
    store.buy(store.customer())
    store.quiet()

    assert (listed["id"], listed["status"], listed["is_active"]) == (hook["id"], "deactivated", False)
    assert "deactivated" in store.control("GET", "/hooks")["mailed"][0]
    assert [item["state"] for item in store.control("GET", "/deliveries")] == ["failed", "delivered"]


def test_whoever_listens_hears_that_a_hook_was_given_up(store: Clerk, app: App) -> None:
    elsewhere = store.hook("store/hook/deliveryException", destination=f"{app.url}{store.path}/trouble")
    hook = store.hook("store/order/created")
    app.statuses[store.path] = [500] * 4

    store.buy(store.customer())
    store.quiet()

    codes = [item.body["data"]["error_code"] for item in app.at(f"{store.path}/trouble")]
    assert codes == [90001, 90002]
    assert {item.body["data"]["id"] for item in app.at(f"{store.path}/trouble")} == {hook["id"]}
    assert elsewhere["is_active"]


def test_ninety_quiet_days_put_a_hook_off(store: Clerk) -> None:
    quiet, other = store.hook("store/order/created"), store.hook("store/order/updated")

    store.control("POST", "/hooks/quiet", {"ids": [quiet["id"]]})

    states = {hook["id"]: hook["is_active"] for hook in store.get("/v3/hooks")["data"]}
    assert states == {quiet["id"]: False, other["id"]: True}


def test_a_domain_that_fails_too_often_is_blocked_for_all(store: Clerk, app: App, calm: Any) -> None:
    calm(gaps=[0.1, 60], blocking={"least": 10, "share": 0.9, "window_seconds": 60, "block_seconds": 2})
    store.hook("store/customer/updated")
    app.statuses[store.path] = [500] * 10

    for _ in range(10):
        store.control("PATCH", "/customers/3", {"company": "Ember"})
    app.wait(lambda: len(app.at(store.path)) >= 10)
    (blocked,) = until(lambda: store.get("/v3/hooks/admin")["data"]["blocked_domains"])
    store.control("PATCH", "/customers/3", {"company": "Ember"})

    assert blocked["destination"] == app.url.replace("http:", "https:")
    assert blocked["reasons"][0]["failure_description"] == "HTTP 500"
    tried = until(lambda: store.control("GET", "/deliveries")[-1]["attempts"])
    assert (tried[0]["status"], tried[0]["error"]) == (None, "the domain is blocked")
    store.control("PUT", "/faults", {"webhooks": {"lost_while_blocked": 1}})
    store.control("PATCH", "/customers/3", {"company": "Ember"})
    assert store.control("GET", "/deliveries")[-1]["state"] == "dropped"
    until(lambda: store.get("/v3/hooks/admin")["data"]["blocked_domains"] == [])


@pytest.mark.parametrize(
    "said",
    [
        {"scope": "store/order/exploded"},
        {"scope": "store/nothing/*"},
        {"destination": "http://example.com/hooks"},
        {"destination": "https://example.com:8443/hooks"},
        {"headers": {"X-Number": 5}},
        {"is_active": "yes"},
    ],
)
def test_a_hook_that_cannot_be_is_refused(store: Clerk, said: dict[str, Any]) -> None:
    usual = {"scope": "store/order/created", "destination": "https://example.com/hooks"}

    assert store.ask("POST", "/v3/hooks", usual | said, status=422)["errors"]


def test_a_hook_is_one_of_its_scope_and_destination_and_ten_of_its_scope(store: Clerk) -> None:
    for number in range(10):
        store.hook("store/order/created", destination=f"https://example.com/{number}")

    store.hook("store/order/updated", destination="https://example.com/0")
    for number in (0, 10):
        said = {"scope": "store/order/created", "destination": f"https://example.com/{number}"}
        store.ask("POST", "/v3/hooks", said, status=422)


def test_hooks_are_listed_changed_and_deleted(store: Clerk) -> None:
    hook = store.hook("store/order/created")

    changed = store.ask("PUT", f"/v3/hooks/{hook['id']}", {"headers": {"X-Listening-Secret": "new"}})["data"]
    gone = store.ask("DELETE", f"/v3/hooks/{hook['id']}")["data"]

    assert changed["headers"] == {"X-Listening-Secret": "new"}
    assert gone["id"] == hook["id"]
    assert store.get("/v3/hooks", scope="store/order/created")["data"] == []
    store.get(f"/v3/hooks/{hook['id']}", status=404)


def test_who_is_written_to_can_be_said(store: Clerk) -> None:
    store.ask("PUT", "/v3/hooks/admin", {"emails": ["team@example.com"]}, status=204)

    assert store.get("/v3/hooks/admin")["data"]["emails"] == ["team@example.com"]


def test_many_purchases_are_all_told(store: Clerk, app: App) -> None:
    store.hook("store/order/created")

    run = store.control("POST", "/purchases", {"count": 50})
    store.quiet()

    assert store.control("GET", f"/purchases/{run['id']}")["placed"] == 50
    ids = [json.loads(item.raw)["data"]["id"] for item in app.at(store.path)]
    assert len(set(ids)) == 50
    assert all(later > sooner for sooner, later in itertools.pairwise(sorted(ids)))


def test_a_hook_of_another_account_delivers_and_is_not_seen(store: Clerk, app: App) -> None:
    body = {"scope": "store/order/created", "destination": store.hook("store/order/archived")["destination"]}
    theirs = store.control("POST", "/hooks", body)["id"]

    store.buy(store.customer())
    store.quiet()

    assert [each.body["scope"] for each in app.at(store.path)] == ["store/order/created"]
    assert [each["scope"] for each in store.get("/v3/hooks")["data"]] == ["store/order/archived"]
    assert [each["scope"] for each in store.get("/v3/hooks/admin")["data"]["hooks_list"]] == ["store/order/archived"]
    for method in ("GET", "PUT", "DELETE"):
        store.ask(method, f"/v3/hooks/{theirs}", {} if method == "PUT" else None, status=404)


def test_a_deleted_account_takes_token_hooks_and_metafields_with_it(store: Clerk) -> None:
    who = store.customer()["id"]
    store.hook("store/order/created")
    field = {"namespace": "ours", "key": "k", "value": "v", "permission_set": "read"}
    store.ask("POST", f"/v3/customers/{who}/metafields", field)

    assert store.control("DELETE", "/account") == {"hooks": 1, "metafields": 1}

    assert store.raw("GET", "/v2/store").status_code == 401
    assert store.control("GET", "/hooks")["hooks"] == []
    assert store.control("GET", f"/customers/{who}")["metafields"] == {}
