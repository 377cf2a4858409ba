"""sweep: who is due by the clock, a rule or a failed decision is decided; live purchases go first."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from plugin.db import customers, inbox, stores
from plugin.db.stores import State
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.decide import Cause, decide
from plugin.flow.house import House

BATCH = 128
"""Small, because a purchase waits for the batch before it: at 256 its median lag rose 2.6-fold in a wave, at
128 1.2-fold (script/bench wave), and the wave of a large store still takes seconds."""
PATIENCE = timedelta(minutes=1)
"""Who is due for longer than this is decided although purchases wait: they may never stop."""


def sweep(house: House, store_id: StoreId) -> int:
    """Up to a batch of customers is decided; how many. Rings for the rest."""
    house.bell.answered(Work.SWEEP, store_id)
    later: list[tuple[Work, float]] = []
    with house.database.store(store_id, flush=False) as tx:
        if not stores.try_lock(tx):
            house.bell.ring(Work.SWEEP, store_id, wait=0.2)
            return 0
        store = stores.get(tx)
        if store.state is not State.READY:
            return 0
        due = customers.due(tx, BATCH)
        if inbox.has_waiting(tx) and not _too_late(due.values(), house.now()):
            later += [(Work.DRAIN, 0.0), (Work.SWEEP, 0.05)]
            due = {}
        if due:
            customers.lock(tx, sorted(due))
            causes = {
                customer_id: Cause(cause or "clock", true_at=None if cause else due_at)
                for customer_id, (due_at, cause) in due.items()
            }
            later += decide(house, tx, store, house.plans.of(tx, store), causes)
            if len(due) == BATCH:
                later.append((Work.SWEEP, 0.0))
    for work, wait in later:
        house.bell.ring(work, store_id, wait)
    return len(due)


def _too_late(due: Iterable[tuple[datetime, str | None]], now: datetime) -> bool:
    return any(now - due_at > PATIENCE for due_at, _ in due)
