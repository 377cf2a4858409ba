"""Labels are written as entries of one attribute, beside the merchant's own; what has no room is refused whole."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from plugin.domain.errors import StoreUnavailable, Throttled
from plugin.domain.facts import AttributeSeen, Kind, TagsListed
from plugin.domain.ids import CustomerId
from plugin.platforms.base import TagDelta, WriteResult
from plugin.platforms.bigcommerce import labels, tagging
from plugin.platforms.bigcommerce.client import Api, Call, Client
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.reading import a_past, asked, calls, every, told
from tests.platforms.server import Reply, Server, serving

ATTRIBUTE = b'{"data":[{"id":3,"name":"Segments","type":"string"}],"meta":{}}'
NOTHING = b'{"data":[],"meta":{}}'


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, Server]]:
    """A sandbox, and the app it calls."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def store(sandbox: tuple[str, Server]) -> Pretended:
    """A store of this test's own, with customers."""
    return a_past(*sandbox, customers=25, years=0.1)


def people(store: Pretended) -> list[CustomerId]:
    return [CustomerId(row["id"]) for row in store.control("GET", "/customers")]


def says(store: Pretended, customer: CustomerId) -> str | None:
    found: str | None = store.control("GET", f"/customers/{customer}")["attributes"].get("Segments")
    return found


def edits(store: Pretended, customer: CustomerId, value: str | None) -> None:
    store.control("PATCH", f"/customers/{customer}", {"attributes": {"Segments": value}})


def adding(ids: Sequence[CustomerId], *tags: str) -> list[TagDelta]:
    return [TagDelta(each, add=tags or ("VIP",)) for each in ids]


def an_attribute(client: Client, name: str, kind: str = "string") -> int:
    made = client.run(Call("POST", Api.V3, "/customers/attributes", body=[{"name": name, "type": kind}]))
    return int(made["data"][0]["id"])


def forget_attribute(client: Client) -> None:
    client.delete(Api.V3, "/customers/attributes", [labels.make(client)])


def test_the_attribute_is_made_on_first_use(store: Pretended) -> None:
    (who, *_), client = people(store), calls(store)

    assert tagging.write_tags(client, adding([who], "VIP", "Gold")) == [
        WriteResult(who, ok=True, tags_after=("VIP", "Gold"))
    ]
    assert says(store, who) == "VIP, Gold"
    tagging.write_tags(client, adding([who], "New"))
    assert [call for call in asked(store) if call.startswith("POST")] == ["POST /v3/customers/attributes"]


def test_what_the_merchant_put_there_stays(store: Pretended) -> None:
    (who, *_), client = people(store), calls(store)
    labels.make(client)
    edits(store, who, "wholesale ;  , Friend,VIP")
    delta = TagDelta(who, add=("Gold", "friend"), remove=("vip", "never"))

    assert tagging.write_tags(client, [delta])[0].tags_after == ("wholesale ;", "Friend", "Gold")
    assert says(store, who) == "wholesale ;, Friend, Gold"


def test_ten_customers_go_in_one_call(store: Pretended) -> None:
    ids, client = people(store), calls(store)
    results = tagging.write_tags(client, adding(ids))

    assert [result.customer_id for result in results] == ids
    assert all(result.ok for result in results)
    assert {says(store, each) for each in ids} == {"VIP"}
    assert sum(call.startswith("PUT") for call in asked(store)) == 3


def test_what_needs_no_change_is_not_written(store: Pretended) -> None:
    (who, *_), client = people(store), calls(store)
    tagging.write_tags(client, adding([who]))
    before = len(asked(store))

    assert tagging.write_tags(client, adding([who], "vip")) == [WriteResult(who, ok=True, tags_after=("VIP",))]
    assert all(call.startswith("GET") for call in asked(store)[before:])


def test_an_attribute_that_says_nothing_any_more_is_gone(store: Pretended) -> None:
    (one, other, *_), client = people(store), calls(store)
    tagging.write_tags(client, adding([one, other]))
    results = tagging.write_tags(client, [TagDelta(one, remove=("VIP",)), TagDelta(other, add=("Gold",))])

    assert [result.tags_after for result in results] == [(), ("VIP", "Gold")]
    assert (says(store, one), says(store, other)) == (None, "VIP, Gold")


def test_a_label_that_has_no_room_is_refused_and_never_cut(store: Pretended) -> None:
    (one, other, third, *_), client = people(store), calls(store)
    labels.make(client)
    full = ", ".join(f"entry {number:03}" for number in range(22))
    for each in (one, other):
        edits(store, each, full)
    long, fits = "x" * 30, "y" * 5
    deltas = [TagDelta(one, add=(long,)), TagDelta(other, add=(long,), remove=("entry 000",)), *adding([third], fits)]
    results = tagging.write_tags(client, deltas)

    assert [result.ok for result in results] == [False, False, True]
    assert "holds 255 characters" in (results[0].error or "")
    assert long in (results[0].error or "")
    assert says(store, one) == full
    assert says(store, other) == full.removeprefix("entry 000, ")  # What leaves leaves; the row is read back.
    assert says(store, third) == fits


def test_a_label_with_a_comma_is_refused(store: Pretended) -> None:
    (who, *_) = people(store)
    (result,) = tagging.write_tags(calls(store), adding([who], "a, b"))

    assert "comma" in (result.error or "")
    assert says(store, who) is None


def test_one_who_is_gone_takes_nobody_with_them(store: Pretended) -> None:
    ids, client = people(store)[:10], calls(store)
    store.control("DELETE", f"/customers/{ids[4]}")
    results = tagging.write_tags(client, adding(ids))

    assert [result.customer_id for result in results if not result.ok] == [ids[4]]
    assert results[4].gone
    assert {says(store, each) for each in ids if each != ids[4]} == {"VIP"}


def test_who_is_refused_is_told_with_the_reason(store: Pretended) -> None:
    ids, client = people(store)[:3], calls(store)
    store.control("PUT", "/faults", {"api": {"batch_refuses": [ids[1]]}})
    results = tagging.write_tags(client, adding(ids))

    assert [(result.ok, result.gone) for result in results] == [(True, False), (False, False), (True, False)]
    assert "422" in (results[1].error or "")


def test_an_attribute_that_was_deleted_is_made_again(store: Pretended) -> None:
    ids, client = people(store)[:2], calls(store)
    tagging.write_tags(client, adding(ids))
    forget_attribute(client)

    assert all(result.ok for result in tagging.write_tags(client, adding(ids, "Gold")))
    assert {says(store, each) for each in ids} == {"Gold"}


def test_an_attribute_that_another_one_replaced_meanwhile_is_found_by_its_name(server: Server, client: Client) -> None:
    moved = ATTRIBUTE.replace(b'"id":3', b'"id":4')
    replies = [(ATTRIBUTE, 200), (NOTHING, 200), (b'{"title":"attribute does not exist"}', 422)]
    replies += [(moved, 200), (NOTHING, 200), (NOTHING, 200)]
    server.replies += [Reply(body, status) for body, status in replies]
    (result,) = tagging.write_tags(client, adding([CustomerId(1)]))

    assert result.ok
    written = [json.loads(each.body)[0]["attribute_id"] for each in server.asked if each.method == "PUT"]
    assert written == [3, 4]


def test_a_store_whose_fifty_attributes_are_taken_is_told(store: Pretended) -> None:
    ids, client = people(store)[:12], calls(store)
    for number in range(labels.MOST - len(client.rows(Api.V3, labels.ATTRIBUTES))):
        an_attribute(client, f"Theirs {number}")
    results = tagging.write_tags(client, adding(ids))

    assert {result.error for result in results} == {
        "The store has 50 customer attributes, and there can be no more. Delete one for Segments to be made."
    }


def test_a_name_that_is_taken_by_a_number_is_told(store: Pretended) -> None:
    (who, *_), client = people(store), calls(store)
    an_attribute(client, "Segments", "number")

    assert "of type number" in (tagging.write_tags(client, adding([who]))[0].error or "")


@pytest.mark.parametrize(("faults", "error"), [({"throttle_next": 1}, Throttled), ({"frozen": 503}, StoreUnavailable)])
def test_a_trouble_of_the_store_s_is_raised_where_nothing_was_done(
    store: Pretended, faults: dict[str, Any], error: type[Exception]
) -> None:
    ids, client = people(store), calls(store)
    store.control("PUT", "/faults", {"api": faults})

    with pytest.raises(error):
        tagging.write_tags(client, adding(ids))


def test_what_was_done_before_a_trouble_is_told(server: Server, client: Client) -> None:
    server.replies += [Reply(ATTRIBUTE), Reply(NOTHING), Reply(NOTHING), Reply(b"", 503)]
    results = tagging.write_tags(client, adding([CustomerId(number) for number in range(1, 15)]))

    assert [result.customer_id for result in results] == list(range(1, 11))


def test_a_call_without_an_answer_leaves_its_customers_unsure(server: Server, client: Client) -> None:
    server.replies += [Reply(ATTRIBUTE), Reply(NOTHING), Reply(b"", 504)]
    results = tagging.write_tags(client, adding([CustomerId(number) for number in range(1, 15)]))

    assert [result.customer_id for result in results] == list(range(1, 11))
    assert all(result.unsure for result in results)


def test_half_a_batch_that_was_written_is_not_told_of_as_untouched(server: Server, client: Client) -> None:
    rows = [{"id": 9, "attribute_id": 3, "customer_id": 2, "attribute_value": "VIP"}]
    server.replies += [Reply(ATTRIBUTE), Reply(json.dumps({"data": rows}).encode()), Reply(NOTHING), Reply(b"", 503)]
    results = tagging.write_tags(client, [TagDelta(CustomerId(2), remove=("VIP",)), *adding([CustomerId(1)])])

    assert [(result.ok, result.unsure) for result in results] == [(False, True), (True, False)]
    assert server.asked[-1].path.endswith("id:in=9")


def test_what_a_customer_carries_is_read_back(store: Pretended) -> None:
    (one, other, *_), client = people(store), calls(store)
    assert tagging.read_tags(client, [one]) == {one: ()}
    tagging.write_tags(client, adding([one], "VIP", "Gold"))

    assert tagging.read_tags(client, [one, other, CustomerId(999_999)]) == {
        one: ("VIP", "Gold"),
        other: (),
        CustomerId(999_999): None,
    }


def test_a_read_says_them_as_tags_and_not_as_an_attribute(store: Pretended) -> None:
    (one, other, *_), client = people(store), calls(store)
    an_attribute(client, "Size")
    tagging.write_tags(client, adding([one], "VIP", "Gold"))
    found = told(calls(store), Kind.CUSTOMER, one, other)

    assert {fact.customer_id: fact.tags for fact in every(TagsListed, found)} == {one: ("VIP", "Gold"), other: ()}
    names = {fact.name for fact in every(AttributeSeen, found) if fact.name.startswith("attributes.")}
    assert "attributes.Size" in names
    assert "attributes.Segments" not in names


def test_a_store_full_of_entries_is_counted_as_its_length_allows() -> None:
    value = labels.written(["a"] * tagging.MOST_TAGS)
    assert len(value.replace(" ", "")) == labels.LONGEST
    assert labels.entries(None) == labels.entries(" , ") == ()
