"""Segments: whose definition holds, whom a pin holds, and what was true before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from plugin.domain.facts import AddressesListed, CreditsListed, TagsChanged, TagsListed
from plugin.domain.text import fold
from plugin.rules.segment import Case, OneRule, Tiers
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
    match segment.definition:
        case OneRule(rule):
            holds = asked.holds(rule)
            return UNKNOWN if holds is None else "" if holds else None
        case Tiers(cases, default):
            return _first(asked, cases, default)
    return history.two_sided(asked, name)


def _first(asked: "Oracle", cases: Sequence[Case], default: str | None) -> Label:
    for case in cases:
        holds = asked.holds(case.rule)
        if holds is not False:
            return UNKNOWN if holds is None else case.label
    return default


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
    key = ("path", asked.told.id, name)
    if key not in asked.store.memory:
        everyone = [history.as_of(asked, at) for at in history.moments(asked)]
        asked.store.memory[key] = [(then.t, label(then, name)) for then in everyone if then.exists()]
    whole: list[tuple[datetime, Label]] = asked.store.memory[key]
    found = [step for step in whole if step[0] <= asked.t]
    return found if found and found[-1][0] == asked.t else [*found, (asked.t, label(asked, name))]


def passed(asked: "Oracle", passage: Passage, name: str) -> object:
    """When the customer last entered or left it; missing if never, and if always in.

    Unknown as soon as nobody knows whether there was a later crossing.
    """
    entering = passage is Passage.ENTERED
    steps: list[tuple[datetime, Truth3]] = [(history.BEGINNING, False)]
    steps += [(at, None if found is UNKNOWN else found is not None) for at, found in path(asked, name)]
    for (_, before), (at, after) in reversed(list(pairwise(steps))):
        if before is None or after is None:
            return UNKNOWN
        if after is entering and before is not entering:
            return MISSING if at == history.BEGINNING else at
    return MISSING


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
