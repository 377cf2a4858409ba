"""A draft that was counted is judged by its size and by what it has in common with live segments."""

from datetime import UTC, datetime

from plugin.db import customers, memberships, segments
from plugin.db.memberships import Change
from plugin.db.segments import State
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.flow.check import weigh
from plugin.flow.house import House
from plugin.rules.advice import Code
from tests.builders import a_store

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
PEOPLE = [CustomerId(number) for number in range(1, 101)]


def a_segment(tx: Transaction, name: str, members: list[CustomerId], state: State = State.LIVE) -> SegmentId:
    """An applied segment with these members."""
    segment_id = segments.create(tx, name, {"kind": "rule", "rule": "count(orders) > 1"}, {}, "a test")
    segments.set_applied(tx, segment_id, 1)
    segments.set_state(tx, segment_id, state)
    customers.put(tx, dict.fromkeys(members, NOON))
    memberships.apply(tx, [Change(customer, segment_id, None, "", NOON, 1) for customer in members], "delivery")
    return segment_id


def test_a_draft_that_is_nearly_a_live_segment_is_told_so_with_numbers(house: House) -> None:
    with house.database.store(a_store(house.database)) as tx:
        a_segment(tx, "VIP", PEOPLE[:40])
        a_segment(tx, "Preview", PEOPLE[:40], State.PREVIEW)
        mine = a_segment(tx, "Mine", PEOPLE[:38])

        [advice] = weigh(tx, PEOPLE[:38], 0, 100, mine)

    assert advice.code is Code.OVERLAP
    assert "38 of its 38 customers (100 %) are in ‘VIP’ too, and are 95 % of the 40 there" in advice.message


def test_a_draft_of_other_people_needs_no_word(house: House) -> None:
    with house.database.store(a_store(house.database)) as tx:
        a_segment(tx, "VIP", PEOPLE[:40])

        assert weigh(tx, PEOPLE[35:75], 0, 100) == ()


def test_a_draft_of_nobody_says_how_many_are_undecided(house: House) -> None:
    with house.database.store(a_store(house.database)) as tx:
        [advice] = weigh(tx, [], 7, 100)

    assert advice.code is Code.NOBODY
    assert "7 can't be decided" in advice.message
