"""roll: what attributes and native segments of the store say of customers is to be who is in segments of ours."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from plugin.db import memberships, rolls, stores
from plugin.db.outputs import Kind, Output, Says, State
from plugin.db.rolls import Wanted
from plugin.db.segments import State as Switch
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.flow.compiled import Rules
from plugin.flow.reasons import Reason

YES = "yes"
Since = Mapping[tuple[CustomerId, SegmentId], str]
"""On which day the customer entered the segment."""


def want(
    tx: Transaction,
    rules: Rules,
    labels: Mapping[CustomerId, Mapping[SegmentId, str]],
    reasons: Mapping[CustomerId, Reason],
) -> bool:
    """What stands at the store for live segments is to say who of these is in; True when anything is to be sent.

    ``labels``: each customer's segments with the label, as memberships stand.
    """
    standing = [each for each in rules.outputs if each.kind is not Kind.GROUP and each.state is State.STANDING]
    if not standing:
        return False
    live = {segment.id for segment in rules.every if segment.state is Switch.LIVE}
    since = _since(tx, list(labels)) if any(each.says is Says.SINCE for each in standing) else {}
    known = {(row.customer_id, row.output): row.wanted for row in rolls.of(tx, list(labels))}
    wanted: list[Wanted] = []
    for customer_id, mine in labels.items():
        for output in standing:
            label = mine.get(output.segment_id) if output.segment_id in live else None
            said = _said(output, label, since.get((customer_id, output.segment_id)))
            if said != known.get((customer_id, output.key)):
                reason = reasons[customer_id]
                wanted.append(Wanted(customer_id, output.key, said, reason.word, reason.received_at))
    rolls.want(tx, wanted)
    return bool(wanted)


def _since(tx: Transaction, ids: Sequence[CustomerId]) -> Since:
    """By the store's clock."""
    zone = ZoneInfo(stores.get(tx).timezone)
    return {
        (each.customer_id, each.segment_id): each.since.astimezone(zone).date().isoformat()
        for each in memberships.of(tx, ids)
    }


def _said(output: Output, label: str | None, since: str | None) -> str | None:
    """What the output says of who has this label in its segment (None: is not in it)."""
    if label is None or output.label not in ("", label):
        return None
    match output.says:
        case Says.SINCE:
            return since
        case Says.LABEL:
            return label or None
    return YES
