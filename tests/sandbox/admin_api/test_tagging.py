"""Writing tags over HTTP."""

from typing import Any

from tests.sandbox.keeper import Keeper

TAGS = """mutation T($id: ID!, $add: [String!]!, $remove: [String!]!) {
  tagsAdd(id: $id, tags: $add) { node { id } userErrors { field message } }
  tagsRemove(id: $id, tags: $remove) { node { ... on Customer { id tags } } userErrors { field message } } }"""
NOBODY = "gid://shopify/Customer/1"


def write_tags(shop: Keeper, gid: str, add: list[str], remove: list[str]) -> Any:
    return shop.graphql(TAGS, id=gid, add=add, remove=remove)


def test_tags_are_added_and_removed_in_one_call(shop: Keeper) -> None:
    gid = shop.customer(tags=["Old", "VIP"])["gid"]

    data = write_tags(shop, gid, ["vip", "new, newer"], ["OLD", "never"])

    assert data["tagsRemove"] == {"node": {"id": gid, "tags": ["new", "newer", "VIP"]}, "userErrors": []}
    assert write_tags(shop, gid, ["vip", "new, newer"], ["OLD", "never"]) == data


def test_a_missing_customer_is_a_user_error(shop: Keeper) -> None:
    data = write_tags(shop, NOBODY, ["a"], ["b"])

    for answer in data.values():
        assert answer["node"] is None
        assert answer["userErrors"] == [{"field": ["id"], "message": "Resource not found"}]


def test_too_many_tags_are_a_user_error_and_change_nothing(shop: Keeper) -> None:
    who = shop.customer(tags=[f"t{number}" for number in range(250)])

    data = write_tags(shop, who["gid"], ["one more"], [])

    assert "250" in data["tagsAdd"]["userErrors"][0]["message"]
    assert len(shop.control("GET", f"/customers/{who['id']}")["tags"]) == 250
