"""What queries cost."""

from typing import Any

import pytest
from graphql import get_variable_values

from sandbox.admin_api.cost import ASSUMED, Meter
from sandbox.admin_api.document import read
from sandbox.admin_api.schema import the_schema


def cost(query: str, data: Any = ASSUMED, **variables: Any) -> int:
    document = read(the_schema(), query)
    operation = document.operation(None)
    values = get_variable_values(the_schema(), operation.variable_definitions or (), variables)
    return Meter(the_schema(), operation, document.fragments, values).cost(data)


TAG = 'tagsAdd(id: "gid://shopify/Customer/1", tags: ["a"]) { node { id } userErrors { message } }'


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ shop { id name } }", 1),
        ("{ shop { id plan { shopifyPlus } } }", 2),
        (f"mutation {{ {TAG} }}", 10),
        (f"mutation {{ a: {TAG} b: {TAG} }}", 20),
        ("{ orders(first: 250) { nodes { id lineItems(first: 250) { nodes { id } } } } }", 156),
        ("{ orders(first: 250) { edges { node { id lineItems(first: 250) { edges { node { id } } } } } } }", 156),
        ("{ orders(first: 1) { nodes { id } pageInfo { hasNextPage } } }", 2),
        ("query F { shop { ...S } } fragment S on Shop { plan { shopifyPlus } }", 2),
    ],
)
def test_a_query_costs(query: str, points: int) -> None:
    assert cost(query) == points


def test_nodes_cost_for_each_id_the_dearest_alternative() -> None:
    query = """query N($ids: [ID!]!) { nodes(ids: $ids) {
      ... on Customer { id amountSpent { amount } } ... on Product { id } } }"""

    assert cost(query, ids=["gid://shopify/Customer/1"] * 10) == 20


def test_the_actual_cost_counts_what_came() -> None:
    query = "{ orders(first: 250) { nodes { id customer { id } } } }"
    few = {"orders": {"nodes": [{"id": "1", "customer": {"id": "9"}}, {"id": "2", "customer": None}]}}

    assert cost(query) == 24
    assert cost(query, few) == 6
    assert cost(query, {"orders": {"nodes": []}}) == 0
    assert cost(query, None) == 0
