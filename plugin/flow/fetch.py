"""fetch: what thin messages left out is read at the platform and stored in the inbox."""

import time
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
LONGEST = 10.0
"""Seconds after which a run leaves the rest to the next."""
SHARE = 0.8


def fetch(house: House, store_id: StoreId) -> int:
    """Due reads are answered until none is left or time is up; how many.

    A claim is committed before the call, the answer waits in the inbox, and the read is cleared when
    that is absorbed.
    """
    house.bell.answered(Work.FETCH, store_id)
    answered, began = 0, time.monotonic()
    while time.monotonic() - began < LONGEST:
        with house.database.store(store_id) as tx:
            store = stores.get(tx)
            claimed = reads.claim(tx, platform(store.platform).read_at_once) if store.reachable else []
        if not claimed:
            return answered
        try:
            _read(house, store, claimed)
        except Throttled as error:
            _put_off(house, store_id, claimed, error.wait)
            return answered
        except PlatformError as error:
            log.warning("reads.failed", store=store_id, error=error.code)
            return answered
        answered += len(claimed)
        house.bell.ring(Work.DRAIN, store_id)
    house.bell.ring(Work.FETCH, store_id)
    return answered


def _read(house: House, store: Store, claimed: list[Read]) -> None:
    """The platform's answer to these reads, all of one kind, waits in the inbox."""
    began, kind = house.now(), claimed[0].kind
    with metrics.calling("read"):
        wanted = {read.id: read.counter for read in claimed}
        body = platform(store.platform).read(client(house, store, share=SHARE), kind, wanted, began)
    with house.database.store(store.id) as tx:
        inbox.add(tx, f"api/{kind.value}s", began, body)


def _put_off(house: House, store_id: StoreId, claimed: list[Read], seconds: float) -> None:
    """The platform asks us to wait: nothing of this store is read before that, these first."""
    with house.database.store(store_id) as tx:
        reads.put_off(tx, claimed, house.now() + timedelta(seconds=seconds))
    house.bell.ring(Work.FETCH, store_id, wait=seconds)
