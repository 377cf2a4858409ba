"""How long a history takes is said as far as it can be known, and no further."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plugin.db.backfills import Backfill, State
from plugin.domain.facts import Kind
from plugin.flow.progress import Refunds, progress

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BEGAN = NOW - timedelta(seconds=100)


def a_reading(kind: Kind = Kind.ORDER, state: State = State.EXPORTING, **more: Any) -> Backfill:
    values: dict[str, Any] = {
        "kind": kind, "state": state, "remote_id": "1", "url": None, "objects": 0, "read_to": "", "loaded": 0,
        "error": None, "attempts": 1, "read_began_at": BEGAN, "expected": None, "roots": 0, "chunks": 0,
        "loading_at": None, "started_at": BEGAN, "changed_at": NOW,
    }  # fmt: skip
    return Backfill(**values | more)


WRITING = a_reading(expected=400, roots=100, objects=300)
"""Shopify wrote a quarter in 100 seconds."""
SORTING = a_reading(
    Kind.CUSTOMER, State.LOADING, expected=50, roots=50, objects=100, loaded=100, chunks=4, loading_at=BEGAN
)
"""All lines are in the inbox, in four chunks."""
IN_PAGES = a_reading(
    Kind.PRODUCT, State.LOADING, expected=200, roots=200, objects=None, loaded=100, chunks=2, loading_at=BEGAN
)
"""Nobody counts what comes, but there were 200 things: half of them are in the inbox."""
LONGER = replace(IN_PAGES, expected=90)
UNTOLD = replace(IN_PAGES, expected=None)
UNCOUNTED = a_reading(roots=100, objects=300)
WAITING = a_reading(state=State.WAITING, read_began_at=None)


@pytest.mark.parametrize(
    ("readings", "waiting", "seconds", "at_least"),
    [
        pytest.param([], {}, None, False, id="nothing is known of the store yet"),
        pytest.param([WAITING], {}, None, False, id="nothing was asked for yet"),
        pytest.param([WRITING, WAITING], {}, None, False, id="half of it was not asked for yet"),
        pytest.param([WRITING], {}, 300, True, id="three quarters to write, then as yet unknown sorting"),
        pytest.param([UNCOUNTED], {}, None, True, id="nobody knows how much there is"),
        pytest.param([SORTING], {Kind.CUSTOMER: 2}, 100, False, id="half is sorted in"),
        pytest.param([SORTING], {Kind.CUSTOMER: 4}, None, True, id="nothing is sorted in yet"),
        pytest.param([SORTING], {}, 0, False, id="all is sorted in"),
        pytest.param([SORTING, WRITING], {}, 1200, False, id="1200 lines will come, at one line a second"),
        pytest.param([IN_PAGES], {}, 100, False, id="half of the pages are sorted in"),
        pytest.param([IN_PAGES], {Kind.PRODUCT: 1}, 300, False, id="a quarter is sorted in"),
        pytest.param([LONGER], {}, 0, True, id="more comes than there were things"),
        pytest.param([UNTOLD], {}, None, True, id="of pages nobody knows how many there are"),
        pytest.param([SORTING, UNCOUNTED], {}, None, True, id="one kind of which nobody knows how much there is"),
    ],
)
def test_what_is_left(
    readings: list[Backfill], waiting: dict[Kind, int], seconds: float | None, at_least: bool
) -> None:
    found = progress(readings, waiting, NOW)

    assert (found.seconds_left, found.at_least) == (seconds, at_least)


def test_a_pace_measured_for_a_moment_says_nothing() -> None:
    young = a_reading(expected=400, roots=100, objects=300, read_began_at=NOW - timedelta(seconds=1))

    assert progress([young], {}, NOW).seconds_left is None


def test_what_is_done_is_told_in_things_and_then_in_lines() -> None:
    found = progress([SORTING, WRITING, UNCOUNTED], {Kind.CUSTOMER: 1}, NOW)

    assert [(way.done, way.all) for way in found.ways] == [(75, 100), (100, 400), (100, None)]
    pages = progress([IN_PAGES, LONGER, UNTOLD], {Kind.PRODUCT: 1}, NOW)
    assert [(way.done, way.all) for way in pages.ways] == [(50, 200), (50, 100), (50, None)]


ALL_HERE = a_reading(
    Kind.ORDER, State.ABSORBED, expected=50, roots=50, objects=100, loaded=100, chunks=4, loading_at=BEGAN
)


@pytest.mark.parametrize(
    ("refunds", "seconds", "at_least"),
    [
        pytest.param(Refunds(), 0, False, id="none"),
        pytest.param(Refunds(read=50, left=200), 400, False, id="a fifth is looked up in 100 seconds"),
        pytest.param(Refunds(read=0, left=200), 0, True, id="nothing is looked up yet"),
    ],
)
def test_refunds_that_are_looked_up_one_by_one_are_part_of_what_is_left(
    refunds: Refunds, seconds: float, at_least: bool
) -> None:
    found = progress([ALL_HERE], {}, NOW, refunds)

    assert (found.seconds_left, found.at_least) == (seconds, at_least)
