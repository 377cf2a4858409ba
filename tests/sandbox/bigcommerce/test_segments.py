"""V3 segments and shopper profiles: a large plan, and a dangerous DELETE."""

import pytest

from tests.sandbox.bigcommerce.clerk import Clerk
from tests.sandbox.bigcommerce.conftest import NewStore

SEGMENTS, PROFILES = "/v3/segments", "/v3/shopper-profiles"


@pytest.fixture
def large(new_store: NewStore) -> Clerk:
    """A store on the largest plan."""
    return new_store(plan="enterprise")


def segment(store: Clerk, name: str = "Gold") -> str:
    return str(store.ask("POST", SEGMENTS, [{"name": name, "description": ""}], status=201)["data"][0]["id"])


def profiles(store: Clerk, *customers: int) -> list[str]:
    made = store.ask("POST", PROFILES, [{"customer_id": each} for each in customers], status=201)["data"]
    return [each["id"] for each in made]


def test_other_plans_have_no_segments(store: Clerk) -> None:
    store.get(SEGMENTS, status=403)


def test_customers_join_and_leave_by_their_profile(large: Clerk) -> None:
    gold, (first, second) = segment(large), profiles(large, 3, 4)

    large.ask("POST", f"{SEGMENTS}/{gold}/shopper-profiles", [first, second], status=201)
    large.ask("DELETE", f"{SEGMENTS}/{gold}/shopper-profiles", status=204, **{"id:in": second})

    asked = {"id:in": "3,4", "include": "shopper_profile_id,segment_ids"}
    rows = large.get("/v3/customers", **asked)["data"]
    assert [(row["shopper_profile_id"], row["segment_ids"]) for row in rows] == [(first, [gold]), (second, [])]
    assert [each["id"] for each in large.get(f"{PROFILES}/{first}/segments")["data"]] == [gold]
    assert large.control("GET", "/customers/3")["segments"] == ["Gold"]


def test_who_is_in_already_has_the_whole_call_refused(large: Clerk) -> None:
    gold, (first, second) = segment(large), profiles(large, 3, 4)
    large.ask("POST", f"{SEGMENTS}/{gold}/shopper-profiles", [first], status=201)

    refused = large.ask("POST", f"{SEGMENTS}/{gold}/shopper-profiles", [second, first], status=409)

    assert list(refused["errors"][0]["errors"]) == ["1"]
    assert [each["id"] for each in large.get(f"{SEGMENTS}/{gold}/shopper-profiles")["data"]] == [first]


def test_two_segments_of_one_name_are_a_conflict(large: Clerk) -> None:
    segment(large)

    large.ask("POST", SEGMENTS, [{"name": "Gold"}], status=409)


def test_a_segment_is_renamed(large: Clerk) -> None:
    gold = segment(large)

    large.ask("PUT", SEGMENTS, [{"id": gold, "name": "Golden"}], status=201)

    assert [each["name"] for each in large.get(SEGMENTS)["data"]] == ["Golden"]


def test_deleting_without_naming_deletes_everything(large: Clerk) -> None:
    gold, silver, (first,) = segment(large), segment(large, "Silver"), profiles(large, 3)
    large.ask("POST", f"{SEGMENTS}/{gold}/shopper-profiles", [first], status=201)

    large.ask("DELETE", f"{SEGMENTS}/{gold}/shopper-profiles", status=204)
    large.ask("DELETE", SEGMENTS, status=204, **{"id:in": silver})
    large.ask("DELETE", PROFILES, status=204)

    assert large.get(f"{SEGMENTS}/{gold}/shopper-profiles")["data"] == []
    assert [each["id"] for each in large.get(SEGMENTS)["data"]] == [gold]
    assert large.get(PROFILES)["data"] == []
    large.ask("DELETE", SEGMENTS, status=204)
    assert large.get(SEGMENTS)["data"] == []


def test_listing_members_needs_the_right_to_modify(large: Clerk) -> None:
    gold = segment(large)
    large.install("store_v2_customers_read_only")

    large.get(SEGMENTS)
    large.get(f"{SEGMENTS}/{gold}/shopper-profiles", status=403)
