"""All segments of a store as one plan. Compiling is pure: no database, no clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plugin.domain.ids import SegmentId, StoreId
from plugin.domain.text import fold
from plugin.engine.errors import EngineError
from plugin.engine.moments import moments_query
from plugin.engine.needs import Known
from plugin.engine.statement import Key, Replayed, Statement, Surroundings, Unit, compile_statement
from plugin.rules import graph
from plugin.rules.meaning import core
from plugin.rules.problems import RuleError
from plugin.rules.references import references
from plugin.rules.segment import Definition, OneRule, Tiers, TwoSided
from plugin.rules.tree import Rule

MEASURES = 400
"""The most one statement computes; PostgreSQL has room for 1,600 columns."""


@dataclass(frozen=True)
class StoreContext:
    """What a plan must know of its store. ``…_known_from`` None: history is whole."""

    id: StoreId
    timezone: str
    currency: str
    orders_known_from: datetime | None = None
    labels_known_from: datetime | None = None


@dataclass(frozen=True)
class SegmentRule:
    """A segment to decide. ``writes``: the folded tags it puts on its members.

    For tiers give a mapping from label to folded tag, so that each label answers for its own tag; of a
    plain set every label writes every tag.
    """

    id: SegmentId
    name: str
    definition: Definition
    writes: Collection[str] | Mapping[str, str] = frozenset()

    @property
    def tags(self) -> frozenset[str]:
        """Every tag it may write, folded."""
        listed = self.writes.values() if isinstance(self.writes, Mapping) else self.writes
        return frozenset(fold(tag) for tag in listed)

    @property
    def labels(self) -> tuple[str, ...]:
        """What its members are called: ``""`` unless it has tiers."""
        return self.definition.labels if isinstance(self.definition, Tiers) else ("",)


@dataclass(frozen=True)
class Replay:
    """A two-sided segment: the statement that answers (join, stay) at any moment, and its grace."""

    segment: SegmentRule
    position: int
    statement: Statement
    moments: str
    """The query for every moment at which its answers may change (plugin/engine/moments.py)."""
    parameters: Mapping[str, object]


@dataclass(frozen=True)
class Plan:
    """Compiled segments. ``segments`` come after all they read; outcomes come in their order."""

    store: StoreContext
    segments: tuple[SegmentRule, ...]
    statements: tuple[Statement, ...]
    replays: tuple[Replay, ...]
    everything: tuple[SegmentRule, ...] = field(default=(), repr=False)
    """Also what is only read."""
    units: tuple[Unit, ...] = field(default=(), compare=False, repr=False)
    """What the statements were made of; each comes after all it reads."""
    around: Surroundings = field(default=Surroundings("UTC", Known(None, None), ()), compare=False, repr=False)
    """What they know of the store and of its two-sided segments."""
    narrowed: dict[frozenset[SegmentId], "Plan"] = field(default_factory=dict, compare=False, repr=False)

    def only(self, ids: Iterable[SegmentId]) -> "Plan":
        """The plan of these segments and of what they read; only these have outcomes."""
        wanted = frozenset(ids)
        if wanted >= {segment.id for segment in self.segments}:
            return self
        if wanted not in self.narrowed:
            self.narrowed[wanted] = _plan(self.everything, self.store, wanted)
        return self.narrowed[wanted]

    def asking(self, rules: Sequence[Rule]) -> "Plan":
        """A plan whose outcomes answer these rules, which may speak of this plan's segments."""
        questions = tuple(
            SegmentRule(SegmentId(-1 - number), f"\0{number}", OneRule(rule)) for number, rule in enumerate(rules)
        )
        return _plan((*self.everything, *questions), self.store, frozenset(q.id for q in questions))

    def segment(self, segment_id: SegmentId) -> SegmentRule:
        """The segment of that id; raises EngineError."""
        for segment in self.segments:
            if segment.id == segment_id:
                return segment
        raise EngineError("this plan has no such segment", segment_id)


def compile_plan(rules: Sequence[SegmentRule], store: StoreContext) -> Plan:
    """The plan of these segments.

    Raises EngineError, naming the segment, for one that cannot be evaluated, for a reference to a
    segment that is not among them, and for circles.
    """
    named = [graph.Named(rule.name, rule.definition, rule.tags) for rule in rules]
    try:
        names = graph.order(named)
    except RuleError as error:
        raise EngineError(str(error)) from error
    by_name = {rule.name: rule for rule in rules}
    ordered = tuple(by_name[name] for name in names)
    return _plan(ordered, store, frozenset(rule.id for rule in rules))


def _plan(ordered: tuple[SegmentRule, ...], store: StoreContext, wanted: frozenset[SegmentId]) -> Plan:
    """``ordered`` may hold more segments than are wanted: only what those read is compiled."""
    reads = {segment.id: _reads(segment, ordered) for segment in ordered}
    names, needed = set[str](), []
    for segment in reversed(ordered):
        if segment.id in wanted or fold(segment.name) in names:
            names |= reads[segment.id]
            needed.append(segment)
    needed.reverse()
    units = [_unit(segment, reads[segment.id]) for segment in needed if not isinstance(segment.definition, TwoSided)]
    replayed = [
        Replayed(fold(segment.name), position, segment.tags)
        for position, segment in enumerate(s for s in needed if isinstance(s.definition, TwoSided))
    ]
    around = Surroundings(store.timezone, Known(store.orders_known_from, store.labels_known_from), replayed)
    replays = tuple(_replay(segment, needed, units, reads, around) for segment in needed if _two_sided(segment))
    answers = [unit.key for unit in units if unit.key in wanted]
    statements = tuple(_packed(units, answers, around))
    answered = tuple(s for s in needed if s.id in wanted)
    return Plan(store, answered, statements, replays, ordered, tuple(units), around)


def _two_sided(segment: SegmentRule) -> bool:
    return isinstance(segment.definition, TwoSided)


def _packed(units: Sequence[Unit], answers: Sequence[Key], around: Surroundings) -> Iterable[Statement]:
    """As few statements as hold all answers, none with too many measures."""
    statement = compile_statement(units, answers, around)
    if statement.measures <= MEASURES or len(answers) == 1:
        yield statement
        return
    middle = len(answers) // 2
    yield from _packed(units, answers[:middle], around)
    yield from _packed(units, answers[middle:], around)


def _reads(segment: SegmentRule, ordered: Sequence[SegmentRule]) -> frozenset[str]:
    """The folded names of the segments it asks for, by name or through a tag."""
    found = references(segment.definition)
    through_tags = {fold(other.name) for other in ordered if other.tags and (found.any_tag or other.tags & found.tags)}
    return frozenset(found.segments) | through_tags


def _unit(segment: SegmentRule, reads: frozenset[str]) -> Unit:
    cases: tuple[Rule, ...]
    match segment.definition:
        case OneRule(rule):
            cases, tiers, default = (core(rule),), False, False
        case Tiers(listed, other):
            cases, tiers, default = tuple(core(case.rule) for case in listed), True, other is not None
        case TwoSided():
            raise TypeError("a two-sided segment has two questions")
    return Unit(segment.id, fold(segment.name), cases, tiers, default, _writes(segment), reads, segment.name)


def _writes(segment: SegmentRule) -> dict[str, frozenset[int]]:
    cases: dict[str, set[int]] = {}
    for number, label in enumerate(segment.labels, 1):
        tags = [segment.writes.get(label)] if isinstance(segment.writes, Mapping) else segment.writes
        for tag in tags:
            if tag is not None:
                cases.setdefault(fold(tag), set()).add(number)
    return {tag: frozenset(numbers) for tag, numbers in cases.items()}


def _replay(
    segment: SegmentRule,
    needed: Sequence[SegmentRule],
    units: Sequence[Unit],
    reads: Mapping[SegmentId, frozenset[str]],
    around: Surroundings,
) -> Replay:
    definition = segment.definition
    assert isinstance(definition, TwoSided)
    position = [s.id for s in needed if _two_sided(s)].index(segment.id)

    def question(key: str, rule: Rule) -> Unit:
        return Unit(key, None, (core(rule),), False, False, {}, reads[segment.id], segment.name)

    questions = [question("join", definition.join), question("stay", definition.stay)]
    statement = compile_statement([*units, *questions], ("join", "stay"), around)
    keys = [limit.key for limit in statement.limits]
    moments, parameters = moments_query(statement.flips, definition.grace, around, keys)
    return Replay(segment, position, statement, moments, parameters)
