"""drafted: a store's rules as they would be with a draft applied."""

from collections.abc import Sequence
from dataclasses import replace

from plugin.db import optional, pins, segments
from plugin.db.segments import Segment
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid
from plugin.domain.ids import SegmentId
from plugin.domain.text import fold
from plugin.engine.errors import EngineError
from plugin.flow.compiled import Rules, compiled
from plugin.rules import schema
from plugin.rules.references import references


def drafted(tx: Transaction, store: Store, draft: Segment) -> Rules:
    """The rules with this version of a segment applied. What it asks about counts with its newest version
    where none is applied yet, and is tried again where it is stale.

    Raises Invalid when the draft can't be decided beside the versions that are applied.
    """
    applied = [segment for segment in segments.applied(tx) if segment.id != draft.id]
    waiting = [each for each in segments.newest(tx) if each.applied_version is None and each.id != draft.id]
    asked = _asked_by(draft, [*applied, *waiting])
    known = [replace(each, stale_since=None) if each.id in asked else each for each in applied]
    known += [each for each in waiting if each.id in asked]
    try:
        rules = compiled(store, [*known, replace(draft, stale_since=None)], pins.segments(tx), optional.since(tx))
    except EngineError as error:
        raise Invalid(error.message, field="definition") from error
    if draft.id not in {segment.id for segment in rules.segments}:
        raise Invalid(f"{draft.name} asks about a segment that does not exist.", field="definition")
    return rules


def _asked_by(draft: Segment, known: Sequence[Segment]) -> set[SegmentId]:
    """Every segment the draft asks about by name, directly or through others."""
    by_name = {fold(segment.name): segment for segment in known}
    found: set[SegmentId] = set()
    queue = [draft]
    while queue:
        for name in references(schema.load(queue.pop().definition)).segments:
            read = by_name.get(name)
            if read is not None and read.id not in found:
                found.add(read.id)
                queue.append(read)
    return found
