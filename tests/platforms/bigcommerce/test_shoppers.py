"""Customers come into the platform's own segments by their shopper profiles, fifty a call."""

import json
from typing import Any

import pytest

from plugin.db.outputs import Kind, Output, State
from plugin.domain.errors import StoreUnavailable, Throttled
from plugin.domain.ids import CustomerId, SegmentId
from plugin.platforms.base import RollLost, WriteResult
from plugin.platforms.bigcommerce import native, shoppers
from plugin.platforms.bigcommerce.client import Api, Call, Client
from tests.platforms.bigcommerce.doors import Pretended
from tests.platforms.bigcommerce.outputs import customer, faults, people, sandbox, store, writes
from tests.platforms.bigcommerce.reading import a_past, calls
from tests.platforms.server import Reply, Server

__all__ = ("sandbox", "store")
IN = "yes"
NOWHERE = "dfada416-eba1-49cf-ad21-0f48b48d50ad"
CONFLICT = b"""{"data": [], "errors": [{"status": 409, "title": "Unable to add shopper profiles to segment due to
conflicts.", "errors": {"0": "Shopper profile already exists."}}], "meta": {"total": 2, "success": 0, "failed": 2}}"""
DONE = Reply(b'{"data": [], "meta": {}}', 201)


def a_segment(client: Client, name: str = "VIP") -> str:
    return native.make(client, Output(SegmentId(1), Kind.NATIVE, "", name, State.MAKING))


def inside(store: Pretended, name: str) -> list[int]:
    return [each for each in people(store) if name in customer(store, each)["segments"]]


def profile(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def rows(**segments: list[str]) -> Reply:
    """Customers ``c1``, ``c2``, … with the profiles 1, 2, …, in these segments."""
    data = [
        {"id": int(name[1:]), "shopper_profile_id": profile(int(name[1:])), "segment_ids": ids}
        for name, ids in segments.items()
    ]
    return Reply(json.dumps({"data": data, "meta": {}}).encode())


def test_who_has_no_profile_gets_one_and_is_in(store: Pretended) -> None:
    client, ids = calls(store), people(store)
    segment = a_segment(client)
    results = shoppers.write(client, segment, dict.fromkeys(ids, IN))

    assert results == [WriteResult(each, ok=True) for each in ids]
    assert inside(store, "VIP") == ids
    paths = [f"POST /v3/{path}" for path in ("segments", "shopper-profiles", f"segments/{segment}/shopper-profiles")]
    assert writes(store) == paths


def test_some_come_and_others_go(store: Pretended) -> None:
    client, (one, other, third, fourth, *_) = calls(store), people(store)
    segment = a_segment(client)
    shoppers.write(client, segment, {one: IN, other: IN})
    results = shoppers.write(client, segment, {one: None, third: IN, fourth: None})

    assert all(each.ok for each in results)
    assert inside(store, "VIP") == [other, third]


def test_once_more_is_as_once(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    segment = a_segment(client)
    changes = {one: IN, other: None}
    for _ in range(2):
        assert all(each.ok for each in shoppers.write(client, segment, changes))

    assert len(writes(store)) == 3


def test_other_segments_of_a_customer_stay(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    vip, gold = (a_segment(client, name) for name in ("VIP", "Gold"))
    for segment in (vip, gold):
        shoppers.write(client, segment, {one: IN})
    shoppers.write(client, vip, {one: None})

    assert customer(store, one)["segments"] == ["Gold"]


def test_fifty_go_in_one_call(sandbox: tuple[str, Server]) -> None:
    store = a_past(*sandbox, customers=60, years=0.1, plan="enterprise")
    client, ids = calls(store), people(store)
    segment = a_segment(client)
    results = shoppers.write(client, segment, dict.fromkeys(ids, IN))

    assert [each.customer_id for each in results if each.ok] == ids
    assert sum(call.endswith(f"{segment}/shopper-profiles") for call in writes(store)) == 2
    shoppers.write(client, segment, dict.fromkeys(ids))
    assert inside(store, "VIP") == []


def test_who_is_gone_takes_nobody_with_them(store: Pretended) -> None:
    client, (one, gone, other, *_) = calls(store), people(store)
    segment = a_segment(client)
    store.control("DELETE", f"/customers/{gone}")
    results = shoppers.write(client, segment, {one: IN, gone: IN, other: IN})

    assert [(each.ok, each.gone) for each in results] == [(True, False), (False, True), (True, False)]
    assert shoppers.write(client, segment, {gone: None}) == [WriteResult(gone, ok=True)]


def test_those_who_were_added_meanwhile_are_left_out_of_the_second_try(server: Server, client: Client) -> None:
    server.replies += [rows(c1=[], c2=[]), Reply(CONFLICT, 409), rows(c1=["s"], c2=[]), DONE]
    results = shoppers.write(client, "s", {CustomerId(1): IN, CustomerId(2): IN})

    assert all(each.ok for each in results)
    assert [json.loads(each.body) for each in server.asked if each.method == "POST"] == [
        [profile(1), profile(2)],
        [profile(2)],
    ]


def test_a_conflict_of_one_alone_says_that_they_are_in(server: Server, client: Client) -> None:
    stale = rows(c1=[], c2=[])
    server.replies += [stale, Reply(CONFLICT, 409), stale]
    server.replies += [rows(c1=[]), Reply(CONFLICT, 409), rows(c1=[]), rows(c2=[]), DONE]
    results = shoppers.write(client, "s", {CustomerId(1): IN, CustomerId(2): IN})

    assert [(each.ok, each.error) for each in results] == [(True, None), (True, None)]


def test_who_is_refused_is_told_with_the_reason(server: Server, client: Client) -> None:
    refused = Reply(b'{"status": 400, "title": "Shopper profile does not exist."}', 400)
    server.replies += [rows(c1=[]), refused, rows(c1=[])]
    (result,) = shoppers.write(client, "s", {CustomerId(1): IN})

    assert (result.ok, result.unsure) == (False, False)
    assert "does not exist" in (result.error or "")


def test_a_profile_that_somebody_made_meanwhile_is_used(server: Server, client: Client) -> None:
    bare = Reply(b'{"data": [{"id": 1, "shopper_profile_id": null}]}')
    refused = Reply(b'{"status": 400, "title": "has a shopper profile"}', 400)
    other = Reply(b'{"data": [{"id": 1, "shopper_profile_id": null}, {"id": 2, "shopper_profile_id": "p2"}]}')
    server.replies += [other, refused, rows(c1=[]), DONE, rows(c2=[]), DONE]
    results = shoppers.write(client, "s", {CustomerId(1): IN, CustomerId(2): IN})

    assert all(each.ok for each in results)
    server.replies += [bare, refused]
    assert not shoppers.write(client, "s", {CustomerId(1): IN})[0].ok


def test_a_segment_that_was_deleted_is_told(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)

    with pytest.raises(RollLost):
        shoppers.write(client, NOWHERE, {one: IN})
    assert shoppers.write(client, NOWHERE, {one: None}) == [WriteResult(one, ok=True)]


def test_an_answer_that_is_lost_leaves_unsure_who_was_meant(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    segment = a_segment(client)
    client.run(Call("POST", Api.V3, shoppers.PROFILES, body=[{"customer_id": one}]))
    faults(store, lose_next=1)
    (result,) = shoppers.write(client, segment, {one: IN})

    assert result.unsure
    assert inside(store, "VIP") == [one]
    assert shoppers.write(client, segment, {one: IN, other: IN})[0].ok


def test_those_who_were_added_before_a_trouble_are_not_told_of_as_untouched(server: Server, client: Client) -> None:
    server.replies += [rows(c1=[], c2=["s"]), DONE, Reply(b"", 503)]
    results = shoppers.write(client, "s", {CustomerId(1): IN, CustomerId(2): None})

    assert all(each.unsure for each in results)
    assert server.asked[-1].path.endswith(f"id:in={profile(2)}")


@pytest.mark.parametrize(("api", "error"), [({"throttle_next": 1}, Throttled), ({"frozen": 503}, StoreUnavailable)])
def test_a_trouble_of_the_store_s_is_raised_where_nothing_was_done(
    store: Pretended, api: dict[str, Any], error: type[Exception]
) -> None:
    client, ids = calls(store), people(store)
    faults(store, **api)

    with pytest.raises(error):
        shoppers.write(client, NOWHERE, dict.fromkeys(ids, IN))
