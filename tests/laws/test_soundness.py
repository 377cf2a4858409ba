"""Until the alarm rings nothing changes, whatever the moment in between, whatever the rule is made of.

LAWS_STORES and LAWS_FIRST: see test_agreement.py.
"""

import os
import random
from datetime import datetime, timedelta

import pytest

from plugin.db.transaction import Database
from plugin.domain.ids import CustomerId
from plugin.engine.decide import Asked, Decision, Outcome, decide
from plugin.engine.plan import Plan
from plugin.rules.segment import OneRule, TwoSided, rules_of
from tests.laws.asking import Case, only, pairs, pin, rules_in
from tests.laws.choosing import segments_with
from tests.laws.conftest import a_store
from tests.laws.coverage import constructs, everything
from tests.laws.drawing import Drawing
from tests.laws.moments import telling
from tests.laws.oracle import TICK, Segment, midnight
from tests.laws.oracle.days import DAY, local_day
from tests.laws.pasts import GRACES, segments_with_a_past
from tests.laws.worlds import World, a_world, load

FIRST = int(os.environ.get("LAWS_FIRST", "0"))
STORES = int(os.environ.get("LAWS_STORES", "40"))
RULES, MOMENTS, BETWEEN = 24, 5, 10
RARE = 6
"""Stores asked for what was rare before."""
FOLLOWED = timedelta(days=60)


def _plain(world: World, chance: random.Random) -> dict[str, Segment]:
    drawing = Drawing(chance, world.center)
    return {f"s{k}": Segment(OneRule(drawing.rule())) for k in range(RULES)}


def _sticky(world: World, chance: random.Random) -> dict[str, Segment]:
    """Two plain segments, and a two-sided one that may ask for them."""
    drawing = Drawing(chance, world.center)
    found = {f"s{k}": Segment(OneRule(drawing.rule())) for k in range(2)}
    asking = Drawing(chance, world.center, tuple(found))
    found["sticky"] = Segment(TwoSided(asking.rule(), asking.rule(), chance.choice(GRACES)))
    return found


KINDS = {"plain": _plain, "two-sided": _sticky, "with a past": segments_with_a_past}


@pytest.fixture(scope="module")
def met() -> set[str]:
    """The constructs of rules that were followed."""
    return set()


@pytest.mark.parametrize("seed", range(FIRST, FIRST + STORES))
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changes_before_the_alarm(door: Database, met: set[str], seed: int, kind: str) -> None:
    chance = random.Random(f"alarms {seed} {kind}")
    world = a_world(seed, people=2)
    _follow(door, met, world, KINDS[kind](world, chance), chance)


def test_every_construct_was_followed(door: Database, met: set[str]) -> None:
    if STORES < 40:
        pytest.skip("only after the usual number of stores")
    for seed in range(FIRST + STORES, FIRST + STORES + RARE):
        if rare := everything() - met:
            chance = random.Random(f"rare alarms {seed}")
            world = a_world(seed, people=2)
            _follow(door, met, world, segments_with(world, chance, rare, RULES), chance)
    assert everything() - met == frozenset()


def _follow(door: Database, met: set[str], world: World, segments: dict[str, Segment], chance: random.Random) -> None:
    """Nothing changes before the alarms, whatever the moment in between."""
    case = Case(world, segments, pairs(chance, world, segments, MOMENTS))
    broken = _changes(door, case, chance)
    if broken:
        alone = [name for name in segments if _changes(door, only(case, name), chance)]
        pytest.fail("\n".join([*broken[:3], *(rules_in(case, name) for name in alone or segments)]))
    for segment in segments.values():
        for _, rule in rules_of(segment.definition):
            met |= constructs(rule)


def _changes(door: Database, case: Case, chance: random.Random) -> list[str]:
    """Where something was different before the alarm rang."""
    store = a_store()
    plan = case.plan(store)
    with door.store(store) as tx:
        load(tx, case.world.people)
        pin(tx, case)
        before = list(decide(tx, plan, Asked.moments([(CustomerId(who), at) for who, at in case.pairs])))
        late = [d for d in before if d.due_at is not None and d.due_at <= d.as_of]
        asked = [(d, at) for d in before for at in _between(case, d, chance)]
        after = list(decide(tx, plan, Asked.moments([(d.customer_id, at) for d, at in asked])))
    found = [f"the alarm of {d.as_of} rings at {d.due_at}" for d in late]
    for (was, _), now in zip(asked, after, strict=True):
        if _said(now) != _said(was):
            found.append(_different(plan, was, now))
    return found


def _said(decision: Decision) -> list[tuple[str | None, bool]]:
    return [(outcome.label, outcome.undecided) for outcome in decision.outcomes]


def _different(plan: Plan, was: Decision, now: Decision) -> str:
    rows = zip(plan.segments, was.outcomes, now.outcomes, strict=True)
    changed = [f"{s.name}: {_word(a)} → {_word(b)}" for s, a, b in rows if _word(a) != _word(b)]
    return f"customer {was.customer_id}, {was.as_of} → {now.as_of}, due {was.due_at}: {', '.join(changed)}"


def _word(outcome: Outcome) -> str:
    return "undecided" if outcome.undecided else repr(outcome.label)


def _between(case: Case, decision: Decision, chance: random.Random) -> list[datetime]:
    """Moments after the decision and before its alarm: telling ones, some midnights, and the last instant."""
    world, start = case.world, decision.as_of
    end = decision.due_at or start + FOLLOWED
    person = next(p for p in world.people if p.id == decision.customer_id)
    asked = [rule for s in case.segments.values() for _, rule in rules_of(s.definition)]
    today = local_day(start, world.timezone)
    found = set(telling(chance, world, person, asked, 4 * BETWEEN))
    found |= {midnight(today + DAY * days, world.timezone) for days in (1, 2, 3, 7, 14, 28, 31)}
    inside = sorted(at for at in found if start < at < end)
    chosen = chance.sample(inside, min(BETWEEN, len(inside)))
    return sorted({at for at in (*chosen, start + TICK, end - TICK) if start < at < end})
