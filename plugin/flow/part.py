"""part: a store that removed the app pays nothing more, where its platform does not end that by itself.

Not at once: the word that the app was removed may be somebody else's, and the next visit undoes it.
"""

from datetime import datetime, timedelta

import structlog

from plugin.db import entitlements, stores
from plugin.db.entitlements import Entitled
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import RegularsError
from plugin.domain.ids import StoreId
from plugin.flow.choose import cancel
from plugin.flow.house import House
from plugin.platforms import platform
from plugin.platforms.base import Paying

log = structlog.get_logger()
GRACE = timedelta(days=3)
BEFORE = timedelta(hours=1)
"""So long before the next charge it is cancelled in any case."""
AGAIN = timedelta(minutes=30)


def leave(house: House, tx: Transaction, store: Store) -> None:
    """The store has just removed the app: what it pays for will be cancelled unless it comes back."""
    row, now = entitlements.get(tx), house.now()
    if row is None or not _pays(house, store, row):
        entitlements.rest(tx)
        return
    due = now + GRACE if row.renews_at is None else min(now + GRACE, row.renews_at - BEFORE)
    entitlements.wait(tx, max(due, now))


def part(house: House, store_id: StoreId) -> bool:
    """Whether the store has removed the app; then it pays nothing more, if that is due, and its plan rests."""
    began = house.now()
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
        if store.state is not State.UNINSTALLED:
            return False
        row = entitlements.get(tx)
        if row is None or not _pays(house, store, row):
            entitlements.rest(tx)
            return True
        if entitlements.claim(tx, began) is None:
            return True
    try:
        cancel(house, store_id)
        _rest(house, store_id)
    except RegularsError as error:
        log.warning("plan.not_parted", store=store_id, error=error.code)
        with house.database.store(store_id) as tx:
            entitlements.put_off(tx, began, _later(house))
    return True


def _pays(house: House, store: Store, row: Entitled) -> bool:
    there = platform(store.platform)
    return (
        there.billing.choosing is not None
        and there.sells(house.settings)
        and Paying(row.state) in (Paying.TRIAL, Paying.ACTIVE)
    )


def _rest(house: House, store_id: StoreId) -> None:
    with house.database.store(store_id) as tx:
        if stores.get(tx).state is State.UNINSTALLED:
            entitlements.rest(tx)


def _later(house: House) -> datetime:
    return house.now() + AGAIN
