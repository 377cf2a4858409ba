"""deliver: the difference between what the store should show and what we wrote is sent, as deltas.

One writer a store, by a lease longer than the longest call. Before a call the row is marked unsure;
a row found unsure is read back before anything else is written. We add only what is not there, and
take away only what we added to this customer.
"""

import time
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from plugin.db import leases, observations, outbox, problems, stores, writes
from plugin.db.outbox import Entry
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import NeedsReauthorisation, PlatformError, Throttled
from plugin.domain.ids import StoreId
from plugin.domain.text import fold
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.settle import settle_results, settle_unsure
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.platforms.base import TagDelta

log = structlog.get_logger()
LEASE = "deliver"
LEASE_SECONDS = 120
BATCH = 20
WRITES_AN_HOUR = 30
"""A customer written to more often than this within an hour is a fight, not a change."""
LONGEST = 20.0
"""Seconds after which a run leaves the rest to the next."""


def deliver(house: House, store_id: StoreId) -> int:
    """Due rows are sent until none is left or time is up; how many customers were written."""
    house.bell.answered(Work.DELIVER, store_id)
    owner, began, sent = uuid.uuid4().hex, time.monotonic(), 0
    try:
        while time.monotonic() - began < LONGEST:
            with house.database.store(store_id) as tx:
                if not leases.take(tx, LEASE, owner, LEASE_SECONDS):
                    house.bell.ring(Work.DELIVER, store_id, wait=1.0)
                    return sent
                store = stores.get(tx)
                entries = outbox.due(tx, BATCH) if store.state is State.READY else []
            if not entries:
                return sent
            sent += _send(house, store, entries)
        house.bell.ring(Work.DELIVER, store_id)
    except Throttled as error:
        _wait(house, store_id, error.wait)
    except NeedsReauthorisation:
        log.warning("outbox.needs_authorisation", store=store_id)
    except PlatformError as error:
        log.warning("outbox.failed", store=store_id, error=error.code)
        _wait(house, store_id, 15.0)
    finally:
        with house.database.store(store_id) as tx:
            leases.release(tx, LEASE, owner)
    return sent


def _send(house: House, store: Store, entries: Sequence[Entry]) -> int:
    unsure = [entry for entry in entries if entry.unsure]
    if unsure:
        settle_unsure(house, store, unsure)
    return _write(house, store, [entry for entry in entries if not entry.unsure])


def _write(house: House, store: Store, entries: Sequence[Entry]) -> int:
    deltas = _deltas(house, store, entries)
    if not deltas:
        return 0
    by_customer = {entry.customer_id: entry for entry in entries}
    in_order = [by_customer[delta.customer_id] for delta in deltas]
    sent_at = house.now()
    try:
        with metrics.calling("write"):
            results = platform(store.platform).write_tags(client(house, store), deltas)
    except PlatformError:
        _not_sent(house, store, in_order)
        raise
    settle_results(house, store, list(zip(in_order, deltas, results, strict=False)), sent_at)
    _not_sent(house, store, in_order[len(results) :])
    return len(results)


def _deltas(house: House, store: Store, entries: Sequence[Entry]) -> list[TagDelta]:
    """What to send for whom, marked unsure and committed; rows that need nothing are settled."""
    deltas = []
    with house.database.store(store.id) as tx:
        ids = [entry.customer_id for entry in entries]
        outbox.lock(tx, ids)
        present = observations.tags_now(tx, [entry.customer_id for entry in entries if entry.add])
        often = writes.in_last_hour(tx, ids)
        for entry in entries:
            there = {fold(tag) for tag in present.get(entry.customer_id, ())}
            foreign = entry.foreign_wanted + tuple(tag for tag in entry.add if fold(tag) in there)
            add = tuple(tag for tag in entry.add if fold(tag) not in there)
            if often.get(entry.customer_id, 0) >= WRITES_AN_HOUR:
                _break(tx, entry, house.now())
            elif add or entry.remove:
                deltas.append(TagDelta(entry.customer_id, add, entry.remove))
                outbox.sending(tx, entry.customer_id, entry.written + add, foreign)
            else:
                outbox.settle(tx, entry, entry.written, foreign)
    return deltas


def _break(tx: Transaction, entry: Entry, now: datetime) -> None:
    outbox.put_off(tx, entry.customer_id, now + timedelta(hours=1), "written too often")
    problems.report(tx, "written_too_often", str(entry.customer_id), customer=entry.customer_id)


def _not_sent(house: House, store: Store, entries: Sequence[Entry]) -> None:
    """These were marked but no call was made for them: sure again, and still due."""
    if entries:
        with house.database.store(store.id) as tx:
            outbox.lock(tx, [entry.customer_id for entry in entries])
            for entry in entries:
                outbox.not_sent(tx, entry)


def _wait(house: House, store_id: StoreId, seconds: float) -> None:
    with house.database.store(store_id) as tx:
        outbox.wait_until(tx, house.now() + timedelta(seconds=seconds))
    house.bell.ring(Work.DELIVER, store_id, wait=seconds)
