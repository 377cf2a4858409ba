"""A rule that asks for an attribute of ours asks the segment behind it: what it wants, never what came back."""

import pytest

from plugin.db import memberships, segments
from plugin.db.outputs import Says
from plugin.domain.errors import Invalid
from plugin.domain.ids import CustomerId, SegmentId
from plugin.flow import output
from plugin.flow.plan import plan
from plugin.flow.save import delete, save
from plugin.flow.why import why
from plugin.rules.problems import RuleError
from tests.flow.bigcommerce.panel import Panel
from tests.flow.bigcommerce.showing import (
    ATTRIBUTE,
    LEVELS,
    a_segment,
    attributes,
    fail,
    note,
    people,
    remove,
    show,
)

RULES = {
    "yes": "attribute('VIP') = 'yes'",
    "case": "attribute('vip') IN ('yes', 'no')",
    "none": "attribute('VIP') IS NULL",
    "part": "attribute('VIP') CONTAINS 'ye'",
    "no": "attribute('VIP') != 'yes'",
    "number": "NOT attribute('VIP') > 3",
    "gold": "attribute('Level') = 'Gold'",
    "level": "attribute('Level') IS NOT NULL",
    "today": "attribute('Since') >= -1d",
    "long ago": "attribute('Since') < -1d",
    "list": "attribute('Segments') IS NOT NULL",
    "truth": "NOT attribute('VIP') = true",
    "day": "NOT attribute('VIP') >= -1d",
    "text of a day": "NOT attribute('Since') = 'x'",
    "part of a day": "NOT attribute('Since') CONTAINS 'x'",
    "part of a label": "attribute('Level') CONTAINS 'old'",
}


def asks(panel: Panel, name: str, rule: str) -> SegmentId:
    """A segment with this rule, decided for everyone."""
    made, _ = save(panel.house, panel.id, name, {"kind": "rule", "rule": rule}, {}, "1")
    while plan(panel.house, panel.id):
        pass
    panel.absorb()
    return made


def inside(panel: Panel, who: int) -> set[str]:
    """The segments of ``RULES`` that the customer is in."""
    with panel.house.database.store(panel.id) as tx:
        names = {each.id: each.name for each in segments.newest(tx)}
        found = {names[each.segment_id] for each in memberships.of(tx, [CustomerId(who)])}
    return found & RULES.keys()


def test_what_a_segment_wants_answers_before_and_whatever_the_store_says(installed: Panel) -> None:
    one, other, _ = people(installed)
    vips, levels = a_segment(installed), a_segment(installed, "Levels", LEVELS)
    show(installed, vips, "VIP")
    show(installed, levels, "Level", says=Says.LABEL)
    show(installed, a_segment(installed, "Also VIPs"), "Since", says=Says.SINCE)
    for name, rule in RULES.items():
        asks(installed, name, rule)
    nowhere = {"none"}
    assert (inside(installed, one), inside(installed, other)) == (nowhere, nowhere)

    fail(installed, frozen=503)
    installed.control("PATCH", f"/customers/{one}", {"notes": "vip gold"})
    fail(installed)
    installed.hear()

    assert attributes(installed, one) == {}
    assert inside(installed, one) == {"yes", "case", "part", "gold", "level", "today", "part of a label"}
    note(installed)
    assert attributes(installed, one) == {"VIP": "yes", "Level": "Gold"} | {
        "Since": attributes(installed, one)["Since"]
    }
    installed.control("PATCH", f"/customers/{one}", {"attributes": {"VIP": "never"}, "notes": "vip silver"})
    note(installed)
    assert inside(installed, one) == {"yes", "case", "part", "level", "today"}
    assert inside(installed, other) == nowhere
    explained(installed, one)


def explained(panel: Panel, who: int) -> None:
    """Each of ``RULES`` can be explained."""
    with panel.house.database.store(panel.id) as tx:
        for each in segments.newest(tx):
            assert why(panel.house, tx, each.id, CustomerId(who)) is not None, each.name


def test_a_circle_through_an_attribute_is_refused_whichever_comes_first(installed: Panel) -> None:
    vips = a_segment(installed)
    asking = a_segment(installed, "Asking", {"kind": "rule", "rule": "attribute('VIP') = 'yes'"})
    show(installed, vips, "VIP")

    with pytest.raises(RuleError, match=r"‘Asking’ reads ‘VIPs’ through `attributes\.VIP`, which reads ‘Asking’"):
        save(installed.house, installed.id, "VIPs", {"kind": "rule", "rule": "IN SEGMENT 'Asking'"}, {}, "1", vips)
    asks(installed, "Itself", "attribute('Own') = 'yes'")
    with installed.house.database.store(installed.id) as tx:
        (itself,) = [each.id for each in segments.newest(tx) if each.name == "Itself"]
    with pytest.raises(Invalid, match="wait for one another"):
        show(installed, itself, "Own")
    with pytest.raises(Invalid, match="Asking asks about the attribute VIP"):
        output.drop(installed.house, installed.id, vips, ATTRIBUTE, "")
    with pytest.raises(Invalid, match="VIPs is used by Asking"):
        delete(installed.house, installed.id, vips)
    delete(installed.house, installed.id, asking)
    remove(installed, vips)


def test_what_an_attribute_of_ours_said_before_or_in_a_filter_can_t_be_asked(installed: Panel) -> None:
    vips = a_segment(installed)
    show(installed, vips, "VIP")

    for rule in (
        "previous(attribute('VIP')) = 'yes'",
        "changed(attribute('VIP')) >= -7d",
        "count(orders WHERE date >= attribute('VIP')) > 1",
    ):
        with pytest.raises(RuleError, match="says who is in 'VIPs'"):
            asks(installed, "Asking", rule)
