"""One SQL statement that answers for many segments at once.

Asked rows come in, one row each comes out: who, as of when, one character a segment, and the alarm.
Measures are shared by all segments; a segment that others read becomes a column of its own first.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from plugin.db.outputs import Says
from plugin.domain.ids import SegmentId
from plugin.engine.clock import Clock, DayFlip, ExactFlip, Flip, PeriodFlip
from plugin.engine.conditions import compiled
from plugin.engine.errors import EngineError
from plugin.engine.labels import NEXT_FACT
from plugin.engine.limits import Limit
from plugin.engine.needs import Known, Needs
from plugin.engine.past import Past
from plugin.engine.people import Answered, PeoplePlace
from plugin.rules.tree import Rule

Key = SegmentId | str

OUT, UNDECIDED, FIRST = "0", "-", 48
"""Characters of an answer: not in, not decidable, and chr(48 + k) for the k-th case (a plain rule's: 1)."""


@dataclass(frozen=True)
class Unit:
    """A question with one answer: the number of the first case that holds, 0 for none."""

    key: Key
    name: str | None
    """Folded, where other segments may ask for it."""
    cases: tuple[Rule, ...]
    """In the core language (plugin/rules/meaning.py)."""
    tiers: bool
    default: bool
    """Whether there is a label for those in no case."""
    writes: Mapping[str, frozenset[int]]
    """Folded tag → the cases that write it."""
    reads: frozenset[str]
    """Folded names of the segments it asks for, itself or through their tags."""
    title: str
    labels: tuple[str, ...] = ()
    """Of tiers, the default last."""
    says: Mapping[str, Says] = field(default_factory=dict)
    """Of the attributes that stand for it, by their folded names."""


@dataclass(frozen=True)
class Replayed:
    """A followed segment: the asked relation brings its past along, of a two-sided one its state, too: character
    ``position`` of ``prior``."""

    name: str
    position: int
    writes: frozenset[str]
    labels: tuple[str, ...] = ()
    """Of tiers."""
    two_sided: bool = True
    says: Mapping[str, Says] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """Compiled: what follows the asked relation, its values, and whose answers come out in which order."""

    text: str
    everyone: str
    """The same for everyone as of one moment."""
    parameters: Mapping[str, object]
    keys: tuple[Key, ...]
    measures: int
    reads_own_tags: bool
    flips: tuple[Flip, ...]
    """How the thresholds of its rules move."""
    limits: tuple[Limit, ...] = ()
    """What its rules must know of the whole store."""


@dataclass(frozen=True)
class Surroundings:
    """What a statement must know of the store."""

    timezone: str
    known: Known
    replayed: Sequence[Replayed]
    pinned: frozenset[SegmentId] = frozenset()
    """Segments in which somebody was ever pinned."""

    @property
    def answered(self) -> dict[str, Answered]:
        """What the asked relation says of two-sided segments, by their names."""
        return {each.name: _replayed(each) for each in self.replayed if each.two_sided}

    @property
    def pasts(self) -> dict[str, Past]:
        """What it says of the past, by names."""
        return {each.name: Past(each.position, each.labels) for each in self.replayed}


def compile_statement(units: Sequence[Unit], wanted: Iterable[Key], around: Surroundings) -> Statement:
    """The statement that answers the wanted units; ``units`` come after all they read.

    Raises EngineError naming the segment that cannot be compiled.
    """
    keys = tuple(wanted)
    needed = _closure(units, keys)
    answered = around.answered
    needs = Needs(around.timezone, around.known)
    place = PeoplePlace(needs, answered)
    levels, answers = _answers(needed, place, answered, around)
    states = " || ".join(answers[key] for key in keys) or "''"
    return _statement(needs, levels, states, keys)


def compile_values(
    units: Sequence[Unit], wanted: Iterable[Key], around: Surroundings, told: Callable[[PeoplePlace], str]
) -> Statement:
    """The statement whose rows bring a text instead of answers: what ``told`` makes of the values it asks of
    the place. ``wanted``: the units that stand for what it asks, so that what they read is there."""
    needed = _closure(units, tuple(wanted))
    answered = around.answered
    needs = Needs(around.timezone, around.known)
    place = PeoplePlace(needs, answered)
    levels, _ = _answers(needed, place, answered, around)
    return _statement(needs, levels, told(place), ())


def _answers(
    needed: Sequence[Unit], place: PeoplePlace, answered: dict[str, Answered], around: Surroundings
) -> tuple[list[str], dict[Key, str]]:
    """The columns of those that others read, and the character of each; ``answered`` grows with them."""
    read = frozenset().union(*(unit.reads for unit in needed))
    levels: list[str] = []
    answers: dict[Key, str] = {}
    for number, unit in enumerate(needed):
        value = _value(unit, place)
        if not isinstance(unit.key, str) and unit.key in around.pinned:
            value = place.pinned(unit.key, value, unit.labels)
        if unit.name in read:
            column = f"s{number}"
            levels.append(f"{value} AS {column}")
            answered[unit.name] = _answered(unit, column, around.pasts.get(unit.name), place)
            value = column
        answers[unit.key] = _character(unit, value)
    return levels, answers


def _statement(needs: Needs, levels: Sequence[str], states: str, keys: tuple[Key, ...]) -> Statement:
    text, everyone = (assembled(needs, levels, states, all_of_them) for all_of_them in (False, True))
    values, flips = needs.parameters.values(), tuple(needs.leaving)
    limits = tuple(needs.limits.values())
    return Statement(text, everyone, values, keys, needs.measures, needs.reads_own_tags, flips, limits)


def _closure(units: Sequence[Unit], keys: Sequence[Key]) -> list[Unit]:
    wanted, names = set(keys), set[str]()
    chosen = []
    for unit in reversed(units):
        if unit.key in wanted or unit.name in names:
            names |= unit.reads
            chosen.append(unit)
    return chosen[::-1]


def _value(unit: Unit, place: PeoplePlace) -> str:
    try:
        cases = [compiled(case, place) for case in unit.cases]
    except (TypeError, KeyError, ValueError) as error:
        raise EngineError(f"‘{unit.title}’ cannot be evaluated: {error}", _id(unit), unit.title) from error
    if not unit.tiers:
        return cases[0]
    first = " ".join(f"WHEN {sql} THEN {k} WHEN {sql} IS NULL THEN NULL" for k, sql in enumerate(cases, 1))
    return f"(CASE {first} ELSE {len(cases) + 1 if unit.default else 0} END)"


def _id(unit: Unit) -> SegmentId | None:
    return None if isinstance(unit.key, str) else unit.key


def _answered(unit: Unit, column: str, past: Past | None, place: PeoplePlace) -> Answered:
    decided = f"({column} IS NOT NULL)"
    if not unit.tiers:
        return Answered(column, dict.fromkeys(unit.writes, column), None, decided, past, unit.says)
    chosen = {tag: f"({column} IN ({', '.join(str(k) for k in sorted(ks))}))" for tag, ks in unit.writes.items()}
    label = f"({place.parameters.add(list(unit.labels), 'text[]')})[{column}]"
    return Answered(f"({column} > 0)", chosen, label, decided, past, unit.says)


def _replayed(segment: Replayed) -> Answered:
    character = f"substr(prior, {segment.position + 1}, 1)"
    member = f"(CASE {character} WHEN '1' THEN true WHEN '0' THEN false END)"
    past = Past(segment.position, segment.labels)
    known = f"({member} IS NOT NULL)"
    return Answered(member, dict.fromkeys(segment.writes, member), None, known, past, segment.says)


def _character(unit: Unit, value: str) -> str:
    if unit.tiers:
        return f"coalesce(chr({FIRST} + {value}), '{UNDECIDED}')"
    return f"CASE {value} WHEN true THEN '1' WHEN false THEN '{OUT}' ELSE '{UNDECIDED}' END"


def assembled(needs: Needs, levels: Sequence[str], states: str, everyone: bool = False) -> str:
    """The whole statement after the asked relation; ``states`` is the text that comes out for each row."""
    clock = needs.clock
    day, exact = _alarms(needs)  # First: it may need more thresholds.
    before, inner = joined(needs, everyone)
    for level in levels:
        inner = f"SELECT v.*, {level}\nFROM ({inner}) v OFFSET 0"
    return f"""{before}
SELECT v.n, v.customer_id, v.as_of, CASE WHEN v.created_at > v.as_of THEN NULL ELSE v.states END,
  CASE WHEN v.created_at > v.as_of THEN nullif(v.created_at, {NEVER}) ELSE least(
    CASE WHEN v.due_day IS NOT NULL THEN greatest({clock.midnight("v.due_day")}, v.tomorrow) END, v.due_exact,
    CASE WHEN v.latest_fact_at > v.as_of THEN {NEXT_FACT} END) END
FROM (SELECT n, customer_id, as_of, created_at, latest_fact_at, tomorrow,
  {states} AS states,
  {day} AS due_day,
  {exact} AS due_exact
FROM ({inner}) v OFFSET 0) v
ORDER BY v.n"""


NEVER = "'9999-12-31T00:00:00+00'::timestamptz"
CREATED = f"CASE WHEN c.merged_into IS NULL THEN c.created_at ELSE {NEVER} END"
"""Of two records that are one person's, one is in nothing, ever."""


def people(clock: Clock, remembers: bool = False) -> str:
    """The asked rows of customers we have, with the thresholds of their moment."""
    past = ", a.past" if remembers else ""
    thresholds = "".join(f", m.{name}" for name in clock.columns)
    return f""", moments AS MATERIALIZED ({clock.relation("asked")}),
people AS NOT MATERIALIZED (
  SELECT a.n, a.customer_id, a.as_of, a.prior{past}, {CREATED} AS created_at, c.latest_fact_at, c.unknown,
    m.tomorrow{thresholds}
  FROM asked a JOIN customers c ON c.store_id = %(store)s AND c.id = a.customer_id JOIN moments m ON m.as_of = a.as_of)"""


def joined(needs: Needs, everyone: bool = False, remembers: bool = False) -> tuple[str, str]:
    """Everything up to the sources of these needs, and the query that has all of them beside each asked row."""
    before, people_of = asked(needs, everyone, remembers or needs.remembers)
    prefix = needs.level or ""
    sources = "".join(
        f",\n{source}{prefix}_rows AS ({rows.relation(needs.clock.columns, everyone, people_of)})"
        for source, rows in needs.sources.items()
    )
    joins = "".join(f" LEFT JOIN {source}{prefix}_rows ON {source}{prefix}_rows.n = p.n" for source in needs.sources)
    known = needs.before.read if needs.before else frozenset()
    facts = "".join(f",\n  {sql} AS {name}" for name, sql in needs.facts.items() if name not in known)
    measures = "".join(f", {name}" for rows in needs.sources.values() for name in rows.measures)
    found = f"SELECT p.*{measures}{facts}\nFROM {people_of} p{joins}"
    made = "".join(f",\n  {sql} AS {name}" for name, sql in needs.made.items() if name not in known)
    return before + sources, f"SELECT v.*{made}\nFROM ({found} OFFSET 0) v OFFSET 0" if made else found


def asked(needs: Needs, everyone: bool = False, remembers: bool = False) -> tuple[str, str]:
    """The asked customers with all that rows are compared with, and the name of that relation."""
    if needs.before is None:
        return people(needs.clock, remembers), "people"
    before, inner = joined(needs.before, everyone, remembers)
    values = "".join(f", {sql} AS {name}" for sql, name in needs.before.values.items())
    name = f"people{needs.before.level}"
    return f"{before},\n{name} AS MATERIALIZED (SELECT v.*{values}\nFROM ({inner}) v)", name


def _alarms(needs: Needs) -> tuple[str, str]:
    """The first local day, and the first other moment, at which time alone can change an answer."""
    days, exact = [f"({sql})" for sql in needs.days], [f"({sql})" for sql in needs.moments]
    for flip, facts in needs.leaving.items():
        first = _least(list(facts), "timestamptz")
        match flip:
            case DayFlip() | PeriodFlip():
                days.append(needs.clock.leaves_on(flip, first))
            case ExactFlip():
                exact.append(needs.clock.leaves_at(flip, first))
    return _least(days, "date"), _least(exact, "timestamptz")


def _least(parts: list[str], kind: str) -> str:
    if not parts:
        return f"NULL::{kind}"
    return f"least({', '.join(parts)})" if len(parts) > 1 else parts[0]
