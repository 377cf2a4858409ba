"""deliver: the difference between what the store should show and what we wrote is sent, as deltas.

One writer a store, by a lease longer than the longest call.
"""

import time
import uuid
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from plugin.db import bundles, documents, leases, outbox, outputs, placements, rolls, stores, twins
from plugin.db.bundles import Bundle
from plugin.db.bundles import State as Bundling
from plugin.db.documents import Due
from plugin.db.outbox import Entry
from plugin.db.outputs import Output
from plugin.db.placements import Placement
from plugin.db.rolls import Roll
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.db.twins import Twin
from plugin.domain.errors import NeedsReauthorisation, PlatformError, Throttled
from plugin.domain.ids import StoreId
from plugin.flow import twin
from plugin.flow.allowed import may_write
from plugin.flow.bell import Work
from plugin.flow.bundle import bundle
from plugin.flow.enroll import enroll
from plugin.flow.gather import BUNDLE_FROM, gather
from plugin.flow.house import House
from plugin.flow.inform import inform
from plugin.flow.place import place
from plugin.flow.tend import tend
from plugin.flow.write import write
from plugin.platforms import platform

log = structlog.get_logger()
LEASE = "deliver"
LEASE_SECONDS = 120
BATCH = 25
"""Customers in one call, and in one transaction before and after it."""
LONGEST = 20.0
"""Seconds after which a run leaves the rest to the next."""
CROWD_WAITS = timedelta(minutes=10)
"""So long a crowd that could go with the next bundle waits for the one under way; then it is sent call by call."""


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
                waits = _waiting(house, tx, store)
            if waits.bundle.state is not Bundling.IDLE and waits.bundle.is_due(house.now()):
                sent += bundle(house, store, waits.bundle, ours)
            elif waits.many and not gathered:
                gathered = True
                gather(house, store, waits.bundle)
            elif waits.entries:
                sent += write(house, store, waits.entries)
            elif waits.placements:
                sent += place(house, store, waits.placements)
            elif waits.rolls:
                sent += enroll(house, store, waits.rolls)
            elif waits.outputs:
                tend(house, store, waits.outputs[0])
            elif waits.documents:
                inform(house, store, waits.documents)
            elif waits.twins:
                twin.tend(house, store, waits.twins[0])
            else:
                _come_again(house, store_id, waits.bundle)
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


class _Waiting(NamedTuple):
    """What is to be sent next, most urgent first; ``many``: so many customers that a bundle may be gathered."""

    bundle: Bundle
    many: bool
    entries: list[Entry]
    placements: list[Placement]
    rolls: list[Roll]
    outputs: list[Output]
    documents: list[Due]
    twins: list[Twin]


def _waiting(house: House, tx: Transaction, store: Store) -> _Waiting:
    """Nothing of a store that can't be written to; but a bundle that is under way is seen to its end, whatever
    the plan."""
    ready = store.state is State.READY and store.reachable
    found = bundles.get(tx) if ready else Bundle()
    if not ready or not may_write(house, tx):
        return _Waiting(found, False, [], [], [], [], [], [])
    heard = outbox.due(tx, BATCH, heard=True)
    moved = [] if heard else placements.due(tx, BATCH, heard=True)
    said = [] if heard or moved else _rolls(tx, store, heard=True)
    if moved or said:  # Whom a message moved goes before every crowd.
        return _Waiting(found, False, [], moved, said, [], [], [])
    entries = heard or outbox.due(tx, BATCH, heard=False)
    bundled = platform(store.platform).bundles is not None
    crowded = bundled and len(entries) == BATCH and outbox.wait_more_than(tx, BUNDLE_FROM)
    if crowded and not heard and _is_young(found, house.now()):
        entries = []
    many = crowded and found.state is Bundling.IDLE and found.is_due(house.now())
    moved = [] if entries else placements.due(tx, BATCH, heard=False)
    said = [] if entries or moved else _rolls(tx, store, heard=False)
    made = [] if entries or moved or said else outputs.due(tx)
    kept = [] if entries or moved or said or made else documents.due(tx, platform(store.platform).documents.at_once)
    beside = [] if entries or moved or said or made or kept else twins.due(tx)
    return _Waiting(found, many, entries, moved, said, made, kept, beside)


def _rolls(tx: Transaction, store: Store, *, heard: bool) -> list[Roll]:
    """As many of one output as go in one call."""
    found = rolls.due(tx, BATCH, heard=heard)
    return found[: platform(store.platform).rolls[found[0].kind].at_once] if found else []


def _is_young(found: Bundle, now: datetime) -> bool:
    """Whether a bundle is under way that began a moment ago."""
    began = None if found.state is Bundling.IDLE else found.began_at
    return began is not None and now - began < CROWD_WAITS


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
        placements.wait_until(tx, until)
        rolls.wait_until(tx, until)
        outputs.wait_until(tx, until)
        twins.wait_until(tx, until)
    house.bell.ring(Work.DELIVER, store_id, wait=seconds)
