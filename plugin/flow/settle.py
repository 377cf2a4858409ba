"""What came of a write: the outbox says what stands on the store, the journal what was done."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from plugin.db import observations, outbox, problems, tombstones, writes
from plugin.db.outbox import Entry
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.facts import Kind, TagsChanged, TagsListed
from plugin.domain.text import fold
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.platforms.base import TagDelta, WriteResult

UNSURE_SECONDS = 5


def settle_results(
    house: House,
    store: Store,
    answered: Sequence[tuple[Entry, TagDelta, WriteResult]],
    sent_at: datetime,
) -> None:
    """The rows and the journal follow the platform's answers, in one transaction."""
    with house.database.store(store.id) as tx:
        outbox.lock(tx, [entry.customer_id for entry, _, _ in answered])
        gone = _gone(tx, [entry for entry, _, _ in answered])
        for entry, delta, result in answered:
            if entry.customer_id in gone:
                outbox.remove(tx, [entry.customer_id])
                continue
            _settle(house, tx, entry, delta, result, sent_at)
    for entry, _, result in answered:
        if result.ok and entry.caused_at is not None:
            metrics.lag(house.now() - entry.caused_at)


def _gone(tx: Transaction, entries: Sequence[Entry]) -> set[int]:
    """Who was deleted or forgotten while we wrote; no row is to be about them."""
    return tombstones.among(tx, {Kind.CUSTOMER: [entry.customer_id for entry in entries]})[Kind.CUSTOMER]


def _settle(
    house: House, tx: Transaction, entry: Entry, delta: TagDelta, result: WriteResult, sent_at: datetime
) -> None:
    subject = str(entry.customer_id)
    if result.unsure:
        until = house.now() + timedelta(seconds=UNSURE_SECONDS)
        outbox.put_off(tx, entry.customer_id, until, result.error or "no answer")
        return
    writes.add(
        tx, entry.customer_id, entry.written, delta.add, delta.remove, entry.cause, result.ok, result.error, sent_at
    )
    if result.ok:
        # Before the store tells it: who leaves and comes back at once must not find our own tag a stranger's.
        observations.put_tags(tx, [TagsChanged(entry.customer_id, house.now(), delta.add, delta.remove)])
        outbox.settle(tx, entry, standing(entry.written, delta), outbox.foreign_of(tx, entry.customer_id))
        problems.clear(tx, "write_refused", subject)
    elif result.gone:
        outbox.remove(tx, [entry.customer_id])
    else:
        if not (delta.add and delta.remove):  # Of two changes one may have been made: read back first.
            outbox.not_sent(tx, entry)
        outbox.put_off(tx, entry.customer_id, None, result.error or "refused")
        problems.report(tx, "write_refused", subject, customer=entry.customer_id, reason=result.error)


def standing(written: Sequence[str], delta: TagDelta) -> list[str]:
    """What of ours stands after the delta."""
    removed = {fold(tag) for tag in delta.remove}
    return [tag for tag in written if fold(tag) not in removed] + list(delta.add)


def settle_unsure(house: House, store: Store, entries: Sequence[Entry]) -> None:
    """Rows whose last call had no answer are sure again: the customer's tags were read back.

    What we wrote, or may have written, is ours if it is there.
    """
    began = house.now()
    found = platform(store.platform).read_tags(client(house, store), [entry.customer_id for entry in entries])
    with house.database.store(store.id) as tx:
        outbox.lock(tx, [entry.customer_id for entry in entries])
        gone = _gone(tx, entries)
        for entry in entries:
            tags = found.get(entry.customer_id)
            if tags is None or entry.customer_id in gone:
                outbox.remove(tx, [entry.customer_id])
                continue
            there = {fold(tag) for tag in tags}
            written = [tag for tag in entry.written if fold(tag) in there]
            observations.put_tags(tx, [TagsListed(entry.customer_id, began, tags)])
            outbox.settle(tx, entry, written, entry.foreign_wanted)
            writes.add(tx, entry.customer_id, entry.written, (), (), entry.cause, True, "read back", began)
