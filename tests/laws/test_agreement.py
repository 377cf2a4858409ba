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
from plugin.rules.segment import Case as TiersCase
from plugin.rules.segment import OneRule, Tiers, rules_of
from tests.laws.asking import Answered, Case, answered, broken, pairs, story
from tests.laws.coverage import constructs, everything
from tests.laws.drawing import Drawing
from tests.laws.oracle import UNKNOWN, Segment
from tests.laws.shrinking import shrunk
from tests.laws.worlds import World, a_world

FIRST = int(os.environ.get("LAWS_FIRST", "0"))
STORES = int(os.environ.get("LAWS_STORES", "40"))
RULES, MOMENTS = 40, 8
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


def some_segments(world: World, chance: random.Random, count: int = RULES) -> dict[str, Segment]:
    """Rules and tiers, of which the later may ask for the earlier."""
    plain = Drawing(chance, world.center)
    found = {f"s{k}": Segment(OneRule(plain.rule())) for k in range(count * 3 // 4)}
    asking = Drawing(chance, world.center, tuple(found))
    while len(found) < count:
        if len(found) % 2:
            cases = tuple(TiersCase(label, asking.rule()) for label in ("gold", "silver"))
            segment = Segment(Tiers(cases, chance.choice([None, "none"])))
        else:
            segment = Segment(OneRule(asking.rule()))
        found[f"s{len(found)}"] = segment
    return found


@pytest.fixture(scope="module")
def experience(door: Database) -> Experience:
    """Everything tried once."""
    found = Experience()
    for seed in range(FIRST, FIRST + STORES):
        chance = random.Random(f"rules {seed}")
        world = a_world(seed)
        segments = some_segments(world, chance)
        case = Case(world, segments, pairs(chance, world, segments, MOMENTS))
        found.pairs += len(segments) * len({at for _, at in case.pairs})
        try:
            _learn(door, found, case, list(answered(door, case)), seed)
        except (psycopg.Error, EngineError, TypeError):
            found.wrong += [f"store {seed}: {story(*failed)}" for failed in broken(door, case)]
    return found


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
    short = {name: experience.met[name] for name in sorted(everything()) if not {True, False} <= experience.met[name]}
    assert not short


def test_every_construct_that_reads_facts_was_undecided_somewhere(experience: Experience) -> None:
    never = [name for name in sorted(everything()) if "undecided" not in experience.met[name]]
    assert not never
