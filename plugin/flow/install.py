"""install: a merchant has opened the app; the store has a row, a token, and its history on the way."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

import structlog
from psycopg.errors import UniqueViolation
from redis import RedisError

from plugin.db import credentials, entitlements, placements, problems, reads, rolls, shelves, stores
from plugin.db.stores import State, Store
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.pause import REASONS
from plugin.platforms import platform
from plugin.platforms.base import Calls, Connection, Grant, StoreInfo, Tokens
from plugin.platforms.shopify import grants
from plugin.platforms.shopify.connect import NAME as PLATFORM
from plugin.platforms.shopify.connect import app, base_url

log = structlog.get_logger()
LEASE_SECONDS = 90
PATIENCE_SECONDS = 30.0


def install(house: House, domain: str, id_token: str) -> Store:
    """The store behind this genuine ID token is installed, or awake again; safe to repeat.

    The key is the store's id at its platform, not its domain, which may change. Raises PlatformError.
    """
    began = house.now()
    with alone(house, PLATFORM, domain):
        found = _installed_since(house, domain, began)
        if found is not None:
            return found
        grant = grants.exchange(
            house.http, base_url(house.settings, domain), app(house.settings), id_token, house.now()
        )
        return install_granted(house, PLATFORM, domain, grant)


@contextmanager
def alone(house: House, platform_name: str, domain: str) -> Iterator[None]:
    """Nobody else exchanges a token for this store: of two pairs only the later counts, whichever is stored last.

    There is no row yet to hold a lease on, so Redis holds it; where it does not answer, two are only unlikely.
    """
    name, owner = f"installing:{platform_name}:{domain}", uuid.uuid4().hex
    until = time.monotonic() + PATIENCE_SECONDS
    try:
        while not house.redis.set(name, owner, nx=True, ex=LEASE_SECONDS) and time.monotonic() < until:
            time.sleep(0.1)
    except (RedisError, OSError):
        log.warning("store.install_unguarded", domain=domain)
    try:
        yield
    finally:
        with suppress(RedisError, OSError):
            if house.redis.get(name) == owner.encode():
                house.redis.delete(name)


def _installed_since(house: House, domain: str, began: datetime) -> Store | None:
    """The store of the domain, if somebody else has installed it while we waited."""
    store_id = stores.find_held(house.database, PLATFORM, domain, began)
    if store_id is None:
        return None
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
    return store if store.installed and store.installed_at >= began else None


def install_granted(house: House, platform_name: str, domain: str, grant: Grant) -> Store:
    """The store that gave this grant is installed, or awake again; safe to repeat. Raises PlatformError."""
    info = platform(platform_name).store_info(_client(house, platform_name, domain, grant))
    known = stores.find_remote(house.database, platform_name, str(info.remote_id))
    try:
        fresh = known if known is not None else stores.next_id(house.database)
        store = _put(house, platform_name, fresh, info, grant)
    except UniqueViolation:  # Somebody else was faster.
        known = stores.find_remote(house.database, platform_name, str(info.remote_id))
        if known is None:
            raise
        store = _put(house, platform_name, known, info, grant)
    store_id = store.id
    house.bell.ring(Work.BACKFILL, store_id)
    log.info("store.installed", store=store_id, again=known is not None)
    return store


def _client(house: House, platform_name: str, domain: str, grant: Grant) -> Calls:
    """A client for a store that has no row yet: with the token we were just given, and no other."""
    tokens = Tokens(lambda: grant.access_token, lambda refused: grant.access_token)
    pace = house.paces[platform_name]
    return platform(platform_name).doors.connect(
        house.settings, Connection(domain, grant.scopes, tokens, house.http, pace)
    )


def _put(house: House, platform_name: str, store_id: StoreId, info: StoreInfo, grant: Grant) -> Store:
    with house.database.store(store_id) as tx:
        credentials.end_hook_secret(tx)
        stores.put(
            tx,
            platform_name,
            str(info.remote_id),
            info.domain,
            info.name,
            info.timezone,
            info.currency,
            info.scopes,
            house.now(),
        )
        credentials.put(
            tx, house.keys, grant.access_token, grant.refresh_token, grant.expires_at, grant.refresh_expires_at
        )
        refused = problems.find(tx, "needs_authorisation", "") is not None
        if refused and not platform(platform_name).removal_is_sure:
            shelves.gone(tx)  # Nobody may have told us that the app was removed, and with it what it kept.
            rolls.look_again(tx)
            placements.look_again(tx)
        for code in ("needs_authorisation", *REASONS):
            problems.clear(tx, code)
        reads.now_due(tx)
        if platform(platform_name).sells(house.settings):
            entitlements.want(tx, house.now())  # Removing the app ended what it agreed to; it is asked anew.
        return stores.get(tx)


def is_awake(store: Store) -> bool:
    """Whether the store needs no new token."""
    return store.state not in (State.UNINSTALLED, State.NEEDS_AUTHORISATION)
