"""A segment has an attribute that says yes, or since when; fifty a store, and what the merchant put there stays."""

import json
from dataclasses import replace
from typing import Any

import pytest

from plugin.db.outputs import Kind, Output, Says, State
from plugin.domain.errors import PlatformRefused, StoreUnavailable, Throttled
from plugin.domain.ids import CustomerId, SegmentId
from plugin.platforms.base import RollLost, Room, WriteResult
from plugin.platforms.bigcommerce import marking, marks
from plugin.platforms.bigcommerce.client import Client
from tests.platforms.bigcommerce.doors import Pretended
from tests.platforms.bigcommerce.outputs import customer, faults, people, sandbox, store, writes
from tests.platforms.bigcommerce.reading import calls
from tests.platforms.server import Reply, Server

__all__ = ("sandbox", "store")
YES = "yes"
VIP = Output(SegmentId(1), Kind.ATTRIBUTE, "", "VIP", State.MAKING, Says.YES)
SINCE = replace(VIP, name="Gold since", says=Says.SINCE)


def says(store: Pretended, who: int) -> dict[str, str]:
    """What our attributes say of the customer."""
    found = customer(store, who)["attributes"]
    return {name: value for name, value in found.items() if name in (VIP.name, SINCE.name)}


def theirs(store: Pretended, name: str, **more: Any) -> list[int]:
    """Attributes that are not the app's."""
    return [int(each["id"]) for each in store.control("POST", "/attributes", {"name": name, **more})]


def values(store: Pretended, who: int, **said: str | None) -> None:
    """The merchant edits the customer's attributes."""
    store.control("PATCH", f"/customers/{who}", {"attributes": said})


def defined(*attributes: tuple[int, str]) -> Reply:
    """The store's attributes."""
    data = [{"id": number, "name": name, "type": "string"} for number, name in attributes]
    return Reply(json.dumps({"data": data, "meta": {}}).encode())


NOTHING = Reply(b'{"data": [], "meta": {}}')


def test_an_attribute_says_yes_or_since_when(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    vip, since = marks.make(client, VIP), marks.make(client, SINCE)
    results = marking.write(client, vip, {one: YES, other: YES})
    marking.write(client, since, {one: "2026-03-05"})

    assert results == [WriteResult(one, ok=True), WriteResult(other, ok=True)]
    assert says(store, one) == {"VIP": "yes", "Gold since": "2026-03-05"}
    assert says(store, other) == {"VIP": "yes"}
    assert marks.make(client, replace(VIP, remote_id=vip)) == vip


def test_values_come_back_under_another_name_than_they_went(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    vip = marks.make(client, VIP)
    marking.write(client, vip, {one: YES})
    (put,) = [call for call in store.control("GET", "/calls") if call["method"] == "PUT"]

    assert [sorted(each) for each in put["body"]] == [["attribute_id", "customer_id", "value"]]
    marking.write(client, vip, {one: YES})
    assert len(writes(store)) == 2  # The attribute, and what it says: read back, it says so already.


def test_ten_customers_go_in_one_call(store: Pretended) -> None:
    client, ids = calls(store), people(store)
    marking.write(client, marks.make(client, VIP), dict.fromkeys(ids, YES))

    assert [call for call in writes(store) if call.startswith("PUT")] == ["PUT /v3/customers/attribute-values"] * 2


def test_who_leaves_has_the_value_deleted_by_its_own_id(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    vip = marks.make(client, VIP)
    marking.write(client, vip, {one: YES, other: YES})
    for _ in range(2):
        assert marking.write(client, vip, {one: None}) == [WriteResult(one, ok=True)]

    assert (says(store, one), says(store, other)) == ({}, {"VIP": "yes"})
    assert sum(call.startswith("DELETE") for call in writes(store)) == 1


def test_what_the_merchant_wrote_over_it_gives_way(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    vip = marks.make(client, VIP)
    marking.write(client, vip, {one: YES, other: YES})
    values(store, one, VIP="perhaps")
    values(store, other, VIP="no")
    marking.write(client, vip, {one: YES, other: None})

    assert (says(store, one), says(store, other)) == ({"VIP": "yes"}, {})


def test_a_value_that_has_no_room_is_refused_alone(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    results = marking.write(client, marks.make(client, VIP), {one: "x" * 256, other: "x" * 255})

    assert [(each.ok, each.error) for each in results] == [(False, marking.TOO_LONG), (True, None)]
    assert (says(store, one), says(store, other)) == ({}, {"VIP": "x" * 255})


def test_an_attribute_that_was_deleted_is_told_and_not_made_again(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    vip = marks.make(client, VIP)
    store.control("DELETE", f"/attributes/{vip}")
    before = len(writes(store))

    with pytest.raises(RollLost):
        marking.write(client, vip, {one: YES, other: YES})
    assert marking.write(client, vip, {one: None}) == [WriteResult(one, ok=True)]
    assert [call[:4] for call in writes(store)[before:]] == ["PUT "]
    assert marks.make(client, replace(VIP, remote_id=vip)) != vip


def test_an_attribute_that_was_renamed_stays_ours(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    vip = marks.make(client, VIP)
    store.control("PATCH", f"/attributes/{vip}", {"name": "Very important"})
    marking.write(client, vip, {one: YES})

    assert customer(store, one)["attributes"]["Very important"] == YES
    assert marks.make(client, replace(VIP, remote_id=vip)) == vip


def test_an_attribute_of_the_merchant_s_with_values_is_left_alone(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    theirs(store, "VIP")
    values(store, one, VIP="since 1998")

    for output in (VIP, replace(VIP, remote_id="999999")):
        with pytest.raises(PlatformRefused, match="customer attribute VIP already, with values of its own"):
            marks.make(client, output)
    assert says(store, one) == {"VIP": "since 1998"}


def test_an_empty_attribute_of_that_name_is_taken(store: Pretended) -> None:
    (number,) = theirs(store, "VIP")

    assert marks.make(calls(store), VIP) == str(number)


def test_a_name_that_is_taken_by_another_type_is_told(store: Pretended) -> None:
    theirs(store, "VIP", type="number")

    with pytest.raises(PlatformRefused, match="VIP of type number already"):
        marks.make(calls(store), VIP)


@pytest.mark.parametrize(("name", "reason"), [("segments", "list of all"), ("", "1 to 255"), ("x" * 256, "1 to 255")])
def test_some_names_can_t_be(store: Pretended, name: str, reason: str) -> None:
    with pytest.raises(PlatformRefused, match=reason):
        marks.make(calls(store), replace(VIP, name=name))
    assert marks.misfit(VIP) is None


def test_fifty_are_all_there_can_be(store: Pretended) -> None:
    client = calls(store)
    before = marks.room(client)
    assert (before.most, before.is_scarce) == (50, False)
    theirs(store, "Theirs", count=before.left)

    assert marks.room(client) == Room(50, 50, 45)
    assert (marks.room(client).left, marks.room(client).is_scarce) == (0, True)
    with pytest.raises(PlatformRefused, match=r"^The store has 50 customer attributes, .* Delete one for VIP\.$"):
        marks.make(client, VIP)


def test_an_attribute_that_another_worker_made_is_used(server: Server, client: Client) -> None:
    refused = Reply(b'{"title": "attribute VIP already exists"}', 422)
    server.replies += [NOTHING, refused, defined((7, "VIP")), NOTHING]
    assert marks.make(client, VIP) == "7"
    server.replies[:] = [NOTHING, refused, NOTHING]
    with pytest.raises(PlatformRefused, match="already exists"):
        marks.make(client, VIP)


def test_an_attribute_is_removed_with_all_it_said(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    number = marks.make(client, VIP)
    marking.write(client, number, {one: YES})
    for _ in range(2):
        marks.remove(client, number)

    assert says(store, one) == {}


def test_one_who_is_refused_takes_nobody_with_them(store: Pretended) -> None:
    client, ids = calls(store), people(store)
    store.control("DELETE", f"/customers/{ids[2]}")
    faults(store, batch_refuses=[ids[4]])
    results = marking.write(client, marks.make(client, VIP), dict.fromkeys(ids, YES))

    assert [each.customer_id for each in results] == ids
    assert {each.customer_id: each.gone for each in results if not each.ok} == {ids[2]: True, ids[4]: False}
    assert says(store, ids[11]) == {"VIP": "yes"}


def test_an_answer_that_is_lost_leaves_unsure_who_was_meant(store: Pretended) -> None:
    client, ids = calls(store), people(store)
    number = marks.make(client, VIP)
    faults(store, lose_next=1)
    results = marking.write(client, number, dict.fromkeys(ids, YES))

    assert [(each.customer_id, each.unsure) for each in results] == [(each, True) for each in ids[:10]]


def test_what_was_set_before_a_trouble_is_not_told_of_as_untouched(server: Server, client: Client) -> None:
    there = {"id": 9, "attribute_id": 3, "customer_id": 2, "attribute_value": "yes"}
    server.replies += [Reply(json.dumps({"data": [there]}).encode()), NOTHING, Reply(b"", 503)]
    results = marking.write(client, "3", {CustomerId(1): YES, CustomerId(2): None})

    assert all(each.unsure for each in results)
    assert server.asked[-1].path.endswith("attribute-values?id:in=9")


def test_who_is_refused_while_nobody_can_look_is_not_taken_for_gone(server: Server, client: Client) -> None:
    refused = Reply(b'{"title": "no"}', 422)
    server.replies += [NOTHING, refused, defined((3, "VIP")), Reply(b"", 503)]
    (result,) = marking.write(client, "3", {CustomerId(1): YES})

    assert (result.ok, result.gone) == (False, False)


def test_a_day_that_comes_back_with_a_time_is_the_same_day(server: Server, client: Client) -> None:
    there = {"id": 9, "attribute_id": 3, "customer_id": 1, "attribute_value": "2026-03-05T00:00:00+00:00"}
    server.replies += [Reply(json.dumps({"data": [there]}).encode())]

    assert marking.write(client, "3", {CustomerId(1): "2026-03-05"})[0].ok
    assert {each.method for each in server.asked} == {"GET"}


@pytest.mark.parametrize(("api", "error"), [({"throttle_next": 1}, Throttled), ({"frozen": 503}, StoreUnavailable)])
def test_a_trouble_of_the_store_s_is_raised_where_nothing_was_done(
    store: Pretended, api: dict[str, Any], error: type[Exception]
) -> None:
    client, ids = calls(store), people(store)
    vip = marks.make(client, VIP)
    faults(store, **api)

    with pytest.raises(error):
        marking.write(client, vip, dict.fromkeys(ids, YES))
