"""In which order segments are decided: each after all it reads. Circles are refused with their path."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plugin.domain.text import fold
from plugin.rules.literals import print_literal
from plugin.rules.problems import Problem, RuleError, nearest
from plugin.rules.references import echoes, labels_asked, references
from plugin.rules.segment import Definition, Tiers
from plugin.rules.tree import Text


@dataclass(frozen=True, slots=True)
class Named:
    """A segment by its name, what it asks, and the tags it writes on its members."""

    name: str
    definition: Definition
    writes: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    """Folded names of the attributes it writes: ``attributes.vip``."""


@dataclass(frozen=True, slots=True)
class Edge:
    """``reader`` can only be decided after ``read``. Both folded."""

    reader: str
    read: str
    through: str | None = None
    """What it reads by, in words: the tag, the attribute; None: by name."""


def order(segments: Iterable[Named]) -> tuple[str, ...]:
    """The names, each after every segment it reads; otherwise in the given order.

    Raises RuleError for a name that no segment has, for two segments of one name, and for a circle,
    with its path.
    """
    listed = tuple(segments)
    names = _by_folded_name(listed)
    below = {fold(segment.name): _edges(segment, listed, names) for segment in listed}
    unknown = [problem for segment in listed for problem in _unknown(segment, names)]
    if unknown:
        raise RuleError(unknown)
    done: dict[str, None] = {}
    for name in names:
        _place(name, below, done, names)
    return tuple(names[name] for name in done)


def fits(mine: Named, others: Iterable[Named]) -> None:
    """The segment may stand beside the others: what it reads is there, in no circle, with the labels it asks for, and
    of attributes that they write no more than what they say now.

    Raises RuleError otherwise.
    """
    every = (*others, mine)
    order(every)
    asked_in_vain = (*mislabelled(mine, every), *echoed(mine, every))
    if asked_in_vain:
        raise RuleError(asked_in_vain)


def readers(name: str, segments: Iterable[Named]) -> tuple[str, ...]:
    """The names of the segments that directly read this one: who stands in the way of its deletion."""
    listed = tuple(segments)
    names = {fold(segment.name): segment.name for segment in listed}
    wanted = fold(name)
    return tuple(
        segment.name
        for segment in listed
        if fold(segment.name) != wanted and any(edge.read == wanted for edge in _edges(segment, listed, names))
    )


def asking(attribute: str, segments: Iterable[Named]) -> frozenset[str]:
    """The folded names of those whose answer hangs on this attribute: they ask about it, or about one that does."""
    listed = tuple(segments)
    names = _by_folded_name(listed)
    found = {fold(each.name) for each in listed if attribute in references(each.definition).attributes}
    edges = [edge for each in listed for edge in _edges(each, listed, names)]
    while more := {edge.reader for edge in edges if edge.read in found} - found:
        found |= more
    return frozenset(found)


def mislabelled(segment: Named, segments: Iterable[Named]) -> tuple[Problem, ...]:
    """What the segment asks of labels that there can't be: of a segment without labels, of a label it never gives."""
    known = {fold(other.name): other for other in segments}
    found: list[Problem] = []
    for field, label, text in labels_asked(segment.definition):
        tiers = known[fold(label.name)].definition if fold(label.name) in known else None
        if tiers is None:
            continue  # ``order`` refuses it.
        if not isinstance(tiers, Tiers):
            message = f"‘{label.name}’ gives no labels: only tiers do."
            found.append(Problem(message, label.span, (f"IN SEGMENT '{label.name}'",), field=field))
        elif text is not None and text.value not in tiers.labels:
            quoted = {each.lower(): print_literal(Text(each)) for each in tiers.labels}
            close = nearest(text.value, quoted)
            message = f"‘{label.name}’ never gives the label {print_literal(text)}."
            cure = quoted[close] if close else None
            found.append(Problem(message, text.span, tuple(quoted.values()), cure, field))
    return tuple(found)


def echoed(segment: Named, segments: Iterable[Named]) -> tuple[Problem, ...]:
    """What the segment asks of attributes that segments write beyond what these want now: what was before, when it
    changed, and anything in a filter, which is looked at before the segments are."""
    writers = {name: other.name for other in segments for name in other.attributes}
    found: list[Problem] = []
    for field, node in echoes(segment.definition):
        if fold(node.name) in writers:
            writer = print_literal(Text(writers[fold(node.name)]))
            message = f"`{node.name}` says who is in {writer}: a rule can ask what it says now, outside of any filter."
            asked = (f"IN SEGMENT {writer}", f"entered({writer})", f"left({writer})")
            found.append(Problem(message, node.span, asked, field=field))
    return tuple(found)


def _by_folded_name(segments: tuple[Named, ...]) -> dict[str, str]:
    names: dict[str, str] = {}
    for segment in segments:
        if fold(segment.name) in names:
            raise RuleError([Problem(f"Two segments are called ‘{segment.name}’.", field="name")])
        names[fold(segment.name)] = segment.name
    return names


def _edges(segment: Named, listed: tuple[Named, ...], names: dict[str, str]) -> tuple[Edge, ...]:
    found = references(segment.definition)
    reader = fold(segment.name)
    edges = [Edge(reader, read) for read in found.segments if read in names]
    for other in listed:
        for tag in sorted(other.writes):
            if found.any_tag or fold(tag) in found.tags:
                edges.append(Edge(reader, fold(other.name), f"the tag ‘{tag}’"))
        for name in sorted(found.attributes):
            if fold(name) in other.attributes:
                edges.append(Edge(reader, fold(other.name), f"`{name}`"))
    return tuple(edges)


def _unknown(segment: Named, names: dict[str, str]) -> Iterator[Problem]:
    for folded, written in references(segment.definition).segments.items():
        if folded not in names:
            message = f"‘{segment.name}’ asks about a segment ‘{written}’, which does not exist."
            close = nearest(folded, names)
            yield Problem(message, None, tuple(names.values()), names[close] if close else None)


def _place(start: str, below: dict[str, tuple[Edge, ...]], done: dict[str, None], names: dict[str, str]) -> None:
    """Puts ``start`` into ``done``, after all it reads. Keeps its own stack: chains may be long."""
    path: list[tuple[str, Iterator[Edge]]] = [(start, iter(below[start]))]
    taken: list[Edge] = []
    if start in done:
        return
    while path:
        name, edges = path[-1]
        edge = next((edge for edge in edges if edge.read not in done), None)
        if edge is None:
            done[name] = None
            path.pop()
            if taken:
                taken.pop()
            continue
        standing = [on_path for on_path, _ in path]
        if edge.read in standing:
            raise RuleError([_circle([*taken[standing.index(edge.read) :], edge], names)])
        taken.append(edge)
        path.append((edge.read, iter(below[edge.read])))


def _circle(edges: list[Edge], names: dict[str, str]) -> Problem:
    """``‘a’ reads ‘b’, which reads ‘a’ through the tag ‘x’``."""
    steps = [f"‘{names[edges[0].reader]}’"]
    for edge in edges:
        through = f" through {edge.through}" if edge.through else ""
        steps.append(f"‘{names[edge.read]}’{through}")
    path = " reads ".join(steps[:2]) + "".join(f", which reads {step}" for step in steps[2:])
    return Problem(f"These segments wait for one another: {path}.", expected=("a rule without this circle",))
