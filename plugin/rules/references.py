"""What a definition reads of other segments: by name, and through the tags they write."""

from dataclasses import dataclass

from plugin.domain.text import fold
from plugin.rules.segment import Definition, rules_of
from plugin.rules.tree import Attribute, Contains, InSegment, IsNull
from plugin.rules.walk import walk

_TAGS = "customer_tags"


@dataclass(frozen=True, slots=True)
class References:
    """Names as written, by their folded form, so that a message can quote them."""

    segments: dict[str, str]
    """Folded segment name → the name as the rule writes it."""
    tags: frozenset[str]
    """Folded tags the rules look for."""
    any_tag: bool
    """Whether a rule asks if there are tags at all: every tag then matters."""


def references(definition: Definition) -> References:
    """Every segment and tag the definition reads."""
    segments: dict[str, str] = {}
    tags: set[str] = set()
    any_tag = False
    for _, rule in rules_of(definition):
        for node in walk(rule):
            match node:
                case InSegment(name):
                    segments.setdefault(fold(name), name)
                case Contains(Attribute(name), text) if name == _TAGS:
                    tags.add(fold(text.value))
                case IsNull(Attribute(name)) if name == _TAGS:
                    any_tag = True
    return References(segments, frozenset(tags), any_tag)
