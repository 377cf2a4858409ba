"""All segments of a store as one plan. Compiling is pure: no database, no clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from plugin.db.outputs import Says
from plugin.domain.ids import SegmentId, StoreId
from plugin.domain.text import fold
from plugin.engine.errors import EngineError
from plugin.engine.moments import graces_query, moments_query
from plugin.engine.needs import Known
from plugin.engine.statement import Key, Replayed, Statement, Surroundings, Unit, compile_statement
from plugin.rules import graph
from plugin.rules.fields import Facts
from plugin.rules.meaning import core
from plugin.rules.problems import RuleError
from plugin.rules.references import references
from plugin.rules.segment import Definition, OneRule, Tiers, TwoSided, rules_of
from plugin.rules.tree import Duration, Rule, TagDate
from plugin.rules.tree import Unit as Length
from plugin.rules.walk import walk

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
    sources: frozenset[Facts] | None = None
    """The kinds of facts it has a source for; None: all of them."""
    definitions: Mapping[str, str] = field(default_factory=dict)
    """Metafields and attributes of its own: the type in which each is kept."""
    pinned: frozenset[SegmentId] = frozenset()
    """Segments in which somebody was ever pinned."""
    on_demand: frozenset[Facts] = frozenset()
    """What its platform is asked for only since a rule needs it."""
    read_since: Mapping[str, datetime] = field(default_factory=dict)
    """Of that, by name (plugin/rules/optional.py): since when all of it is read."""
    amounts_unsure: bool = False
    """Whether it ever had an order whose amounts are unknown."""


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
    says: Mapping[str, Says] = field(default_factory=dict)
    """The attributes that stand for it, by their folded names (``attributes.vip``), and what each says."""

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
    """A segment to follow: the statement that answers at any moment (two-sided: join and stay), and its grace."""

    segment: SegmentRule
    position: int
    statement: Statement
    moments: str
    """The query for every moment at which its answers may change (plugin/engine/moments.py)."""
    parameters: Mapping[str, object]
    graces: tuple[str, Mapping[str, object]]
    """The query for when a grace ends that begins at given moments, and its values."""
    pinned: bool
    """Whether pins are followed here: of a plain segment its statement knows them."""

    @property
    def two_sided(self) -> bool:
        """Whether its answer depends on the path."""
        return _two_sided(self.segment)


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
    """What they know of the store and of its followed segments."""
    remembers: bool = False
    """Whether any rule asks what was before."""
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
        lowest = min((segment.id for segment in self.everything if segment.id < 0), default=0)  # It may ask already.
        questions = tuple(
            SegmentRule(SegmentId(number), f"\0{number}", OneRule(rule))
            for number, rule in zip(range(lowest - 1, lowest - 1 - len(rules), -1), rules, strict=True)
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
    named = [graph.Named(rule.name, rule.definition, rule.tags, frozenset(rule.says)) for rule in rules]
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
    units = [_unit(segment, reads[segment.id]) for segment in needed if not _two_sided(segment)]
    asked = frozenset().union(*(_histories(segment, needed) for segment in needed))
    followed = [segment for segment in needed if _two_sided(segment) or fold(segment.name) in asked]
    around = Surroundings(
        store.timezone,
        Known(
            store.orders_known_from, store.labels_known_from, store.on_demand, store.read_since, store.amounts_unsure
        ),
        [_replayed(segment, position) for position, segment in enumerate(followed)],
        store.pinned,
    )
    replays = tuple(_replay(segment, place, units, reads, around) for place, segment in enumerate(followed))
    answers = [unit.key for unit in units if unit.key in wanted]
    statements = tuple(_packed(units, answers, around))
    answered = tuple(s for s in needed if s.id in wanted)
    return Plan(store, answered, statements, replays, ordered, tuple(units), around, bool(asked))


def _histories(segment: SegmentRule, others: Sequence[SegmentRule]) -> frozenset[str]:
    """The folded names of the segments whose past it asks about: by name, by the date of a tag they write, or by an
    attribute that says since when."""
    dated = {
        fold(node.tag) for _, rule in rules_of(segment.definition) for node in walk(rule) if isinstance(node, TagDate)
    }
    found = references(segment.definition)
    asked = {fold(name) for name in found.attributes}
    writing = frozenset(
        fold(other.name)
        for other in others
        if other.tags & dated or any(says is Says.SINCE and name in asked for name, says in other.says.items())
    )
    return found.history | writing


def _replayed(segment: SegmentRule, position: int) -> Replayed:
    labels = segment.labels if isinstance(segment.definition, Tiers) else ()
    return Replayed(fold(segment.name), position, segment.tags, labels, _two_sided(segment), segment.says)


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
    """The folded names of the segments it asks for, by name or through a tag or an attribute."""
    found = references(segment.definition)
    through_tags = {fold(other.name) for other in ordered if other.tags and (found.any_tag or other.tags & found.tags)}
    asked = {fold(name) for name in found.attributes}
    through_attributes = {fold(other.name) for other in ordered if asked & other.says.keys()}
    return frozenset(found.segments) | through_tags | through_attributes


def _unit(segment: SegmentRule, reads: frozenset[str]) -> Unit:
    cases: tuple[Rule, ...]
    match segment.definition:
        case OneRule(rule):
            cases, tiers, default = (core(rule),), False, False
        case Tiers(listed, other):
            cases, tiers, default = tuple(core(case.rule) for case in listed), True, other is not None
        case TwoSided():
            raise TypeError("a two-sided segment has two questions")
    return Unit(
        segment.id,
        fold(segment.name),
        cases,
        tiers,
        default,
        _writes(segment),
        reads,
        segment.name,
        segment.labels,
        segment.says,
    )


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
    position: int,
    units: Sequence[Unit],
    reads: Mapping[SegmentId, frozenset[str]],
    around: Surroundings,
) -> Replay:
    definition = segment.definition
    grace = Duration(0, Length.DAY)
    if isinstance(definition, TwoSided):
        grace = definition.grace
        sides = {"join": definition.join, "stay": definition.stay}
        questions = [_question(segment, key, rule, reads[segment.id]) for key, rule in sides.items()]
        statement = compile_statement([*units, *questions], ("join", "stay"), around)
    else:
        statement = compile_statement(units, (segment.id,), around)
    keys = [limit.key for limit in statement.limits]
    moments, parameters = moments_query(statement.flips, grace, around, keys)
    pinned = segment.id in around.pinned and isinstance(definition, TwoSided)
    return Replay(segment, position, statement, moments, parameters, graces_query(grace, around), pinned)


def _question(segment: SegmentRule, key: str, rule: Rule, reads: frozenset[str]) -> Unit:
    return Unit(key, None, (core(rule),), False, False, {}, reads, segment.name)
