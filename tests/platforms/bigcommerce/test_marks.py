"""Each segment has an attribute that says yes, or since when; fifty a store, and what the merchant put there stays."""

import json
from typing import Any

import pytest

from plugin.domain.errors import PlatformRefused, StoreUnavailable, Throttled
from plugin.domain.ids import CustomerId
from plugin.platforms.base import WriteResult
from plugin.platforms.bigcommerce import marking, marks
from plugin.platforms.bigcommerce.client import Client
from plugin.platforms.bigcommerce.marks import YES, Budget, Kind, Mark
from tests.platforms.bigcommerce.doors import Pretended
from tests.platforms.bigcommerce.outputs import customer, faults, people, sandbox, store, writes
from tests.platforms.bigcommerce.reading import calls
from tests.platforms.server import Reply, Server

__all__ = ("sandbox", "store")
VIP, SINCE = Mark("VIP", Kind.YES), Mark("Gold since", Kind.SINCE)


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


def made(client: Client, *which: Mark) -> list[Mark]:
    """These attributes are there, and known."""
    return [mark._replace(known=marks.make(client, mark)) for mark in which]


def defined(*attributes: tuple[int, str]) -> Reply:
    """The store's attributes."""
    data = [{"id": number, "name": name, "type": "string"} for number, name in attributes]
    return Reply(json.dumps({"data": data, "meta": {}}).encode())


NOTHING = Reply(b'{"data": [], "meta": {}}')


def test_attributes_are_made_on_first_use_and_say_so(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    wanted = {one: {"VIP": YES, "Gold since": "2026-03-05"}, other: {"VIP": YES}}
    written = marking.write(client, made(client, VIP, SINCE), wanted)

    assert written.results == [WriteResult(one, ok=True), WriteResult(other, ok=True)]
    assert says(store, one) == {"VIP": "yes", "Gold since": "2026-03-05"}
    assert says(store, other) == {"VIP": "yes"}
    assert marks.make(client, VIP._replace(known=written.ids["VIP"])) == written.ids["VIP"]


def test_values_come_back_under_another_name_than_they_went(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    marking.write(client, made(client, VIP), {one: {"VIP": YES}})
    (put,) = [call for call in store.control("GET", "/calls") if call["method"] == "PUT"]

    assert [sorted(each) for each in put["body"]] == [["attribute_id", "customer_id", "value"]]
    marking.write(client, [VIP._replace(known=put["body"][0]["attribute_id"])], {one: {"VIP": YES}})
    assert len(writes(store)) == 2  # The attribute, and what it says: read back, it says so already.


def test_ten_customers_go_in_one_call_whatever_is_said_of_them(store: Pretended) -> None:
    client, ids = calls(store), people(store)
    marking.write(client, made(client, VIP, SINCE), {each: {"VIP": YES, "Gold since": "2026-03-05"} for each in ids})

    assert [call for call in writes(store) if call.startswith("PUT")] == ["PUT /v3/customers/attribute-values"] * 2


def test_who_leaves_has_the_value_deleted_by_its_own_id(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    ids = marking.write(client, made(client, VIP), {one: {"VIP": YES}, other: {"VIP": YES}}).ids
    known = [VIP._replace(known=ids["VIP"])]
    for _ in range(2):
        assert marking.write(client, known, {one: {"VIP": None}}).results == [WriteResult(one, ok=True)]

    assert (says(store, one), says(store, other)) == ({}, {"VIP": "yes"})
    assert sum(call.startswith("DELETE") for call in writes(store)) == 1


def test_an_attribute_is_not_made_again_to_say_nothing(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    known = made(client, VIP)
    marks.remove(client, known[0].known or 0)
    before = len(writes(store))

    assert marking.write(client, known, {one: {"VIP": None}}) == ([WriteResult(one, ok=True)], {})
    assert len(writes(store)) == before


def test_an_attribute_that_nobody_made_is_never_written_to(store: Pretended) -> None:
    with pytest.raises(ValueError, match="make the attribute first"):
        marking.write(calls(store), [VIP], {people(store)[0]: {"VIP": YES}})


def test_an_attribute_that_was_deleted_is_made_again_by_its_name(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    first = marking.write(client, made(client, VIP), {one: {"VIP": YES}}).ids["VIP"]
    store.control("DELETE", f"/attributes/{first}")
    again = marking.write(client, [VIP._replace(known=first)], {other: {"VIP": YES}}).ids["VIP"]

    assert again != first
    assert says(store, other) == {"VIP": "yes"}
    assert marks.make(client, VIP._replace(known=first)) == again


def test_an_attribute_that_was_renamed_stays_ours(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    first = marking.write(client, made(client, VIP), {one: {"VIP": YES}}).ids["VIP"]
    store.control("PATCH", f"/attributes/{first}", {"name": "Very important"})
    written = marking.write(client, [VIP._replace(known=first)], {one: {"VIP": None}})

    assert written.ids == {"VIP": first}
    assert "Very important" not in customer(store, one)["attributes"]


def test_an_attribute_that_vanishes_between_two_calls_is_found_by_its_name(server: Server, client: Client) -> None:
    server.replies += [defined((3, "VIP")), NOTHING, Reply(b'{"title": "attribute does not exist"}', 422)]
    server.replies += [defined((4, "VIP")), NOTHING, NOTHING]
    written = marking.write(client, [VIP._replace(known=3)], {CustomerId(1): {"VIP": YES}})

    assert written == ([WriteResult(CustomerId(1), ok=True)], {"VIP": 4})


def test_an_attribute_of_the_merchant_s_with_values_is_left_alone(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    theirs(store, "VIP")
    values(store, one, VIP="since 1998")

    with pytest.raises(PlatformRefused, match="customer attribute VIP already, with values of its own"):
        marks.make(client, VIP)
    assert says(store, one) == {"VIP": "since 1998"}


def test_an_attribute_that_can_t_be_made_again_refuses_those_it_is_about(store: Pretended) -> None:
    client, (one, other, *_) = calls(store), people(store)
    known = made(client, VIP, SINCE)
    marks.remove(client, known[0].known or 0)
    theirs(store, "VIP", type="number")
    both: marking.Values = {"VIP": YES, "Gold since": "2026-03-05"}
    results = marking.write(client, known, {one: both, other: {"Gold since": "2026-03-05"}}).results

    assert results[0].error == "The store has a customer attribute VIP of type number already."
    assert results[1].ok
    assert says(store, one) == says(store, other) == {"Gold since": "2026-03-05"}


def test_an_empty_attribute_of_that_name_is_taken(store: Pretended) -> None:
    (number,) = theirs(store, "VIP")

    assert marks.make(calls(store), VIP) == number


def test_a_name_that_is_taken_by_another_type_is_told(store: Pretended) -> None:
    theirs(store, "VIP", type="number")

    with pytest.raises(PlatformRefused, match="VIP of type number already"):
        marks.make(calls(store), VIP)


@pytest.mark.parametrize(("name", "reason"), [("segments", "list of all"), ("", "1 to 255"), ("x" * 256, "1 to 255")])
def test_some_names_can_t_be(store: Pretended, name: str, reason: str) -> None:
    with pytest.raises(PlatformRefused, match=reason):
        marks.make(calls(store), Mark(name, Kind.YES))
    assert marks.misfit(VIP) is None


def test_fifty_are_all_there_can_be(store: Pretended) -> None:
    client = calls(store)
    before = marks.budget(client)
    assert (before.most, before.scarce) == (50, False)
    theirs(store, "Theirs", count=before.left)

    assert marks.budget(client) == Budget(50)
    assert (marks.budget(client).left, marks.budget(client).scarce) == (0, True)
    with pytest.raises(PlatformRefused, match=r"^The store has 50 customer attributes, .* Delete one for VIP\.$"):
        marks.make(client, VIP)


def test_an_attribute_that_another_worker_made_is_used(server: Server, client: Client) -> None:
    refused = Reply(b'{"title": "attribute VIP already exists"}', 422)
    server.replies += [NOTHING, refused, defined((7, "VIP")), NOTHING]
    assert marks.make(client, VIP) == 7
    server.replies[:] = [NOTHING, refused, NOTHING]
    with pytest.raises(PlatformRefused, match="already exists"):
        marks.make(client, VIP)


def test_an_attribute_is_removed_with_all_it_said(store: Pretended) -> None:
    client, (one, *_) = calls(store), people(store)
    number = marking.write(client, made(client, VIP), {one: {"VIP": YES}}).ids["VIP"]
    for _ in range(2):
        marks.remove(client, number)

    assert says(store, one) == {}


def test_one_who_is_refused_takes_nobody_with_them(store: Pretended) -> None:
    client, ids = calls(store), people(store)
    store.control("DELETE", f"/customers/{ids[2]}")
    faults(store, batch_refuses=[ids[4]])
    results = marking.write(client, made(client, VIP), {each: {"VIP": YES} for each in ids}).results

    assert [each.customer_id for each in results] == ids
    assert {each.customer_id: each.gone for each in results if not each.ok} == {ids[2]: True, ids[4]: False}
    assert says(store, ids[11]) == {"VIP": "yes"}


def test_an_answer_that_is_lost_leaves_unsure_who_was_meant(store: Pretended) -> None:
    client, ids = calls(store), people(store)
    number = marks.make(client, VIP)
    faults(store, lose_next=1)
    results = marking.write(client, [VIP._replace(known=number)], {each: {"VIP": YES} for each in ids}).results

    assert [(each.customer_id, each.unsure) for each in results] == [(each, True) for each in ids[:10]]


def test_what_was_set_before_a_trouble_is_not_told_of_as_untouched(server: Server, client: Client) -> None:
    there = {"id": 9, "attribute_id": 3, "customer_id": 2, "attribute_value": "yes"}
    server.replies += [defined((3, "VIP")), Reply(json.dumps({"data": [there]}).encode()), NOTHING, Reply(b"", 503)]
    wanted: dict[CustomerId, marking.Values] = {CustomerId(1): {"VIP": YES}, CustomerId(2): {"VIP": None}}
    results = marking.write(client, [VIP._replace(known=3)], wanted).results

    assert all(each.unsure for each in results)
    assert server.asked[-1].path.endswith("attribute-values?id:in=9")


def test_who_is_refused_while_nobody_can_look_is_not_taken_for_gone(server: Server, client: Client) -> None:
    refused = Reply(b'{"title": "no"}', 422)
    server.replies += [defined((3, "VIP")), NOTHING, refused, defined((3, "VIP")), Reply(b"", 503)]
    (result,) = marking.write(client, [VIP._replace(known=3)], {CustomerId(1): {"VIP": YES}}).results

    assert (result.ok, result.gone) == (False, False)


def test_a_day_that_comes_back_with_a_time_is_the_same_day(server: Server, client: Client) -> None:
    there = {"id": 9, "attribute_id": 3, "customer_id": 1, "attribute_value": "2026-03-05T00:00:00+00:00"}
    server.replies += [defined((3, "VIP")), Reply(json.dumps({"data": [there]}).encode())]

    assert marking.write(client, [VIP._replace(known=3)], {CustomerId(1): {"VIP": "2026-03-05"}}).results[0].ok
    assert {each.method for each in server.asked} == {"GET"}


@pytest.mark.parametrize(("api", "error"), [({"throttle_next": 1}, Throttled), ({"frozen": 503}, StoreUnavailable)])
def test_a_trouble_of_the_store_s_is_raised_where_nothing_was_done(
    store: Pretended, api: dict[str, Any], error: type[Exception]
) -> None:
    client, ids = calls(store), people(store)
    known = made(client, VIP)
    faults(store, **api)

    with pytest.raises(error):
        marking.write(client, known, {each: {"VIP": YES} for each in ids})
