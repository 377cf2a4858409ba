"""Random segments with a past: two-sided ones, pins, and segments that look back at others."""

import random

from plugin.rules.segment import Case as TiersCase
from plugin.rules.segment import OneRule, Tiers, TwoSided
from plugin.rules.tree import (
    Changed,
    Compare,
    Comparison,
    DaysSince,
    Duration,
    IsNull,
    Label,
    Passage,
    Previous,
    Rule,
    SegmentDate,
    Text,
    Unit,
    Value,
)
from tests.laws.drawing import Drawing
from tests.laws.oracle import Pin, Segment, every_node
from tests.laws.worlds import Clock, World

GRACES = (
    Duration(0, Unit.DAY),
    Duration(1, Unit.DAY),
    Duration(3, Unit.DAY),
    Duration(2, Unit.WEEK),
    Duration(12, Unit.HOUR),
    Duration(90, Unit.MINUTE),
)
"""How long a member of a two-sided segment may fail to stay."""


def _pins(world: World, chance: random.Random, labels: tuple[str, ...]) -> list[Pin]:
    """Sometimes somebody is held in or out for a while."""
    clock = Clock(chance, world.timezone, world.center)
    found = []
    for person in world.people:
        if chance.random() < 0.3 and not person.merged:
            placed = clock.moment()
            inside = chance.random() < 0.5
            until, removed = (chance.choice([None, clock.after(placed)]) for _ in range(2))
            found.append(Pin(person.id, placed, inside, chance.choice(labels) if inside else "", until, removed))
    return found


def segments_with_a_past(world: World, chance: random.Random) -> dict[str, Segment]:
    """A plain segment, tiers and a two-sided one, and segments that look back at them."""
    plain = Drawing(chance, world.center)
    cases = tuple(TiersCase(label, _small(plain)) for label in ("gold", "silver"))
    tiers = Tiers(cases, chance.choice([None, "none"]))
    found = {
        "plain": Segment(OneRule(_small(plain)), pins=_pins(world, chance, ("",))),
        "tiers": Segment(tiers, pins=_pins(world, chance, tiers.labels)),
    }
    asking = Drawing(chance, world.center, ("plain", "tiers"))
    sticky = TwoSided(_small(asking), _small(asking), chance.choice(GRACES))
    found["sticky"] = Segment(sticky, pins=_pins(world, chance, ("",)))
    asking = Drawing(chance, world.center, tuple(found))
    found["asks"] = Segment(OneRule(_small(asking)))
    for number, rule in enumerate(_looking_back(asking)):
        found[f"back {number}"] = Segment(OneRule(rule))
    return found


def _small(drawing: Drawing) -> Rule:
    """A rule that can be asked some hundred times."""
    while len(list(every_node(rule := drawing.rule()))) > 60:
        pass
    return rule


def _looking_back(drawing: Drawing) -> list[Rule]:
    """When somebody entered, left, what they were before."""
    dates: list[Value] = [SegmentDate(way, name) for way in Passage for name in ("plain", "tiers", "sticky")]
    dates.append(Changed(Label("tiers")))
    found = [drawing.on_date(date) for date in dates]
    found.append(drawing.compare(DaysSince(drawing.pick(dates)), drawing.days()))
    labels: list[Value] = [Label("tiers"), Previous(Label("tiers"))]
    for label in labels:
        name = drawing.pick(["gold", "silver", "none"])
        found.append(Compare(label, drawing.pick([Comparison.EQ, Comparison.NE]), Text(name)))
        found.append(IsNull(label, drawing.truth()))
    return found
