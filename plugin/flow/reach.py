"""reach: what a new version of a segment may change beside its own members."""

from collections.abc import Mapping
from dataclasses import dataclass

from plugin.db import plans
from plugin.db.segments import Segment
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.domain.text import fold
from plugin.engine.decide import Decision
from plugin.flow.compiled import Rules
from plugin.rules import graph


@dataclass(frozen=True)
class Reach:
    """A draft, the segments that ask about it, and everyone's labels in them until now."""

    segment: Segment
    ids: tuple[SegmentId, ...]
    """The draft first."""
    before: Mapping[SegmentId, Mapping[CustomerId, str]]
    other_outputs: bool
    """Whether members who stay get another tag than before."""

    def touches(self, decision: Decision, places: Mapping[SegmentId, int]) -> bool:
        """Whether the customer must be decided, or written, anew although the draft does not move them."""
        customer_id = decision.customer_id
        if self.other_outputs and customer_id in self.before[self.segment.id]:
            return True
        for segment_id in self.ids[1:]:
            outcome = decision.outcomes[places[segment_id]]
            if not outcome.undecided and outcome.label != self.before[segment_id].get(customer_id):
                return True
        return False


def reach(tx: Transaction, before: Rules, after: Rules, draft: Segment) -> Reach:
    """What the draft reaches. ``before``: the rules that are applied; ``after``: those with the draft."""
    readers = _readers(before, draft.id) | _readers(after, draft.id)
    ids = (draft.id, *sorted(readers & {segment.id for segment in after.segments}))
    applied = next((segment for segment in before.every if segment.id == draft.id), None)
    return Reach(
        draft,
        ids,
        {segment_id: plans.members(tx, segment_id) for segment_id in ids},
        other_outputs=applied is not None and dict(applied.outputs) != dict(draft.outputs),
    )


def _readers(rules: Rules, segment_id: SegmentId) -> set[SegmentId]:
    """The segments that ask about this one, by name or through a tag or an attribute, directly or through others."""
    named = [graph.Named(rule.name, rule.definition, rule.tags, frozenset(rule.says)) for rule in rules.plan.segments]
    ids = {fold(rule.name): rule.id for rule in rules.plan.segments}
    found: set[SegmentId] = set()
    queue = [rule.name for rule in rules.plan.segments if rule.id == segment_id]
    while queue:
        for reader in graph.readers(queue.pop(), named):
            if ids[fold(reader)] not in found:
                found.add(ids[fold(reader)])
                queue.append(reader)
    return found
