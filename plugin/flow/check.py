"""check: what a merchant has written so far is understood, or each mistake is named with its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plugin.db import segments, stores
from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId
from plugin.domain.text import fold
from plugin.flow.save import named
from plugin.rules import graph, schema
from plugin.rules.check import Advice
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
    others = [segment for segment in segments.newest(tx) if segment.id != segment_id]
    writes = frozenset(fold(tag) for tag in (outputs or {}).values() if tag.strip())
    graph.order([*named(others), Named(name.strip() or UNNAMED, meant, writes)])
    return Checked(
        schema.dump(meant),
        describe_definition(meant, Speaker(currency=stores.get(tx).currency)),
        advise(meant),
    )
