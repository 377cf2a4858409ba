"""post: what live segments want for customers stands in the outbox."""

from collections.abc import Mapping

from plugin.db import outbox
from plugin.db.outbox import Wanted
from plugin.db.segments import State
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.domain.text import fold
from plugin.flow import place, roll
from plugin.flow.compiled import Rules
from plugin.flow.reasons import Reason


def post(
    tx: Transaction,
    rules: Rules,
    labels: Mapping[CustomerId, Mapping[SegmentId, str]],
    reasons: Mapping[CustomerId, Reason],
) -> bool:
    """The outbox wants for each of these customers exactly the tags of their live memberships.

    ``labels``: each customer's segments with the label. True when anything is to be sent.
    """
    live = {s.id: s.outputs for s in rules.every if s.state is State.LIVE}
    known = outbox.of(tx, list(labels))
    wanted: list[Wanted] = []
    for customer_id, memberships in labels.items():
        tags = _tags(live, memberships)
        entry = known.get(customer_id)
        before = [] if entry is None else list(entry.wanted)
        if tags != before:
            reason = reasons[customer_id]
            wanted.append(Wanted(customer_id, tags, reason.word, reason.received_at))
    if wanted:
        outbox.lock(tx, [each.customer_id for each in wanted])
        outbox.want(tx, wanted)
    placed = place.want(tx, rules, labels, reasons)
    rolled = roll.want(tx, rules, labels, reasons)
    return bool(wanted) or placed or rolled


def _tags(live: Mapping[SegmentId, Mapping[str, str]], labels: Mapping[SegmentId, str]) -> list[str]:
    """The tags of these memberships, one spelling each, in order."""
    tags: dict[str, str] = {}
    for segment_id in sorted(labels):
        tag = live.get(segment_id, {}).get(labels[segment_id])
        if tag:
            tags.setdefault(fold(tag), tag)
    return [tags[key] for key in sorted(tags)]
