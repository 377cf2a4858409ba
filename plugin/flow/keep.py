"""keep: a store that nobody calls for a while does not lose its tokens.

A refresh token lives for 90 days, and every refresh brings another: looking after it once a day is plenty.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from plugin.db import credentials, leases
from plugin.db.stores import Store
from plugin.domain.errors import NeedsReauthorisation
from plugin.flow.house import House
from plugin.flow.tokens import LEASE, LEASE_SECONDS, needs_authorisation, put, refreshed
from plugin.platforms import platform
from plugin.platforms.base import Grant
from plugin.platforms.http import Http
from plugin.settings import Settings

log = structlog.get_logger()
OLD = timedelta(days=7)
Exchange = Callable[[Settings, Http, str, str, datetime], Grant]


def keep(house: House, store: Store) -> None:
    """The store's pair of tokens is younger than a week, and no token of it lives for ever where the platform minds.

    One that does (of an app older than that rule) is exchanged for a pair, which ends it. Raises PlatformError.
    """
    with house.database.store(store.id) as tx:
        found = credentials.get(tx, house.keys)
    if found is None:
        raise needs_authorisation(house, store.id)
    end_permanent = platform(store.platform).doors.end_permanent
    if found.refresh_token is None and found.expires_at is None:
        if end_permanent is not None:
            _exchange(house, store, found.access_token, end_permanent)
    elif found.refresh_token is not None and house.now() - found.updated_at > OLD:
        refreshed(house, store, found.access_token)


def _exchange(house: House, store: Store, permanent: str, end_permanent: Exchange) -> None:
    """Under the lease of refreshing: of two that exchange one token, the second would find it dead."""
    owner = uuid.uuid4().hex
    with house.database.store(store.id) as tx:
        if not leases.take(tx, LEASE, owner, LEASE_SECONDS):
            return
        found = credentials.get(tx, house.keys)
    try:
        if found is not None and found.access_token == permanent:
            put(house, store.id, end_permanent(house.settings, house.http, store.domain, permanent, house.now()))
            log.info("token.exchanged", store=store.id)
    except NeedsReauthorisation as error:
        raise needs_authorisation(house, store.id) from error
    finally:
        with house.database.store(store.id) as tx:
            leases.release(tx, LEASE, owner)
