"""deliver: the difference between what the store should show and what we wrote is sent, as deltas.

One writer a store, by a lease longer than the longest call.
"""

import time
import uuid
from datetime import timedelta

import structlog

from plugin.db import bundles, documents, leases, outbox, stores
from plugin.db.bundles import Bundle
from plugin.db.bundles import State as Bundling
from plugin.db.stores import State
from plugin.db.transaction import Transaction
from plugin.domain.errors import NeedsReauthorisation, PlatformError, Throttled
from plugin.domain.ids import StoreId
from plugin.flow.allowed import may_write
from plugin.flow.bell import Work
from plugin.flow.bundle import bundle
from plugin.flow.gather import BUNDLE_FROM, gather
from plugin.flow.house import House
from plugin.flow.inform import inform
from plugin.flow.write import write
from plugin.platforms import platform

log = structlog.get_logger()
LEASE = "deliver"
LEASE_SECONDS = 120
BATCH = 25
"""Customers in one call, and in one transaction before and after it."""
LONGEST = 20.0
"""Seconds after which a run leaves the rest to the next."""


def deliver(house: House, store_id: StoreId) -> int:
    """Due rows are sent until none is left or time is up; how many customers were written."""
    house.bell.answered(Work.DELIVER, store_id)
    owner, began, sent, gathered = uuid.uuid4().hex, time.monotonic(), 0, False

    def ours(tx: Transaction) -> bool:
        return leases.take(tx, LEASE, owner, LEASE_SECONDS)

    try:
        while time.monotonic() - began < LONGEST:
            with house.database.store(store_id) as tx:
                if not ours(tx):
                    house.bell.ring(Work.DELIVER, store_id, wait=1.0)
                    return sent
                store = stores.get(tx)
                ready = store.state is State.READY and store.reachable
                may = ready and may_write(house, tx)
                entries = outbox.due(tx, BATCH) if may else []
                kept = documents.due(tx, platform(store.platform).documents.at_once) if may and not entries else []
                found = bundles.get(tx) if ready else Bundle()  # One under way is seen to its end.
                many = not gathered and len(entries) == BATCH and outbox.wait_more_than(tx, BUNDLE_FROM)
            if found.state is not Bundling.IDLE and found.is_due(house.now()):
                sent += bundle(house, store, found, ours)
                continue
            if many and found.state is Bundling.IDLE and found.is_due(house.now()):
                gathered = True
                if gather(house, store, found):
                    continue
            if entries:
                sent += write(house, store, entries)
            elif kept:
                inform(house, store, kept)
            else:
                _come_again(house, store_id, found)
                return sent
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


def _come_again(house: House, store_id: StoreId, found: Bundle) -> None:
    """Somebody looks at the bundle under way when its next step is due."""
    wait = found.next_in(house.now())
    if wait is not None:
        house.bell.ring(Work.DELIVER, store_id, wait=wait.total_seconds())


def _wait(house: House, store_id: StoreId, seconds: float) -> None:
    with house.database.store(store_id) as tx:
        until = house.now() + timedelta(seconds=seconds)
        outbox.wait_until(tx, until)
        documents.wait_until(tx, until)
    house.bell.ring(Work.DELIVER, store_id, wait=seconds)
