"""uninstall: the app was removed from the store; nothing calls the platform for it until it comes back."""

from datetime import datetime

import structlog

from plugin.db import credentials, placements, rolls, shelves, stores
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.flow.house import House
from plugin.flow.part import leave
from plugin.platforms import platform

log = structlog.get_logger()


def uninstall(house: House, tx: Transaction, store: Store, at: datetime) -> bool:
    """The store has removed the app at this moment; False for old news of a life before.

    Where the platform's word may be somebody else's the token stays: the next visit tries it.
    """
    if at < store.installed_at:
        log.info("store.old_uninstall", store=store.id)
        return False
    stores.set_state(tx, State.UNINSTALLED, house.now())
    if platform(store.platform).removal_is_sure:
        credentials.remove(tx)
    shelves.gone(tx)
    rolls.look_again(tx)
    placements.look_again(tx)
    leave(house, tx, store)
    log.info("store.uninstalled", store=store.id)
    return True
