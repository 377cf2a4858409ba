"""backfill: a store's history goes into the inbox; nothing is decided before it is whole.

First the webhooks, then the exports, so that nothing falls between. Each call goes one step further
from where the last one stopped: a killed worker costs the chunk it was reading.
"""

import uuid
from datetime import datetime

import structlog

from plugin.db import (
    backfills,
    customers,
    inbox,
    leases,
    optional,
    plans,
    problems,
    reads,
    reconciles,
    segments,
    stores,
)
from plugin.db.backfills import State as Reading
from plugin.db.reconciles import Look
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import NeedsReauthorisation, PlatformError, Throttled
from plugin.domain.facts import Kind
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.optional import settle
from plugin.flow.panel import panel
from plugin.flow.readings import LEASE, LEASE_SECONDS, read_on
from plugin.flow.subscribe import subscribe
from plugin.flow.tokens import client
from plugin.platforms import platform

log = structlog.get_logger()
KINDS = (Kind.PRODUCT, Kind.CUSTOMER, Kind.ORDER)
SOON_SECONDS, LATE_SECONDS = 0.3, 2.0
"""Between two steps: a small store is read in moments, a large one is asked less often."""
SHARE = 0.5


def backfill(house: House, store_id: StoreId) -> State:
    """The history of the store is one step further; where the store stands. Rings for the next step."""
    house.bell.answered(Work.BACKFILL, store_id)
    owner = uuid.uuid4().hex
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
        if store.state not in (State.INSTALLING, State.BACKFILLING) or not store.reachable:
            return store.state
        if not leases.take(tx, LEASE, owner, LEASE_SECONDS):
            return store.state
    age = (house.now() - store.installed_at).total_seconds()
    wait = min(max(SOON_SECONDS, age / 20), LATE_SECONDS)
    try:
        _step(house, store, owner)
    except Throttled as error:
        wait = max(wait, error.wait)
    except NeedsReauthorisation:
        return State.NEEDS_AUTHORISATION
    except PlatformError as error:
        log.warning("history.step_failed", store=store_id, error=error.code)
        wait = 10.0
    finally:
        with house.database.store(store_id) as tx:
            leases.release(tx, LEASE, owner)
            state = stores.get(tx).state
    if state is not State.READY:
        house.bell.ring(Work.BACKFILL, store_id, wait=wait)
    return state


def _step(house: House, store: Store, owner: str) -> None:
    calls = client(house, store, share=SHARE)
    if store.state is State.INSTALLING:
        subscribe(house, store, calls)
        panel(house, store, calls)
        _begin(house, store)
    with house.database.store(store.id) as tx:
        readings = backfills.listed(tx)
    for reading in readings:
        read_on(house, store, calls, reading, owner)
    _finish(house, store.id)


def _begin(house: House, store: Store) -> None:
    """The store's history is to be read."""
    back = platform(store.platform).orders_back(store.scopes)
    known_from = None if back is None else house.now() - back
    with house.database.store(store.id) as tx:
        if known_from is not None and _without_gap(tx, known_from):
            known_from = store.orders_known_from  # What was known before is known still.
        stores.set_known_from(tx, known_from)
        backfills.begin(tx, KINDS)
        optional.settle(tx, ())  # What was read before may be another by now.
        stores.set_state(tx, State.BACKFILLING, house.now())


def _without_gap(tx: Transaction, since: datetime) -> bool:
    """Whether all that happened before this moment is here: the last comparison came further."""
    known_to = {(row.kind, row.look): row.known_to for row in reconciles.listed(tx)}
    return known_to.get((Kind.ORDER, Look.CHANGES), since) > since


def _finish(house: House, store_id: StoreId) -> None:
    """Once everything that was read is absorbed, the store is ready and everyone is decided once.

    For what a store tells of itself meanwhile nobody waits: in a busy one there is always something."""
    with house.database.store(store_id) as tx:
        if {reading.state for reading in backfills.listed(tx)} - {Reading.DONE, Reading.ABSORBED}:
            return
        if inbox.exports_waiting(tx):
            return
    with house.database.store(store_id) as tx:  # Its now is later than what the last chunk had to be read.
        stores.lock(tx)
        if stores.get(tx).state is not State.BACKFILLING:
            return
        backfills.absorbed(tx)
        since = max(reading.changed_at for reading in backfills.listed(tx))
        if reads.holding_up(tx, (Kind.ORDER, Kind.REFUND), since):
            return
        _supersede(tx)
        stores.weigh_amounts(tx)
        if stores.get(tx).ready_at is None:  # What stood there when we first looked is no change, whenever it was read.
            stores.set_labels_known_from(tx, house.now())
        stores.set_state(tx, State.READY, house.now())
        settle(house, tx)
        _decide_anew(tx)
    log.info("history.complete", store=store_id)
    for work in (Work.PLANS, Work.FETCH, Work.SWEEP):
        house.bell.ring(work, store_id)


def _supersede(tx: Transaction) -> None:
    """What could not be read of exports that came short has been told anew since, and is no problem any more."""
    for reading in backfills.listed(tx):
        if reading.read_began_at is not None:
            for delivery_id in inbox.superseded(tx, f"export/{reading.kind.value}s", reading.read_began_at):
                problems.clear(tx, "delivery_set_aside", str(delivery_id))


def _decide_anew(tx: Transaction) -> None:
    """What was decided before, in an earlier history, is decided again for everyone; the rest gets a plan."""
    found = segments.newest(tx)
    if any(segment.applied_version is not None for segment in found):
        customers.all_due(tx, "history")
    else:
        customers.none_due(tx)
    for segment in found:
        if segment.version != segment.applied_version:
            plans.create(tx, segment.id, segment.version)
