"""No field is offered without a value behind it."""

import json

import requests
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_object_type

from sandbox.admin_api.schema import the_schema
from tests.sandbox.keeper import Keeper


def test_every_field_of_the_schema_answers(shop: Keeper) -> None:
    """A field that is offered but has no value behind it would fail only when first asked for."""
    order = shop.order(shop.customer(country_code="GB", phone="+4420"), quantity=2, discount_code="TEN")
    shop.control("POST", f"/orders/{order['id']}/refund", {})
    url = f"{shop.base}/{shop.shop}/admin/api/2026-10/graphql.json"
    headers = {"X-Shopify-Access-Token": shop.token}
    for query in every_field(order["gid"]):
        answer = requests.post(url, json={"query": query}, headers=headers, timeout=30).json()
        assert "errors" not in answer, json.dumps(answer["errors"])[:600] + query[:600]


def every_field(order: str) -> list[str]:
    """Queries that together select each scalar and each object of the schema's main types."""
    types = the_schema().type_map

    def leaves(name: str) -> str:
        kind = types[name]
        assert isinstance(kind, GraphQLObjectType)
        return " ".join(key for key, field in kind.fields.items() if is_leaf_type(get_named_type(field.type)))

    def objects(name: str) -> str:
        kind = types[name]
        assert isinstance(kind, GraphQLObjectType)
        parts = []
        for key, field in kind.fields.items():
            inner = get_named_type(field.type)
            if inner.name.endswith("Connection"):
                node = get_named_type(inner.fields["nodes"].type)
                parts.append(
                    f"{key}(first: 3) {{ nodes {{ {leaves(node.name)} }} edges {{ cursor }} pageInfo {{ endCursor }} }}"
                )
            elif is_object_type(inner):
                parts.append(f"{key} {{ __typename {leaves(inner.name)} }}")
        return " ".join(parts)

    root = f'{{ order(id: "{order}") {{ '
    whole = {
        "Order": root,
        "Customer": root + "customer { ",
        "LineItem": root + "lineItems(first: 2) { nodes { ",
        "Refund": root + "refunds { ",
        "RefundLineItem": root + "refunds { refundLineItems(first: 2) { nodes { ",
        "OrderTransaction": root + "transactions { ",
        "Product": "{ products(first: 2) { nodes { ",
        "Shop": "{ shop { ",
        "AppInstallation": "{ currentAppInstallation { ",
    }
    queries = []
    for name, start in whole.items():
        for part in (leaves(name), objects(name)):
            queries.append(start + part + " }" * start.count("{"))
    return queries
