"""Products of a sandbox shop: what is told of a change, and what is not."""

import json
from typing import Any

import requests

from tests.sandbox.keeper import Keeper

READ = """query P($id: ID!) { product(id: $id) { updatedAt productType tags vendor
  collections(first: 10) { nodes { title } }
  variants(first: 5) { nodes { title compareAtPrice selectedOptions { name value } } } } }"""
EXPORT = """{ products { edges { node { __typename id updatedAt
  variants { edges { node { __typename id } } } collections { edges { node { __typename id title } } } } } } }"""


def a_product(shop: Keeper, **more: Any) -> dict[str, Any]:
    """A product that was just stocked; whoever listens hears of products."""
    for topic in ("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE"):
        shop.subscribe(topic, "https://ears.invalid/hooks")
    made: dict[str, Any] = shop.control("POST", "/products", {"title": "Cup", "type": "Mugs", "tags": ["a"]} | more)
    return made


def told(shop: Keeper) -> list[tuple[str, dict[str, Any]]]:
    """What was sent about products, oldest first."""
    sent = shop.control("GET", "/deliveries?bodies=1")
    return [(each["topic"], each["body"]) for each in sent if each["topic"].startswith("products/")]


def read(shop: Keeper, product: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = shop.graphql(READ, id=product["gid"])["product"]
    return found


def body_of(said: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(said) if isinstance(said, str) else said
    return body


def test_a_change_is_told_with_all_the_product_is(shop: Keeper) -> None:
    product = a_product(shop)
    shop.control("PATCH", f"/products/{product['id']}", {"type": "Bowls", "compare_at": "12", "options": {"Size": "M"}})

    topics, bodies = zip(*told(shop), strict=True)
    body = body_of(bodies[-1])

    assert topics == ("products/create", "products/update", "products/update")
    assert (body["product_type"], body["tags"], body["options"][0]["name"]) == ("Bowls", "a", "Size")
    assert (body["variants"][0]["compare_at_price"], body["variants"][0]["option1"]) == ("12.00", "M")
    assert read(shop, product)["variants"]["nodes"] == [
        {"title": "M", "compareAtPrice": "12.00", "selectedOptions": [{"name": "Size", "value": "M"}]}
    ]


def test_that_it_stands_in_other_collections_is_told_to_nobody(shop: Keeper) -> None:
    product = a_product(shop, collections=["New"])
    before = read(shop, product)

    shop.control("PATCH", f"/products/{product['id']}", {"collections": ["Sale", "Blue"]})

    assert len(told(shop)) == 2
    assert read(shop, product) == before | {"collections": {"nodes": [{"title": "Sale"}, {"title": "Blue"}]}}


def test_a_sale_updates_a_product_whose_stock_is_counted(shop: Keeper) -> None:
    counted, other = a_product(shop, tracked=True), a_product(shop, title="Jug")
    sold = [{"product_id": each["id"], "quantity": 1} for each in (counted, other)]
    before = len(told(shop))

    shop.control("POST", "/orders", {"lines": sold})

    assert [body_of(body)["id"] for _, body in told(shop)[before:]] == [counted["id"]]


def test_orders_no_longer_name_a_product_that_is_deleted(shop: Keeper) -> None:
    product = a_product(shop)
    order = shop.control("POST", "/orders", {"lines": [{"product_id": product["id"], "quantity": 1}]})

    shop.control("DELETE", f"/products/{product['id']}")

    assert told(shop)[-1][0] == "products/delete"
    assert body_of(told(shop)[-1][1]) == {"id": product["id"]}
    assert shop.control("GET", f"/orders/{order['id']}")["lines"][0]["product_id"] is None
    assert shop.graphql("query N($id: ID!) { node(id: $id) { id } }", id=product["gid"]) == {"node": None}


def test_an_export_has_variants_and_collections_below_their_product(shop: Keeper) -> None:
    product = a_product(shop, collections=["New", "Sale"])

    lines = [
        json.loads(each) for each in requests.get(shop.bulk(EXPORT, group=True)["url"], timeout=30).text.splitlines()
    ]

    mine = [each for each in lines if each.get("__parentId") == product["gid"]]
    assert [each["__typename"] for each in mine] == ["ProductVariant", "Collection", "Collection"]


def test_what_a_product_has_not_is_refused(shop: Keeper) -> None:
    shop.control("POST", "/products", {"colour_of_the_moon": 1}, 422)
    shop.control("PATCH", "/products/1", {"type": "x"}, 404)
