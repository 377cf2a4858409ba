"""Asks the plan of SQL and the oracle the same, and says where they disagree."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import psycopg
from msgspec import Struct

from plugin.db import pins
from plugin.db.transaction import Database, Transaction
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.engine.decide import Asked, Decision, Outcome, decide
from plugin.engine.errors import EngineError
from plugin.engine.plan import Plan, SegmentRule, compile_plan
from plugin.rules.print import print_rule
from plugin.rules.segment import Definition, rules_of
from plugin.rules.tree import InSegment, Label, SegmentDate
from tests.laws.conftest import a_store
from tests.laws.moments import telling
from tests.laws.oracle import UNKNOWN, Nothing, Oracle, Person, Segment, every_node, label
from tests.laws.worlds import World, load

Said = str | Nothing | None


@dataclass(frozen=True)
class Case:
    """A store, its segments by name, and whom to ask about as of when."""

    world: World
    segments: dict[str, Segment]
    pairs: Sequence[tuple[int, datetime]]

    @property
    def definitions(self) -> list[Definition]:
        """What the segments say."""
        return [segment.definition for segment in self.segments.values()]

    def plan(self, store: StoreId) -> Plan:
        """All segments compiled."""
        pinned = frozenset(SegmentId(k) for k, s in enumerate(self.segments.values()) if s.pins)
        rules = [
            SegmentRule(SegmentId(k), name, segment.definition, segment.writes)
            for k, (name, segment) in enumerate(self.segments.items())
        ]
        return compile_plan(rules, self.world.context(store, pinned=pinned))


@dataclass(frozen=True)
class Answered:
    """What was found for one customer as of one moment in one segment, by both."""

    person: int
    at: datetime
    name: str
    found: Said
    expected: Said


def pairs(chance: random.Random, world: World, segments: dict[str, Segment], most: int) -> list[tuple[int, datetime]]:
    """Everyone at so many telling moments each."""
    asked = [rule for segment in segments.values() for _, rule in rules_of(segment.definition)]
    return [(person.id, at) for person in world.people for at in telling(chance, world, person, asked, most)]


def answered(door: Database, case: Case) -> Iterator[Answered]:
    """Both answers to everything that is asked."""
    decided, plan = asked(door, case)
    until = max((at for _, at in case.pairs), default=None)
    store = case.world.told(case.segments, until)
    people = {person.id: person for person in case.world.people}
    for decision in decided:
        oracle = Oracle(store, people[decision.customer_id], decision.as_of)
        exists = oracle.exists()
        for segment, outcome in zip(plan.segments, decision.outcomes, strict=True):
            expected = label(oracle, segment.name) if exists else None
            yield Answered(decision.customer_id, decision.as_of, segment.name, label_of(outcome), expected)


def broken(door: Database, case: Case) -> Iterator[tuple[Case, Answered]]:
    """Where the plan does not even answer: each segment that fails by itself, with all it reads."""
    for name in case.segments:
        alone = only(case, name)
        try:
            list(answered(door, alone))
        except (psycopg.Error, EngineError, TypeError) as error:
            who, at = alone.pairs[0]
            yield alone, Answered(who, at, name, f"fails: {error}", "answers")


def only(case: Case, name: str) -> Case:
    """The segment and all it reads, in their order."""
    wanted = {name}
    for other in reversed(case.segments):
        if other in wanted:
            nodes = every_node(case.segments[other].definition)
            wanted |= {node.name for node in nodes if isinstance(node, InSegment | Label | SegmentDate)}
    return replace(case, segments={other: case.segments[other] for other in case.segments if other in wanted})


def asked(door: Database, case: Case) -> tuple[list[Decision], Plan]:
    """The plan's decisions."""
    store = a_store()
    plan = case.plan(store)
    with door.store(store) as tx:
        load(tx, case.world.people)
        pin(tx, case)
        merged = {person.id for person in case.world.people if person.merged}
        wanted = [(CustomerId(who), at) for who, at in case.pairs]
        decided = list(decide(tx, plan, Asked.moments(wanted)))
    found = [(d.customer_id, d.as_of) for d in decided]
    assert [pair for pair in wanted if pair[0] not in merged] == [pair for pair in found if pair[0] not in merged]
    return decided, plan


def pin(tx: Transaction, case: Case) -> None:
    """The case's pins stand."""
    placed = [
        pins.Pin(
            SegmentId(k),
            CustomerId(one.customer),
            one.placed_at,
            one.until,
            pins.Way.IN if one.inside else pins.Way.OUT,
            one.label,
            "law",
            "law",
            one.removed_at,
        )
        for k, segment in enumerate(case.segments.values())
        for one in segment.pins
    ]
    if placed:
        pins.put(tx, placed)


def label_of(outcome: Outcome) -> Said:
    """What the plan said."""
    return UNKNOWN if outcome.undecided else outcome.label


def disagreements(door: Database, case: Case) -> list[Answered]:
    """Where the two differ."""
    return [each for each in answered(door, case) if each.found != each.expected]


def story(case: Case, one: Answered) -> str:
    """What the disagreement is about, for people."""
    rules = [rules_in(case, name) for name in case.segments]
    world, person = case.world, next(p for p in case.world.people if p.id == one.person)
    return "\n".join(
        [
            f"{one.name} of {one.person} as of {one.at.isoformat()}: plan {one.found!r}, oracle {one.expected!r}",
            *rules,
            f"  {world.timezone} orders known {world.orders_known_from} labels known {world.labels_known_from}",
            f"  created {person.created} unknown {sorted(person.unknown)} email {person.email} merged {person.merged}",
            *(f"  {said_in_short(fact)}" for fact in person.facts),
        ]
    )


def rules_in(case: Case, name: str) -> str:
    """What the segment says."""
    segment = case.segments[name]
    rules = [f"{kind} {print_rule(rule)}" for kind, rule in rules_of(segment.definition)]
    more = [getattr(segment.definition, "grace", ""), getattr(segment.definition, "default", ""), *segment.pins]
    return f"  {name}: {'; '.join(rules)} {' '.join(str(each) for each in more if each)}"


def said_in_short(fact: Struct) -> str:
    """The fact without what is as usual."""
    names = fact.__struct_fields__
    values = {name: getattr(fact, name) for name in names if name not in ("version", "customer_id")}
    parts = [f"{name}={_short(value)}" for name, value in values.items() if value not in (None, (), False)]
    return f"{type(fact).__name__}({', '.join(parts)})"


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_short, value))}]"
    if isinstance(value, Struct):
        return said_in_short(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def with_person(world: World, person: Person) -> World:
    """The store with this customer changed."""
    return replace(world, people=tuple(person if each.id == person.id else each for each in world.people))
