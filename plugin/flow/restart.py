"""restart: a store's history is read again, from the start."""

from plugin.db import stores
from plugin.db.stores import State
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House

READABLE = (State.INSTALLING, State.BACKFILLING, State.READY)


def restart(house: House, store_id: StoreId) -> None:
    """Subscriptions and exports begin anew; nothing is decided until they are complete, then everyone is.

    Raises Invalid for a store that can't be called.
    """
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        begin_anew(house, tx)


def begin_anew(house: House, tx: Transaction) -> None:
    """The same within the caller's transaction, which holds the store's lock."""
    store = stores.get(tx)
    if store.state not in READABLE:
        raise Invalid(f"{store.domain} is {store.state}: its merchant must open the app first.", field="store")
    stores.set_state(tx, State.INSTALLING, house.now())

    def ring() -> None:
        house.bell.ring(Work.BACKFILL, tx.store_id)

    tx.after_commit(ring)
