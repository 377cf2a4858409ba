"""install: a merchant has opened the app; the store has a row, a token, and its history on the way."""

import structlog

from plugin.db import credentials, entitlements, problems, stores
from plugin.db.stores import State, Store
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.tokens import app, base_url
from plugin.platforms import platform
from plugin.platforms.base import Grant, StoreInfo, Tokens
from plugin.platforms.manifest import asked
from plugin.platforms.shopify import grants
from plugin.platforms.shopify.client import Client

log = structlog.get_logger()
PLATFORM = "shopify"


def install(house: House, domain: str, id_token: str) -> Store:
    """The store behind this genuine ID token is installed, or awake again; safe to repeat.

    The key is the store's id at its platform, not its domain, which may change. Raises PlatformError.
    """
    grant = grants.exchange(house.http, base_url(house, domain), app(house), id_token, house.now())
    return install_granted(house, domain, grant)


def install_granted(house: House, domain: str, grant: Grant) -> Store:
    """The store that gave this grant is installed, or awake again; safe to repeat. Raises PlatformError."""
    info = platform(PLATFORM).store_info(_client(house, domain, grant))
    known = stores.find_remote(house.database, PLATFORM, str(info.remote_id))
    store_id = known if known is not None else stores.next_id(house.database)
    store = _put(house, store_id, info, grant)
    house.bell.ring(Work.BACKFILL, store_id)
    log.info("store.installed", store=store_id, again=known is not None)
    return store


def _client(house: House, domain: str, grant: Grant) -> Client:
    """A client for a store that has no row yet: with the token we were just given, and no other."""
    tokens = Tokens(lambda: grant.access_token, lambda refused: grant.access_token)
    return Client(
        domain,
        tokens,
        house.http,
        house.pacer,
        base_url=base_url(house, domain),
        api_version=asked(PLATFORM).api_version,
    )


def _put(house: House, store_id: StoreId, info: StoreInfo, grant: Grant) -> Store:
    with house.database.store(store_id) as tx:
        stores.put(
            tx,
            PLATFORM,
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
        problems.clear(tx, "needs_authorisation")
        if house.settings.bills:  # Removing the app ended what it agreed to; what it agrees to now is asked.
            entitlements.want(tx, house.now())
        return stores.get(tx)


def is_awake(store: Store) -> bool:
    """Whether the store needs no new token."""
    return store.state not in (State.UNINSTALLED, State.NEEDS_AUTHORISATION)
