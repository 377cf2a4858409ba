"""retire: messages that were absorbed are kept for a few days, as they came, and not longer; so is what was mended."""

from datetime import timedelta

import structlog

from plugin.db import inbox, products, repairs, stores
from plugin.domain.ids import DeliveryId, StoreId
from plugin.flow.house import House

log = structlog.get_logger()
BATCH = 1000
"""Deliveries looked at in a transaction, so that nobody waits for it."""
MOST_BATCHES = 200
"""Of one store in one run; the next run goes on."""
SETTLED = timedelta(days=7)
"""After this long no message about a product comes late any more."""


def retire_all(house: House) -> None:
    """No store has messages that are done with and older than the setting says. What waits or was set aside
    stays. Of the versions of products those are gone that say nothing new."""
    for store in stores.every(house.database):
        retire(house, store.id)


def retire(house: House, store_id: StoreId, batch: int = BATCH) -> None:
    """The same of one store."""
    before = house.now() - house.settings.keep_messages
    last: DeliveryId | None = DeliveryId(0)
    with house.database.store(store_id, flush=False) as tx:
        repairs.retire(tx, house.now())
        products.retire(tx, house.now() - SETTLED)
    for _ in range(MOST_BATCHES):
        if last is None:
            return
        with house.database.store(store_id, flush=False) as tx:
            last = inbox.retire(tx, before, last, batch)
    log.info("inbox.more_to_retire", store=store_id)
