"""recount: orders in the statuses that the store's people choose count as purchases, as if it had always been so.

What a status makes of an order was found when the order was read: so all of them are read again, as after installing.
"""

from collections.abc import Collection

import structlog

from plugin.db import preferences, stores
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid, NotFound
from plugin.domain.ids import StoreId
from plugin.flow.house import House
from plugin.flow.restart import begin_anew
from plugin.platforms import platform

log = structlog.get_logger()


def recount(house: House, store_id: StoreId, chosen: Collection[str]) -> bool:
    """Orders in these statuses count, and no others; whether the history is read anew for it.

    Choosing what holds already changes nothing. Raises Invalid for what can't be chosen, and for a store that can't be
    called; NotFound where the platform leaves nothing to choose.
    """
    with house.database.store(store_id) as tx:
        stores.lock(tx)  # What a drain began to absorb by the old choice is done first.
        usual, now = counting(tx)
        if not chosen:
            raise Invalid("Orders of at least one status must count.", field="counted")
        if set(chosen) - usual.keys():
            raise Invalid("Orders in such a status are never purchases.", field="counted")
        if set(chosen) == now:
            return False
        is_usual = set(chosen) == {status for status, counts in usual.items() if counts}
        preferences.count(tx, None if is_usual else chosen)
        begin_anew(house, tx)
    log.info("orders.recounted", store=store_id, counted=sorted(chosen))
    return True


def counting(tx: Transaction) -> tuple[dict[str, bool], set[str]]:
    """The statuses there are to choose from with whether they usually count; and those that count now."""
    statuses = platform(stores.get(tx).platform).statuses
    if statuses is None:
        raise NotFound("there is nothing to choose")
    chosen = preferences.counted(tx)
    usual = {status for status, counts in statuses.usual.items() if counts}
    return dict(statuses.usual), usual if chosen is None else set(chosen)
