"""A segment among the store's own, as the page asks for it; the conversation with the store is in tests/faults."""

from plugin.db import twins
from plugin.db.transaction import Database as Doors
from plugin.db.twins import State, Twin
from plugin.domain.ids import SegmentId
from plugin.flow.house import House
from tests.web.api.drafts import rule
from tests.web.stock import work
from tests.web.visit import Visit


def test_a_rule_of_shopifys_can_stand_there_word_for_word(owner: Visit, regulars: int) -> None:
    told = owner.get(f"/segments/{regulars}/native")

    assert (told["state"], told["can"], told["query"]) == ("none", "make", "number_of_orders >= 2")
    assert "same rule" in told["says"]


def test_any_other_goes_by_its_tag_and_without_one_not_at_all(owner: Visit, house: House) -> None:
    tagged = owner.post("/segments", rule("Tagged", "sum(orders.net) >= 1", "big"))["id"]
    bare = owner.post("/segments", rule("Bare", "sum(orders.net) >= 1"))["id"]
    waits = owner.get(f"/segments/{bare}/native")
    work(house, owner.store_id)

    assert (waits["can"], waits["query"]) == (None, None)
    told = owner.get(f"/segments/{tagged}/native")
    assert (told["can"], told["query"]) == ("make", "customer_tags CONTAINS 'big'")
    refused = owner.send("POST", f"/segments/{bare}/native", {})
    assert refused.status_code == 422
    assert "Give the segment a tag first" in refused.json["error"]["message"]  # type: ignore[index]


def test_what_stands_there_can_be_taken_away_and_what_is_theirs_be_added_anew(
    owner: Visit, regulars: int, at: Doors
) -> None:
    can = {}
    for state in State:
        with at.store(owner.store_id) as tx:
            twins.put(tx, Twin(SegmentId(regulars), "gid://shopify/Segment/1", "Regulars", "q", state))
        told = owner.get(f"/segments/{regulars}/native")
        assert (told["state"], bool(told["says"])) == (state.value, True)
        can[state] = told["can"]

    assert can == {
        State.MAKING: "remove",
        State.STANDING: "remove",
        State.CHANGED: "make",
        State.GONE: "make",
        State.LEAVING: None,
    }


def test_taking_it_away_leaves_it_to_the_worker(owner: Visit, regulars: int, at: Doors) -> None:
    assert owner.send("DELETE", f"/segments/{regulars}/native").status_code == 404
    with at.store(owner.store_id) as tx:
        twins.put(tx, Twin(SegmentId(regulars), "gid://shopify/Segment/1", "Regulars", "q", State.STANDING))

    assert owner.send("DELETE", f"/segments/{regulars}/native").status_code == 204
    assert owner.get(f"/segments/{regulars}/native")["state"] == "leaving"
