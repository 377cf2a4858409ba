"""pause: a store that the platform lets nobody call is left alone, and its page says why."""

import structlog

from plugin.db import problems, stores
from plugin.domain.errors import AccessDenied, NeedsReauthorisation, StoreUnavailable
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House

log = structlog.get_logger()
REASONS = ("store_unavailable", "access_denied")
"""Codes of the problems that say why a store rests."""


def pause(house: House, store_id: StoreId, error: StoreUnavailable | NeedsReauthorisation) -> None:
    """No work calls the platform for this store until its daily try succeeds, or someone opens the app."""
    with house.database.store(store_id) as tx:
        if not stores.get(tx).installed:
            return
        stores.pause(tx, house.now())
        if isinstance(error, AccessDenied):
            problems.report(tx, "access_denied", reason=error.message)
        else:
            problems.report(tx, "store_unavailable", reason=error.message)
    log.warning("store.paused", store=store_id, reason=error.message)


def wake(house: House, store_id: StoreId) -> None:
    """The platform answers again: whatever waited has a worker coming."""
    with house.database.store(store_id) as tx:
        stores.resume(tx)
        for code in REASONS:
            problems.clear(tx, code)
    log.info("store.resumed", store=store_id)
    for work in (Work.BACKFILL, Work.FETCH, Work.DELIVER):
        house.bell.ring(work, store_id)
