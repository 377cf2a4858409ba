"""What the page asks and is told of where else segments show; the page in a browser is in test_outputs_page."""

from collections.abc import Callable
from typing import Any

import pytest

from plugin.db import segments
from plugin.domain.ids import SegmentId
from plugin.flow.plan import plan
from plugin.flow.save import save
from tests.flow.bigcommerce.choosing import TIERS, buyer, live, store, work
from tests.flow.bigcommerce.panel import Panel

__all__ = ["store"]
Ask = Callable[..., Any]


@pytest.fixture
def ask(store: Panel) -> Ask:
    """A call of the page that works, or answers with this status."""
    token = store.load().token

    def asking(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = store.send(token, method, path, body)
        assert answer.status_code == status, answer.text
        return answer.json()

    return asking


def kinds(told: Any) -> dict[str, Any]:
    return {each["kind"]: each for each in told["kinds"]}


def test_every_kind_says_what_it_does_what_there_is_and_what_there_could_be(store: Panel, ask: Ask) -> None:
    made, _ = save(store.house, store.id, "Tiers", TIERS, {}, "1")
    work(store)

    told = kinds(ask("GET", f"/segments/{made}/outputs"))

    assert list(told) == ["group", "attribute", "native"]
    assert [each["name"] for each in told["group"]["free"]] == ["Tiers Gold", "Tiers Silver"]
    assert told["attribute"]["free"] == [{"label": "", "name": "Tiers"}]
    assert [each["says"] for each in told["attribute"]["sayings"]] == ["label", "since"]
    body = {"label": "Gold", "name": "Gold buyers"}
    told = kinds(ask("PUT", f"/segments/{made}/outputs/group", body))
    (shown,) = told["group"]["outputs"]
    assert (shown["label"], shown["name"], shown["shows"], shown["can"]) == ("Gold", "Gold buyers", "asked", ["remove"])
    assert shown["said"] == "It is made when the segment goes live."
    assert told["group"]["moving"] is False
    assert [each["label"] for each in told["group"]["free"]] == ["Silver"]
    refused = ask("PUT", f"/segments/{made}/outputs/group", {"label": "Silver", "name": "gold BUYERS"}, status=422)
    assert refused["error"]["field"] == "name"
    assert "already" in refused["error"]["message"]
    told = kinds(ask("DELETE", f"/segments/{made}/outputs/group?label=Gold"))
    assert told["group"]["outputs"] == []


def test_the_store_is_asked_for_its_room(store: Panel, ask: Ask) -> None:
    assert ask("GET", "/outputs/group/room") == {"can": True, "said": ""}
    assert (
        ask("GET", "/outputs/attribute/room")["said"] == "Your store uses 1 of the 50 customer attributes it can have."
    )
    store.control("POST", "/attributes", {"name": "Another app's", "count": 49})
    assert ask("GET", "/outputs/attribute/room") == {
        "can": False,
        "said": "Your store has all of the 50 there can be. Delete one in BigCommerce first.",
    }
    store.control("PATCH", "", {"plan": "plus"})
    assert ask("GET", "/outputs/native/room") == {
        "can": False,
        "said": "The store's plan has no segments of its own: they come with Enterprise.",
    }


def test_a_plan_says_whom_it_would_move_and_which_groups_hold_some(store: Panel, ask: Ask) -> None:
    dealers = store.control("POST", "/groups", {"name": "Dealers"})["id"]
    people = [buyer(store), buyer(store)]
    store.control("PATCH", f"/customers/{people[0]}", {"group_id": dealers})
    store.hear()
    made = store.segment("Buyers", "number_of_orders >= 1")
    inside = ask("GET", f"/segments/{made}")["size"]
    ask("PUT", f"/segments/{made}/outputs/group", {"name": "Our buyers"})
    ask("PUT", f"/segments/{made}/outputs/attribute", {"name": "Buyer"})

    assert ask("GET", f"/segments/{made}/plan")["shows"] == [
        f"{inside} customers get the attribute Buyer.",
        f"{inside} customers are moved into the group Our buyers. "
        "1 of them is in Dealers and stays there, unless you let customers leave it under Settings.",
    ]
    ask("PUT", f"/groups/{dealers}", {"leavable": True})
    assert (
        ask("GET", f"/segments/{made}/plan")["shows"][1] == f"{inside} customers are moved into the group Our buyers."
    )
    ask("POST", f"/segments/{made}/live", {})
    save(store.house, store.id, "Buyers", {"kind": "rule", "rule": "number_of_orders >= 50"}, {}, "1", SegmentId(made))
    while plan(store.house, store.id):
        pass
    assert ask("GET", f"/segments/{made}/plan")["shows"] == [
        f"Buyer: 0 come in, {inside} leave.",
        f"Our buyers: 0 come in, {inside} leave.",
    ]


def test_a_group_is_given_up_by_whoever_was_told_what_hangs_on_it(store: Panel, ask: Ask) -> None:
    rules = [{"type": "all", "method": "percent", "amount": "10.0"}]
    dealers = store.control("POST", "/groups", {"name": "Dealers", "discount_rules": rules})["id"]
    store.control("POST", "/groups", {"name": "Everybody", "default": True})

    told = {each["name"]: each for each in ask("GET", "/groups/choices")["groups"]}

    assert (told["Dealers"]["never"], told["Dealers"]["reasons"]) == (False, "it has discounts")
    assert (told["Everybody"]["never"], told["Everybody"]["leavable"]) == (True, False)
    refused = ask("PUT", f"/groups/{dealers}", {"leavable": True}, status=422)
    assert refused["error"]["code"] == "needs_confirming"
    ask("PUT", f"/groups/{told['Everybody']['id']}", {"leavable": True, "confirmed": True}, status=422)
    assert ask("PUT", f"/groups/{dealers}", {"leavable": True, "confirmed": True})["leavable"] == ["Dealers"]
    assert ask("PUT", f"/groups/{dealers}", {"leavable": False})["leavable"] == []


def test_the_order_of_groups_is_chosen_as_a_whole(store: Panel, ask: Ask) -> None:
    first, second = live(store, "First"), live(store, "Second")
    for each in (first, second):
        with store.house.database.store(store.id) as tx:
            name = segments.get(tx, each).name
        ask("PUT", f"/segments/{each}/outputs/group", {"name": name})

    told = ask("PUT", "/groups/order", {"segments": [second, first]})

    assert [each["segment"] for each in told["shown"]] == ["Second", "First"]
    group = kinds(ask("GET", f"/segments/{first}/outputs"))["group"]
    assert group["notes"] == ["Who is in several segments with a group is put into the first of these: Second, First."]
    assert group["moving"] is True
    work(store)
    assert kinds(ask("GET", f"/segments/{first}/outputs"))["group"] == group | {
        "moving": False,
        "outputs": [group["outputs"][0] | {"state": "standing", "shows": "standing", "said": ""}],
    }
    ask("PUT", "/groups/order", {"segments": [second]}, status=422)
