"""reconcile: the store's books and ours are compared, and what differs is read: nobody has to notice a lost message.

Hourly what changed, weekly everything. What differs becomes a read, or a chunk of an export, and enters by the
inbox like every fact. A look waits while messages wait that may tell it all, and leaves the youngest changes to
the next one.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from plugin.db import backfills, leases, problems, reconciles, stores
from plugin.db.reconciles import NOTHING_UNDER_WAY, Look, Reconcile
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import PlatformError, Throttled
from plugin.domain.facts import Kind
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.changes import HOUR, LEASE, LEASE_SECONDS, look
from plugin.flow.differences import Asking
from plugin.flow.house import House
from plugin.flow.tokens import client
from plugin.flow.walk import walk

log = structlog.get_logger()
KINDS = (Kind.CUSTOMER, Kind.ORDER)
SHARE = 0.4
"""Of the store's bucket: less than any other work takes."""
NEAR = timedelta(minutes=1)
"""What is due within it is rung for by ourselves; for the rest the clock rings."""
STALE = timedelta(days=6)
"""A look that began so long ago is begun anew: its file lives for seven days."""
PATIENT_FAILURES = 3
"""So many in a row are the platform's hiccups; more are a problem."""
_LOOKS: dict[Look, Callable[[Asking, Reconcile], None]] = {Look.CHANGES: look, Look.WALK: walk}


def reconcile(house: House, store_id: StoreId) -> int:
    """Each look that is due has gone a step further; how many were due. Rings for the next step."""
    house.bell.answered(Work.RECONCILE, store_id)
    owner = uuid.uuid4().hex
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
        if not _can_be_compared(store) or not leases.take(tx, LEASE, owner, LEASE_SECONDS):
            return 0
        rows = _due(house, tx, store)
    asking = Asking(house, store, client(house, store, share=SHARE), owner)
    try:
        for row in rows:
            _step(asking, row)
    finally:
        with house.database.store(store_id) as tx:
            leases.release(tx, LEASE, owner)
            waits = [row.due_at for row in reconciles.listed(tx)]
    if waits and min(waits) < house.now() + NEAR:
        house.bell.ring(Work.RECONCILE, store_id, wait=max((min(waits) - house.now()).total_seconds(), 0.2))
    return len(rows)


def reconcile_all(house: House) -> int:
    """Every store of which a look is due has a worker coming; how many."""
    found = reconciles.due(house.database)
    for store_id in found:
        house.bell.ring(Work.RECONCILE, store_id)
    return len(found)


def ask(house: House, store_id: StoreId, *, everything: bool = False) -> None:
    """What changed is looked at now; with ``everything`` all there is."""
    with house.database.store(store_id) as tx:
        _due(house, tx, stores.get(tx))
        reconciles.ask(tx, list(Look) if everything else [Look.CHANGES], house.now())
    house.bell.ring(Work.RECONCILE, store_id)


def _due(house: House, tx: Transaction, store: Store) -> list[Reconcile]:
    """The looks that are due. A store that was never looked at is, within the next hour: each at its own minute."""
    now = house.now()
    read = {reading.kind: reading.read_began_at for reading in backfills.listed(tx)}
    spread = timedelta(minutes=store.id % 60)
    for kind in KINDS:
        known_to = read.get(kind) or store.ready_at or now
        reconciles.begin(tx, kind, Look.CHANGES, now + spread, known_to)
        reconciles.begin(tx, kind, Look.WALK, now + spread + timedelta(hours=store.id % 168 + 1), known_to)
    rows = [row for row in reconciles.listed(tx) if row.due_at <= now]
    for row in rows:
        if row.began_at is not None and row.began_at < now - STALE:
            reconciles.change(tx, row, **NOTHING_UNDER_WAY)
    return [reconciles.get(tx, row.kind, row.look) for row in rows]


def _step(asking: Asking, row: Reconcile) -> None:
    """The look is a step further, or waits: as long as the platform says, or longer with each failure."""
    subject = f"{row.kind.value} {row.look.value}"
    try:
        _LOOKS[row.look](asking, row)
    except Throttled as error:
        _put_off(asking, row, asking.house.now() + timedelta(seconds=error.wait))
    except PlatformError as error:
        log.warning("reconcile.failed", store=asking.store.id, look=subject, error=error.code, reason=error.message)
        with asking.house.database.store(asking.store.id) as tx:
            if not _can_be_compared(stores.get(tx)):  # A dead token or a resting store has a problem of its own.
                return
            failures = row.failures + 1
            wait = min(timedelta(minutes=2**failures), HOUR)
            again = {"failures": failures, "error": error.message[:500], "due_at": asking.house.now() + wait}
            reconciles.change(tx, row, **NOTHING_UNDER_WAY | again)
            if failures >= PATIENT_FAILURES:
                problems.report(tx, "reconcile_failed", subject, reason=error.message)
    else:
        with asking.house.database.store(asking.store.id) as tx:
            if reconciles.get(tx, row.kind, row.look).began_at is None:
                problems.clear(tx, "reconcile_failed", subject)


def _can_be_compared(store: Store) -> bool:
    return store.state is State.READY and store.reachable


def _put_off(asking: Asking, row: Reconcile, until: datetime) -> None:
    with asking.house.database.store(asking.store.id) as tx:
        reconciles.change(tx, row, due_at=until)
