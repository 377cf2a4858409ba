"""What came of a write: the outbox says what stands on the store, the journal what was done."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from plugin.db import outbox, problems, writes
from plugin.db.outbox import Entry
from plugin.db.stores import Store
from plugin.domain.text import fold
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.platforms.base import TagDelta, WriteResult

UNSURE_SECONDS = 5


def settle_result(
    house: House, store: Store, entry: Entry, delta: TagDelta, result: WriteResult, sent_at: datetime
) -> None:
    """The row and the journal follow the platform's answer."""
    subject = str(entry.customer_id)
    with house.database.store(store.id) as tx:
        if result.unsure:
            until = house.now() + timedelta(seconds=UNSURE_SECONDS)
            outbox.put_off(tx, entry.customer_id, until, result.error or "no answer", unsure=True)
            return
        writes.add(
            tx, entry.customer_id, entry.written, delta.add, delta.remove, entry.cause, result.ok, result.error, sent_at
        )
        if result.ok:
            outbox.settle(tx, entry, standing(entry.written, delta), outbox.foreign_of(tx, entry.customer_id))
            problems.clear(tx, "write_refused", subject)
        elif result.gone:
            outbox.remove(tx, [entry.customer_id])
        else:
            outbox.put_off(tx, entry.customer_id, None, result.error or "refused", unsure=False)
            problems.report(tx, "write_refused", subject, customer=entry.customer_id, reason=result.error)
    if result.ok and entry.caused_at is not None:
        metrics.lag(house.now() - entry.caused_at)


def standing(written: Sequence[str], delta: TagDelta) -> list[str]:
    """What of ours stands after the delta."""
    removed = {fold(tag) for tag in delta.remove}
    return [tag for tag in written if fold(tag) not in removed] + list(delta.add)


def settle_unsure(house: House, store: Store, entries: Sequence[Entry]) -> None:
    """Rows whose last call had no answer are sure again: the customer's tags were read back.

    Whatever we wanted to add and is there now counts as ours, whatever we had written and is gone does not.
    """
    found = platform(store.platform).read_tags(client(house, store), [entry.customer_id for entry in entries])
    with house.database.store(store.id) as tx:
        for entry in entries:
            tags = found.get(entry.customer_id)
            if tags is None:
                outbox.remove(tx, [entry.customer_id])
                continue
            there = {fold(tag) for tag in tags}
            written = [tag for tag in (*entry.written, *entry.add) if fold(tag) in there]
            outbox.settle(tx, entry, written, entry.foreign)
            writes.add(
                tx,
                entry.customer_id,
                entry.written,
                entry.add,
                entry.remove,
                entry.cause,
                True,
                "read back",
                house.now(),
            )
