"""Subscribers, goods, channels, the store itself."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tests.sandbox.bigcommerce.clerk import Clerk
from tests.sandbox.bigcommerce.conftest import NewStore

SUBSCRIBERS = "/v3/customers/subscribers"


def test_consent_is_given_and_taken_back(store: Clerk) -> None:
    store.hook("store/subscriber/*")

    store.control("PUT", "/subscribers/ada@example.com", {"first_name": "Ada"})
    (row,) = store.get(SUBSCRIBERS, email="ADA@example.com")["data"]
    store.control("DELETE", "/subscribers/ada@example.com")
    store.quiet()

    assert row["consents"] == ["marketing_newsletter"]
    store.get(f"{SUBSCRIBERS}/{row['id']}", status=404)
    scopes = [item["scope"] for item in store.control("GET", "/deliveries")]
    assert scopes == ["store/subscriber/created", "store/subscriber/deleted"]


def test_a_subscriber_is_made_once(store: Clerk) -> None:
    made = store.ask("POST", SUBSCRIBERS, {"email": "ada@example.com"})["data"]

    store.ask("POST", SUBSCRIBERS, {"email": "ada@example.com"}, status=409)
    store.ask("POST", SUBSCRIBERS, {"email": "ada"}, status=422)

    assert store.get(f"{SUBSCRIBERS}/{made['id']}")["data"]["email"] == "ada@example.com"


def test_categories_and_brands_of_a_product_are_looked_up(store: Clerk) -> None:
    categories = {row["id"]: row["name"] for row in store.get("/v3/catalog/categories", limit=250)["data"]}
    brands = {row["id"]: row["name"] for row in store.get("/v3/catalog/brands")["data"]}

    (shoe,) = store.get("/v3/catalog/products", name="Trail Shoe Fjell")["data"]

    assert [categories[number] for number in shoe["categories"]] == ["Shoes"]
    asked = {"category_id:in": ",".join(map(str, shoe["categories"]))}
    assert [row["name"] for row in store.get("/v3/catalog/trees/categories", **asked)["data"]] == ["Shoes"]
    assert [row["channels"] for row in store.get("/v3/catalog/trees")["data"]] == [[1]]
    assert brands[shoe["brand_id"]] == "Nordvik"
    thin = store.get("/v3/catalog/products", **{"id:in": shoe["id"], "include_fields": "categories"})["data"]
    assert thin == [{"id": shoe["id"], "categories": shoe["categories"]}]


def test_goods_are_changed_by_the_merchant_and_told(store: Clerk) -> None:
    store.hook("store/product/*")

    said = {"name": "Kayak", "price": "900", "categories": ["Boats"], "brand": "Kajo", "options": {"Colour": "red"}}
    made = store.control("POST", "/products", said)
    store.control("PATCH", f"/products/{made['id']}", {"price": "800"})
    store.quiet()

    kayak = store.get(f"/v3/catalog/products/{made['id']}", include="variants", include_fields="price")["data"]
    (variant,) = kayak.pop("variants")
    assert kayak == {"id": made["id"], "price": 800.0}
    assert [(each["option_display_name"], each["label"]) for each in variant["option_values"]] == [("Colour", "red")]
    later = store.get("/v3/catalog/products", sort="id", **{"id:greater": made["id"] - 1})["data"]
    assert [row["id"] for row in later] == [made["id"]]
    scopes = [item["scope"] for item in store.control("GET", "/deliveries")]
    assert scopes == ["store/product/created", "store/product/updated"]


def test_several_storefronts_are_channels_of_orders(new_store: NewStore) -> None:
    several = new_store(channels=3)

    assert len(several.get("/v3/channels")["data"]) == 3
    assert several.get("/v2/store")["features"]["multi_storefront_enabled"] is True
    assert {order["channel_id"] for order in several.get("/v2/orders", limit=250)} == {1, 2, 3}


def test_the_store_says_what_it_is(new_store: NewStore) -> None:
    store = new_store(timezone="America/New_York", currency="USD", country="US", name="Corner")

    said = store.get("/v2/store")

    offset = datetime.now(UTC).astimezone(ZoneInfo("America/New_York")).utcoffset()
    assert offset is not None
    correction = 3600 if said["timezone"]["dst_correction"] else 0
    assert said["timezone"]["raw_offset"] + correction == offset.total_seconds()
    assert (said["id"], said["name"], said["currency"]) == (store.store, "Corner", "USD")
    assert said["is_price_entered_with_tax"] is False
    assert abs(store.get("/v2/time")["time"] - datetime.now(UTC).timestamp()) < 60


def test_a_changed_store_says_so(store: Clerk) -> None:
    store.hook("store/information/updated")

    store.control("PATCH", "", {"timezone": "Asia/Tokyo"})
    store.quiet()

    assert store.get("/v2/store")["timezone"]["name"] == "Asia/Tokyo"
    assert [item["scope"] for item in store.control("GET", "/deliveries")] == ["store/information/updated"]


def test_the_past_is_the_same_for_the_same_seed_and_has_every_fate_in_it(new_store: NewStore) -> None:
    first, second = new_store(customers=120, years=1.5), new_store(customers=120, years=1.5)

    orders = [clerk.control("GET", "/orders") for clerk in (first, second)]

    assert orders[0] == orders[1]
    assert {0, 2, 4, 5, 7, 10, 14} <= {order["status_id"] for order in orders[0]}
    assert any(order["customer_id"] == 0 for order in orders[0])
    ids = [order["id"] for order in orders[0]]
    assert ids == sorted(ids)


def test_a_cart_is_left_and_bought_after_all(store: Clerk) -> None:
    store.install("store_v2_default", "store_cart_read_only", "store_v2_orders_read_only")
    store.hook("store/cart/*")
    product = store.control("GET", "/products")[0]["id"]

    cart = store.control("POST", "/carts", {"customer_id": 3, "lines": [{"product_id": product, "quantity": 2}]})
    shown = store.get(f"/v3/carts/{cart['id']}")["data"]
    store.control("POST", f"/carts/{cart['id']}/abandon")
    order = store.control("POST", f"/carts/{cart['id']}/buy")
    store.quiet()

    assert (shown["customer_id"], shown["line_items"]["physical_items"][0]["quantity"]) == (3, 2)
    assert shown["cart_amount"] == float(cart["total"])
    told = {item["scope"]: json.loads(item["body"])["data"] for item in store.control("GET", "/deliveries?bodies=1")}
    assert set(told) == {f"store/cart/{verb}" for verb in ("created", "abandoned", "converted", "deleted")}
    assert told["store/cart/converted"]["orderId"] == order["id"]
    store.get(f"/v3/carts/{cart['id']}", status=404)


def test_at_the_till_an_order_is_unfinished_first(store: Clerk) -> None:
    store.hook("store/order/statusUpdated")

    made = store.buy(store.customer(), begun=True)
    store.quiet()

    (told,) = store.control("GET", "/deliveries?bodies=1")
    assert json.loads(told["body"])["data"]["status"] == {"previous_status_id": 0, "new_status_id": 11}
    assert store.get(f"/v2/orders/{made['id']}")["status_id"] == 11
