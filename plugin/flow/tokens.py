"""A store's client and the tokens it calls with, refreshed by one process at a time.

A refresh is a call, and no call is made inside a transaction: so the lock is a lease
(docs/decisions/0005), and both tokens of the new pair are stored in one transaction.
"""

import time
import uuid
from dataclasses import replace
from datetime import timedelta

import structlog

from plugin.db import credentials, leases, preferences, problems, stores
from plugin.db.credentials import Credential
from plugin.db.stores import State, Store
from plugin.domain.errors import AccessDenied, AppRefused, NeedsReauthorisation, PlatformError, StoreUnavailable
from plugin.domain.ids import StoreId
from plugin.flow.house import House
from plugin.flow.pause import pause
from plugin.platforms import platform
from plugin.platforms.base import Calls, Connection, Grant, Tokens

log = structlog.get_logger()
EARLY = timedelta(minutes=5)
LEASE = "token"
LEASE_SECONDS = 90
PATIENCE_SECONDS = 30.0


def client(house: House, store: Store, share: float = 1.0, *, trying: bool = False, optional: bool = False) -> Calls:
    """A client of the store's API. ``share``: the part of the store's pace this work may take.

    ``trying``: the store rests, and this is the call that finds out whether it still must. ``optional``: what the
    merchant or the platform may well deny, so that the store goes on without it.
    """
    tokens = Tokens(lambda: _current(house, store, trying), lambda refused: refreshed(house, store, refused))

    def watch(error: PlatformError) -> None:
        _shut_out(house, store, error, optional)

    pace, counted = house.paces[store.platform], _counted(house, store)
    return platform(store.platform).doors.connect(
        house.settings, Connection(store.domain, store.scopes, tokens, house.http, pace, share, watch, counted)
    )


def _counted(house: House, store: Store) -> tuple[str, ...] | None:
    """What the store's people chose to count as a purchase, where there is a choice."""
    if platform(store.platform).statuses is None:
        return None
    with house.database.store(store.id) as tx:
        return preferences.counted(tx)


def _shut_out(house: House, store: Store, error: PlatformError, optional: bool) -> None:
    """The store rests or needs its merchant, and its page says so."""
    if isinstance(error, StoreUnavailable | AccessDenied):
        if store.paused_at is None and not (optional and isinstance(error, AccessDenied)):
            pause(house, store.id, error)
    elif isinstance(error, NeedsReauthorisation):
        needs_authorisation(house, store.id)


def stored(house: House, store_id: StoreId) -> Credential:
    """The store's pair; raises NeedsReauthorisation where there is none."""
    with house.database.store(store_id) as tx:
        found = credentials.get(tx, house.keys)
    if found is None:
        raise NeedsReauthorisation("the store has no token", store=store_id)
    return found


def _current(house: House, store: Store, trying: bool) -> str:
    if store.paused_at is not None and not trying:
        raise StoreUnavailable("the store rests until its daily try")
    found = stored(house, store.id)
    if found.expires_at is not None and found.expires_at - house.now() < EARLY:
        return refreshed(house, store, found.access_token)
    return found.access_token


def refreshed(house: House, store: Store, refused: str) -> str:
    """A token newer than ``refused``: another process's, or one we fetch ourselves."""
    owner = uuid.uuid4().hex
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with house.database.store(store.id) as tx:
            ours = leases.take(tx, LEASE, owner, LEASE_SECONDS)
            found = credentials.get(tx, house.keys)  # After the lease: who had it before has stored its pair.
            newer = found is not None and found.access_token != refused
            refreshable = found is not None and found.refresh_token is not None
            if ours and (newer or not refreshable):
                leases.release(tx, LEASE, owner)
        if found is not None and newer:
            return found.access_token
        if found is None or not refreshable:
            raise needs_authorisation(house, store.id)
        if ours:
            break
        if time.monotonic() > deadline:
            raise PlatformError("another process is refreshing this store's token", store=store.id)
        time.sleep(0.2)
    try:
        return _refresh(house, store, found)
    finally:
        with house.database.store(store.id) as tx:
            leases.release(tx, LEASE, owner)


def _refresh(house: House, store: Store, found: Credential) -> str:
    refresh = platform(store.platform).doors.refresh
    if refresh is None:
        raise needs_authorisation(house, store.id)
    tried = [token for token in (found.refresh_token, found.previous_refresh_token) if token]
    for token in tried:
        try:
            grant = refresh(house.settings, house.http, store.domain, token, house.now())
        except NeedsReauthorisation:
            continue
        except AppRefused as error:
            log.error("token.app_refused", store=store.id, reason=error.particulars["error"])
            raise
        put(house, store.id, grant if grant.refresh_token else replace(grant, refresh_token=token))
        log.info("token.refreshed", store=store.id)
        return grant.access_token
    newest = stored(house, store.id)
    if newest.access_token != found.access_token:  # Somebody opened the app meanwhile, which ended what we held.
        return newest.access_token
    raise needs_authorisation(house, store.id)


def put(house: House, store_id: StoreId, grant: Grant) -> None:
    """The pair is stored, both tokens in one transaction."""
    with house.database.store(store_id) as tx:
        credentials.put(
            tx, house.keys, grant.access_token, grant.refresh_token, grant.expires_at, grant.refresh_expires_at
        )


def needs_authorisation(house: House, store_id: StoreId) -> NeedsReauthorisation:
    """The error to raise, after the store is marked and its page says what to do."""
    with house.database.store(store_id) as tx:
        if stores.get(tx).state not in (State.UNINSTALLED, State.NEEDS_AUTHORISATION):
            stores.set_state(tx, State.NEEDS_AUTHORISATION, house.now())
            problems.report(tx, "needs_authorisation")
    return NeedsReauthorisation("the merchant must open the app again", store=store_id)
