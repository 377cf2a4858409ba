"""prefer: the store's people choose how the app works for them, and what follows from it is done."""

from collections.abc import Callable, Mapping

from plugin.db import preferences, stores
from plugin.db.preferences import Preferences
from plugin.db.transaction import Transaction
from plugin.domain.ids import StoreId
from plugin.flow import describe, link
from plugin.flow.house import House

EFFECTS: Mapping[str, Callable[[House, Transaction], None]] = {
    "guest_orders_by_email": link.chosen,
    "customer_metafield": describe.chosen,
}
"""What a choice that changed brings with it, in the same transaction; by the switch's name."""


def prefer(house: House, store_id: StoreId, choices: Mapping[str, bool]) -> Preferences:
    """The choices hold, and what they change is on its way. Choosing what holds already changes nothing."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)  # What a drain began to absorb by the old choices is done first.
        before = preferences.get(tx)
        changed = {name: value for name, value in choices.items() if getattr(before, name) != value}
        if not changed:
            return before
        after = preferences.change(tx, **changed)
        for name in changed:
            if name in EFFECTS:
                EFFECTS[name](house, tx)
    return after
