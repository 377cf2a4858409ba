"""Tags are written for many customers in one call; each has its own answer, and a lost one leaves only them unsure."""

from collections.abc import Sequence
from typing import Any

import pytest

from plugin.domain.errors import NeedsReauthorisation, Throttled
from plugin.domain.ids import CustomerId
from plugin.platforms.base import TagDelta, WriteResult
from plugin.platforms.http import CallFailed, Http
from plugin.platforms.shopify import tagging
from plugin.platforms.shopify.client import Client
from plugin.platforms.shopify.limits import Pacer
from tests.platforms.server import Reply, Server

BUCKET = {"maximumAvailable": 40.0, "currentlyAvailable": 40, "restoreRate": 2.0}


def gid(number: int) -> str:
    return f"gid://shopify/Customer/{number}"


def done(number: int, *tags: str) -> dict[str, Any]:
    return {"node": {"id": gid(number), "tags": list(tags)}, "userErrors": []}


def refused(message: str) -> dict[str, Any]:
    return {"node": None, "userErrors": [{"field": ["id"], "message": message}]}


def adding(numbers: Sequence[int]) -> list[TagDelta]:
    return [TagDelta(CustomerId(number), add=("a",)) for number in numbers]


def fields(server: Server, call: int = -1) -> list[str]:
    """The fields at the top of what was asked, in order."""
    lines = server.asked[call].json["query"].splitlines()
    return [line.strip().partition("(")[0] for line in lines if line.startswith("  ")]


@pytest.mark.parametrize(
    ("delta", "mutations", "variables"),
    [
        (TagDelta(CustomerId(1), add=("a",)), ["a0: tagsAdd"], {"a0": ["a"]}),
        (TagDelta(CustomerId(1), remove=("b",)), ["r0: tagsRemove"], {"r0": ["b"]}),
        (
            TagDelta(CustomerId(1), ("a",), ("b",)),
            ["r0: tagsRemove", "a0: tagsAdd"],
            {"a0": ["a"], "r0": ["b"]},
        ),
    ],
)
def test_a_write_holds_only_the_mutations_it_needs_removals_first(
    server: Server, client: Client, delta: TagDelta, mutations: list[str], variables: dict[str, Any]
) -> None:
    server.answer({name.partition(":")[0]: done(1, "a", "c") for name in mutations})

    assert tagging.write_tags(client, [delta]) == [WriteResult(CustomerId(1), ok=True, tags_after=("a", "c"))]
    assert server.asked[0].json["variables"] == {"c0": gid(1), **variables}
    assert fields(server) == mutations


def test_many_customers_are_written_in_one_call(server: Server, client: Client) -> None:
    server.answer({"r1": done(2), "a0": done(1, "a"), "a1": done(2, "b"), "a2": done(3, "a")})
    deltas = [*adding([1]), TagDelta(CustomerId(2), ("b",), ("a",)), *adding([3])]

    results = tagging.write_tags(client, deltas)

    assert fields(server) == ["r1: tagsRemove", "a0: tagsAdd", "a1: tagsAdd", "a2: tagsAdd"]
    assert [(each.customer_id, each.ok, each.tags_after) for each in results] == [
        (1, True, ("a",)),
        (2, True, ("b",)),
        (3, True, ("a",)),
    ]


def test_a_call_never_asks_for_more_than_may_be_asked_at_once(server: Server, client: Client) -> None:
    both = [TagDelta(CustomerId(number), ("a",), ("b",)) for number in range(1, 61)]
    server.replies.append(Reply(b'{"data": {}}'))
    client._pacer = Pacer(None, clock=iter(range(0, 100_000, 100)).__next__)

    tagging.write_tags(client, both)

    assert [len(fields(server, call)) for call in range(len(server.asked))] == [50, 50, 20]
    assert all(len(fields(server, call)) * tagging.MUTATION_COST <= 1000 for call in range(3))


def test_an_empty_difference_is_not_sent(server: Server, client: Client) -> None:
    assert tagging.write_tags(client, [TagDelta(CustomerId(1))]) == [WriteResult(CustomerId(1), ok=True)]
    assert server.asked == []


def test_one_customers_refusal_does_not_stop_the_others(server: Server, client: Client) -> None:
    full = "Tags: too many (maximum is 250)"
    nothing: dict[str, Any] = {"node": None, "userErrors": []}
    server.answer({"a0": refused("Resource not found"), "a1": refused(full), "a2": nothing, "a3": done(4, "a")})

    results = tagging.write_tags(client, adding([1, 2, 3, 4]))

    assert [(each.ok, each.gone) for each in results] == [(False, True), (False, False), (False, True), (True, False)]
    assert results[1].error == full


def test_an_error_at_one_place_is_that_customers_alone(server: Server, client: Client) -> None:
    errors = [
        {"message": "Invalid global id", "path": ["a0"], "extensions": {"code": "RESOURCE_NOT_FOUND"}},
        {"message": "broken", "path": ["a1"], "extensions": {"code": "INTERNAL_SERVER_ERROR"}},
    ]
    server.answer({"a0": None, "a1": None, "a2": done(3, "a")}, errors=errors)

    results = tagging.write_tags(client, adding([1, 2, 3]))

    assert [(each.ok, each.gone, each.unsure) for each in results] == [
        (False, True, False),
        (False, False, True),
        (True, False, False),
    ]


def test_without_an_answer_everyone_in_the_call_is_unsure_and_nobody_else(server: Server, client: Client) -> None:
    numbers = range(1, tagging.AT_ONCE * 2 + 2)
    server.answer({f"a{place}": done(place + 1, "a") for place in range(tagging.AT_ONCE)})
    server.replies.append(Reply(status=502))
    client._pacer = Pacer(None, clock=iter(range(0, 100_000, 100)).__next__)

    results = tagging.write_tags(client, adding(numbers))

    assert [each.ok for each in results] == [True] * tagging.AT_ONCE + [False] * tagging.AT_ONCE
    assert all(each.unsure for each in results[tagging.AT_ONCE :])


def test_what_was_written_before_a_trouble_is_reported(server: Server, client: Client) -> None:
    deltas = adding(range(1, tagging.AT_ONCE + 3))
    server.answer({f"a{place}": done(place + 1, "a") for place in range(tagging.AT_ONCE)})
    server.replies.append(Reply(status=429, headers={"Retry-After": "1"}))
    client._pacer = Pacer(None, clock=iter(range(0, 100_000, 100)).__next__)

    assert len(tagging.write_tags(client, deltas)) == tagging.AT_ONCE
    with pytest.raises(Throttled):
        tagging.write_tags(client, deltas[tagging.AT_ONCE :])


def test_a_trouble_before_the_first_write_is_raised(server: Server, client: Client) -> None:
    server.replies.append(Reply(status=401))

    with pytest.raises(NeedsReauthorisation):
        tagging.write_tags(client, adding([1]))


def test_a_call_refused_as_a_whole_is_made_for_each_alone(server: Server, client: Client) -> None:
    server.answer(None, errors=[{"message": "Variable $a1 is invalid"}])
    server.answer({"a0": done(1, "a")})
    server.answer(None, errors=[{"message": "Variable $a0 is invalid"}])
    server.answer({"a0": done(3, "a")})

    results = tagging.write_tags(client, adding([1, 2, 3]))

    assert [each.ok for each in results] == [True, False, True]
    assert results[1].error == "Variable $a0 is invalid"


def test_a_call_larger_than_the_whole_bucket_is_made_smaller(server: Server, client: Client) -> None:
    throttled = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
    cost = {"requestedQueryCost": 80, "actualQueryCost": None, "throttleStatus": BUCKET}
    server.answer(None, errors=throttled, cost=cost)
    server.answer({f"a{place}": done(place + 1, "a") for place in range(4)})
    client._pacer = Pacer(None, clock=iter(range(0, 100_000, 100)).__next__)

    results = tagging.write_tags(client, adding(range(1, 9)))

    assert [len(fields(server, call)) for call in range(3)] == [8, 4, 4]
    assert all(each.ok for each in results)


def test_something_done_and_an_error_without_a_place_leaves_all_unsure(server: Server, client: Client) -> None:
    server.answer({"a0": done(1, "a"), "a1": None}, errors=[{"message": "odd"}])

    assert all(each.unsure for each in tagging.write_tags(client, adding([1, 2])))


def test_access_denied_everywhere_is_the_stores_and_not_the_customers(server: Server, client: Client) -> None:
    denied = {"message": "no", "extensions": {"code": "ACCESS_DENIED"}}
    server.answer({"a0": None, "a1": None}, errors=[denied | {"path": ["a0"]}, denied | {"path": ["a1"]}])

    with pytest.raises(NeedsReauthorisation):
        tagging.write_tags(client, adding([1, 2]))


def test_a_write_that_never_left_is_not_unsure(http: Http, client: Client, server: Server) -> None:
    away = Client(
        "a.myshopify.com", client._tokens, http, Pacer(None), base_url="http://127.0.0.1:1", api_version="2026-10"
    )

    with pytest.raises(CallFailed) as caught:
        tagging.write_tags(away, adding([1]))
    assert not caught.value.sent


def test_tags_are_read_back_for_whoever_is_unsure(server: Server, client: Client) -> None:
    server.answer({"nodes": [{"id": gid(1), "tags": ["a"]}, None]})

    assert tagging.read_tags(client, [CustomerId(1), CustomerId(2)]) == {1: ("a",), 2: None}
