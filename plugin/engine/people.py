"""Questions about the customer: what a name, an aggregate or a segment is in SQL, and the alarms.

Columns of one asked row: ``as_of``, ``created_at``, the thresholds of the clock, the measures of the
sources, and what ``facts`` names (read once a row).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plugin.db.outputs import Says
from plugin.domain.ids import SegmentId
from plugin.domain.text import fold
from plugin.engine import held
from plugin.engine.aggregates import Aggregated
from plugin.engine.attributes import Attributes
from plugin.engine.clock import Edge
from plugin.engine.conditions import calculated, derived
from plugin.engine.dates import young
from plugin.engine.needs import Needs
from plugin.engine.operands import DayValue, Instant, Operand, Textual
from plugin.engine.past import Past
from plugin.engine.relative import Relative
from plugin.engine.said import said
from plugin.engine.tags import Tags
from plugin.rules.tree import (
    Aggregate,
    Anniversary,
    Arithmetic,
    Attribute,
    Banded,
    Changed,
    Contains,
    DaysSince,
    Distance,
    InSegment,
    Label,
    Passage,
    Previous,
    Ranked,
    Rfm,
    SegmentDate,
    StoreAverage,
    TagDate,
    Value,
)

TAGS = Attribute("customer_tags")


@dataclass(frozen=True, slots=True)
class Answered:
    """How a segment's answer is read by others: SQL for *in it* and for *with that label*."""

    member: str
    writes: Mapping[str, str]
    """Folded tag → SQL for *the segment writes it*."""
    label: str | None = None
    """SQL for the label; None: it has no tiers."""
    known: str | None = None
    """SQL for: the answer is decided."""
    past: Past | None = None
    """What the asked relation brings along of the time before; None: nobody asks."""
    says: Mapping[str, Says] = field(default_factory=dict)
    """Of the attributes that stand for it, by their folded names."""

    @property
    def history(self) -> Past:
        """What was before; raises TypeError where nobody follows it."""
        if self.past is None:
            raise TypeError("the segment's history is not followed")
        return self.past


class PeoplePlace:
    """Outside any filter."""

    def __init__(self, needs: Needs, segments: Mapping[str, Answered], undecided: frozenset[str] = frozenset()) -> None:
        """``undecided``: tags and attributes of segments that are answered too late to be asked for here."""
        self.parameters = needs.parameters
        self.clock = needs.clock
        self._needs = needs
        self._segments = segments
        self._undecided = undecided
        self._attributes = Attributes(needs)
        self._tags = Tags(needs)

    def inside(self, needs: Needs) -> "PeoplePlace":
        """The same place before any row is looked at: of segments only what was before is there yet."""
        there = {name: each for name, each in self._segments.items() if each.past is not None}
        tags = {tag for name, each in self._segments.items() if name not in there for tag in each.writes}
        told = {attribute for each in self._segments.values() for attribute in each.says}
        return PeoplePlace(needs, there, self._undecided | tags | told)

    # --- values -------------------------------------------------------------------------------

    def operand(self, value: Value) -> Operand:
        match value:
            case Attribute("customer_added_date"):
                return Instant("created_at", known=self._needs.told("customer_added_date"))
            case Banded() | StoreAverage() | Rfm():
                return Relative(self._needs, self).operand(value)
            case Attribute("customer_tags"):
                self._refuse(self._undecided)
                return self._tags.listed(self._writers())
            case Attribute():
                return self._written(value) or self._attributes.operand(value)
            case Aggregate():
                return Aggregated(value, self._needs, self).operand()
            case Arithmetic():
                return calculated(value, self)
            case DaysSince() | Anniversary():
                return derived(value, self)
            case Distance():
                return self._attributes.distance(value)
        return self._from_before(value)

    def _from_before(self, value: Value) -> Operand:
        """What was before, and what became of it."""
        match value:
            case Previous(Label(name)):
                return self._segment(name).history.previous(self._needs)
            case Changed(Label(name)):
                return self._segment(name).history.changed(self._needs)
            case Previous(Attribute()):
                return self._attributes.previous(value)
            case Changed(Attribute()):
                return self._attributes.changed(value)
            case SegmentDate(passage, name):
                history = self._segment(name).history
                return history.entered(self._needs) if passage is Passage.ENTERED else history.left(self._needs)
            case Label(name):
                segment = self._segment(name)
                if segment.label is None:
                    raise TypeError(f"‘{name}’ has no labels")
                return Textual(segment.label, known=segment.known)
            case TagDate(tag):
                return self._tag_date(fold(tag))
        raise TypeError(f"no value of a customer: {value!r}")

    def crosses(self, fact: Instant | DayValue, edge: Edge) -> None:
        if edge.flip is not None:
            self._needs.leaves(edge.flip, f"CASE WHEN {young(fact.sql, edge)} THEN {fact.sql} END")

    def changes_on(self, day: str) -> None:
        self._needs.days[day] = None

    def changes_at(self, moment: str) -> None:
        self._needs.moments[moment] = None

    def pinned(self, segment_id: SegmentId, answer: str, labels: Sequence[str]) -> str:
        """The answer of a segment (of tiers: a number), unless a pin is in force."""
        boundary = self._needs.fact(held.next_boundary(segment_id), "unpinned")
        self._needs.moments[boundary] = None
        tiers = labels != ("",)
        number = self._needs.fact(
            held.held(segment_id, [self.parameters.text(each) for each in labels if tiers]), "pin"
        )
        return f"(CASE WHEN {number} IS NULL THEN {answer} ELSE {number if tiers else f'{number} = 1'} END)"

    # --- lists, segments ----------------------------------------------------------------------

    def contains(self, rule: Contains) -> str | None:
        if rule.value != TAGS:
            return None
        tag = fold(rule.text.value)
        self._refuse(self._undecided & {tag})
        return self._tags.has(tag, [s.writes[tag] for s in self._segments.values() if tag in s.writes])

    def empty(self, value: Value) -> str | None:
        if value == TAGS:
            self._refuse(self._undecided)
            return self._tags.empty([sql for segment in self._segments.values() for sql in segment.writes.values()])
        return None

    def in_segment(self, rule: InSegment) -> str:
        return self._segment(rule.name).member

    def _written(self, value: Attribute) -> Operand | None:
        """Of an attribute that stands for a segment of ours: what the segment wants it to say, not what came back."""
        name = fold(value.name)
        self._refuse(self._undecided & {name})
        segment = next((each for each in self._segments.values() if name in each.says), None)
        if segment is None:
            return None
        since = _came(segment, self._needs) if segment.says[name] is Says.SINCE else None
        return said(value, segment.member, segment.label, since, self.clock)

    def ranked(self, rule: Ranked) -> str:
        return Relative(self._needs, self).ranked(rule)

    def _segment(self, name: str) -> Answered:
        return self._segments[fold(name)]

    def _refuse(self, tags: frozenset[str]) -> None:
        """A filter is answered before the segments are: it cannot ask for what they write."""
        if tags:
            named = ", ".join(f"‘{tag}’" for tag in sorted(tags))
            raise TypeError(f"a filter cannot ask for {named}: a segment writes it; ask outside the filter")

    def _writers(self) -> dict[str, list[str]]:
        """Folded tag → SQL for each segment that writes it."""
        found: dict[str, list[str]] = {}
        for segment in self._segments.values():
            for tag, sql in segment.writes.items():
                found.setdefault(tag, []).append(sql)
        return found

    def _tag_date(self, tag: str) -> Instant:
        """Of a tag that a segment of ours writes: when the customer came to it."""
        self._refuse(self._undecided & {tag})
        writing = [segment for segment in self._segments.values() if tag in segment.writes]
        came = [(s.writes[tag], _came(s, self._needs)) for s in writing]
        return self._tags.date(tag, came)


def _came(segment: Answered, needs: Needs) -> Instant:
    return segment.history.entered(needs) if segment.label is None else segment.history.changed(needs)
