"""The traps in which tools like this one are caught, each with its name, from the webhook to the wanted tag."""

from datetime import UTC, datetime, timedelta

import pytest

from plugin.db import memberships, segments
from plugin.domain.errors import Invalid
from plugin.domain.ids import SegmentId, StoreId
from plugin.flow.house import House
from plugin.flow.plan import go_live, plan
from plugin.flow.save import delete, save
from plugin.rules.problems import RuleError
from tests.builders import a_store
from tests.flow.test_drain import a_segment, settle, wanted
from tests.messages import order, person, post, refund

THREE_MONTHS_AGO = datetime.now(UTC) - timedelta(days=90)


@pytest.fixture
def store(house: House) -> StoreId:
    """An empty store."""
    return a_store(house.database)


def members(house: House, store: StoreId, segment: SegmentId) -> dict[str, int]:
    """How many there are of each label."""
    with house.database.store(store) as tx:
        return memberships.sizes(tx).get(segment, {})


def a_draft(house: House, store: StoreId, name: str, rule: str, tag: str | None = None) -> None:
    """A saved segment."""
    save(house, store, name, {"kind": "rule", "rule": rule}, {"": tag} if tag else {}, "test")


def test_a_refund_demotes(house: House, store: StoreId) -> None:
    cases = [{"label": "Gold", "rule": "sum(orders.net) >= 100"}, {"label": "Silver", "rule": "sum(orders.net) >= 50"}]
    definition = {"kind": "tiers", "cases": cases, "default": "Bronze"}
    tiers, _ = save(house, store, "Tiers", definition, {"Gold": "gold", "Silver": "silver"}, "test")
    plan(house, store)
    go_live(house, store, tiers)
    post(house, store, "orders/create", order(1, amount="120.00"))
    settle(house, store)
    assert (members(house, store, tiers), wanted(house, store)) == ({"Gold": 1}, ("gold",))

    post(house, store, "refunds/create", refund(9, 1, "40.00"))
    settle(house, store)

    assert (members(house, store, tiers), wanted(house, store)) == ({"Silver": 1}, ("silver",))


def test_a_status_that_flips_does_not_count_an_order_twice(house: House, store: StoreId) -> None:
    a_segment(house, store, "Twice", "count(placed orders) >= 2 OR sum(placed orders.gross) > 50")
    placed = datetime.now(UTC) - timedelta(hours=2)

    for minute, status in enumerate(("pending", "paid", "pending", "partially_refunded", "paid")):
        changed = (placed + timedelta(minutes=minute)).isoformat()
        post(house, store, "orders/updated", order(1, placed_at=placed, status=status, updated_at=changed))
        settle(house, store)

    assert wanted(house, store) == ()


def test_the_order_that_triggered_the_webhook_is_included(house: House, store: StoreId) -> None:
    a_segment(house, store, "Bought now", "count(orders WHERE date >= -1h) >= 1 AND count(orders) = 2")
    post(house, store, "orders/create", order(1, placed_at=THREE_MONTHS_AGO))
    settle(house, store)
    assert wanted(house, store) == ()

    post(house, store, "orders/create", order(2, placed_at=datetime.now(UTC)))
    settle(house, store)

    assert wanted(house, store) == ("vip",)


def test_a_falling_count_moves_a_customer_in(house: House, store: StoreId) -> None:
    a_segment(house, store, "Once", "count(orders) = 1")
    for number in (1, 2):
        post(house, store, "orders/create", order(number, status="paid"))
    settle(house, store)
    assert wanted(house, store) == ()

    post(house, store, "refunds/create", refund(9, 2, "50.00"))
    settle(house, store)

    assert wanted(house, store) == ("vip",)


def test_not_reaches_customers_without_any_order(house: House, store: StoreId) -> None:
    a_segment(house, store, "Quiet", "NOT (count(orders WHERE date >= -30d) >= 1)")
    a_segment(house, store, "Never", "NOT (last_order_date >= -30d)", "never")

    post(house, store, "customers/create", person(1))
    settle(house, store)

    assert sorted(wanted(house, store)) == ["never", "vip"]


def test_a_diamond_of_references_is_decided_in_one_pass(house: House, store: StoreId) -> None:
    a_segment(house, store, "Top", "count(orders) >= 1", "top")
    a_segment(house, store, "Left", "IN SEGMENT 'Top'", "left")
    a_segment(house, store, "Right", "NOT IN SEGMENT 'Top'", "right")
    a_segment(house, store, "Bottom", "IN SEGMENT 'Left' AND NOT IN SEGMENT 'Right'", "bottom")

    post(house, store, "orders/create", order(1))
    settle(house, store)

    assert sorted(wanted(house, store)) == ["bottom", "left", "top"]


def test_a_circle_of_references_is_refused_with_its_path(house: House, store: StoreId) -> None:
    a_draft(house, store, "One", "count(orders) >= 1")
    a_draft(house, store, "Two", "IN SEGMENT 'One'")
    one = _id(house, store, "One")
    rule = {"kind": "rule", "rule": "IN SEGMENT 'Two'"}

    with pytest.raises(RuleError, match="‘Two’ reads ‘One’, which reads ‘Two’"):
        save(house, store, "One", rule, {}, "test", segment_id=one)


def test_a_circle_through_a_tag_that_a_segment_writes_is_refused_with_its_path(house: House, store: StoreId) -> None:
    a_draft(house, store, "Writer", "count(orders) >= 1", "Loyal")
    a_draft(house, store, "Reader", "customer_tags CONTAINS 'loyal'", "reads")
    writer = _id(house, store, "Writer")
    rule = {"kind": "rule", "rule": "IN SEGMENT 'Reader'"}

    with pytest.raises(RuleError, match="‘Reader’ reads ‘Writer’ through the tag ‘loyal’, which reads ‘Reader’"):
        save(house, store, "Writer", rule, {"": "Loyal"}, "test", segment_id=writer)


def test_a_segment_that_others_read_is_not_deleted_and_they_are_named(house: House, store: StoreId) -> None:
    a_draft(house, store, "Base", "count(orders) >= 1")
    a_draft(house, store, "First reader", "IN SEGMENT 'Base'")
    a_draft(house, store, "Second reader", "left('Base') >= -30d")

    with pytest.raises(Invalid, match=r"Base is used by First reader, Second reader"):
        delete(house, store, _id(house, store, "Base"))


def _id(house: House, store: StoreId, name: str) -> SegmentId:
    with house.database.store(store) as tx:
        return next(segment.id for segment in segments.newest(tx) if segment.name == name)
