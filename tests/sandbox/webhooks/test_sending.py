"""Webhooks over HTTP: who hears what, signed, again when it failed, and broken on request."""

import base64
import hmac
from collections import Counter

import pytest

from sandbox.oauth.signing import webhook_signature
from tests.sandbox.conftest import RETRIES, NewShop
from tests.sandbox.ears import Ears, Heard
from tests.sandbox.keeper import CLIENT_SECRET, Keeper

PURCHASE = {"orders/create", "orders/paid", "orders/updated", "customers/update"}


def topics(heard: list[Heard]) -> Counter[str]:
    return Counter(item.topic for item in heard)


def test_a_purchase_is_told_once_for_each_topic(shop: Keeper, ears: Ears) -> None:
    who = shop.control("GET", "/customers")[0]
    order = shop.order(who)
    shop.quiet()

    heard = ears.of(shop.shop)

    assert topics(heard) == dict.fromkeys(PURCHASE, 1)
    assert len({item.id for item in heard}) == 4
    assert len({item.headers["x-shopify-event-id"] for item in heard}) == 1
    for item in heard:
        signature = base64.b64encode(hmac.digest(CLIENT_SECRET.encode(), item.raw, "sha256")).decode()
        assert item.headers["x-shopify-hmac-sha256"] == signature
        assert item.headers["x-shopify-api-version"] == "2026-10"
        assert item.headers["user-agent"].startswith("Shopify-Captain-Hook")
        assert item.headers["content-type"] == "application/json"
        assert len(item.headers["x-shopify-triggered-at"]) == len("2026-11-21T18:00:27.877041743Z")
        assert item.path == "/hooks"
    body = next(item.body for item in heard if item.topic == "orders/create")
    assert (body["id"], body["customer"]["id"], body["total_price"]) == (order["id"], who["id"], order["total"])


def test_a_guest_has_no_customer(shop: Keeper, ears: Ears) -> None:
    shop.order(None, email="guest@example.com")
    shop.quiet()

    assert topics(ears.of(shop.shop)) == {"orders/create": 1, "orders/paid": 1, "orders/updated": 1}
    assert ears.of(shop.shop, "orders/create")[0].body["customer"] is None


@pytest.mark.parametrize(
    ("act", "said", "told"),
    [
        ("refund", {}, {"refunds/create": 1, "orders/updated": 1, "customers/update": 1}),
        (
            "cancel",
            {},
            {"refunds/create": 1, "orders/cancelled": 1, "orders/updated": 1, "customers/update": 1},
        ),
        ("cancel", {"refund": False}, {"orders/cancelled": 1, "orders/updated": 1, "customers/update": 1}),
        ("delete", {}, {"orders/delete": 1, "customers/update": 1}),
        ("tags", {"add": ["gift"]}, {"orders/updated": 1}),
        ("tags", {"remove": ["gift"]}, {}),
    ],
)
def test_what_becomes_of_an_order_is_told(
    shop: Keeper, ears: Ears, act: str, said: dict[str, object], told: dict[str, int]
) -> None:
    order = shop.order(shop.control("GET", "/customers")[0])
    shop.quiet()
    before = len(ears.of(shop.shop))

    shop.control("POST", f"/orders/{order['id']}/{act}", said)
    shop.quiet()

    assert topics(ears.of(shop.shop)[before:]) == told


def test_a_payment_later_is_told(shop: Keeper, ears: Ears) -> None:
    order = shop.order(shop.control("GET", "/customers")[0], paid=False)
    shop.quiet()
    assert "orders/paid" not in topics(ears.of(shop.shop))

    shop.control("POST", f"/orders/{order['id']}/pay", {})
    shop.quiet()

    (paid,) = ears.of(shop.shop, "orders/paid")
    assert paid.body["financial_status"] == "paid"


def test_the_apps_own_tag_writes_come_back_and_idle_ones_do_not(shop: Keeper, ears: Ears) -> None:
    who = shop.customer(tags=["kept"])
    shop.quiet()
    before = len(ears.of(shop.shop))
    write = """mutation T($id: ID!) { tagsAdd(id: $id, tags: ["KEPT", "fresh"]) { userErrors { message } }
      tagsRemove(id: $id, tags: ["never"]) { userErrors { message } } }"""

    for _ in range(2):
        shop.graphql(write, id=who["gid"])
    shop.quiet()

    heard = ears.of(shop.shop)[before:]
    assert topics(heard) == {"customer.tags_added": 1, "customers/update": 1}
    body = next(item.body for item in heard if item.topic == "customer.tags_added")
    assert (body["customerId"], body["tags"]) == (who["gid"], ["fresh"])


def test_the_merchants_changes_are_told(shop: Keeper, ears: Ears) -> None:
    who = shop.customer()
    shop.control("PATCH", f"/customers/{who['id']}", {"note": "New", "add_tags": ["a"]})
    shop.control("PATCH", f"/customers/{who['id']}", {"remove_tags": ["A"]})
    shop.control("PATCH", f"/customers/{who['id']}", {"add_tags": []})
    shop.control("DELETE", f"/customers/{who['id']}")
    shop.quiet()

    assert topics(ears.of(shop.shop)) == {
        "customers/create": 1,
        "customers/update": 3,
        "customer.tags_added": 1,
        "customer.tags_removed": 1,
        "customers/delete": 1,
    }


def test_history_is_never_told_and_a_shop_without_the_app_says_nothing(new_shop: NewShop, ears: Ears) -> None:
    shop = new_shop(installed=False)
    shop.order(shop.customer())
    shop.quiet()

    assert ears.of(shop.shop) == []


def test_uninstalling_is_told_and_is_the_last_word(shop: Keeper, ears: Ears) -> None:
    shop.control("POST", "/uninstall")
    shop.order(shop.customer())
    shop.quiet()

    (heard,) = ears.of(shop.shop)
    assert (heard.topic, heard.body["myshopify_domain"]) == ("app/uninstalled", shop.shop)


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact", "shop/redact"])
def test_privacy_topics_are_told_even_after_the_app_is_gone(shop: Keeper, ears: Ears, topic: str) -> None:
    who = shop.control("GET", "/customers")[0]
    shop.control("POST", "/uninstall")

    shop.control("POST", "/privacy", {"topic": topic, "customer_id": who["id"]})
    shop.quiet()

    (heard,) = ears.of(shop.shop, topic)
    assert heard.body["shop_domain"] == shop.shop
    assert topic == "shop/redact" or heard.body["customer"]["id"] == who["id"]


def test_a_failed_delivery_comes_again_with_the_same_id_and_bytes(shop: Keeper, ears: Ears) -> None:
    ears.statuses[shop.shop] = [500, 302, 429]
    shop.order(None)
    shop.quiet()

    heard = ears.of(shop.shop)
    tries = Counter(item.id for item in heard)
    assert len(heard) == 6
    assert len(tries) == 3
    assert len({(item.id, item.raw) for item in heard}) == 3
    deliveries = shop.control("GET", "/deliveries")
    assert {item["state"] for item in deliveries} == {"delivered"}
    assert {item["id"]: len(item["attempts"]) for item in deliveries} == tries


def test_after_eight_retries_a_delivery_is_given_up(shop: Keeper, ears: Ears) -> None:
    ears.statuses[shop.shop] = [500] * 100
    shop.control("POST", "/uninstall")
    shop.quiet()

    (delivery,) = shop.control("GET", "/deliveries?topic=app/uninstalled&bodies=1")
    assert delivery["state"] == "failed"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500] * (1 + len(RETRIES))
    assert shop.shop in delivery["body"]


def test_a_subscription_of_the_api_is_told_and_ends(shop: Keeper, ears: Ears) -> None:
    payload = shop.subscribe("CUSTOMERS_PURCHASING_SUMMARY", f"{ears.url}/own", name="spend")
    again = shop.subscribe("CUSTOMERS_PURCHASING_SUMMARY", f"{ears.url}/own")
    order = shop.order(shop.control("GET", "/customers")[0])
    shop.quiet()

    (heard,) = ears.of(shop.shop, "customers/purchasing_summary")
    assert (heard.path, heard.headers["x-shopify-name"]) == ("/own", "spend")
    assert heard.body["lastOrderId"] == order["gid"]
    assert again["webhookSubscription"] is None
    assert "already been taken" in again["userErrors"][0]["message"]

    listed = shop.graphql("{ webhookSubscriptions(first: 9) { nodes { id topic uri } } }")["webhookSubscriptions"]
    number = payload["webhookSubscription"]["id"]
    assert listed["nodes"] == [{"id": number, "topic": "CUSTOMERS_PURCHASING_SUMMARY", "uri": f"{ears.url}/own"}]
    end = """mutation D($id: ID!) { webhookSubscriptionDelete(id: $id) {
      deletedWebhookSubscriptionId userErrors { message } } }"""
    assert shop.graphql(end, id=number)["webhookSubscriptionDelete"]["deletedWebhookSubscriptionId"] == number
    assert shop.graphql(end, id=number)["webhookSubscriptionDelete"]["userErrors"]


def test_a_subscription_goes_to_its_new_address(shop: Keeper, ears: Ears) -> None:
    move = """mutation M($id: ID!, $uri: String!) {
      webhookSubscriptionUpdate(id: $id, webhookSubscription: {uri: $uri}) {
      webhookSubscription { uri } userErrors { message } } }"""
    number = shop.subscribe("CUSTOMERS_PURCHASING_SUMMARY", f"{ears.url}/was")["webhookSubscription"]["id"]
    shop.subscribe("CUSTOMERS_PURCHASING_SUMMARY", f"{ears.url}/taken")

    moved = shop.graphql(move, id=number, uri=f"{ears.url}/is")["webhookSubscriptionUpdate"]
    taken = shop.graphql(move, id=number, uri=f"{ears.url}/taken")["webhookSubscriptionUpdate"]
    nobody = shop.graphql(move, id=f"{number}0", uri=f"{ears.url}/is")["webhookSubscriptionUpdate"]
    shop.order(shop.control("GET", "/customers")[0])
    shop.quiet()

    assert moved == {"webhookSubscription": {"uri": f"{ears.url}/is"}, "userErrors": []}
    assert "already been taken" in taken["userErrors"][0]["message"]
    assert "does not exist" in nobody["userErrors"][0]["message"]
    assert {heard.path for heard in ears.of(shop.shop, "customers/purchasing_summary")} == {"/is", "/taken"}


def test_included_fields_are_the_only_ones(shop: Keeper, ears: Ears) -> None:
    shop.subscribe("ORDERS_CREATE", f"{ears.url}/small", includeFields=["id", "updated_at"])
    order = shop.order(None)
    shop.quiet()

    small = next(item for item in ears.of(shop.shop, "orders/create") if item.path == "/small")
    assert small.body == {"id": order["id"], "updated_at": small.body["updated_at"]}


def test_a_topic_taken_twice_at_one_address_comes_once_unless_asked_otherwise(shop: Keeper, ears: Ears) -> None:
    shop.subscribe("ORDERS_CREATE", f"{ears.url}/hooks")
    shop.order(None)
    shop.quiet()
    assert len(ears.of(shop.shop, "orders/create")) == 1

    shop.control("PUT", "/faults", {"webhooks": {"both_subscriptions": True}})
    shop.order(None)
    shop.quiet()
    assert len({item.id for item in ears.of(shop.shop, "orders/create")}) == 3


def test_eight_lost_deliveries_in_a_row_end_a_subscription(shop: Keeper, ears: Ears) -> None:
    shop.subscribe("CUSTOMERS_PURCHASING_SUMMARY", "http://127.0.0.1:1/nobody")
    who = shop.control("GET", "/customers")[0]
    for _ in range(8):
        shop.order(who)
    shop.quiet()

    assert shop.control("GET")["subscriptions"] == []
    lost = shop.control("GET", "/deliveries?state=failed")
    assert len(lost) == 8
    assert "ConnectionRefusedError" in lost[0]["attempts"][0]["error"]


def test_duplicates_have_the_same_id(shop: Keeper, ears: Ears) -> None:
    shop.control("PUT", "/faults", {"webhooks": {"duplicate": 1}})
    shop.order(None)
    shop.quiet()

    heard = ears.of(shop.shop)
    assert topics(heard) == {"orders/create": 2, "orders/paid": 2, "orders/updated": 2}
    assert set(Counter(item.id for item in heard).values()) == {2}


def test_dropped_ones_never_come(shop: Keeper, ears: Ears) -> None:
    shop.control("PUT", "/faults", {"webhooks": {"drop": 1}})
    shop.order(None)
    shop.quiet()

    assert ears.of(shop.shop) == []
    assert {item["state"] for item in shop.control("GET", "/deliveries")} == {"dropped"}


def test_shuffled_ones_overtake_each_other(shop: Keeper, ears: Ears) -> None:
    shop.control("PUT", "/faults", {"webhooks": {"shuffle": 1, "shuffle_seconds": 0.3, "seed": 2}})
    orders = [shop.order(None)["id"] for _ in range(12)]
    shop.quiet()

    came = [item.body["id"] for item in ears.of(shop.shop, "orders/create")]
    assert sorted(came) == orders
    assert came != orders


def test_a_late_one_comes_after_its_time(shop: Keeper, ears: Ears) -> None:
    shop.control("PUT", "/faults", {"webhooks": {"delay_share": 1, "delay_seconds": 0.4}})
    shop.order(None)

    assert shop.control("POST", "/quiet", {"timeout": 0.05}, 408)["pending"] == 3
    assert ears.of(shop.shop) == []
    shop.quiet()
    assert len(ears.of(shop.shop)) == 3


def test_a_shop_with_a_long_queue_does_not_hold_up_another(new_shop: NewShop, ears: Ears) -> None:
    busy, calm = new_shop(), new_shop()
    busy.control("POST", "/purchases", {"count": 800})

    calm.order(None)
    ears.wait(lambda: len(ears.of(calm.shop)) == 3)

    waiting = busy.control("GET")["pending_webhooks"]
    busy.quiet(25)
    assert waiting > 0
    assert len(ears.of(busy.shop)) == 3200


def test_a_topic_can_be_late_by_itself(shop: Keeper, ears: Ears) -> None:
    late = {"late_topics": ["orders/create"], "delay_seconds": 0.4}
    shop.control("PUT", "/faults", {"webhooks": late})
    shop.order(None)
    shop.quiet()

    assert [item.topic for item in ears.of(shop.shop)][-1] == "orders/create"


def test_the_shops_name_can_be_missing_and_the_secret_another(shop: Keeper, ears: Ears) -> None:
    shop.control("PUT", "/faults", {"webhooks": {"without_shop_domain": True, "secret": "the one before"}})
    shop.control("POST", "/privacy", {"topic": "shop/redact"})
    shop.quiet()

    sent = shop.control("GET", "/deliveries?bodies=1")[-1]
    assert "X-Shopify-Shop-Domain" not in sent["headers"]
    assert sent["headers"]["X-Shopify-Hmac-Sha256"] == webhook_signature("the one before", sent["body"].encode())


def test_two_records_become_one(shop: Keeper, ears: Ears) -> None:
    shop.subscribe("CUSTOMERS_MERGE", f"{ears.url}/hooks")
    kept, lost = (shop.control("POST", "/customers", {"email": f"{name}@example.com"}) for name in ("kept", "lost"))
    order = shop.order(lost)
    shop.control("PATCH", f"/customers/{lost['id']}", {"add_tags": ["vip"]})
    merged = shop.control("POST", f"/customers/{lost['id']}/merge", {"into": kept["id"]})
    shop.quiet()

    assert merged["tags"] == ["vip"]
    assert shop.control("GET", f"/orders/{order['id']}")["customer_id"] == kept["id"]
    shop.control("GET", f"/customers/{lost['id']}", status=404)
    told = ears.of(shop.shop, "customers/merge")[0].body
    assert told["admin_graphql_api_customer_deleted_id"] == lost["gid"]


def test_another_apps_whole_list_takes_tags_away(shop: Keeper) -> None:
    who = shop.control("POST", "/customers", {"email": "listed@example.com", "tags": ["a", "b"]})

    assert shop.control("PATCH", f"/customers/{who['id']}", {"tags": ["B", "c"]})["tags"] == ["b", "c"]
