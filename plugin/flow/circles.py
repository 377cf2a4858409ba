"""circles: a segment that shows in a group asks nothing about groups, by itself or by others.

Its customers would go back and forth: moved because they are where they are, and back because they are no longer.
"""

from collections.abc import Iterable, Sequence

from plugin.db import outputs, segments
from plugin.db.outputs import Kind
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid
from plugin.domain.ids import SegmentId
from plugin.domain.text import fold
from plugin.rules import graph
from plugin.rules.graph import Named

GROUPS = "customer_groups"


def check_circles(tx: Transaction, told: Iterable[Sequence[Named]], field: str, also: SegmentId | None = None) -> None:
    """No segment that shows in a group, nor ``also``, asks about groups among these; raises Invalid."""
    showing = {each.segment_id for each in outputs.every(tx) if each.kind is Kind.GROUP} | {also}
    names = {fold(each.name): each.name for each in segments.newest(tx) if each.id in showing}
    for every in told if names else ():
        circling = [names[name] for name in sorted(graph.asking(GROUPS, every)) if name in names]
        if circling:
            raise Invalid(
                f"{', '.join(circling)} asks in which group a customer is, so it can't show in a group: its customers "
                "would be moved back and forth.",
                field=field,
            )
