"""Who asks: a token on every request, the platform's or one of ours by its word; no cookies, nothing remembered.

A route is closed unless its endpoint stands in PUBLIC.
"""

from flask import Flask, g, request

from plugin.db import stores
from plugin.domain.errors import RegularsError
from plugin.domain.ids import StoreId
from plugin.flow.install import is_awake
from plugin.flow.visit import StoreUnknown, admit
from plugin.platforms import platforms
from plugin.platforms.base import Identity, NotGenuine
from plugin.platforms.bigcommerce.connect import NAME as BIGCOMMERCE
from plugin.platforms.manifest import asked
from plugin.platforms.shopify.connect import NAME as SHOPIFY
from plugin.web.here import house

ASKED = asked(SHOPIFY)
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
        "consent.agreed",  # Proves the code by exchanging it.
        "load.page",  # Proves the platform's own word.
        "load.elsewhere",  # Says how to open the app.
        "callbacks.uninstalled",  # Prove the platform's own word.
        "callbacks.user_removed",
        "health.alive",
        "health.ready",
        "health.metrics",  # Asks for a token of its own, or for this machine.
        "api-docs.openapi_json",  # How the API looks; no data.
    }
)


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
    name, identity = _visitor(token.strip())
    g.platform = name
    store_id = stores.find_held(house().database, name, identity.store, identity.since)
    if name == SHOPIFY:
        require_grant(store_id, identity.store)
    if store_id is None:
        raise StoreUnknown(store=identity.store)
    if name == BIGCOMMERCE:  # It named them once, and the token since then is ours.
        admit(house(), store_id, identity)
    g.identity, g.store_id = identity, store_id


def _visitor(bearer: str) -> tuple[str, Identity]:
    """Which platform names who asks, and whom; raises NotGenuine where none does."""
    for each in platforms(house().settings):
        try:
            return each.name, each.doors.visitor(house().settings, bearer, house().now())
        except NotGenuine:
            continue
    raise NotGenuine
