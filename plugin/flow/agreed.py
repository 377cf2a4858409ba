"""agreed: what platforms say that stores have agreed to; the stores that are due are asked about together where one
question tells many, and always at the pace of our account.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from plugin.db import entitlements, stores
from plugin.db.entitlements import Entitled
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import PlatformError, Throttled
from plugin.domain.ids import StoreId
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.platforms import Billing, platform, turns
from plugin.platforms.base import Entitlement

Told: TypeAlias = Entitlement | PlatformError
FRESH = timedelta(hours=1)
"""Who opens the app sees a plan no older than this, or it is read again."""


class TooLong(Throttled):
    """There is more to tell of all stores than was thought, and no turn for it."""


def look(house: House, store_id: StoreId, *, changed: bool = False) -> None:
    """The store's plan will be read if what is known of it is old; ``changed``: in any case."""
    if not house.settings.bills:
        return
    with house.database.store(store_id) as tx:
        if not platform(stores.get(tx).platform).sells(house.settings):
            return
        row, now = entitlements.get(tx), house.now()
        stale = row is None or row.read_at is None or now - row.read_at > FRESH
        if changed or stale:
            entitlements.want(tx, now)
            tx.after_commit(lambda: _ring(house, store_id))


def _ring(house: House, store_id: StoreId) -> None:
    house.bell.ring(Work.ENTITLE, store_id)


def is_gone(tx: Transaction, store: Store) -> bool:
    """Whether the store removed the app: its plan rests."""
    if store.state is State.UNINSTALLED:
        entitlements.rest(tx)
    return store.state is State.UNINSTALLED


def known_as(billing: Billing[Any], store: Store) -> str:
    """What the store is called in the books of our account at its platform."""
    return store.domain if billing.by_domain else store.remote_id


def claimed(house: House, store_id: StoreId, now: datetime) -> tuple[Store, Entitled] | None:
    """The store and what is known of its plan, which nobody else reads now; None where it is not due or has none."""
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
        if not platform(store.platform).sells(house.settings) or is_gone(tx, store):
            return None
        row = entitlements.claim(tx, now)
    return None if row is None else (store, row)


def beside(house: House, store: Store, row: Entitled, now: datetime) -> tuple[list[Store], int]:
    """The stores that are read with this one, in one go, and how many turns that should take: where those are fewer
    than each by itself takes, and no more than there are. A store whose last read failed goes alone, so that nobody
    shares its trouble for long."""
    billing = platform(store.platform).billing
    if billing.entitlements is None or row.attempts:
        return [], 1
    due = entitlements.due(house.database, store.platform, now)
    pages = 1 + entitlements.how_many(house.database, store.platform) // billing.at_once
    if len(due) < pages or pages >= billing.turns[0]:
        return [], 1
    found = [claimed(house, each, now) for each in due]
    return [each[0] for each in found if each is not None], pages


def read(house: House, every: list[Store], pages: int, now: datetime) -> Mapping[StoreId, Told]:
    """What the platform says of each, or why it does not."""
    name = every[0].platform
    billing = platform(name).billing
    try:
        if wait := turns.take(house.redis, f"billing:{name}", *billing.turns, pages):
            raise Throttled(wait)
        seller = billing.seller(house.settings)
        with metrics.calling("plan"):
            if billing.entitlements is not None and len(every) > 1:
                told = billing.entitlements(house.http, seller, now, _so_many(house, name, pages))
                return {each.id: told.get(known_as(billing, each), Entitlement()) for each in every}
            (store,) = every
            return {store.id: billing.entitlement(house.http, seller, known_as(billing, store), now)}
    except PlatformError as error:
        return dict.fromkeys((each.id for each in every), error)


def _so_many(house: House, name: str, pages: int) -> Callable[[], None]:
    """Turns for a question about all: so many are ours already."""
    ours = iter(range(pages))

    def turn() -> None:
        if next(ours, None) is None and (
            wait := turns.take(house.redis, f"billing:{name}", *platform(name).billing.turns)
        ):
            raise TooLong(wait)

    return turn
