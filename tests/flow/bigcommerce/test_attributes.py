"""An attribute for a segment: it says of the store's customers who is in, since when, or under which label."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plugin.db import memberships, problems, rolls, stores, writes
from plugin.db.outputs import Says, State
from plugin.db.writes import What, Write
from plugin.domain.errors import Invalid
from plugin.domain.ids import CustomerId
from plugin.flow import output
from plugin.flow.enroll import enroll
from plugin.flow.fit import Choice
from plugin.flow.forget import forget_customer
from plugin.flow.plan import pause
from plugin.flow.reconcile import ask, reconcile
from plugin.flow.write import WRITES_AN_HOUR
from tests.flow.bigcommerce.panel import Panel
from tests.flow.bigcommerce.showing import (
    ATTRIBUTE,
    LEVELS,
    a_segment,
    attributes,
    calls,
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


def test_it_says_yes_of_who_is_in_and_nothing_of_who_left(installed: Panel) -> None:
    one, other, _ = people(installed)
    vips = a_segment(installed)
    note(installed, **{f"c{one}": "vip"})
    show(installed, vips, "VIP")
    assert [attributes(installed, each) for each in (one, other)] == [{"VIP": "yes"}, {}]

    note(installed, **{f"c{one}": "", f"c{other}": "vip"})

    assert [attributes(installed, each) for each in (one, other)] == [{}, {"VIP": "yes"}]
    assert journal(installed, one) == [("attribute", ("VIP: yes",), ()), ("attribute", (), ("VIP: yes",))]
    assert [row.customer_id for row in rows(installed)] == [other]


def test_two_of_one_segment_say_which_tier_and_since_when_by_the_store_s_clock(installed: Panel) -> None:
    installed.control("PATCH", "", {"timezone": "Pacific/Kiritimati"})
    one, other, _ = people(installed)
    levels = a_segment(installed, "Levels", LEVELS)
    note(installed, **{f"c{one}": "gold"})
    show(installed, levels, "Level", says=Says.LABEL)
    day = since(installed, one)
    assert attributes(installed, one) == {"Level": "Gold"}

    note(installed, **{f"c{one}": "silver", f"c{other}": "gold"})
    assert [attributes(installed, each) for each in (one, other)] == [{"Level": "Silver"}, {"Level": "Gold"}]
    remove(installed, levels)
    assert attributes(installed, one) == {}

    show(installed, levels, "Since", says=Says.SINCE)
    assert attributes(installed, one) == {"Since": since(installed, one)}
    assert len(day) == len("2026-03-05")


def since(panel: Panel, who: int) -> str:
    """On which day, by the store's clock, the customer came to what they are in."""
    with panel.house.database.store(panel.id) as tx:
        (found,) = memberships.of(tx, [CustomerId(who)])
        at: datetime = found.since.astimezone(ZoneInfo(stores.get(tx).timezone))
    return at.date().isoformat()


def test_a_preview_says_nothing_and_a_store_without_outputs_is_asked_for_nothing(installed: Panel) -> None:
    one, *_ = people(installed)
    vips = a_segment(installed)
    note(installed, **{f"c{one}": "vip"})
    assert (rows(installed), calls(installed, "PUT"), calls(installed, "DELETE")) == ([], [], [])
    show(installed, vips, "VIP")

    pause(installed.house, installed.id, vips)
    settle(installed)

    assert (attributes(installed, one), rows(installed)) == ({}, [])


def test_who_is_refused_is_told_of_and_takes_nobody_with_them(installed: Panel) -> None:
    one, other, gone = people(installed)
    vips = a_segment(installed)
    show(installed, vips, "VIP")
    fail(installed, batch_refuses=[one])
    installed.control("PATCH", f"/customers/{gone}", {"notes": "vip"})
    installed.hear()
    installed.control("DELETE", f"/customers/{gone}")

    note(installed, **{f"c{one}": "vip", f"c{other}": "vip"})

    assert (attributes(installed, other), attributes(installed, one)) == ({"VIP": "yes"}, {})
    assert "roll_refused" in installed.told()
    assert {row.customer_id: row.written for row in rows(installed, one, other, gone)} == {one: None, other: "yes"}
    fail(installed)
    overdue(installed)
    assert attributes(installed, one) == {"VIP": "yes"}
    assert "roll_refused" not in installed.told()


def test_whom_it_was_refused_for_is_told_of_no_longer_when_nobody_wants_it_of_them(installed: Panel) -> None:
    one, other, _ = people(installed)
    vips = a_segment(installed)
    show(installed, vips, "VIP")
    fail(installed, batch_refuses=[one, other])
    note(installed, **{f"c{one}": "vip", f"c{other}": "vip"})
    assert refused(installed) == {one, other}

    note(installed, **{f"c{one}": ""})
    assert refused(installed) == {other}
    fail(installed)
    remove(installed, vips)

    assert refused(installed) == set()


def refused(panel: Panel) -> set[int]:
    with panel.house.database.store(panel.id) as tx:
        return {int(each["subject"]) for each in problems.of_code(tx, "roll_refused")}


def test_an_answer_that_is_lost_is_made_up_for_without_writing_twice(installed: Panel) -> None:
    one, *_ = people(installed)
    show(installed, a_segment(installed), "VIP")
    fail(installed, lose_next=1)
    note(installed, **{f"c{one}": "vip"})
    assert attributes(installed, one) == {"VIP": "yes"}
    assert [row.unsure for row in rows(installed)] == [True]
    before = len(calls(installed, "PUT"))

    overdue(installed)

    assert [(row.unsure, row.written) for row in rows(installed)] == [(False, "yes")]
    assert len(calls(installed, "PUT")) == before


def test_a_store_that_is_throttled_is_left_alone_and_written_to_later(installed: Panel) -> None:
    one, *_ = people(installed)
    show(installed, a_segment(installed), "VIP")
    installed.control("PATCH", f"/customers/{one}", {"notes": "vip"})
    installed.hear()
    fail(installed, throttle_next=1)
    settle(installed)
    (row,) = rows(installed)
    assert (row.unsure, row.written, row.attempts, attributes(installed, one)) == (False, None, 0, {})

    overdue(installed)

    assert attributes(installed, one) == {"VIP": "yes"}


def test_what_died_between_its_two_transactions_is_written_again(installed: Panel) -> None:
    one, *_ = people(installed)
    made = show(installed, a_segment(installed), "VIP")
    installed.control("PATCH", f"/customers/{one}", {"notes": "vip"})
    installed.hear()
    with installed.house.database.store(installed.id) as tx:
        rolls.sending(tx, made.key, [CustomerId(one)])

    settle(installed)
    assert attributes(installed, one) == {}
    overdue(installed)

    assert attributes(installed, one) == {"VIP": "yes"}
    assert [(row.unsure, row.written) for row in rows(installed)] == [(False, "yes")]


def test_one_that_somebody_deleted_is_not_made_again_until_it_is_asked_for(installed: Panel) -> None:
    one, other, _ = people(installed)
    vips = a_segment(installed)
    note(installed, **{f"c{one}": "vip"})
    made = show(installed, vips, "VIP").remote_id
    installed.control("DELETE", f"/attributes/{made}")

    note(installed, **{f"c{other}": "vip"})

    assert (state(installed, vips), rows(installed)) == (State.GONE, [])
    assert "output_gone" in installed.told()
    assert show(installed, vips, "VIP").remote_id != made
    assert [attributes(installed, each) for each in (one, other)] == [{"VIP": "yes"}] * 2
    assert "output_gone" not in installed.told()


def test_what_the_merchant_edits_is_put_right_when_the_customer_changes_next(installed: Panel) -> None:
    one, other, _ = people(installed)
    show(installed, a_segment(installed), "VIP")
    note(installed, **{f"c{one}": "vip", f"c{other}": "vip"})
    for each in (one, other):
        installed.control("PATCH", f"/customers/{each}", {"attributes": {"VIP": "never"}})
    settle(installed)
    assert attributes(installed, one) == {"VIP": "never"}

    note(installed, **{f"c{one}": ""})

    assert [attributes(installed, each) for each in (one, other)] == [{}, {"VIP": "never"}]


def test_where_room_is_scarce_the_page_says_so_and_the_fifty_first_is_refused(installed: Panel) -> None:
    vips, levels = a_segment(installed), a_segment(installed, "Levels", LEVELS)
    installed.control("POST", "/attributes", {"name": "Theirs", "count": left(installed) - 5})
    show(installed, vips, "VIP")
    assert "attributes_scarce" in installed.told()

    output.choose(installed.house, installed.id, Choice(levels, ATTRIBUTE, "", "Level"))
    installed.control("POST", "/attributes", {"name": "More", "count": left(installed)})
    settle(installed)

    found = standing(installed, levels)
    assert found is not None
    assert (found.state, found.error) == (
        State.REFUSED,
        "The store has 50 customer attributes, and there can be no more. Delete one for Level.",
    )
    with pytest.raises(Invalid, match="there can be no more"):
        output.choose(installed.house, installed.id, Choice(levels, ATTRIBUTE, "", "Level"))


def left(panel: Panel) -> int:
    found = output.room(panel.house, panel.id, ATTRIBUTE).room
    assert found is not None
    return found.left


def test_the_name_of_the_list_of_labels_can_t_be_had(installed: Panel) -> None:
    vips = a_segment(installed)

    with pytest.raises(Invalid, match="holds the list of all segments"):
        show(installed, vips, "segments")


def test_after_the_app_came_back_everything_is_written_anew(installed: Panel) -> None:
    one, *_ = people(installed)
    vips = a_segment(installed)
    note(installed, **{f"c{one}": "vip"})
    made = show(installed, vips, "VIP").remote_id
    installed.control("POST", "/uninstall", {})
    installed.control("POST", "/quiet")
    installed.absorb()
    installed.control("PATCH", f"/customers/{one}", {"attributes": {"VIP": None}})

    installed.install()
    installed.read_history()
    settle(installed)

    assert attributes(installed, one) == {"VIP": "yes"}
    found = standing(installed, vips)
    assert found is not None
    assert (found.remote_id, found.state) == (made, State.STANDING)


def test_a_customer_who_is_written_to_all_the_time_is_left_alone_for_a_while(installed: Panel) -> None:
    one, *_ = people(installed)
    show(installed, a_segment(installed), "VIP")
    fight = Write(CustomerId(one), (), (), (), "test", True, None, installed.house.now(), What.ATTRIBUTE)
    with installed.house.database.store(installed.id) as tx:
        writes.add(tx, [fight] * WRITES_AN_HOUR)

    note(installed, **{f"c{one}": "vip"})

    assert (attributes(installed, one), "written_too_often" in installed.told()) == ({}, True)


def test_who_is_forgotten_while_they_are_written_to_is_in_no_table(installed: Panel) -> None:
    one, *_ = people(installed)
    show(installed, a_segment(installed), "VIP")
    installed.control("PATCH", f"/customers/{one}", {"notes": "vip"})
    installed.hear()
    with installed.house.database.store(installed.id) as tx:
        store, waiting = stores.get(tx), rolls.due(tx, 10)
        forget_customer(tx, CustomerId(one), (), installed.house.now())

    assert enroll(installed.house, store, waiting) == 0

    assert (rows(installed, one), journal(installed, one), attributes(installed, one)) == ([], [], {})


def test_what_we_wrote_ourselves_is_not_read_again_by_the_hourly_look(installed: Panel) -> None:
    one, other, _ = people(installed)
    show(installed, a_segment(installed), "VIP")
    (theirs,) = installed.control("POST", "/attributes", {"name": "Theirs"})
    note(installed, **{f"c{one}": "vip", f"c{other}": "vip"})
    installed.control("PATCH", f"/customers/{other}", {"attributes": {theirs["name"]: "x"}})

    ask(installed.house, installed.id)
    for minutes in range(0, 20, 2):
        now = installed.house.now() + timedelta(minutes=minutes)
        reconcile(replace(installed.house, now=lambda at=now: at), installed.id)  # type: ignore[misc]

    with installed.house.database.store(installed.id) as tx:
        assert [row[0] for row in tx.rows("SELECT id FROM reads WHERE kind = 'customer'")] == [other]
