"""Bulk queries: rules, states, files, the webhook at the end."""

import itertools
import json
from decimal import Decimal
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import NewShop
from tests.sandbox.ears import Ears
from tests.sandbox.keeper import Keeper, until

CUSTOMERS = "{ customers { edges { node { __typename id tags numberOfOrders amountSpent { amount } } } } }"
ORDERS = """{ orders { edges { node { __typename id createdAt customer { id }
  refunds { id totalRefundedSet { shopMoney { amount } } }
  lineItems { edges { node { __typename id quantity product { id productType tags } } } } } } } }"""


def lines(url: str) -> list[dict[str, Any]]:
    answer = requests.get(url, timeout=30)
    assert answer.ok
    return [json.loads(line) for line in answer.text.splitlines()]


def test_all_customers_are_in_the_file(shop: Keeper) -> None:
    state = shop.bulk(CUSTOMERS)

    found = {line["id"]: line for line in lines(state["url"])}
    known = shop.control("GET", "/customers")
    assert state["status"] == "COMPLETED"
    assert state["objectCount"] == state["rootObjectCount"] == "30"
    assert set(found) == {item["gid"] for item in known}
    for item in known:
        line = found[item["gid"]]
        assert sorted(line["tags"]) == sorted(item["tags"])
        assert Decimal(line["amountSpent"]["amount"]) == Decimal(item["amount_spent"])
        assert line["numberOfOrders"] == str(item["number_of_orders"])


@pytest.mark.parametrize("group", [True, False])
def test_lines_of_orders_name_their_parent(shop: Keeper, group: bool) -> None:
    state = shop.bulk(ORDERS, group=group)

    found = lines(state["url"])
    orders = [line for line in found if "__parentId" not in line]
    items = [line for line in found if "__parentId" in line]
    known = shop.control("GET", "/orders")
    assert state["objectCount"] == str(len(found))
    assert state["rootObjectCount"] == str(len(orders)) == str(len(known))
    assert len(items) == sum(len(order["lines"]) for order in known)
    seen: set[str] = set()
    for line in found:
        assert line.get("__parentId") is None or line["__parentId"] in seen
        seen.add(line["id"])
    beside = [line.get("__parentId") in {None, a["id"], a.get("__parentId")} for a, line in itertools.pairwise(found)]
    assert all(beside) is group


def test_a_file_with_gaps_says_that_nothing_is_missing(shop: Keeper) -> None:
    shop.control("PUT", "/faults", {"api": {"bulk_gap_next": 1}})
    state = shop.bulk(ORDERS)

    found = lines(state["url"])
    orders = {line["id"] for line in found if "__parentId" not in line}
    assert state["status"] == "COMPLETED"
    assert int(state["objectCount"]) > len(found)
    assert {line["__parentId"] for line in found if "__parentId" in line} - orders  # Children of nobody.


def test_a_file_can_be_read_from_the_middle(shop: Keeper) -> None:
    url = shop.bulk(CUSTOMERS)["url"]
    whole = requests.get(url, timeout=30)

    rest = requests.get(url, headers={"Range": "bytes=1000-"}, timeout=30)

    assert int(whole.headers["Content-Length"]) == len(whole.content)
    assert rest.status_code == 206
    assert rest.content == whole.content[1000:]


def test_the_end_is_told_by_a_webhook(shop: Keeper, ears: Ears) -> None:
    shop.subscribe("BULK_OPERATIONS_FINISH", f"{ears.url}/bulk")
    number = shop.start_bulk(CUSTOMERS)["bulkOperation"]["id"]

    ears.wait(lambda: bool(ears.of(shop.shop, "bulk_operations/finish")))

    (heard,) = ears.of(shop.shop, "bulk_operations/finish")
    assert heard.body["admin_graphql_api_id"] == number
    assert (heard.body["status"], heard.body["type"], heard.body["error_code"]) == ("completed", "query", None)


def test_nothing_found_is_no_file(new_shop: NewShop) -> None:
    state = new_shop(customers=0).bulk(CUSTOMERS)

    assert (state["status"], state["url"], state["objectCount"]) == ("COMPLETED", None, "0")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("{ shop { id } }", "connection"),
        ("{ orders { edges { node { id refunds { id refundLineItems { edges { node { id } } } } } } } }", "list field"),
        ("{ customers { edges { node { id } } } orders { edges { node { id } } } }", "one top-level"),
        ("{ customers { nodes { id orders { nodes { id lineItems { nodes { id } } } } } } }", "nesting depth"),
        ("{ customers { pageInfo { hasNextPage } } }", "edges"),
        ("{ customers { edges { node { nothing } } } }", "Invalid bulk query"),
        ("mutation { appUninstall { app { id } } }", "only queries"),
        ("{ customers {", "Invalid bulk query"),
    ],
)
def test_a_query_against_the_rules_is_a_user_error(shop: Keeper, query: str, reason: str) -> None:
    payload = shop.start_bulk(query)

    assert payload["bulkOperation"] is None
    assert payload["userErrors"][0]["code"] == "INVALID"
    assert reason in payload["userErrors"][0]["message"]


def test_five_run_at_once_and_the_sixth_is_refused_until_one_is_cancelled(shop: Keeper) -> None:
    shop.control("PUT", "/faults", {"api": {"bulk_hold_seconds": 30}})
    numbers = [shop.start_bulk(CUSTOMERS)["bulkOperation"]["id"] for _ in range(5)]

    assert shop.start_bulk(CUSTOMERS)["userErrors"][0]["code"] == "LIMIT_REACHED"
    running = shop.graphql('{ bulkOperations(first: 9, query: "status:RUNNING") { nodes { id status } } }')
    assert {item["id"] for item in running["bulkOperations"]["nodes"]} <= set(numbers)
    cancel = "mutation C($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }"
    assert shop.graphql(cancel, id=numbers[0])["bulkOperationCancel"]["bulkOperation"]["status"] == "CANCELING"

    shop.control("DELETE", "/faults")
    shop.quiet()
    assert [shop.bulk_state(number)["status"] for number in numbers] == ["CANCELED", *["COMPLETED"] * 4]
    assert shop.graphql(cancel, id=numbers[1])["bulkOperationCancel"]["userErrors"]


def test_a_failure_leaves_a_part(shop: Keeper) -> None:
    shop.control("PUT", "/faults", {"api": {"bulk_fail_next": 1}})

    state = shop.bulk(CUSTOMERS)

    assert (state["status"], state["errorCode"], state["url"]) == ("FAILED", "INTERNAL_SERVER_ERROR", None)
    assert len(lines(state["partialDataUrl"])) == 15


def test_progress_can_be_watched(shop: Keeper) -> None:
    shop.control("PUT", "/faults", {"api": {"bulk_hold_seconds": 30}})
    number = shop.start_bulk(CUSTOMERS)["bulkOperation"]["id"]

    state = until(lambda: (found := shop.bulk_state(number))["status"] == "RUNNING" and found)

    assert (state["completedAt"], state["url"]) == (None, None)
    shop.control("DELETE", "/faults")
    shop.quiet()
