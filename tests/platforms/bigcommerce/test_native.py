"""The platform's own segments are made and removed one by one; nothing ever deletes all of them."""

from dataclasses import replace

import pytest

from plugin.db.outputs import Kind, Output, State
from plugin.domain.errors import PlatformRefused, StoreUnavailable
from plugin.domain.ids import SegmentId
from plugin.platforms.base import Room, Shown
from plugin.platforms.bigcommerce import native
from plugin.platforms.bigcommerce.client import Api, Call, Client
from tests.platforms.bigcommerce.doors import Pretended
from tests.platforms.bigcommerce.outputs import faults, sandbox, store, writes
from tests.platforms.bigcommerce.reading import a_past, calls
from tests.platforms.server import Reply, Server

__all__ = ("sandbox", "store")
VIP, GOLD = (Output(SegmentId(1), Kind.NATIVE, "", name, State.MAKING) for name in ("VIP", "Gold"))
MEMBERS = "/segments/dfada416-eba1-49cf-ad21-0f48b48d50ad/shopper-profiles"
NONE_YET = Reply(b'{"data": []}')
NO_IDS: tuple[object, ...] = ((), [], "", [""], None)


def test_a_store_on_a_smaller_plan_says_why_there_are_none(sandbox: tuple[str, Server], store: Pretended) -> None:
    smaller = a_past(*sandbox, customers=1, years=0.1, plan="pro")

    assert native.why_not(calls(smaller)) == native.NO_SEGMENTS
    assert native.find(calls(smaller), "VIP") is None
    with pytest.raises(PlatformRefused, match="Enterprise"):
        native.make(calls(smaller), VIP)
    assert native.why_not(calls(store)) is None


def test_a_segment_is_made_read_and_found(store: Pretended) -> None:
    client = calls(store)
    made = native.make(client, VIP)

    shown = Shown(made, "VIP", native.ABOUT)
    assert native.read(client, [made, "dfada416-eba1-49cf-ad21-0f48b48d50ad"]) == [shown, None]
    assert native.find(client, "VIP") == shown
    assert native.room(client) == Room(1, 1_000, 950)
    assert native.find(client, "Gold") is None


def test_a_name_that_somebody_else_gave_is_refused(store: Pretended) -> None:
    client = calls(store)
    client.run(Call("POST", Api.V3, native.SEGMENTS, body=[{"name": "VIP", "description": "Ours by hand"}]))

    with pytest.raises(PlatformRefused, match="somebody else made"):
        native.make(client, VIP)


def test_a_segment_whose_making_got_no_answer_is_found(store: Pretended) -> None:
    client = calls(store)
    faults(store, lose_next=1)
    with pytest.raises(Exception, match="504"):
        native.make(client, VIP)

    found = native.find(client, "VIP")
    assert found is not None
    assert found.remote_id == native.make(client, VIP)


def test_what_is_refused_for_another_reason_says_it(server: Server, client: Client) -> None:
    server.replies += [Reply(b'{"status": 400, "title": "too many segments"}', 400), NONE_YET]

    with pytest.raises(PlatformRefused, match="too many segments"):
        native.make(client, VIP)


def test_one_that_was_renamed_stays_ours_and_one_that_was_deleted_is_made_anew(store: Pretended) -> None:
    client = calls(store)
    made = native.make(client, VIP)
    client.run(Call("PUT", Api.V3, native.SEGMENTS, body=[{"id": made, "name": "Gold"}]))
    assert native.make(client, replace(VIP, remote_id=made)) == made

    native.remove(client, made)
    assert native.make(client, replace(VIP, remote_id=made)) != made


@pytest.mark.parametrize(("name", "fits"), [("VIP", True), ("x" * 255, True), ("x" * 256, False), ("", False)])
def test_some_names_can_t_be(name: str, fits: bool) -> None:
    assert (native.misfit(replace(VIP, name=name)) is None) == fits


def test_one_segment_is_removed_and_the_others_stay(store: Pretended) -> None:
    client = calls(store)
    vip, gold = native.make(client, VIP), native.make(client, GOLD)
    native.remove(client, vip)
    native.remove(client, vip)

    assert native.read(client, [vip, gold]) == [None, Shown(gold, "Gold", native.ABOUT)]


@pytest.mark.parametrize("remote_id", ["", "one,other", ","])
def test_what_is_not_one_segment_is_never_sent(store: Pretended, remote_id: str) -> None:
    client = calls(store)
    gold = native.make(client, GOLD)
    with pytest.raises(ValueError, match=r"one segment"):
        native.remove(client, remote_id)

    assert native.read(client, [gold]) != [None]
    assert writes(store) == ["POST /v3/segments"]


@pytest.mark.parametrize("path", [native.SEGMENTS, "/shopper-profiles", MEMBERS, f"{MEMBERS}/"])
@pytest.mark.parametrize("ids", NO_IDS, ids=repr)
def test_a_delete_of_all_there_is_can_t_be_built(store: Pretended, path: str, ids: object) -> None:
    client = calls(store)
    query = {} if ids is None else {"id:in": ids}
    with pytest.raises(ValueError, match="without id:in"):
        client.run(Call("DELETE", Api.V3, path, query))  # type: ignore[arg-type]  # As careless code might.

    assert writes(store) == []


def test_a_store_that_is_away_is_no_answer(store: Pretended) -> None:
    client = calls(store)
    faults(store, frozen=503)

    with pytest.raises(StoreUnavailable):
        native.make(client, VIP)
