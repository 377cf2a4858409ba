"""Who asks: the platform's ID token on every request; no cookies, nothing remembered.

A route is closed unless its endpoint stands in PUBLIC.
"""

from flask import Flask, g, request

from plugin.db import stores
from plugin.domain.errors import RegularsError
from plugin.domain.ids import StoreId
from plugin.flow.install import PLATFORM, is_awake
from plugin.flow.tokens import app as as_app
from plugin.platforms.base import NotGenuine
from plugin.platforms.manifest import asked
from plugin.platforms.shopify.auth import verify_id_token
from plugin.web.here import house

ASKED = asked("shopify")
CALLBACK = ASKED.redirect_paths[0]
AGREE = CALLBACK.rpartition("/")[0]
"""Where the merchant is sent to agree, and where Shopify sends them back to."""

PUBLIC = frozenset(
    {
        "front",  # Sends on to the page.
        "static",  # The page's own files; the same for everyone.
        "document.page",  # Proves its own token, or sends for one.
        "document.bounce",  # Fetches a token; shows nothing of a store.
        "grant.leave",  # Sends on to Shopify's own page.
        "grant.come_back",  # Proves Shopify's signature and the browser's own state.
        "health.alive",
        "health.ready",
        "health.metrics",  # Asks for a token of its own, or for this machine.
        "api-docs.openapi_json",  # How the API looks; no data.
    }
)


class StoreUnknown(RegularsError):
    """The visitor is genuine and their store has no row: it was never opened, or erased."""

    code = "store_unknown"


class GrantWanted(RegularsError):
    """The app may not call the store until its merchant has agreed, at the address ``leave_for``."""

    code = "grant_wanted"


def guard(app: Flask) -> None:
    """Every route of the app asks who is there, the public ones excepted."""
    app.before_request(_prove)


def require_grant(store_id: StoreId | None, domain: str) -> None:
    """The store can be called; raises GrantWanted where its merchant must agree at an address of ours (again).

    Only the older way in asks for that: otherwise Shopify does, before it opens the app.
    """
    if not house().settings.installs_by_code:
        return
    if store_id is not None:
        with house().database.store(store_id) as tx:
            store = stores.get(tx)
        if is_awake(store) and not ASKED.missing(store.scopes):
            return
    raise GrantWanted(leave_for=f"{house().settings.public_url}{AGREE}?shop={domain}")


def _prove() -> None:
    if request.endpoint is None or request.endpoint in PUBLIC:
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotGenuine
    identity = verify_id_token(token.strip(), as_app(house()), house().now())
    store_id = stores.find_held(house().database, PLATFORM, identity.store, identity.since)
    require_grant(store_id, identity.store)
    if store_id is None:
        raise StoreUnknown(store=identity.store)
    g.identity, g.store_id = identity, store_id
