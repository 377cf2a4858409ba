"""repair: once a day, and when the merchant grants other scopes, the store is asked what it is and what it sends us."""

from datetime import datetime, timedelta

import structlog

from plugin.db import problems, stores, twins
from plugin.db.stores import State, Store
from plugin.domain.errors import NeedsReauthorisation, PlatformError, Throttled
from plugin.domain.facts import StoreSeen
from plugin.domain.ids import StoreId
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.hear import hear
from plugin.flow.house import House
from plugin.flow.keep import keep
from plugin.flow.optional import settle
from plugin.flow.panel import panel
from plugin.flow.pause import wake
from plugin.flow.purge import purge
from plugin.flow.special import store_seen
from plugin.flow.subscribe import subscribe
from plugin.flow.tokens import client
from plugin.flow.uninstall import uninstall
from plugin.flow.visit import awaken
from plugin.flow.weigh import weigh
from plugin.platforms import platform
from plugin.platforms.base import StoreInfo

log = structlog.get_logger()
SHARE = 0.5
AWAKE = (State.READY, State.BACKFILLING)
GIVEN_UP_AFTER = timedelta(days=3)
"""So long a token without an end is tried once a day, after it was refused."""


def repair(house: House, store_id: StoreId) -> bool:
    """The store's particulars and scopes are as at its platform, and no subscription is missing; False when it failed.

    What is missing is made, what goes to an earlier address of ours is moved, what no rule needs any more is ended;
    what is not ours is left.
    """
    house.bell.answered(Work.REPAIR, store_id)
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
    if not _can_be_tried(store):
        return True
    try:
        _repair(house, store)
    except Throttled as error:
        house.bell.ring(Work.REPAIR, store_id, wait=error.wait)
        return False
    except PlatformError as error:
        log.warning("repair.failed", store=store_id, error=error.code)
        if isinstance(error, NeedsReauthorisation) and platform(store.platform).doors.refresh is None:
            _given_up(house, store_id)
        with house.database.store(store_id) as tx:
            found = stores.get(tx)
            if found.state in AWAKE and found.reachable:  # A dead token or a resting store has a problem of its own.
                problems.report(tx, "repair_failed", reason=error.message)
        return False
    return True


def repair_all(house: House) -> int:
    """Every store that can be called, or might be again, has a worker coming for its repair; how many. Those that
    left long ago are forgotten."""
    purge(house)
    found = [store.id for store in stores.every(house.database) if _can_be_tried(store)]
    for store_id in found:
        house.bell.ring(Work.REPAIR, store_id)
    return len(found)


def _can_be_tried(store: Store) -> bool:
    """A store that is still being installed is called anyway, unless it rests. A token that was refused is tried
    again where it has no end: the store may have been away."""
    refused = store.state is State.NEEDS_AUTHORISATION and platform(store.platform).doors.refresh is None
    return store.state in AWAKE or refused or (store.installed and not store.reachable)


def _given_up(house: House, store_id: StoreId) -> None:
    """A store that has refused our token for days has removed the app, whether or not anybody told us."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        store, refused_for = stores.get(tx), problems.age(tx, "needs_authorisation")
        if store.state is State.NEEDS_AUTHORISATION and refused_for is not None and refused_for > GIVEN_UP_AFTER:
            uninstall(house, tx, store, house.now())


def _repair(house: House, store: Store) -> None:
    keep(house, store)
    calls, began = client(house, store, share=SHARE, trying=True), house.now()
    with metrics.calling("repair"):
        info = platform(store.platform).store_info(calls)
    if store.state is State.NEEDS_AUTHORISATION:
        awaken(house, store)
        return
    if not store.reachable:
        wake(house, store.id)
    store = _stand(house, store, info, began)
    if store.state not in AWAKE:  # The backfill, which was rung for, subscribes; or the app was removed meanwhile.
        return
    with metrics.calling("repair"):
        hear(house, store, calls)
        found = subscribe(house, store, calls)
    if found.made or found.moved or found.ended:
        log.info("subscriptions.repaired", store=store.id, made=found.made, moved=found.moved, ended=found.ended)
    with house.database.store(store.id) as tx:
        problems.clear(tx, "repair_failed")
        twins.look_soon(tx)
    panel(house, store, calls)
    weigh(house, store, calls)


def _stand(house: House, store: Store, info: StoreInfo, at: datetime) -> Store:
    """What the platform says of the store stands; its history is read anew where more of it may be read now."""
    with house.database.store(store.id) as tx:
        stores.lock(tx)
        before = stores.get(tx)
        if before.state not in AWAKE:  # What was on its way when the store asked to be forgotten is forgotten too.
            return before
        store_seen(tx, before, StoreSeen(info.name, info.domain, info.timezone, info.currency, at))
        stores.set_scopes(tx, info.scopes)
        settle(house, tx)
        back = platform(store.platform).orders_back
        if back(before.scopes) is not None and back(info.scopes) is None:
            stores.set_state(tx, State.INSTALLING, house.now())
            house.bell.ring(Work.BACKFILL, store.id, wait=1.0)
        return stores.get(tx)
