"""Bulk mutations: a file is handed over and each of its lines is done, in no order, each with its answer."""

import json
from typing import Any

import pytest
import requests

from tests.sandbox.ears import Ears
from tests.sandbox.keeper import Keeper

STAGE = """mutation Stage($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
  stagedTargets { url resourceUrl parameters { name value } } userErrors { field message } } }"""
RUN = """mutation Run($mutation: String!, $path: String!) {
  bulkOperationRunMutation(mutation: $mutation, stagedUploadPath: $path) {
    bulkOperation { id status type query } userErrors { code field message } } }"""
ADD = """mutation Add($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) {
  node { id } userErrors { field message } } }"""
TWO = """mutation Two($id: ID!, $tags: [String!]!) { tagsAdd(id: $id, tags: $tags) { node { id } }
  again: tagsAdd(id: $id, tags: $tags) { node { id } } }"""
ASKED = {"resource": "BULK_MUTATION_VARIABLES", "filename": "a.jsonl", "mimeType": "text/jsonl", "httpMethod": "POST"}


def target(shop: Keeper) -> dict[str, Any]:
    made: dict[str, Any] = shop.graphql(STAGE, input=[ASKED])["stagedUploadsCreate"]["stagedTargets"][0]
    return made


def put(where: dict[str, Any], body: bytes, **headers: str) -> requests.Response:
    form = [(each["name"], each["value"]) for each in where["parameters"]]
    return requests.post(where["url"], data=form, files={"file": ("a.jsonl", body)}, headers=headers, timeout=10)


def path(where: dict[str, Any]) -> str:
    return str(next(each["value"] for each in where["parameters"] if each["name"] == "key"))


def handed_over(shop: Keeper, lines: list[dict[str, Any]]) -> str:
    where = target(shop)
    assert put(where, b"\n".join(json.dumps(line).encode() for line in lines)).status_code == 201
    return path(where)


def run(shop: Keeper, where: str, mutation: str = ADD) -> dict[str, Any]:
    payload: dict[str, Any] = shop.graphql(RUN, mutation=mutation, path=where)["bulkOperationRunMutation"]
    return payload


def results(url: str) -> dict[int, dict[str, Any]]:
    return {line["__lineNumber"]: line for line in map(json.loads, requests.get(url, timeout=10).text.splitlines())}


def test_each_line_is_done_and_answered(shop: Keeper, ears: Ears) -> None:
    shop.subscribe("BULK_OPERATIONS_FINISH", f"{ears.url}/bulk")
    everyone = shop.control("GET", "/customers")
    lines = [{"id": who["gid"], "tags": ["first"]} for who in everyone]
    lines.insert(3, {"id": "gid://shopify/Customer/1", "tags": ["first"]})

    payload = run(shop, handed_over(shop, lines))
    shop.quiet()
    state = shop.bulk_state(payload["bulkOperation"]["id"])

    assert (payload["bulkOperation"]["type"], payload["bulkOperation"]["query"]) == ("MUTATION", ADD)
    assert (state["status"], state["objectCount"]) == ("COMPLETED", str(len(lines)))
    told = results(state["url"])
    assert sorted(told) == list(range(len(lines)))
    assert list(told) != sorted(told)
    assert told[3]["data"]["tagsAdd"] == {
        "node": None,
        "userErrors": [{"field": ["id"], "message": "Resource not found"}],
    }
    assert told[0]["data"]["tagsAdd"]["node"] == {"id": everyone[0]["gid"]}
    assert all("first" in who["tags"] for who in shop.control("GET", "/customers"))
    (heard,) = ears.of(shop.shop, "bulk_operations/finish")
    assert heard.body["type"] == "mutation"


def test_a_form_without_what_was_told_or_with_the_shops_token_is_refused(shop: Keeper) -> None:
    where = target(shop)

    short = where | {"parameters": where["parameters"][:-1]}
    assert put(short, b"{}").status_code == 403
    assert put(where, b"{}", **{"X-Shopify-Access-Token": shop.token}).status_code == 400
    assert put(where, b"{}").status_code == 201


@pytest.mark.parametrize(
    ("body", "mutation", "code"),
    [
        (b'{"id": "x", "tags": []}', TWO, "INVALID_MUTATION"),
        (b'{"id": "x", "tags": []}', "{ shop { id } }", "INVALID_MUTATION"),
        (b"no json", ADD, "INVALID_STAGED_UPLOAD_FILE"),
        (b"", ADD, "INVALID_STAGED_UPLOAD_FILE"),
        (None, ADD, "NO_SUCH_FILE"),
    ],
)
def test_what_cannot_be_run_says_why(shop: Keeper, body: bytes | None, mutation: str, code: str) -> None:
    where = target(shop)
    if body is not None:
        put(where, body)

    payload = run(shop, path(where), mutation)

    assert payload["bulkOperation"] is None
    assert [each["code"] for each in payload["userErrors"]] == [code]


def test_a_sixth_at_once_has_to_wait_and_queries_do_not_count(shop: Keeper) -> None:
    shop.control("PUT", "/faults", {"api": {"bulk_hold_seconds": 5}})
    shop.start_bulk("{ customers { edges { node { __typename id } } } }")
    lines = [{"id": shop.control("GET", "/customers?limit=1")[0]["gid"], "tags": ["a"]}]
    ended = [run(shop, handed_over(shop, lines)) for _ in range(6)]

    codes = [[each["code"] for each in payload["userErrors"]] for payload in ended]
    assert codes == [[]] * 5 + [["LIMIT_REACHED"]]
    shop.control("DELETE", "/faults")
    shop.quiet()


def test_one_that_fails_leaves_what_it_did(shop: Keeper) -> None:
    shop.control("PUT", "/faults", {"api": {"bulk_fail_next": 1}})
    everyone = shop.control("GET", "/customers")
    payload = run(shop, handed_over(shop, [{"id": who["gid"], "tags": ["half"]} for who in everyone]))
    shop.quiet()

    state = shop.bulk_state(payload["bulkOperation"]["id"])

    assert (state["status"], state["url"]) == ("FAILED", None)
    tagged = [who for who in shop.control("GET", "/customers") if "half" in who["tags"]]
    assert len(results(state["partialDataUrl"])) == len(tagged) == len(everyone) // 2
