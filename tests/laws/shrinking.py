"""Makes a disagreement small: one segment, one customer, as few facts and conditions as still show it."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

from plugin.db.transaction import Database
from plugin.rules.segment import OneRule
from plugin.rules.tree import And, AtLeast, Or
from plugin.rules.tree import Not as Opposite
from tests.laws.asking import Answered, Case, disagreements, only, with_person
from tests.laws.drawing import said
from tests.laws.oracle import Segment

STEPS = 250


def shrunk(door: Database, case: Case, one: Answered) -> tuple[Case, Answered]:
    """The smallest case found that still shows a disagreement in that segment."""
    best = replace(only(case, one.name), pairs=[(one.person, one.at)])
    found = _still(door, best, one.name)
    if found is None:
        return case, one
    steps = 0
    improved = True
    while improved and steps < STEPS:
        improved = False
        for smaller in _smaller(best, one.name, one.person):
            steps += 1
            again = _still(door, smaller, one.name)
            if again is not None:
                best, found, improved = smaller, again, True
                break
            if steps >= STEPS:
                break
    return best, found


def _still(door: Database, case: Case, name: str) -> Answered | None:
    return next((each for each in disagreements(door, case) if each.name == name), None)


def _smaller(case: Case, name: str, who: int) -> Iterator[Case]:
    definition = case.segments[name].definition
    if isinstance(definition, OneRule):
        for rule in _simpler(definition.rule):
            if (fine := said(rule)) is not None:
                segment = Segment(OneRule(fine), case.segments[name].writes, case.segments[name].pins)
                yield replace(case, segments={**case.segments, name: segment})
    others = tuple(person for person in case.world.people if person.id == who)
    if len(others) < len(case.world.people):
        yield replace(case, world=replace(case.world, people=others))
    person = next(each for each in case.world.people if each.id == who)
    half = max(1, len(person.facts) // 2)
    while half:
        for start in range(0, len(person.facts), half):
            kept = person.facts[:start] + person.facts[start + half :]
            yield replace(case, world=with_person(case.world, replace(person, facts=kept)))
        half //= 2
    changes: list[dict[str, Any]] = [{"created": None}, {"unknown": frozenset()}, {"email": None}]
    for change in changes:
        if any(getattr(person, key) != value for key, value in change.items()):
            yield replace(case, world=with_person(case.world, replace(person, **change)))
    changes = [{"orders_known_from": None}, {"labels_known_from": None}]
    for change in changes:
        if any(getattr(case.world, key) is not None for key in change):
            yield replace(case, world=replace(case.world, **change))


def _simpler(rule: Any) -> Iterator[Any]:
    """The rule with one part less."""
    match rule:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            yield from parts
            if len(parts) > 2:
                for place in range(len(parts)):
                    yield replace(rule, parts=parts[:place] + parts[place + 1 :])
        case Opposite(part):
            yield part
    if not is_dataclass(rule) or isinstance(rule, type):
        return
    for each in fields(rule):
        value = getattr(rule, each.name)
        if each.name in ("where", "having", "slice", "among") and value is not None:
            yield replace(rule, **{each.name: None})
        if isinstance(value, tuple) and value and is_dataclass(value[0]):
            for place, part in enumerate(value):
                for simpler in _simpler(part):
                    yield replace(rule, **{each.name: (*value[:place], simpler, *value[place + 1 :])})
        elif is_dataclass(value) and each.name != "span":
            for simpler in _simpler(value):
                yield replace(rule, **{each.name: simpler})
