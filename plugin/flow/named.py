"""named: segments as the graph of references sees them: what each asks, and what it writes that rules can ask about."""

from collections.abc import Sequence
from dataclasses import replace

from plugin.db import segments
from plugin.db.outputs import Says
from plugin.db.segments import Segment
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid
from plugin.domain.ids import SegmentId
from plugin.domain.text import fold
from plugin.rules import graph, schema
from plugin.rules.fields import OWN
from plugin.rules.graph import Named
from plugin.rules.problems import RuleError
from plugin.rules.references import references


def named(of: Sequence[Segment]) -> list[Named]:
    """These segments, with their tags and their attributes."""
    return [
        Named(
            segment.name,
            schema.load(segment.definition),
            frozenset(map(fold, segment.outputs.values())),
            attributes(segment),
        )
        for segment in of
    ]


def attributes(segment: Segment | None) -> frozenset[str]:
    """The store's attributes that stand for the segment, by the folded names rules know them by."""
    return frozenset(fold(OWN + name) for name in (segment.says if segment is not None else ()))


def check_attribute(tx: Transaction, segment_id: SegmentId, name: str) -> None:
    """The segment can have an attribute of this name beside what rules ask already; raises Invalid."""
    for every in (segments.newest(tx), segments.applied(tx)):
        told = [replace(each, says={**each.says, name: Says.YES}) if each.id == segment_id else each for each in every]
        seen = named(told)
        try:
            graph.order(seen)
            echoed = [problem for each in seen for problem in graph.echoed(each, seen)]
        except RuleError as error:
            echoed = list(error.problems)
        if echoed:
            reason = " ".join(problem.message for problem in echoed)
            raise Invalid(f"{reason} Choose another name, or change that rule first.", field="name")


def askers(tx: Transaction, name: str) -> list[str]:
    """The segments whose rules ask about the attribute of this name, in the version that decides or a newer one."""
    asked = fold(OWN + name)
    found = dict.fromkeys(
        each.name
        for each in (*segments.applied(tx), *segments.newest(tx))
        if asked in {fold(known) for known in references(schema.load(each.definition)).attributes}
    )
    return list(found)
