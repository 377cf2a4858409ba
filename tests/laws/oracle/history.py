"""A customer followed from the first fact through every moment of possible change.

Looked at slowly: each local midnight, each fact, each moment at which time carries a fact across a length of
hours or minutes, each end of a grace.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from plugin.domain.facts import CheckoutSeen, CreditsListed, OrderSeen, RefundSeen
from plugin.rules import tree
from plugin.rules.segment import TwoSided, rules_of
from plugin.rules.tree import Duration, Unit
from tests.laws.oracle.attributes import ALWAYS
from tests.laws.oracle.days import DAY, TICK, length, local_day, midnight
from tests.laws.oracle.facts import Person, Store
from tests.laws.oracle.truth import UNKNOWN, Nothing, Truth3

if TYPE_CHECKING:
    from tests.laws.oracle.oracle import Oracle

BEGINNING = datetime(1500, 1, 1, tzinfo=UTC)
"""Before every fact: a customer without a creation date was always there."""


@dataclass(frozen=True)
class Step:
    """A member or not from this moment on, and until when staying may still fail (None: it does not)."""

    at: datetime
    member: bool = False
    failing_until: datetime | None = None


def two_sided(asked: "Oracle", name: str) -> str | Nothing | None:
    """In when some moment had join, and at no later one had stay been false for longer than the grace."""
    worst, best = (_at_last(asked, name, unknown).member for unknown in (False, True))
    return UNKNOWN if worst != best else "" if worst else None


def _at_last(asked: "Oracle", name: str, unknown: bool) -> Step:
    """Where the customer stands now. ``unknown``: what is taken for an answer that nobody can know."""
    steps = _steps(asked, name, unknown)
    place = bisect_right(steps, asked.t, key=lambda step: step.at)
    last = steps[place - 1] if place else Step(BEGINNING)
    return last if last.at == asked.t else _next(asked, name, unknown, last)


def _steps(asked: "Oracle", name: str, unknown: bool) -> list[Step]:
    key = ("steps", asked.told.id, name, unknown)
    if key not in asked.store.memory:
        found: list[Step] = []
        for at in moments(asked):
            then = as_of(asked, at)
            if then.exists():
                found.append(_next(then, name, unknown, found[-1] if found else Step(BEGINNING)))
        asked.store.memory[key] = found
    steps: list[Step] = asked.store.memory[key]
    return steps


def _next(asked: "Oracle", name: str, unknown: bool, last: Step) -> Step:
    segment = asked.store.segments[name]
    definition = segment.definition
    assert isinstance(definition, TwoSided)
    failing_until = None
    if not _taken(asked.holds(definition.stay), unknown):
        failing_until = last.failing_until or grace_end(asked.t, definition.grace, asked.store.timezone)
    too_long = failing_until is not None and (asked.t > failing_until or definition.grace.count == 0)
    member = _taken(asked.holds(definition.join), unknown) or (last.member and not too_long)
    pinned = [pin.inside for pin in segment.pins if pin.customer == asked.told.id and pin.stands(asked.t)]
    return Step(asked.t, pinned[0] if pinned else member, failing_until)


def as_of(asked: "Oracle", at: datetime) -> "Oracle":
    """The same customer as of another moment."""
    key = ("oracle", asked.told.id, at)
    if key not in asked.store.memory:
        asked.store.memory[key] = type(asked)(asked.store, asked.told, at)
    then: Oracle = asked.store.memory[key]
    return then


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


def moments(asked: "Oracle") -> list[datetime]:
    """Facts, midnights, crossings, ends of graces, up to the last moment anybody asks about; the earliest first."""
    store = asked.store
    key = ("moments", asked.told.id)
    if key not in store.memory:
        store.memory[key] = sorted(_moments(store, asked.person, store.until or asked.t))
    found: list[datetime] = store.memory[key]
    return found


def _moments(store: Store, person: Person, until: datetime) -> set[datetime]:
    facts = {at for at in _dated(person) if at > BEGINNING}
    facts |= {at for at in (store.orders_known_from, store.labels_known_from) if at}
    for segment in store.segments.values():
        facts |= {at for pin in segment.pins for at in (pin.placed_at, pin.until, pin.removed_at) if at}
    recent = {at for at in facts if at.year > ALWAYS.year}
    found = facts | set(_midnights(min(recent, default=until), until, store.timezone))
    shifts = _shifts(store)
    found |= {at + shift + more for at in recent for shift in shifts for more in (timedelta(0), TICK)}
    for segment in store.segments.values():
        if isinstance(segment.definition, TwoSided):
            grace = segment.definition.grace
            found |= {grace_end(at, grace, store.timezone) + TICK for at in list(found)}
    return {BEGINNING} | {at for at in found if at <= until}


def _dated(person: Person) -> Iterator[datetime]:
    """Every moment at which something about the customer became true."""
    if person.created:
        yield person.created
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
