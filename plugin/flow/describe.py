"""describe: what the store is to keep of customers' segments, where its people want that, is wanted."""

from collections.abc import Sequence

from plugin.db import customers, documents, memberships, preferences, segments
from plugin.db.documents import Document
from plugin.db.segments import Segment, State
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.flow.bell import Work
from plugin.flow.compiled import Rules
from plugin.flow.house import House

CAUSE = "document"


def describe(tx: Transaction, rules: Rules, ids: Sequence[CustomerId]) -> bool:
    """The documents of these customers are of their live memberships as they stand; True where any is kept."""
    if not preferences.get(tx).customer_metafield:
        return False
    names = {segment.id: segment.name for segment in rules.every if segment.state is State.LIVE}
    wanted: dict[CustomerId, Document] = {customer_id: [] for customer_id in ids}
    for member in sorted(memberships.of(tx, ids), key=lambda each: each.segment_id):
        if member.segment_id in names:
            label = {"label": member.label} if member.label else {}
            said = {"name": names[member.segment_id], **label, "since": member.since.isoformat()}
            wanted[member.customer_id].append(said)
    documents.want(tx, wanted)
    return True


def chosen(house: House, tx: Transaction) -> None:
    """The store's people switched it on or off: everyone's document is on its way, or on its way out."""
    if not preferences.get(tx).customer_metafield:
        documents.want_none(tx)
        tx.after_commit(lambda: _ring(house, Work.DELIVER, tx))
        return
    for segment in segments.applied(tx):
        members_due(tx, segment)
    tx.after_commit(lambda: _ring(house, Work.SWEEP, tx))


def renamed(tx: Transaction, segment: Segment) -> None:
    """The segment has another name: it stands in its members' documents."""
    if preferences.get(tx).customer_metafield:
        members_due(tx, segment)


def members_due(tx: Transaction, segment: Segment) -> None:
    """A live segment's members are posted anew."""
    if segment.state is State.LIVE:
        customers.members_due(tx, segment.id, CAUSE)


def _ring(house: House, work: Work, tx: Transaction) -> None:
    house.bell.ring(work, tx.store_id)
