"""visit: somebody opens our page inside their store's control panel, stays on it, leaves it, or may no longer be there.

The platform names a visitor once, in the address of the frame. The page then holds a token of ours, which it renews.
"""

from typing import NamedTuple

import structlog
from redis import RedisError

from plugin.db import problems, reads, removals, stores
from plugin.db.stores import State, Store
from plugin.domain.errors import RegularsError
from plugin.domain.ids import StoreId
from plugin.flow.authorise import StateUnknown
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.tokens import client
from plugin.flow.uninstall import uninstall
from plugin.platforms import platform
from plugin.platforms.base import Identity, NotGenuine
from plugin.platforms.bigcommerce.app_tokens import SESSION, AppToken, new_token, renew_token, verify_token, visit_name
from plugin.platforms.bigcommerce.auth import SKEW, Callback, Memory, Use, UsedBefore, use, verify_callback
from plugin.platforms.bigcommerce.connect import NAME as PLATFORM
from plugin.platforms.bigcommerce.connect import app

log = structlog.get_logger()


class StoreUnknown(RegularsError):
    """The visitor is genuine and their store has no row: it was never opened, or erased."""

    code = "store_unknown"


class OpenedBefore(NotGenuine):
    """The platform's word has opened a page already: only the window that has it may go on, by itself. ``visit``,
    ``store``, ``path``: as of that Visit."""


class Visit(NamedTuple):
    """Which store is shown, to whom, and where in the app they want to go."""

    store_id: StoreId
    store: str
    """As the platform calls it."""
    name: str
    """Of this visit, which is no secret."""
    token: AppToken
    path: str


def load(house: House, payload: str) -> Visit:
    """The page may be opened by whom the platform names, at a store that lets us in.

    Raises NotGenuine, OpenedBefore, StoreUnknown, StateUnknown, and PlatformError where the store does not let us in
    (any more).
    """
    callback = _callback(house, payload, Use.LOAD)
    store_id = _store(house, callback)
    admit(house, store_id, callback.identity, opening=True)
    _waken(house, store_id)
    token = new_token(callback.identity, house.settings.keys, house.now())
    return Visit(store_id, callback.store, visit_name(callback.identity), token, callback.path)


def greet(house: House, store_id: StoreId, visitor: Identity) -> Visit:
    """The visit of who has just agreed to the installation."""
    token = new_token(visitor, house.settings.keys, house.now())
    return Visit(store_id, visitor.store, visit_name(visitor), token, "/")


def renew(house: House, bearer: str) -> AppToken:
    """Another token of the same visit; raises NotGenuine at its end, and for who may no longer be here."""
    visitor = verify_token(bearer, house.settings.keys, house.now())
    if _is_over(house, visitor):
        raise NotGenuine
    store_id = stores.find_held(house.database, PLATFORM, visitor.store, visitor.since)
    if store_id is None:
        raise NotGenuine
    admit(house, store_id, visitor)
    return renew_token(bearer, house.settings.keys, house.now())


def end(house: House, bearer: str) -> None:
    """The visit is over: none of its tokens is renewed any more. Raises NotGenuine, StateUnknown."""
    visitor = verify_token(bearer, house.settings.keys, house.now())
    try:
        house.memory.set(_over(visitor), "1", ex=int(SESSION.total_seconds()))
    except (RedisError, OSError) as error:
        raise StateUnknown from error
    log.info("visit.ended", store=visitor.store)


def _is_over(house: House, visitor: Identity) -> bool:
    """Whether it was ended. While Redis is away nobody knows, and a page that is open stays open."""
    try:
        return bool(house.redis.exists(_over(visitor)))
    except (RedisError, OSError):
        return False


def _over(visitor: Identity) -> str:
    return f"visit over:bigcommerce:{visit_name(visitor)}"


def admit(house: House, store_id: StoreId, visitor: Identity, *, opening: bool = False) -> None:
    """The visitor may be here; raises NotGenuine for who was removed since the platform named them, and for a visit to
    a life of the store that is over. ``opening``: the visit begins, so it may be what wakes the store."""
    with house.database.store(store_id) as tx:
        store, removed_at = stores.get(tx), removals.removed_at(tx, visitor.user_id)
    if removed_at is not None and visitor.since <= removed_at:
        raise NotGenuine
    if visitor.since < store.installed_at - SKEW and not opening:
        raise NotGenuine
    if store.state is State.UNINSTALLED and not opening:
        raise NotGenuine


def leave(house: House, payload: str, purpose: Use) -> None:
    """The app, or somebody's right to open it, was removed. Raises NotGenuine, StateUnknown."""
    callback = _callback(house, payload, purpose)
    try:
        store_id = _store(house, callback)
    except StoreUnknown:
        return
    with house.database.store(store_id) as tx:
        if purpose is Use.REMOVE_USER:
            removals.put(tx, callback.user_id, callback.since)
            log.info("visitor.removed", store=store_id)
        else:
            stores.lock(tx)
            uninstall(house, tx, stores.get(tx), callback.since + SKEW)


def _callback(house: House, payload: str, purpose: Use) -> Callback:
    """What the platform says, used for this and nothing else from now on."""
    found = verify_callback(payload, app(house.settings), house.now())

    def remember(memory: Memory, value: str) -> str | None:
        try:
            before = house.memory.set(memory.key, value, nx=True, get=True, ex=memory.seconds)
        except (RedisError, OSError) as error:
            raise StateUnknown from error
        return before.decode() if isinstance(before, bytes) else None

    try:
        use(found, purpose, house.now(), remember)
    except UsedBefore as error:
        raise OpenedBefore(visit=visit_name(found.identity), store=found.store, path=found.path) from error
    return found


def _store(house: House, callback: Callback) -> StoreId:
    found = stores.find_held(house.database, PLATFORM, callback.store, callback.since)
    if found is None:
        raise StoreUnknown(store=callback.store)
    return found


def _waken(house: House, store_id: StoreId) -> None:
    """A store that was shut to us is tried; raises PlatformError where it still is."""
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
    if store.installed and not store.reachable:  # Somebody looks: the daily try is now.
        house.bell.ring(Work.REPAIR, store.id)
    if not store.installed:
        platform(store.platform).store_info(client(house, store, trying=True))
        awaken(house, store)


def awaken(house: House, store: Store) -> None:
    """The store lets us in again: its history is read anew, for its webhooks may have been away."""
    with house.database.store(store.id) as tx:
        stores.lock(tx)
        if stores.get(tx).installed:
            return
        stores.set_state(tx, State.INSTALLING, house.now())
        problems.clear(tx, "needs_authorisation")
        reads.now_due(tx)
    house.bell.ring(Work.BACKFILL, store.id)
    log.info("store.awake", store=store.id)
