"""A tag that a segment writes is answered by that segment, or stands there by somebody else's hand."""

import os
import random

import pytest

from plugin.db.transaction import Database
from plugin.rules.segment import Case as TiersCase
from plugin.rules.segment import OneRule, Tiers
from plugin.rules.tree import And, Attribute, Contains, IsNull, Not, Or, Rule, TagDate, Text
from tests.laws.asking import Case, answered, pairs, story
from tests.laws.drawing import Drawing
from tests.laws.oracle import Segment, every_node
from tests.laws.people import TAGS
from tests.laws.shrinking import shrunk
from tests.laws.worlds import World, a_world

FIRST = int(os.environ.get("LAWS_FIRST", "0"))
STORES = int(os.environ.get("LAWS_STORES", "12"))
TAGGED = Attribute("customer_tags")


def _apart(drawing: Drawing) -> Rule:
    """A rule that reads no tags."""
    rule = drawing.rule()
    while any(node == TAGGED or isinstance(node, TagDate) for node in every_node(rule)):
        rule = drawing.rule()
    return rule


def _reading(chance: random.Random, apart: Rule) -> Rule:
    tag = chance.choice([*TAGS, "GOLD", "other"])
    rule: Rule = Contains(TAGGED, Text(tag), chance.random() < 0.5)
    if chance.random() < 0.3:
        rule = IsNull(TAGGED, chance.random() < 0.5)
    return chance.choice([rule, Not(rule), And((rule, apart)), Or((rule, apart))])


def _segments(world: World, chance: random.Random) -> dict[str, Segment]:
    """Two that write tags, and some that read them."""
    drawing = Drawing(chance, world.center)
    tiers = Tiers(tuple(TiersCase(label, _apart(drawing)) for label in ("gold", "silver")), "none")
    found = {
        "writer": Segment(OneRule(_apart(drawing)), {"": chance.choice(TAGS)}),
        "tiers": Segment(tiers, {"gold": "Gold", "none": chance.choice(TAGS)}),
    }
    return found | {f"reader {k}": Segment(OneRule(_reading(chance, _apart(drawing)))) for k in range(10)}


@pytest.mark.parametrize("seed", range(FIRST, FIRST + STORES))
def test_a_tag_of_ours_is_answered_by_its_segment(door: Database, seed: int) -> None:
    chance = random.Random(f"tags {seed}")
    world = a_world(seed)
    segments = _segments(world, chance)
    case = Case(world, segments, pairs(chance, world, segments, 8))

    wrong = [each for each in answered(door, case) if each.found != each.expected]

    assert not wrong, story(*shrunk(door, case, wrong[0]))
