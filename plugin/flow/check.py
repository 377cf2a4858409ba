"""check: what a merchant has written so far is understood, or each mistake is named with its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from plugin.db import memberships, segments, stores
from plugin.db.segments import State
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.domain.text import fold
from plugin.flow import sources
from plugin.flow.named import attributes, named
from plugin.flow.save import check_sources
from plugin.rules import advice, graph, schema
from plugin.rules.advice import Advice, Overlap
from plugin.rules.check import check as advise
from plugin.rules.describe import describe_definition
from plugin.rules.graph import Named
from plugin.rules.speak import Speaker

UNNAMED = "this segment"


@dataclass(frozen=True)
class Checked:
    """A definition in its canonical form, in plain words, and what looks odd about it."""

    definition: Mapping[str, Any]
    sentence: str
    advice: tuple[Advice, ...]


def check(
    tx: Transaction,
    definition: Mapping[str, Any],
    name: str = "",
    outputs: Mapping[str, str] | None = None,
    segment_id: SegmentId | None = None,
) -> Checked:
    """The definition can be saved as this segment (None: as a new one). Raises RuleError."""
    meant = schema.load(definition)
    check_sources(tx, meant)
    every = segments.newest(tx)
    others = [segment for segment in every if segment.id != segment_id]
    writes = frozenset(fold(tag) for tag in (outputs or {}).values() if tag.strip())
    before = next((segment for segment in every if segment.id == segment_id), None)
    graph.fits(Named(name.strip() or UNNAMED, meant, writes, attributes(before)), named(others))
    return Checked(
        schema.dump(meant),
        describe_definition(meant, Speaker(currency=stores.get(tx).currency)),
        (*advise(meant), *advice.of_untold(meant, sources.of(tx, stores.get(tx)).untold)),
    )


def weigh(
    tx: Transaction, members: Sequence[CustomerId], undecided: int, total: int, segment_id: SegmentId | None = None
) -> tuple[Advice, ...]:
    """What the size of a counted draft and its overlap with live segments advise. ``members``: who is in it now,
    of ``total`` customers; ``segment_id``: the segment that it is a version of."""
    found = list(advice.of_size(len(members), undecided, total))
    shared = memberships.in_common(tx, members) if len(members) >= advice.FEW else {}
    overlaps = [
        Overlap(segment.name, len(members), *shared[segment.id])
        for segment in segments.applied(tx)
        if segment.id != segment_id and segment.state is State.LIVE and segment.id in shared
    ]
    return (*found, *advice.of_overlaps(overlaps))
