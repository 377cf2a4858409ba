"""purge: a store that removed the app long ago is forgotten, where its platform never asks us to."""

from datetime import timedelta

from plugin.db import stores
from plugin.db.stores import State, Store
from plugin.flow.forget import forget_store
from plugin.flow.house import House
from plugin.platforms import platform

KEPT_FOR = timedelta(days=30)
"""A merchant who comes back within that time finds everything as it was."""


def purge(house: House) -> int:
    """Nothing is left of such stores but their ids and the day they left; how many there were."""
    found = [store for store in stores.every(house.database) if _is_over(house, store)]
    for each in found:
        with house.database.store(each.id) as tx:
            stores.lock(tx)
            if _is_over(house, stores.get(tx)):  # It may have come back this moment.
                forget_store(tx)
    return len(found)


def _is_over(house: House, store: Store) -> bool:
    if store.state is not State.UNINSTALLED or store.erased or platform(store.platform).asks_to_forget:
        return False
    return store.uninstalled_at is not None and house.now() - store.uninstalled_at > KEPT_FOR
