"""A segment of the store's own for a segment of ours, on plans that have them; promotions look at those."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from plugin.db import rolls, stores
from plugin.db.outputs import State
from plugin.domain.errors import Invalid
from plugin.flow.enroll import enroll
from plugin.flow.save import delete
from plugin.flow.tokens import client
from plugin.platforms import platform
from tests.flow.bigcommerce.panel import Panel
from tests.flow.bigcommerce.showing import (
    LEVELS,
    NATIVE,
    a_segment,
    attributes,
    calls,
    customer,
    fail,
    journal,
    note,
    overdue,
    people,
    remove,
    rows,
    settle,
    show,
    standing,
    state,
)


@pytest.fixture
def largest(installed: Panel) -> Panel:
    """A store on the largest plan."""
    installed.control("PATCH", "", {"plan": "enterprise"})
    return installed


def inside(panel: Panel, who: int) -> list[str]:
    found: list[str] = customer(panel, who)["segments"]
    return found


def segments(panel: Panel, method: str) -> list[dict[str, Any]]:
    return [each for each in calls(panel, method) if "/segments" in each["path"]]


def test_who_enters_is_in_and_who_leaves_is_not(largest: Panel) -> None:
    one, other, _ = people(largest)
    vips = a_segment(largest)
    note(largest, **{f"c{one}": "vip"})
    show(largest, vips, "VIP", NATIVE)
    show(largest, vips, "Is VIP")
    assert (inside(largest, one), attributes(largest, one)) == (["VIP"], {"Is VIP": "yes"})

    note(largest, **{f"c{one}": "", f"c{other}": "vip"})

    assert [inside(largest, each) for each in (one, other)] == [[], ["VIP"]]
    assert ("native", (), ("VIP",)) in journal(largest, one)
    assert all("id:in=" in (each["query"] or "") for each in segments(largest, "DELETE"))
    remove(largest, vips, NATIVE)
    assert (inside(largest, other), attributes(largest, other)) == ([], {"Is VIP": "yes"})
    assert [row.kind for row in rows(largest)] == ["attribute"]


def test_tiers_have_one_for_each_label(largest: Panel) -> None:
    one, other, _ = people(largest)
    levels = a_segment(largest, "Levels", LEVELS)
    for label in ("Gold", "Silver"):
        show(largest, levels, f"{label} customers", NATIVE, label=label)
    note(largest, **{f"c{one}": "gold", f"c{other}": "silver"})
    assert [inside(largest, each) for each in (one, other)] == [["Gold customers"], ["Silver customers"]]

    note(largest, **{f"c{one}": "silver"})

    assert inside(largest, one) == ["Silver customers"]


def test_a_store_on_a_smaller_plan_hears_why_not(installed: Panel) -> None:
    vips = a_segment(installed)

    with pytest.raises(Invalid, match="they come with Enterprise"):
        show(installed, vips, "VIP", NATIVE)


def test_a_store_that_chose_a_smaller_plan_is_told_and_goes_on_with_all_else(largest: Panel) -> None:
    one, *_ = people(largest)
    vips = a_segment(largest)
    show(largest, vips, "VIP", NATIVE)
    show(largest, vips, "Is VIP")
    largest.control("PATCH", "", {"plan": "plus"})

    note(largest, **{f"c{one}": "vip"})

    assert attributes(largest, one) == {"Is VIP": "yes"}
    assert "output_refused" in largest.told()
    assert largest.row.paused_at is None
    largest.control("PATCH", "", {"plan": "enterprise"})
    overdue(largest)
    assert (inside(largest, one), "output_refused" in largest.told()) == (["VIP"], False)


def test_a_segment_that_is_deleted_while_a_call_is_under_way_troubles_nobody(largest: Panel) -> None:
    one, *_ = people(largest)
    vips = a_segment(largest)
    show(largest, vips, "VIP", NATIVE)
    largest.control("PATCH", f"/customers/{one}", {"notes": "vip"})
    largest.hear()
    largest.control("PATCH", "", {"plan": "plus"})
    deleted: list[int] = []

    def now() -> datetime:  # The moment of the call is asked for right before it.
        if not deleted:
            deleted.append(vips)
            delete(largest.house, largest.id, vips)
        return largest.house.now()

    with largest.house.database.store(largest.id) as tx:
        store, waiting = stores.get(tx), rolls.due(tx, 10)
    assert enroll(replace(largest.house, now=now), store, waiting) == 0

    assert (deleted, "output_refused" in largest.told()) == ([vips], False)


def test_a_name_that_somebody_else_gave_is_refused_and_what_got_no_answer_is_found(largest: Panel) -> None:
    vips = a_segment(largest)
    fail(largest, lose_next=1)
    made = show(largest, vips, "VIP", NATIVE)
    if made.remote_id is None:
        with largest.house.database.store(largest.id) as tx:
            tx.execute("UPDATE outputs SET due_at = now()")
        settle(largest)

    found = standing(largest, vips, NATIVE)
    assert found is not None
    assert (found.state, found.remote_id is None) == (State.STANDING, False)


def test_who_was_put_in_by_somebody_else_takes_nobody_with_them(largest: Panel) -> None:
    one, other, _ = people(largest)
    vips = a_segment(largest)
    show(largest, vips, "VIP", NATIVE)
    note(largest, **{f"c{one}": "vip"})
    with largest.house.database.store(largest.id) as tx:
        tx.execute("UPDATE rolls SET written = NULL, unsure = true, due_at = now()")

    note(largest, **{f"c{other}": "vip"})

    assert [inside(largest, each) for each in (one, other)] == [["VIP"], ["VIP"]]
    assert [row.written for row in rows(largest)] == ["yes", "yes"]


def test_one_that_somebody_deleted_is_gone_until_it_is_asked_for(largest: Panel) -> None:
    one, other, _ = people(largest)
    vips = a_segment(largest)
    note(largest, **{f"c{one}": "vip"})
    made = show(largest, vips, "VIP", NATIVE)
    with largest.house.database.store(largest.id) as tx:
        store = stores.get(tx)
    assert made.remote_id is not None
    platform(store.platform).rolls[NATIVE].remove(client(largest.house, store), made.remote_id)  # As another app would.

    note(largest, **{f"c{other}": "vip"})
    assert (state(largest, vips, NATIVE), rows(largest)) == (State.GONE, [])
    show(largest, vips, "VIP", NATIVE)

    assert [inside(largest, each) for each in (one, other)] == [["VIP"], ["VIP"]]


def test_who_is_deleted_over_there_is_in_nothing(largest: Panel) -> None:
    one, *_ = people(largest)
    show(largest, a_segment(largest), "VIP", NATIVE)
    largest.control("PATCH", f"/customers/{one}", {"notes": "vip"})
    largest.hear()
    largest.control("DELETE", f"/customers/{one}")

    settle(largest)

    assert rows(largest, one) == []


def test_a_store_without_any_is_asked_for_nothing(largest: Panel) -> None:
    one, *_ = people(largest)
    a_segment(largest)

    note(largest, **{f"c{one}": "vip"})

    assert [each for each in calls(largest) if "segments" in each["path"] or "profiles" in each["path"]] == []
