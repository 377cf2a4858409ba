"""fetch: what thin messages left out is read at the platform and stored in the inbox."""

from datetime import timedelta

import structlog

from plugin.db import inbox, reads, stores
from plugin.db.reads import Read
from plugin.db.stores import Store
from plugin.domain.errors import PlatformError, Throttled
from plugin.domain.ids import StoreId
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.tokens import client
from plugin.platforms import platform

log = structlog.get_logger()
BATCH = 50


def fetch(house: House, store_id: StoreId) -> int:
    """A batch of due reads is answered; how many. The claim is committed before the call, the answer
    waits in the inbox, and the read is cleared when that is absorbed."""
    house.bell.answered(Work.FETCH, store_id)
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
        claimed = reads.claim(tx, BATCH) if store.reachable else []
    if not claimed:
        return 0
    began = house.now()
    try:
        body = _read(house, store, claimed)
    except Throttled as error:
        _put_off(house, store_id, error.wait)
        return 0
    except PlatformError as error:
        log.warning("reads.failed", store=store_id, error=error.code)
        return 0
    with house.database.store(store_id) as tx:
        inbox.add(tx, f"api/{claimed[0].kind.value}s", began, body)
    house.bell.ring(Work.DRAIN, store_id)
    if len(claimed) == BATCH:
        house.bell.ring(Work.FETCH, store_id)
    return len(claimed)


def _read(house: House, store: Store, claimed: list[Read]) -> bytes:
    with metrics.calling("read"):
        return platform(store.platform).read(
            client(house, store, share=0.8),
            claimed[0].kind,
            {read.id: read.counter for read in claimed},
            house.now(),
        )


def _put_off(house: House, store_id: StoreId, seconds: float) -> None:
    with house.database.store(store_id) as tx:
        reads.put_off(tx, house.now() + timedelta(seconds=seconds))
    house.bell.ring(Work.FETCH, store_id, wait=seconds)
