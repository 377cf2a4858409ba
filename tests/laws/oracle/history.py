"""A customer followed from the first fact through every moment of possible change.

Looked at slowly: each local midnight, each fact, each moment at which time carries a fact across a length of
hours or minutes, each end of a grace.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from plugin.domain.facts import CheckoutSeen, CreditsListed, OrderSeen, RefundSeen
from plugin.rules import tree
from plugin.rules.segment import TwoSided, rules_of
from plugin.rules.tree import Duration, Unit
from tests.laws.oracle.days import DAY, TICK, length, local_day, midnight
from tests.laws.oracle.facts import Person, Segment, Store
from tests.laws.oracle.truth import UNKNOWN, Nothing, Truth3

if TYPE_CHECKING:
    from tests.laws.oracle.oracle import Oracle

BEGINNING = datetime(1500, 1, 1, tzinfo=UTC)
"""Before every fact: a customer without a creation date was always there."""


def two_sided(asked: "Oracle", segment: Segment) -> str | Nothing | None:
    """In when some moment had join, and at no later one had stay been false for longer than the grace."""
    worst, best = _member(asked, segment, False), _member(asked, segment, True)
    return UNKNOWN if worst != best else "" if worst else None


def _member(asked: "Oracle", segment: Segment, unknown: bool) -> bool:
    """``unknown``: what is taken for an answer that nobody can know."""
    definition = segment.definition
    assert isinstance(definition, TwoSided)
    member, failing_until = False, None
    for at in moments(asked.store, asked.told, asked.t):
        then = type(asked)(asked.store, asked.told, at)
        if not then.exists():
            continue
        if _taken(then.holds(definition.stay), unknown):
            failing_until = None
        elif failing_until is None:
            failing_until = grace_end(at, definition.grace, asked.store.timezone)
        too_long = failing_until is not None and (at > failing_until or definition.grace.count == 0)
        member = _taken(then.holds(definition.join), unknown) or (member and not too_long)
        pinned = [pin.inside for pin in segment.pins if pin.customer == asked.told.id and pin.stands(at)]
        member = pinned[0] if pinned else member
    return member


def _taken(answer: Truth3, unknown: bool) -> bool:
    return unknown if answer is None else answer


def grace_end(moment: datetime, grace: Duration, timezone: str) -> datetime:
    """The last instant of a grace begun then; days keep the local time of day."""
    if grace.unit in tree.EXACT_UNITS:
        return moment + length(grace.count, grace.unit)
    local = moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    later = local + timedelta(days=grace.count * (7 if grace.unit is Unit.WEEK else 1))
    return _as_clocks_show(later, timezone)


def _as_clocks_show(local: datetime, timezone: str) -> datetime:
    """A time that comes twice is the second, as clocks show it from then on; one that never comes is moved on."""
    zone = ZoneInfo(timezone)
    twice = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    real = [at for at in twice if at.astimezone(zone).replace(tzinfo=None) == local]
    return max(real) if real else local.replace(tzinfo=zone, fold=0).astimezone(UTC)


# --- every moment of possible change --------------------------------------------------------------------


def moments(store: Store, person: Person, t: datetime) -> list[datetime]:
    """Facts, midnights, crossings, ends of graces, the moment itself; the earliest first."""
    until = max(t, store.until or t)
    key = (person.id, until)
    if key not in store.memory:
        store.memory[key] = sorted(_moments(store, person, until))
    everything: list[datetime] = store.memory[key]
    return [at for at in everything if at <= t] + ([] if t in set(everything) else [t])


def _moments(store: Store, person: Person, until: datetime) -> set[datetime]:
    facts = {at for each in store.people or (person,) for at in _dated(each)}
    facts |= {at for at in (store.orders_known_from, store.labels_known_from) if at}
    for segment in store.segments.values():
        facts |= {at for pin in segment.pins for at in (pin.placed_at, pin.until, pin.removed_at) if at}
    found = facts | set(_midnights(min(facts, default=until), until, store.timezone))
    found |= {at + shift + more for at in facts for shift in _shifts(store) for more in (timedelta(0), TICK)}
    for segment in store.segments.values():
        if isinstance(segment.definition, TwoSided):
            grace = segment.definition.grace
            found |= {grace_end(at, grace, store.timezone) + TICK for at in list(found)}
    return {BEGINNING} | {at for at in found if at <= until}


def _dated(person: Person) -> Iterator[datetime]:
    """Every moment at which something about the customer became true."""
    if person.created:
        yield person.created
    if person.merged:
        yield person.merged[1]
    for fact in person.facts:
        if isinstance(fact, OrderSeen):
            yield from (at for at in (fact.placed_at, fact.paid_at, fact.cancelled_at) if at)
        elif isinstance(fact, RefundSeen):
            yield fact.refunded_at
        else:
            yield fact.at
        if isinstance(fact, CheckoutSeen) and fact.completed_at:
            yield fact.completed_at
        if isinstance(fact, CreditsListed):
            for credit in fact.credits:
                yield from (at for at in (credit.next_expiry, credit.last_credit) if at)


def _midnights(first: datetime, last: datetime, zone: str) -> Iterator[datetime]:
    day = local_day(first, zone)
    while (at := midnight(day, zone)) <= last:
        yield at
        day += DAY


def _shifts(store: Store) -> set[timedelta]:
    """By how much hours and minutes of the rules carry facts."""
    found: set[timedelta] = set()
    for segment in store.segments.values():
        for _, rule in rules_of(segment.definition):
            for node in every_node(rule):
                match node:
                    case tree.RelativeExact(count, unit):
                        found.add(-length(count, unit))
                    case Duration(count, unit) if unit in tree.EXACT_UNITS:
                        found |= {length(count, unit), -length(count, unit)}
                    case tree.Compare(tree.DaysSince(), _, tree.Number(days)):
                        found.add(timedelta(days=float(days)))
    return found


def every_node(node: object) -> Iterator[object]:
    """The node and all below it."""
    yield node
    if isinstance(node, tuple):
        for each in node:
            yield from every_node(each)
    elif is_dataclass(node):
        for each in fields(node):
            if each.name != "span":
                yield from every_node(getattr(node, each.name))
