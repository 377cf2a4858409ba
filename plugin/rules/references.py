"""What a definition reads of other segments: by name, and through the tags and attributes they write."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from plugin.domain.text import fold
from plugin.rules import fields
from plugin.rules.segment import Definition, rules_of
from plugin.rules.tree import (
    Affixed,
    Aggregate,
    AnyNode,
    Attribute,
    Changed,
    Compare,
    Contains,
    In,
    InSegment,
    IsNull,
    Label,
    Previous,
    SegmentDate,
    TagDate,
    Text,
    Value,
)
from plugin.rules.walk import walk

_TAGS = "customer_tags"


@dataclass(frozen=True, slots=True)
class References:
    """Names as written, by their folded form, so that a message can quote them."""

    segments: dict[str, str]
    """Folded segment name → the name as the rule writes it: IN SEGMENT, label, entered, left."""
    tags: frozenset[str]
    """Folded tags the rules look for."""
    any_tag: bool
    """Whether a rule asks if there are tags at all, or tags of a kind: every tag then matters."""
    history: frozenset[str] = frozenset()
    """Folded names of the segments whose past is asked about: entered, left, the label before, its change."""
    attributes: frozenset[str] = frozenset()
    """Groups, metafields and attributes the rules read, which a segment of ours may write."""


@dataclass(slots=True)
class _Found:
    segments: dict[str, str] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)
    any_tag: bool = False
    history: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)

    def look(self, node: AnyNode) -> None:
        """Notes what the node by itself refers to."""
        match node:
            case InSegment(name) | Label(name) | SegmentDate(_, name):
                self.segments.setdefault(fold(name), name)
                if isinstance(node, SegmentDate):
                    self.history.add(fold(name))
            case Previous(Label(name)) | Changed(Label(name)):
                self.history.add(fold(name))
            case Contains(Attribute(name), text) if name == _TAGS:
                self.tags.add(fold(text.value))
            case TagDate(tag):
                self.tags.add(fold(tag))
            case IsNull(Attribute(name)) | Affixed(Attribute(name)) if name == _TAGS:
                self.any_tag = True
            case Attribute(name) if name == "customer_groups" or fields.is_dynamic(name):
                self.attributes.add(name)


def references(definition: Definition) -> References:
    """Every segment, tag and attribute the definition reads."""
    found = _Found()
    for _, rule in rules_of(definition):
        for node in walk(rule):
            found.look(node)
    return References(
        found.segments,
        frozenset(found.tags),
        found.any_tag,
        frozenset(found.history),
        frozenset(found.attributes),
    )


def echoes(definition: Definition) -> Iterator[tuple[str, Attribute]]:
    """Every attribute whose past is asked about, or that a filter asks about, with the field of its rule."""
    for place, rule in rules_of(definition):
        for node in walk(rule):
            match node:
                case Previous(Attribute() as asked) | Changed(Attribute() as asked):
                    yield place, asked
                case Aggregate(where=where, having=having):
                    for part in (where, having):
                        inner = walk(part) if part is not None else ()
                        yield from ((place, each) for each in inner if isinstance(each, Attribute))


def labels_asked(definition: Definition) -> Iterator[tuple[str, Label, Text | None]]:
    """Every ``label(…)`` with the field of its rule and each text it is compared with; None where with none."""
    for place, rule in rules_of(definition):
        for node in walk(rule):
            match node:
                case Label():
                    yield place, node, None
                case Compare(left, _, right):
                    yield from _beside(place, left, right)
                    yield from _beside(place, right, left)
                case In(value, options):
                    for option in options:
                        yield from _beside(place, value, option)


def _beside(place: str, value: Value, other: Value) -> Iterator[tuple[str, Label, Text | None]]:
    label = value.of if isinstance(value, Previous) else value
    if isinstance(label, Label) and isinstance(other, Text):
        yield place, label, other
