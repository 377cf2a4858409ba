"""retire: messages that were absorbed are kept for a few days, as they came, and not longer; so is what was mended."""

from datetime import timedelta

import structlog

from plugin.db import inbox, problems, products, repairs, stores
from plugin.db.transaction import Transaction
from plugin.domain.ids import DeliveryId, StoreId
from plugin.flow.house import House
from plugin.flow.mentions import recheck_mentions

log = structlog.get_logger()
BATCH = 1000
"""Deliveries looked at in a transaction, so that nobody waits for it."""
MOST_BATCHES = 200
"""Of one store in one run; the next run goes on."""
SETTLED = timedelta(days=7)
"""After this long no message about a product comes late any more."""


def retire_all(house: House) -> None:
    """No store has messages that are older than the setting says, but for those that wait. Of what was set aside
    and nobody could read in time a problem stays. Of the versions of products those are gone that say nothing new."""
    for store in stores.every(house.database):
        retire(house, store.id)


def retire(house: House, store_id: StoreId, batch: int = BATCH) -> None:
    """The same of one store."""
    before = house.now() - house.settings.keep_messages
    last: DeliveryId | None = DeliveryId(0)
    with house.database.store(store_id, flush=False) as tx:
        repairs.retire(tx, house.now())
        products.retire(tx, house.now() - SETTLED)
        recheck_mentions(tx)  # A pin may have ended by itself.
    for _ in range(MOST_BATCHES):
        if last is None:
            return
        with house.database.store(store_id, flush=False) as tx:
            last, unread = inbox.retire(tx, before, last, batch)
            _give_up(tx, unread, house.settings.keep_messages)
    log.info("inbox.more_to_retire", store=store_id)


def _give_up(tx: Transaction, unread: list[DeliveryId], after: timedelta) -> None:
    """One problem says how many messages are gone unread, instead of one for each that says it is kept."""
    if not unread:
        return
    for delivery_id in unread:
        problems.clear(tx, "delivery_set_aside", str(delivery_id))
    before = problems.find(tx, "deliveries_given_up", "unread") or {}
    problems.report(tx, "deliveries_given_up", "unread", number=before.get("number", 0) + len(unread), days=after.days)
