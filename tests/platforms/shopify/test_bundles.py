"""A bundle's file, its mutation and its results: each line has its own answer, whatever order they come in."""

import json
from typing import Any

import pytest

from plugin.domain.errors import PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.base import BundleBusy, BundleLost, TagDelta
from plugin.platforms.http import CallFailed, Http
from plugin.platforms.shopify import bundles
from plugin.platforms.shopify.client import Client
from tests.platforms.server import Reply, Server

DELTAS = {place: TagDelta(CustomerId(100 + place), ("a",)) for place in range(4)}


def gid(number: int) -> str:
    return f"gid://shopify/Customer/{number}"


def line(number: int, customer: int | None, message: str = "") -> dict[str, Any]:
    node = None if customer is None else {"id": gid(customer)}
    errors = [{"field": None, "message": message}] if message else []
    return {"data": {"tagsAdd": {"node": node, "userErrors": errors}}, "__lineNumber": number}


def told(server: Server, http: Http, *lines: dict[str, Any]) -> dict[int, Any]:
    server.replies.append(Reply(b"".join(json.dumps(each).encode() + b"\n" for each in lines)))
    found: dict[int, Any] = {}
    for piece in bundles.results(http, server.url + "/f", DELTAS):
        found |= piece.results
    return found


def test_the_file_is_put_where_and_as_shopify_said_without_our_token(
    server: Server, http: Http, client: Client
) -> None:
    parameters = [{"name": "policy", "value": "p"}, {"name": "key", "value": "tmp/1/a.jsonl"}]
    target = {"url": f"{server.url}/put", "parameters": parameters}
    server.answer({"stagedUploadsCreate": {"stagedTargets": [target], "userErrors": []}})
    server.replies.append(Reply(status=201))

    key = bundles.upload(client, http, [TagDelta(CustomerId(1), ("a", "b")), TagDelta(CustomerId(2), ("c",))])

    asked = server.asked[1]
    assert (key, asked.path) == ("tmp/1/a.jsonl", "/put")
    assert not {name.lower() for name in asked.headers} & {"x-shopify-access-token", "authorization"}
    places = [asked.body.index(part) for part in (b'name="policy"', b'name="key"', b'name="file"')]
    assert places == sorted(places)
    assert b'{"id":"gid://shopify/Customer/1","tags":["a","b"]}\n{"id":"gid://shopify/Customer/2","tags":["c"]}\n' in (
        asked.body
    )


def test_the_mutation_is_one_field_and_carries_the_mark(server: Server, client: Client) -> None:
    server.answer(
        {"bulkOperationRunMutation": {"bulkOperation": {"id": "gid://shopify/BulkOperation/1"}, "userErrors": []}}
    )
    nodes = [{"id": str(number), "query": bundles.mutation(False, f"R1x{number}")} for number in (3, 2, 1)]
    server.answer({"bulkOperations": {"nodes": nodes}})

    bundles.start(client, True, "tmp/1", "R1x2")

    assert server.asked[0].json["variables"]["mutation"].count("tagsAdd(") == 1
    assert "TagsAdd_R1x2(" in server.asked[0].json["variables"]["mutation"]
    assert bundles.find(client, "R1x2") == "2"
    server.answer({"bulkOperations": {"nodes": nodes}})
    assert bundles.find(client, "R1x22") is None


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("LIMIT_REACHED", BundleBusy),
        ("OPERATION_IN_PROGRESS", BundleBusy),
        ("NO_SUCH_FILE", BundleLost),
        ("INVALID_MUTATION", PlatformRefused),
    ],
)
def test_what_can_be_tried_again_is_told_from_what_cannot(
    server: Server, client: Client, code: str, error: type[Exception]
) -> None:
    refused = {"bulkOperation": None, "userErrors": [{"code": code, "field": None, "message": "no"}]}
    server.answer({"bulkOperationRunMutation": refused})

    with pytest.raises(error):
        bundles.start(client, True, "tmp/1", "R1x2")


@pytest.mark.parametrize("first", [0, 1])
def test_results_are_each_customers_own_wherever_lines_are_counted_from(server: Server, http: Http, first: int) -> None:
    found = told(
        server,
        http,
        line(3 + first, 103),
        line(1 + first, None, "Tags can't exceed 250 in total"),
        line(0 + first, 100),
        line(2 + first, None, "Resource not found"),
    )

    assert {place: (each.customer_id, each.ok, each.gone) for place, each in found.items()} == {
        0: (100, True, False),
        1: (101, False, False),
        2: (102, False, True),
        3: (103, True, False),
    }


def test_a_line_that_broke_is_unsure_and_one_nobody_asked_for_is_nobodys(server: Server, http: Http) -> None:
    broken = {"errors": [{"message": "Internal error"}], "__lineNumber": 1}

    found = told(server, http, line(0, 100), broken, line(77, 177))

    assert {place: (each.ok, each.unsure) for place, each in found.items()} == {0: (True, False), 1: (False, True)}


def test_results_that_are_cut_off_are_read_again(server: Server, http: Http) -> None:
    server.replies.append(Reply(b'{"data": {"tagsAdd"'))

    with pytest.raises(CallFailed):
        list(bundles.results(http, server.url + "/f", DELTAS))
