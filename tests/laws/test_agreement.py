"""The plan of SQL and the oracle agree on random stores, rules and moments, and have met every construct.

LAWS_STORES=200 tries so many stores instead of the usual number, LAWS_FIRST=1000 others than the usual ones.
"""

import os
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import psycopg
import pytest

from plugin.db.transaction import Database
from plugin.engine.errors import EngineError
from plugin.rules.segment import rules_of
from tests.laws.asking import Answered, Case, answered, broken, pairs, story
from tests.laws.choosing import segments_with, some_segments
from tests.laws.coverage import constructs, everything
from tests.laws.oracle import UNKNOWN, Segment
from tests.laws.shrinking import shrunk
from tests.laws.worlds import World, a_world

FIRST = int(os.environ.get("LAWS_FIRST", "0"))
STORES = int(os.environ.get("LAWS_STORES", "40"))
RULES, MOMENTS = 40, 8
RARE = 10
"""Stores asked for what was rare before."""
ANSWERS: set[object] = {True, False, "undecided"}
SHOWN = 3
"""Disagreements made small and shown."""


@dataclass
class Experience:
    """What was tried, and what came of it."""

    pairs: int = 0
    """Stores × rules × moments."""
    answers: int = 0
    met: defaultdict[str, set[object]] = field(default_factory=lambda: defaultdict(set))
    """By construct: the answers of rules it took part in."""
    wrong: list[str] = field(default_factory=list)

    def lacks(self, answers: set[object]) -> frozenset[str]:
        """The constructs that were not seen with all of these answers."""
        return frozenset(name for name in everything() if not answers <= self.met[name])


@pytest.fixture(scope="module")
def experience(door: Database) -> Experience:
    """Everything tried once; what was too rare is then looked for."""
    found = Experience()
    for seed in range(FIRST, FIRST + STORES):
        chance = random.Random(f"rules {seed}")
        world = a_world(seed)
        _try(door, found, seed, world, some_segments(world, chance, RULES), chance)
    for seed in range(FIRST + STORES, FIRST + STORES + RARE):
        if rare := found.lacks(ANSWERS):
            chance = random.Random(f"rare {seed}")
            world = a_world(seed)
            _try(door, found, seed, world, segments_with(world, chance, rare, RULES), chance)
    return found


def _try(
    door: Database, found: Experience, seed: int, world: World, segments: dict[str, Segment], chance: random.Random
) -> None:
    case = Case(world, segments, pairs(chance, world, segments, MOMENTS))
    found.pairs += len(segments) * len({at for _, at in case.pairs})
    try:
        _learn(door, found, case, list(answered(door, case)), seed)
    except (psycopg.Error, EngineError, TypeError):
        found.wrong += [f"store {seed}: {story(*failed)}" for failed in broken(door, case)]


def _learn(door: Database, found: Experience, case: Case, answers: Iterable[Answered], seed: int) -> None:
    made_of = {name: _constructs(segment) for name, segment in case.segments.items()}
    wrong: dict[str, Answered] = {}
    for each in answers:
        found.answers += 1
        if each.found != each.expected:
            wrong.setdefault(each.name, each)
        said = "undecided" if each.expected is UNKNOWN else each.expected is not None
        for construct in made_of[each.name]:
            found.met[construct].add(said)
    for one in wrong.values():
        small = shrunk(door, case, one) if len(found.wrong) < SHOWN else (case, one)
        found.wrong.append(f"store {seed}: {story(*small)}")


def _constructs(segment: Segment) -> frozenset[str]:
    return frozenset[str]().union(*(constructs(rule) for _, rule in rules_of(segment.definition)))


def test_the_plan_and_the_oracle_agree(experience: Experience) -> None:
    assert not experience.wrong, f"{len(experience.wrong)} segments; the first:\n" + "\n\n".join(
        experience.wrong[:SHOWN]
    )


def test_at_least_five_thousand_pairs_were_asked(experience: Experience) -> None:
    assert experience.pairs >= 5_000


def test_every_construct_was_answered_with_yes_and_with_no(experience: Experience) -> None:
    assert experience.lacks({True, False}) == frozenset()


def test_every_construct_was_undecided_somewhere(experience: Experience) -> None:
    assert experience.lacks({"undecided"}) == frozenset()
