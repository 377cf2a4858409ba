"""Two-sided segments, pins and what was before are what their definition says, and do not depend on who asked when."""

import os
import random

import pytest

from plugin.db.transaction import Database
from tests.laws.asking import Case, answered, asked, pairs, story
from tests.laws.pasts import segments_with_a_past
from tests.laws.shrinking import shrunk
from tests.laws.worlds import a_world

FIRST = int(os.environ.get("LAWS_FIRST", "0"))
STORES = int(os.environ.get("LAWS_STORES", "24"))
MOMENTS = 6


@pytest.mark.parametrize("seed", range(FIRST, FIRST + STORES))
def test_a_path_through_a_segment_is_what_its_definition_says(door: Database, seed: int) -> None:
    chance = random.Random(f"history {seed}")
    world = a_world(seed, people=2)
    segments = segments_with_a_past(world, chance)
    case = Case(world, segments, pairs(chance, world, segments, MOMENTS))

    wrong = [each for each in answered(door, case) if each.found != each.expected]

    assert not wrong, story(*shrunk(door, case, wrong[0]))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + 6))
def test_asking_alone_or_together_says_the_same(door: Database, seed: int) -> None:
    chance = random.Random(f"history {seed}")
    world = a_world(seed, people=2)
    segments = segments_with_a_past(world, chance)
    case = Case(world, segments, pairs(chance, world, segments, MOMENTS))

    together, _ = asked(door, case)
    alone = [asked(door, Case(world, segments, [pair]))[0][0] for pair in case.pairs[::4]]

    assert [decision.outcomes for decision in alone] == [decision.outcomes for decision in together[::4]]
