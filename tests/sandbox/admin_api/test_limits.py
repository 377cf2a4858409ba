"""Costs, limits, errors and faults of the API over HTTP."""

import pytest

from tests.sandbox.keeper import Keeper

TAGS = """mutation T($id: ID!, $add: [String!]!, $remove: [String!]!) {
  tagsAdd(id: $id, tags: $add) { node { id } userErrors { field message } }
  tagsRemove(id: $id, tags: $remove) { node { ... on Customer { id tags } } userErrors { field message } } }"""
NOBODY = "gid://shopify/Customer/1"


def test_each_answer_tells_its_cost_and_the_bucket(shop: Keeper) -> None:
    cost = shop.raw("{ orders(first: 250) { nodes { id } } }").json()["extensions"]["cost"]

    assert cost["requestedQueryCost"] == 12
    assert 0 < cost["actualQueryCost"] <= 12
    assert cost["throttleStatus"]["maximumAvailable"] == 2000.0
    assert cost["throttleStatus"]["restoreRate"] == 100.0


def test_an_empty_bucket_answers_200_with_throttled(shop: Keeper) -> None:
    shop.control("PUT", "/faults", {"api": {"drain_bucket": True}})

    answer = shop.raw("{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { id } } } } }")

    body = answer.json()
    assert answer.status_code == 200
    assert body.get("data") is None
    assert body["errors"][0]["message"] == "Throttled"
    assert body["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert body["extensions"]["cost"]["actualQueryCost"] is None
    assert body["extensions"]["cost"]["requestedQueryCost"] == 156


def test_a_query_over_a_thousand_points_is_refused(shop: Keeper) -> None:
    query = """query N($ids: [ID!]!) { nodes(ids: $ids) {
      ... on Customer { amountSpent { amount } lastOrder { customer { id } } } } }"""

    body = shop.raw(query, ids=[NOBODY] * 251).json()
    dear = shop.raw(query.replace("customer { id }", "customer { id lastOrder { id } }"), ids=[NOBODY] * 250).json()

    assert body["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert dear["errors"][0]["extensions"] | {"documentation": ""} == {
        "code": "MAX_COST_EXCEEDED",
        "cost": 1250,
        "maxCost": 1000,
        "documentation": "",
    }


@pytest.mark.parametrize(
    "query",
    [
        "{ shop { nothing } }",
        "{ shop {",
        "query Q($a: ID!) { customer(id: $a) { id } }",
        "{ customers { nodes { id } } }",
    ],
)
def test_a_bad_query_answers_200_with_errors(shop: Keeper, query: str) -> None:
    answer = shop.raw(query)

    assert answer.status_code == 200
    assert answer.json()["errors"][0]["message"]


def test_a_wrong_token_answers_401(shop: Keeper) -> None:
    shop.token = "shpat_wrong"

    answer = shop.raw("{ shop { id } }")

    assert answer.status_code == 401
    assert "Invalid API key or access token" in answer.json()["errors"]


def test_an_unknown_shop_answers_404(base: str) -> None:
    assert Keeper(base, "nobody.myshopify.com").raw("{ shop { id } }").status_code == 404


def test_the_version_served_is_told_and_an_old_one_is_replaced(shop: Keeper) -> None:
    assert shop.raw("{ shop { id } }").headers["X-Shopify-API-Version"] == "2026-10"
    assert shop.raw("{ shop { id } }", version="2024-01").headers["X-Shopify-API-Version"] == "2026-01"


def test_the_api_fails_as_asked_and_then_works(shop: Keeper) -> None:
    shop.control("PUT", "/faults", {"api": {"throttle_next": 1, "status_next": [500, 520]}})

    answers = [shop.raw("{ shop { id } }") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [500, 520, 200, 200]
    assert answers[2].json()["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert answers[3].json()["data"]["shop"]
    assert [call["outcome"] for call in shop.control("GET", "/calls")] == ["status", "status", "throttled", "ok"]


def test_a_lost_answer_has_had_its_effect(shop: Keeper) -> None:
    who = shop.customer()
    shop.control("PUT", "/faults", {"api": {"lose_next": 1}})

    answer = shop.raw(TAGS, id=who["gid"], add=["done"], remove=[])

    assert answer.status_code == 520
    assert shop.control("GET", f"/customers/{who['id']}")["tags"] == ["done"]


def test_a_hanging_call_ends_with_504_and_without_effect(shop: Keeper) -> None:
    who = shop.customer()
    shop.control("PUT", "/faults", {"api": {"timeout_next": 1, "hang_seconds": 0.05}})

    assert shop.raw(TAGS, id=who["gid"], add=["done"], remove=[]).status_code == 504
    assert shop.control("GET", f"/customers/{who['id']}")["tags"] == []


def test_an_expired_access_token_answers_401_until_refreshed(shop: Keeper) -> None:
    shop.control("PUT", "/faults", {"api": {"expire_access_token": True}})
    assert shop.raw("{ shop { id } }").status_code == 401

    shop.install()
    assert shop.raw("{ shop { id } }").status_code == 200
