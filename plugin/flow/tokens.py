"""A store's client and the tokens it calls with, refreshed by one process at a time.

A refresh is a call, and no call is made inside a transaction: so the lock is a lease
(docs/decisions/0005), and both tokens of the new pair are stored in one transaction.
"""

import time
import uuid
from datetime import timedelta

import structlog

from plugin.db import credentials, leases, problems, stores
from plugin.db.credentials import Credential
from plugin.db.stores import State, Store
from plugin.domain.errors import NeedsReauthorisation, PlatformError
from plugin.domain.ids import StoreId
from plugin.flow.house import House
from plugin.platforms.base import Grant, Tokens
from plugin.platforms.manifest import asked
from plugin.platforms.shopify import auth
from plugin.platforms.shopify.client import Client

log = structlog.get_logger()
EARLY = timedelta(minutes=5)
LEASE = "token"
LEASE_SECONDS = 90
PATIENCE_SECONDS = 30.0


def client(house: House, store: Store, share: float = 1.0) -> Client:
    """A client of the store's API. ``share``: the part of the store's pace this work may take."""
    return Client(
        store.domain,
        Tokens(lambda: _current(house, store), lambda refused: _refreshed(house, store, refused)),
        house.http,
        house.pacer,
        base_url=base_url(house, store.domain),
        api_version=asked(store.platform).api_version,
        share=share,
    )


def base_url(house: House, domain: str) -> str:
    """Where the shop's API lives."""
    return house.settings.shopify_shop_url.format(shop=domain)


def app(house: House) -> auth.App:
    """The app as Shopify knows it."""
    return auth.App(house.settings.shopify_client_id, house.settings.shopify_secrets)


def _stored(house: House, store_id: StoreId) -> Credential:
    with house.database.store(store_id) as tx:
        found = credentials.get(tx, house.keys)
    if found is None:
        raise NeedsReauthorisation("the store has no token", store=store_id)
    return found


def _current(house: House, store: Store) -> str:
    found = _stored(house, store.id)
    if found.expires_at is not None and found.expires_at - house.now() < EARLY:
        return _refreshed(house, store, found.access_token)
    return found.access_token


def _refreshed(house: House, store: Store, refused: str) -> str:
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
    tried = [token for token in (found.refresh_token, found.previous_refresh_token) if token]
    for token in tried:
        try:
            grant = auth.refresh(house.http, base_url(house, store.domain), app(house), token, house.now())
        except NeedsReauthorisation:
            continue
        put(house, store.id, grant)
        log.info("token.refreshed", store=store.id)
        return grant.access_token
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
        if stores.get(tx).state is not State.UNINSTALLED:
            stores.set_state(tx, State.NEEDS_AUTHORISATION, house.now())
            problems.report(tx, "needs_authorisation")
    return NeedsReauthorisation("the merchant must open the app again", store=store_id)
