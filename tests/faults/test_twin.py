"""A segment of ours stands among the store's own: it follows ours, and what a merchant makes of it is theirs."""

from typing import Any

import pytest

from plugin.db import problems, stores, twins
from plugin.db.twins import State
from plugin.domain.errors import Invalid
from plugin.domain.ids import SegmentId
from plugin.flow.plan import apply, plan
from plugin.flow.save import delete, save
from plugin.flow.twin import make, remove, tend
from tests.faults.shop import Merchant, Shop
from tests.faults.test_deliver import codes

OURS = "sum(orders.net) >= 100"
SHOPIFYS = "number_of_orders >= 0"


def theirs(shop: Shop) -> list[tuple[str, str]]:
    """Name and query of every segment of the shop's own."""
    return [(each["name"], each["query"]) for each in shop.get("/segments")]


def saved(merchant: Merchant, rule: str, name: str = "Good", tag: str = "", old: SegmentId | None = None) -> SegmentId:
    outputs = {"": tag} if tag else {}
    segment, plan_id = save(merchant.house, merchant.store, name, {"kind": "rule", "rule": rule}, outputs, "test", old)
    plan(merchant.house, merchant.store)
    if old is not None:
        with merchant.house.database.store(merchant.store) as tx:
            live = tx.value("SELECT state = 'live' FROM segments WHERE id = %s", (segment,))
        if live:
            apply(merchant.house, merchant.store, plan_id)
    return segment


def state(merchant: Merchant, segment: SegmentId) -> State | None:
    with merchant.house.database.store(merchant.store) as tx:
        twin = twins.of(tx, segment)
    return None if twin is None else twin.state


def looked_after(merchant: Merchant) -> None:
    """A day has gone by."""
    with merchant.house.database.store(merchant.store) as tx:
        twins.look_soon(tx)
    merchant.deliver()


def merchant_does(shop: Shop, method: str, **what: Any) -> None:
    number = shop.get("/segments")[0]["id"]
    shop.sandbox.call(method, f"/_sandbox/shops/{shop.domain}/segments/{number}", what or None, None)


def test_a_rule_that_can_be_said_there_is_said_and_any_other_goes_by_its_tag(merchant: Merchant, shop: Shop) -> None:
    make(merchant.house, merchant.store, saved(merchant, SHOPIFYS, "Everybody"))
    make(merchant.house, merchant.store, saved(merchant, OURS, "Spenders", tag="it's big"))

    assert theirs(shop) == [("Everybody", SHOPIFYS), ("Spenders", "customer_tags CONTAINS 'it\\'s big'")]


def test_it_follows_a_new_name_and_a_new_rule_and_leaves_with_ours(merchant: Merchant, shop: Shop) -> None:
    segment = saved(merchant, SHOPIFYS)
    make(merchant.house, merchant.store, segment)

    saved(merchant, "number_of_orders >= 2", "Better", old=segment)
    merchant.deliver()
    assert theirs(shop) == [("Better", "number_of_orders >= 2")]

    delete(merchant.house, merchant.store, segment)
    merchant.deliver()
    assert theirs(shop) == []
    assert state(merchant, segment) is None


def test_it_can_be_taken_away_without_ours(merchant: Merchant, shop: Shop) -> None:
    segment = saved(merchant, SHOPIFYS)
    make(merchant.house, merchant.store, segment)

    remove(merchant.house, merchant.store, segment)
    merchant.deliver()

    assert (theirs(shop), state(merchant, segment)) == ([], None)


def test_a_name_that_is_taken_is_said_in_shopifys_words(merchant: Merchant, shop: Shop) -> None:
    make(merchant.house, merchant.store, saved(merchant, SHOPIFYS, "Good"))
    merchant_does(shop, "PATCH", name="Taken")
    segment = saved(merchant, SHOPIFYS, "taken")

    with pytest.raises(Invalid, match="Name has already been taken"):
        make(merchant.house, merchant.store, segment)
    assert state(merchant, segment) is None


def refused(merchant: Merchant, shop: Shop) -> SegmentId:
    """A segment whose twin can't follow its new name: another of the shop's own has it."""
    make(merchant.house, merchant.store, saved(merchant, SHOPIFYS, "Other"))
    merchant_does(shop, "PATCH", name="Taken")
    segment = saved(merchant, SHOPIFYS, "Good")
    make(merchant.house, merchant.store, segment)
    saved(merchant, SHOPIFYS, "Taken", old=segment)
    return segment


def test_one_that_is_refused_is_said_and_left_for_an_hour(merchant: Merchant, shop: Shop) -> None:
    refused(merchant, shop)

    for _ in range(3):
        merchant.deliver()

    assert "twin_refused" in codes(merchant)
    assert shop.calls().count("TwinChange") == 1


def test_one_that_is_taken_away_while_shopify_refuses_it_is_taken_away(merchant: Merchant, shop: Shop) -> None:
    segment = refused(merchant, shop)
    with merchant.house.database.store(merchant.store) as tx:
        store, stale = stores.get(tx), twins.of(tx, segment)
    assert stale is not None
    remove(merchant.house, merchant.store, segment)

    tend(merchant.house, store, stale)
    assert state(merchant, segment) is State.LEAVING
    merchant.deliver()

    assert state(merchant, segment) is None
    assert [name for name, _ in theirs(shop)] == ["Taken"]


def test_without_words_and_without_a_tag_there_is_none(merchant: Merchant, shop: Shop) -> None:
    with pytest.raises(Invalid, match="Give the segment a tag first"):
        make(merchant.house, merchant.store, saved(merchant, OURS))
    assert theirs(shop) == []


@pytest.mark.parametrize(
    ("method", "what", "problem", "stands"),
    [
        ("PATCH", {"query": "number_of_orders > 9"}, "twin_changed", State.CHANGED),
        ("PATCH", {"name": "Mine"}, "twin_changed", State.CHANGED),
        ("DELETE", {}, "twin_gone", State.GONE),
    ],
)
def test_what_a_merchant_does_to_it_is_theirs_and_said_once(
    merchant: Merchant, shop: Shop, method: str, what: dict[str, Any], problem: str, stands: State
) -> None:
    segment = saved(merchant, SHOPIFYS)
    make(merchant.house, merchant.store, segment)
    merchant_does(shop, method, **what)
    after = theirs(shop)

    for _ in range(3):
        looked_after(merchant)
    saved(merchant, "number_of_orders >= 3", "Renamed", old=segment)
    merchant.deliver()

    assert theirs(shop) == after
    assert (state(merchant, segment), codes(merchant)) == (stands, [problem])
    delete(merchant.house, merchant.store, segment)
    merchant.deliver()
    assert theirs(shop) == after
    assert codes(merchant) == []


def test_one_that_was_made_without_an_answer_is_found_and_not_made_twice(merchant: Merchant, shop: Shop) -> None:
    segment = saved(merchant, SHOPIFYS)
    shop.fail(lose_next=1)
    with pytest.raises(Exception, match="520"):
        make(merchant.house, merchant.store, segment)

    looked_after(merchant)

    assert theirs(shop) == [("Good", SHOPIFYS)]
    assert state(merchant, segment) is State.STANDING


def test_one_that_is_as_it_should_be_costs_a_look(merchant: Merchant, shop: Shop) -> None:
    segment = saved(merchant, SHOPIFYS)
    make(merchant.house, merchant.store, segment)
    looked_after(merchant)
    before = len(shop.calls())

    merchant.deliver()

    assert shop.calls()[-1] == "TwinRead"
    assert len(shop.calls()) == before
    with merchant.house.database.store(merchant.store) as tx:
        assert problems.listed(tx) == []
