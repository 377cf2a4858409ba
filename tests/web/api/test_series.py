"""Segments through time, as the page asks for them."""

from datetime import datetime
from itertools import pairwise

from plugin.flow.house import House
from tests.web.api.drafts import rule, tiers
from tests.web.stock import work
from tests.web.visit import Visit

BEFORE = "2026-06-14T12:00:00Z"
"""A day before the orders of the stock."""


def test_a_saved_segment_has_a_year_of_weeks(owner: Visit, regulars: int) -> None:
    points = owner.get(f"/segments/{regulars}/series")["points"]

    moments = [datetime.fromisoformat(point["as_of"]) for point in points]
    assert len(points) == 53
    assert {(later - sooner).days for sooner, later in pairwise(moments)} == {7}
    assert (points[-1]["in"], points[-1]["customers"], points[-1]["known"]) == (2, 5, True)


def test_the_points_can_be_others(owner: Visit, regulars: int) -> None:
    points = owner.get(f"/segments/{regulars}/series?points=2&step=day")["points"]

    assert len(points) == 2
    assert owner.send("GET", f"/segments/{regulars}/series?points=0").status_code == 422
    assert owner.send("GET", f"/segments/{regulars}/series?step=hour").status_code == 422
    assert owner.send("GET", "/segments/999/series").status_code == 404


def test_a_draft_has_a_series_and_leaves_nothing(owner: Visit) -> None:
    draft = tiers("Levels", ("Often", "number_of_orders >= 2"), default="Other")

    points = owner.post("/rules/series", draft | {"points": 3, "step": "month"})["points"]

    assert points[-1]["labels"] == {"Often": 2, "Other": 3}
    assert owner.get("/overview")["segments"] == []
    assert owner.send("POST", "/rules/series", rule("New", "nonsense = 1")).status_code == 422


def test_a_customers_way_through_a_segment_is_told(owner: Visit, regulars: int) -> None:
    (passage,) = owner.get(f"/customers/3/segments/{regulars}/history")["passages"]

    assert (passage["label"], passage["undecided"], passage["at"]) == ("", False, "2026-06-15T12:00:00+00:00")
    assert owner.get(f"/customers/4/segments/{regulars}/history") == {"passages": []}
    assert owner.send("GET", f"/customers/99/segments/{regulars}/history").status_code == 404


def test_the_reason_of_another_moment_can_be_asked_for(owner: Visit, regulars: int) -> None:
    reason = owner.get(f"/customers/3/segments/{regulars}?as_of={BEFORE}")["reason"]

    assert reason["answer"] == "no"


def test_a_ranking_is_explained_at_a_moment_that_was_never_ranked(owner: Visit, house: House) -> None:
    made = owner.post("/segments", rule("Best", "TOP 1 BY sum(orders.net)"))
    work(house, owner.store_id)

    then = owner.get(f"/customers/3/segments/{made['id']}?as_of=2026-06-16T12:00:00Z")["reason"]

    assert then["answer"] == "yes"
