"""write: what differs for these customers is sent in one call, as deltas.

Before the call each row is marked unsure; a row found unsure is read back before anything else is written.
We add only what is not there, and take away only what we added to this customer.
"""

from collections.abc import Sequence
from datetime import timedelta

from plugin.db import observations, outbox, problems, writes
from plugin.db.outbox import Entry, Standing
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import PlatformError
from plugin.domain.text import fold
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.flow.settle import back_off, settle_results, settle_unsure
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.platforms.base import Calls, TagDelta

WRITES_AN_HOUR = 30
"""A customer written to more often than this within an hour is a fight, not a change."""
SHARE, CROWD_SHARE = 0.9, 0.6
"""Of the store's pace: whoever waits in front of the page finds room. Whom a rule or the time moved leave it to
those whom a message did, and to what is read for them."""


def write(house: House, store: Store, entries: Sequence[Entry]) -> int:
    """These rows are settled, as far as the platform answers; how many customers were written to."""
    heard = any(entry.caused_at is not None for entry in entries)
    calls = client(house, store, share=SHARE if heard else CROWD_SHARE)
    unsure = [entry for entry in entries if entry.unsure]
    if unsure:
        settle_unsure(house, store, unsure, calls)
    return _write(house, store, calls, [entry for entry in entries if not entry.unsure])


def _write(house: House, store: Store, calls: Calls, entries: Sequence[Entry]) -> int:
    with house.database.store(store.id) as tx:
        deltas = differences(house, tx, store, entries)
    if not deltas:
        return 0
    by_customer = {entry.customer_id: entry for entry in entries}
    in_order = [by_customer[delta.customer_id] for delta in deltas]
    sent_at = house.now()
    try:
        with metrics.calling("write"):
            results = platform(store.platform).write_tags(calls, deltas)
    except PlatformError:
        _not_sent(house, store, in_order)
        raise
    settle_results(house, store, list(zip(in_order, deltas, results, strict=False)), sent_at)
    _not_sent(house, store, in_order[len(results) :])
    return len(results)


def differences(house: House, tx: Transaction, store: Store, entries: Sequence[Entry]) -> list[TagDelta]:
    """What to send for whom, marked unsure; rows that need nothing, or can't be helped now, are dealt with."""
    ids = [entry.customer_id for entry in entries]
    outbox.lock(tx, ids)
    present = observations.tags_now(tx, [entry.customer_id for entry in entries if entry.add])
    often = writes.in_last_hour(tx, ids)
    deltas: list[TagDelta] = []
    sending: list[Standing] = []
    settled: list[Standing] = []
    for entry in entries:
        there = {fold(tag) for tag in present.get(entry.customer_id, ())}
        foreign = entry.foreign_wanted + tuple(tag for tag in entry.add if fold(tag) in there)
        delta = TagDelta(entry.customer_id, tuple(t for t in entry.add if fold(t) not in there), entry.remove)
        if not delta.add and not delta.remove:
            settled.append(Standing(entry.customer_id, entry.written, foreign))
        elif often.get(entry.customer_id, 0) >= WRITES_AN_HOUR:
            outbox.leave(tx, entry.customer_id, house.now() + timedelta(hours=1), "written too often")
            problems.report(tx, "written_too_often", str(entry.customer_id), customer=entry.customer_id)
        elif not entry.attempts and _too_many(store, delta, len(there)):
            outbox.leave(tx, entry.customer_id, house.now() + back_off(1), "no room for a tag")
            problems.report(tx, "tags_full", str(entry.customer_id), customer=entry.customer_id)
        else:
            deltas.append(delta)
            sending.append(Standing(entry.customer_id, entry.written + delta.add, foreign))
    outbox.settle(tx, settled)
    outbox.sending(tx, sending)
    return deltas


def _too_many(store: Store, delta: TagDelta, count: int) -> bool:
    """Whether the platform has no room for what is added, by what we know. Known wrongly, it is asked the
    next time: only the first try is spared."""
    return bool(delta.add) and count - len(delta.remove) + len(delta.add) > platform(store.platform).most_tags


def _not_sent(house: House, store: Store, entries: Sequence[Entry]) -> None:
    """These were marked but no call was made for them: sure again, and still due."""
    if entries:
        with house.database.store(store.id) as tx:
            outbox.lock(tx, [entry.customer_id for entry in entries])
            outbox.not_sent(tx, entries)
