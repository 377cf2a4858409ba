"""Tags as they were seen: added, removed, or all that stood there at a moment."""

from collections.abc import Iterator
from datetime import datetime

from plugin.domain.facts import TagsChanged, TagsListed
from plugin.domain.text import fold
from tests.laws.oracle.facts import Person
from tests.laws.oracle.truth import MISSING

Sighting = tuple[datetime, str, frozenset[str]]
"""When, ``added`` or ``listed`` or ``removed``, which. Of one moment the later word in the alphabet decides."""


def sightings(person: Person, t: datetime) -> Iterator[Sighting]:
    """All up to that moment, the earliest first."""
    found: list[Sighting] = []
    for listed in person.told(TagsListed):
        found.append((listed.at, "listed", frozenset(map(fold, listed.tags))))
    for changed in person.told(TagsChanged):
        found.append((changed.at, "added", frozenset(map(fold, changed.added))))
        found.append((changed.at, "removed", frozenset(map(fold, changed.removed))))
    return (seen for seen in sorted(found, key=lambda seen: seen[:2]) if seen[0] <= t)


def tags(person: Person, t: datetime) -> tuple[str, ...]:
    """Those that stood there, folded."""
    there: frozenset[str] = frozenset()
    for _, saw, seen in sightings(person, t):
        match saw:
            case "added":
                there |= seen
            case "listed":
                there = seen
            case "removed":
                there -= seen
    return tuple(sorted(there))


def tag_date(person: Person, tag: str, t: datetime) -> object:
    """When it was last added; missing while it does not stand there, or nobody saw it added."""
    added: object = MISSING
    for at, saw, seen in sightings(person, t):
        if saw == "added" and tag in seen:
            added = at
        elif (saw == "removed" and tag in seen) or (saw == "listed" and tag not in seen):
            added = MISSING
    return added
