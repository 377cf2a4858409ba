"""Segments: whose definition holds, whom a pin holds, and what was true before."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from plugin.domain.facts import AddressesListed, CreditsListed, TagsChanged, TagsListed
from plugin.domain.text import fold
from plugin.rules.segment import Definition, OneRule, Tiers, TwoSided
from plugin.rules.tree import Passage
from tests.laws.oracle import history
from tests.laws.oracle.facts import Person, Said, Segment, Store
from tests.laws.oracle.texts import Manner, Words
from tests.laws.oracle.truth import MISSING, UNKNOWN, Nothing, Truth3

if TYPE_CHECKING:
    from tests.laws.oracle.oracle import Oracle

Label = str | Nothing | None
"""``""`` where there are no tiers; None: out; UNKNOWN: undecided."""


def merged(store: Store, person: Person) -> Person:
    """The customer with what was told of those who are the same person, as we now know, at whatever moment.

    All tags that one record carried are not all that both did; addresses and store credit were that record's.
    """
    losers = [each for each in store.people if each.merged and each.merged[0] == person.id]
    more = [_handed_over(fact) for loser in losers for fact in loser.facts if not isinstance(fact, _KEPT)]
    return replace(person, facts=person.facts + tuple(more)) if losers else person


_KEPT = AddressesListed | CreditsListed


def _handed_over(fact: Said) -> Said:
    return TagsChanged(fact.customer_id, fact.at, added=fact.tags) if isinstance(fact, TagsListed) else fact


def label(asked: "Oracle", name: str) -> Label:
    """What the customer is called in the segment of that folded name."""
    segment = asked.store.segments[name]
    for pin in segment.pins:
        if pin.customer == asked.told.id and pin.stands(asked.t):
            return pin.label if pin.inside else None
    if isinstance(segment.definition, TwoSided):
        return history.two_sided(asked, segment)
    return defined(asked, segment.definition)


def defined(asked: "Oracle", definition: Definition) -> Label:
    """What the definition alone says."""
    match definition:
        case OneRule(rule):
            holds = asked.holds(rule)
            return UNKNOWN if holds is None else "" if holds else None
        case Tiers(cases, default):
            for case in cases:
                holds = asked.holds(case.rule)
                if holds is not False:
                    return UNKNOWN if holds is None else case.label
            return default
    return history.two_sided(asked, Segment(definition))


def in_segment(asked: "Oracle", name: str) -> Truth3:
    """Whether the customer is in it; of tiers: has any label."""
    found = label(asked, name)
    return None if found is UNKNOWN else found is not None


def writes(asked: "Oracle", segment: Segment, tag: str | None) -> Truth3:
    """Whether the segment puts that tag on the customer; None: any tag."""
    labels = [label for label, written in segment.writes.items() if tag is None or fold(written) == tag]
    if not labels:
        return False
    name = next(name for name, each in asked.store.segments.items() if each is segment)
    now = label(asked, name)
    return None if now is UNKNOWN else now in labels


def path(asked: "Oracle", name: str) -> list[tuple[datetime, Label]]:
    """The label at every moment of possible change up to now, the earliest first."""
    found: list[tuple[datetime, Label]] = []
    for at in history.moments(asked.store, asked.told, asked.t):
        then = type(asked)(asked.store, asked.told, at)
        if then.exists():
            found.append((at, _remembered(then, name)))
    return found


def _remembered(asked: "Oracle", name: str) -> Label:
    key = (asked.told.id, name, asked.t)
    if key not in asked.store.memory:
        asked.store.memory[key] = label(asked, name)
    found: Label = asked.store.memory[key]
    return found


def passed(asked: "Oracle", passage: Passage, name: str) -> object:
    """When the customer last entered or left it; missing if never, and if always in."""
    steps = [(at, _inside(found)) for at, found in path(asked, name)]
    worst = _crossing([(at, inside is True) for at, inside in steps], passage)
    best = _crossing([(at, inside is not False) for at, inside in steps], passage)
    return worst if worst == best else UNKNOWN


def _inside(found: Label) -> Truth3:
    return None if found is UNKNOWN else found is not None


def _crossing(steps: list[tuple[datetime, bool]], passage: Passage) -> object:
    latest: object = MISSING
    before = False
    for at, inside in steps:
        if inside != before and inside is (passage is Passage.ENTERED):
            latest = MISSING if at == history.BEGINNING else at
        before = inside
    return latest


def label_before(asked: "Oracle", name: str) -> tuple[object, object]:
    """The label that stood immediately before the current one, and when that ended."""
    steps = path(asked, name)
    if not steps or steps[-1][1] is UNKNOWN:
        return UNKNOWN, UNKNOWN
    began, now = steps[-1]
    for at, found in reversed(steps):
        if found is UNKNOWN:
            return UNKNOWN, UNKNOWN
        if found != now:
            return (MISSING if found is None else Words(str(found), Manner.EXACT)), began
        began = at
    return MISSING, MISSING if now is None or began == history.BEGINNING else began
