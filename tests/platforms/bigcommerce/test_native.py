"""The platform's own segments are made, renamed and removed one by one; nothing ever deletes all of them."""

import pytest

from plugin.domain.errors import StoreUnavailable
from plugin.platforms.base import Shown, TwinRefused
from plugin.platforms.bigcommerce import native
from plugin.platforms.bigcommerce.client import Api, Call, Client
from tests.platforms.bigcommerce.doors import Pretended
from tests.platforms.bigcommerce.outputs import faults, sandbox, store, writes
from tests.platforms.bigcommerce.reading import a_past, calls
from tests.platforms.server import Reply, Server

__all__ = ("sandbox", "store")
MEMBERS = "/segments/dfada416-eba1-49cf-ad21-0f48b48d50ad/shopper-profiles"
NO_IDS: tuple[object, ...] = ((), [], "", [""], None)


def test_a_store_on_a_smaller_plan_says_why_there_are_none(sandbox: tuple[str, Server], store: Pretended) -> None:
    smaller = a_past(*sandbox, customers=1, years=0.1, plan="pro")

    assert native.why_not(calls(smaller)) == native.NO_SEGMENTS
    assert native.find(calls(smaller), "VIP") is None
    assert native.why_not(calls(store)) is None


def test_a_segment_is_made_read_and_found(store: Pretended) -> None:
    client = calls(store)
    made = native.make(client, "VIP")

    assert (made.name, made.query) == ("VIP", native.ABOUT)
    assert native.read(client, [made.remote_id, "dfada416-eba1-49cf-ad21-0f48b48d50ad"]) == [made, None]
    assert native.find(client, "VIP") == made
    assert native.find(client, "Gold") is None


def test_a_name_that_somebody_else_gave_is_refused(store: Pretended) -> None:
    client = calls(store)
    client.run(Call("POST", Api.V3, native.SEGMENTS, body=[{"name": "VIP", "description": "Ours by hand"}]))

    with pytest.raises(TwinRefused, match="somebody else made"):
        native.make(client, "VIP")


def test_a_segment_whose_making_got_no_answer_is_found(store: Pretended) -> None:
    client = calls(store)
    faults(store, lose_next=1)
    with pytest.raises(Exception, match="504"):
        native.make(client, "VIP")

    assert native.find(client, "VIP") == native.make(client, "VIP")


def test_what_is_refused_for_another_reason_says_it(server: Server, client: Client) -> None:
    server.replies += [Reply(b'{"status": 400, "title": "too many segments"}', 400), Reply(b'{"data": []}')]

    with pytest.raises(TwinRefused, match="too many segments"):
        native.make(client, "VIP")


def test_a_segment_has_another_name(store: Pretended) -> None:
    client = calls(store)
    made = native.make(client, "VIP")

    assert native.change(client, made.remote_id, "Gold") == Shown(made.remote_id, "Gold", native.ABOUT)
    assert native.find(client, "VIP") is None


def test_a_segment_that_was_deleted_can_t_be_changed(store: Pretended) -> None:
    with pytest.raises(TwinRefused, match="deleted"):
        native.change(calls(store), "dfada416-eba1-49cf-ad21-0f48b48d50ad", "Gold")


def test_a_change_that_is_refused_says_why(server: Server, client: Client) -> None:
    server.replies.append(Reply(b'{"status": 400, "title": "name is too long"}', 400))

    with pytest.raises(TwinRefused, match="too long"):
        native.change(client, "dfada416-eba1-49cf-ad21-0f48b48d50ad", "Gold")


def test_one_segment_is_removed_and_the_others_stay(store: Pretended) -> None:
    client = calls(store)
    vip, gold = native.make(client, "VIP"), native.make(client, "Gold")
    native.remove(client, vip.remote_id)
    native.remove(client, vip.remote_id)

    assert native.read(client, [vip.remote_id, gold.remote_id]) == [None, gold]


@pytest.mark.parametrize("remote_id", ["", "one,other", ","])
def test_what_is_not_one_segment_is_never_sent(store: Pretended, remote_id: str) -> None:
    client = calls(store)
    gold = native.make(client, "Gold")
    with pytest.raises(ValueError, match=r"one segment"):
        native.remove(client, remote_id)

    assert native.find(client, "Gold") == gold
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
        native.make(client, "VIP")
