"""Places, scores and averages among the store's customers are what their definition says, at the moment asked."""

import os
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from plugin.db.transaction import Database
from plugin.domain.ids import CustomerId
from plugin.engine.cutoffs import compute
from plugin.engine.decide import Asked, decide
from plugin.rules.fields import RFM_GROUPS
from plugin.rules.segment import OneRule
from plugin.rules.tree import (
    Aggregate,
    Attribute,
    Banded,
    Compare,
    Comparison,
    Function,
    Number,
    Place,
    Ranked,
    RelativeDay,
    Rfm,
    Rule,
    Score,
    Source,
    State,
    StoreAverage,
    Text,
    Unit,
    Value,
)
from tests.laws.asking import Answered, Case, label_of, story
from tests.laws.conftest import a_store
from tests.laws.drawing import CUSTOMER, NUMERIC, Drawing, said
from tests.laws.moments import telling
from tests.laws.oracle import UNKNOWN, Oracle, Segment, every_node, label
from tests.laws.worlds import World, a_world, load

FIRST = int(os.environ.get("LAWS_FIRST", "0"))
STORES = int(os.environ.get("LAWS_STORES", "12"))
RULES, MOMENTS, PEOPLE = 16, 3, 7


class Standing(Drawing):
    """Draws rules that compare a customer with the others."""

    def standing(self) -> Rule:
        """A rule that may be saved."""
        while True:
            found = said(self._standing())
            if found is not None:
                return found

    def _standing(self) -> Rule:
        match self.chance.randint(0, 4):
            case 0 | 1:
                percent = self.truth()
                amount = self.pick(["10", "33.3", "50", "100"] if percent else ["1", "2", "3"])
                return Ranked(self.pick(list(Place)), Decimal(amount), percent, self.measure(), self.among())
            case 2:
                return self.compare(Banded(self.pick([2, 5, 10]), self.measure(), self.among()), self.small())
            case 3:
                by = self.measure()
                other = StoreAverage(by if self.truth() else self.measure(), self.among())
                return self.compare(self.pick([by, self.measure()]), other)
        return self._rfm()

    def measure(self) -> Value:
        """What customers are ranked by."""
        spent = Aggregate(Function.SUM, Source.ORDERS, State.PAID, "gross")
        numbers: list[Value] = [spent, Attribute("number_of_orders"), Attribute("nps")]
        return self.pick([*numbers, self.aggregate(CUSTOMER, NUMERIC)])

    def among(self) -> Rule | None:
        """Whom they are ranked among."""
        ordered = Compare(Attribute("number_of_orders"), Comparison.GE, Number(Decimal(1)))
        return self.pick([None, None, ordered, self.on(self.attribute(*NUMERIC))])

    def _rfm(self) -> Rule:
        window = self.pick([None, RelativeDay(-self.pick([3, 30]), Unit.DAY)])
        score = self.pick(list(Score))
        if score is Score.GROUP:
            return Compare(Rfm(score, window), Comparison.EQ, Text(self.pick(RFM_GROUPS)))
        return self.compare(Rfm(score, window), self.small())


@pytest.fixture(scope="module")
def met() -> dict[str, set[object]]:
    """By construct: the answers of rules it took part in."""
    return defaultdict(set)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + STORES))
def test_a_place_among_customers_is_what_its_definition_says(
    door: Database, met: dict[str, set[object]], seed: int
) -> None:
    chance = random.Random(f"standing {seed}")
    world = a_world(seed, people=PEOPLE)
    drawing = Standing(chance, world.center)
    segments = {f"s{k}": Segment(OneRule(drawing.standing())) for k in range(RULES)}
    person = chance.choice(world.people)

    for at in telling(chance, world, person, [s.definition for s in segments.values()], MOMENTS):
        case = Case(world, segments, [(each.id, at) for each in world.people])
        answers = list(_answered(door, case, at))
        wrong = [each for each in answers if each.found != each.expected]
        assert not wrong, _story(door, case, wrong[0])
        for each in answers:
            for node in every_node(segments[each.name].definition):
                if isinstance(node, Ranked | Banded | StoreAverage | Rfm):
                    met[_kind(node)].add("undecided" if each.expected is UNKNOWN else each.expected is not None)


def _kind(node: Ranked | Banded | StoreAverage | Rfm) -> str:
    match node:
        case Ranked(place, _, percent):
            return f"{place} {'%' if percent else 'customers'}"
        case Rfm(score, window):
            return f"{score} {'lifetime' if window is None else 'of a window'}"
    return type(node).__name__


def test_every_way_to_compare_with_the_store_was_answered_with_yes_and_with_no(met: dict[str, set[object]]) -> None:
    if STORES < 12:
        pytest.skip("only after the usual number of stores")
    ways = {f"{place} {what}" for place in Place for what in ("%", "customers")} | {"Banded", "StoreAverage"}
    ways |= {f"{score} {what}" for score in Score for what in ("lifetime", "of a window")}
    assert {way for way in ways if not {True, False} <= met[way]} == set()
    assert any("undecided" in answers for answers in met.values())


def _answered(door: Database, case: Case, at: datetime) -> Iterator[Answered]:
    store = a_store()
    plan = case.plan(store)
    with door.store(store) as tx:
        load(tx, case.world.people)
        compute(tx, plan, at)
        decided = list(decide(tx, plan, Asked.customers([CustomerId(who) for who, _ in case.pairs], at)))
    told = case.world.told(case.segments, at)
    people = {person.id: person for person in case.world.people}
    for decision in decided:
        oracle = Oracle(told, people[decision.customer_id], at)
        for segment, outcome in zip(plan.segments, decision.outcomes, strict=True):
            expected = label(oracle, segment.name) if oracle.exists() else None
            yield Answered(decision.customer_id, at, segment.name, label_of(outcome), expected)


def _story(door: Database, case: Case, one: Answered) -> str:
    """The case with as few customers as still disagree."""
    alone = replace(case, segments={one.name: case.segments[one.name]})
    for person in case.world.people:
        fewer = _without(alone.world, person.id)
        smaller = replace(alone, world=fewer, pairs=[(each.id, one.at) for each in fewer.people])
        still = [each for each in _answered(door, smaller, one.at) if each.found != each.expected]
        if still:
            alone, one = smaller, still[0]
    others = [story(alone, replace(one, person=person.id)) for person in alone.world.people if person.id != one.person]
    return "\n".join([story(alone, one), "and the others:", *others])


def _without(world: World, who: int) -> World:
    return replace(world, people=tuple(person for person in world.people if person.id != who))
