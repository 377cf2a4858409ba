"""Moments at which an answer is likely to change, and the instants beside them."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from plugin.rules import tree
from tests.laws.oracle import TICK, Person, add, every_node, midnight
from tests.laws.oracle.days import DAY, length, local_day
from tests.laws.worlds import World, moments_in


def telling(chance: random.Random, world: World, person: Person, asked: Iterable[object], most: int) -> list[datetime]:
    """So many moments: facts, days and hours after facts that the rules name, midnights; each exactly or beside."""
    known = [at for at in (person.created, world.orders_known_from, world.labels_known_from) if at]
    facts = sorted({at for fact in person.facts for at in moments_in(fact) if at.year > 1900} | set(known))
    if not facts:
        facts = world.moments or [midnight(world.center, world.timezone)]
    crossings = sorted(
        {at for node in _moving(asked) for fact in facts for at in _crossings(node, fact, world.timezone)}
    )
    nights = [midnight(world.center + timedelta(days=day), world.timezone) for day in range(-5, 15)]
    pools = [facts, crossings or facts, crossings or facts, nights]
    beside = [timedelta(0), timedelta(0), TICK, -TICK]
    found = {chance.choice(chance.choice(pools)) + chance.choice(beside) for _ in range(most)}
    return sorted(found)


def _moving(asked: Iterable[object]) -> list[object]:
    kinds = tree.RelativeDay | tree.RelativeExact | tree.Duration | tree.Period
    found = {node for rule in asked for node in every_node(rule) if isinstance(node, kinds)}
    days = {node for rule in asked for node in every_node(rule) if isinstance(node, tree.Compare)}
    found |= {
        _as_length(node)
        for node in days
        if isinstance(node.left, tree.DaysSince) and isinstance(node.right, tree.Number)
    }
    return sorted(found, key=repr)


def _as_length(node: tree.Compare) -> tree.Duration:
    assert isinstance(node.right, tree.Number)
    return tree.Duration(int(node.right.value * 1440), tree.Unit.MINUTE)


def _crossings(node: object, fact: datetime, zone: str) -> Iterator[datetime]:
    """When time carries the fact across it."""
    match node:
        case tree.RelativeExact(count, unit):
            yield fact - length(count, unit)
        case tree.Duration(count, unit) if unit in tree.EXACT_UNITS:
            yield fact + length(count, unit)
        case tree.RelativeDay(count, unit):
            yield from _nights(add(local_day(fact, zone), -count, unit), zone)
        case tree.Duration(count, unit):
            yield from _nights(add(local_day(fact, zone), count, unit), zone)
        case tree.Period():
            day = local_day(fact, zone)
            yield midnight(day.replace(day=1), zone)
            yield midnight(add(day.replace(day=1), 1, tree.Unit.MONTH), zone)
            yield midnight(day - DAY * day.weekday() + DAY * 7, zone)


def _nights(day: date, zone: str) -> Iterator[datetime]:
    yield midnight(day, zone)
    yield midnight(day + DAY, zone)
