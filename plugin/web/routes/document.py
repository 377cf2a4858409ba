"""The embedded page's document: proven by the ID token in its address, or sent to fetch one.

A frame inside the admin can't keep a login, so the platform puts a fresh token into the address. A
document without one goes to the bounce page, whose only script is App Bridge: it loads the address
again with a token.
"""

from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode

import structlog
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from plugin.db import stores
from plugin.domain.errors import PlatformError
from plugin.domain.ids import StoreId
from plugin.flow.agreed import look
from plugin.flow.bell import Work
from plugin.flow.install import install, is_awake
from plugin.platforms import platform
from plugin.platforms.base import Identity, NotGenuine
from plugin.platforms.manifest import asked
from plugin.platforms.shopify import auth
from plugin.platforms.shopify.billing import RETURNED
from plugin.platforms.shopify.connect import NAME as PLATFORM
from plugin.platforms.shopify.connect import app as as_app
from plugin.web import errors, words
from plugin.web.here import house
from plugin.web.security import frames_of
from plugin.web.session import GrantWanted, require_grant

ASKED = asked(PLATFORM)

log = structlog.get_logger()
routes = Blueprint("document", __name__, url_prefix=ASKED.application_path)
KEPT = ("shop", "host", "embedded", "locale")
"""What of the platform's parameters the page keeps in its address."""


@routes.get("")
@routes.get("/<path:view>")
def page(view: str = "") -> AnyResponse:
    """The page, whichever view its script will show; installs the app on the store first if need be."""
    token = request.args.get("id_token", "")
    try:
        identity = auth.verify_id_token(token, as_app(house().settings), house().now())
        frames_of(PLATFORM, identity.store)
        store_id = _installed(identity, token)
    except NotGenuine:
        return _asked_to_install() or _for_a_token()
    except GrantWanted as wanted:
        return _leave_for(str(wanted.particulars["leave_for"]))
    except PlatformError as error:
        log.warning("store.install_failed", store=identity.store, error=error.code, reason=error.message)
        return make_response(errors.page(words.sentence(error)), 502)
    look(house(), store_id, changed=any(name in request.args for name in RETURNED))
    return _shell()


@routes.get("/bounce")
def bounce() -> AnyResponse:
    """A page that only loads App Bridge, which loads ``shopify-reload`` with a token."""
    _frame_named()
    try:
        auth.reload_path(request.args.get("shopify-reload", ""))
    except NotGenuine:
        return make_response(errors.page(words.say("Open the app from your store's admin.")), 400)
    return _with_scripts(render_template("bounce.html", settings=house().settings))


def _installed(identity: Identity, token: str) -> StoreId:
    """The store, which has a row and a token that lives. Raises NotGenuine, GrantWanted, PlatformError."""
    store_id = stores.find_held(house().database, PLATFORM, identity.store, identity.since)
    require_grant(store_id, identity.store)
    if store_id is not None:
        with house().database.store(store_id) as tx:
            store = stores.get(tx)
        if store.installed and not store.reachable:  # Somebody looks: the daily try is now.
            house().bell.ring(Work.REPAIR, store.id)
        if is_awake(store):
            return store_id
    return install(house(), identity.store, token).id


def _asked_to_install() -> AnyResponse | None:
    """On to the merchant's consent, when it is Shopify's signed word that the app is to be installed by us."""
    if not house().settings.installs_by_code or request.args.get("embedded") == "1":
        return None
    try:
        query = request.query_string.decode("ascii", "replace")
        told = auth.verify_query(query, house().settings.shopify_secrets, house().now())
        shop = auth.shop_domain(told.get("shop", ""))
        require_grant(stores.find_held(house().database, PLATFORM, shop, house().now()), shop)
    except NotGenuine:
        return None
    except GrantWanted as wanted:
        return redirect(str(wanted.particulars["leave_for"]))
    return None


def _leave_for(url: str) -> Response:
    """A page inside the frame that takes the whole window to the address."""
    return _with_scripts(render_template("leave.html", settings=house().settings, url=url))


def _shell() -> Response:
    return _with_scripts(
        render_template(
            "shopify.html",
            settings=house().settings,
            root=ASKED.application_path,
            modules=modules(PLATFORM),
            platform=PLATFORM,
            title=words.say("{platform}"),
            sells=platform(PLATFORM).sells(house().settings),
        )
    )


@cache
def modules(platform: str) -> list[str]:
    """The page's scripts on this platform, so that the browser asks for all of them at once."""
    static = Path(__file__).parent.parent / "static"
    every = (path.relative_to(static) for path in static.rglob("*.js") if path.name != "leave.js")
    return sorted(path.as_posix() for path in every if path.parent.name != "platforms" or path.stem == platform)


def _for_a_token() -> AnyResponse:
    """To the bounce page; or into the admin, when someone opened our address by itself."""
    kept = {name: request.args[name] for name in KEPT if name in request.args}
    if kept.get("embedded") != "1" and "host" in kept:
        try:
            settings = house().settings
            return redirect(auth.app_url(kept["host"], settings.shopify_client_id, settings.shopify_admin_url))
        except NotGenuine:
            pass
    again = f"{quote(request.path)}?{urlencode(kept)}"
    return redirect(f"{url_for('document.bounce')}?{urlencode({**kept, 'shopify-reload': again})}")


def _frame_named() -> None:
    """Whoever the address names may frame the page, if it can be a shop at all."""
    try:
        frames_of(PLATFORM, auth.shop_domain(request.args.get("shop", "")))
    except NotGenuine:
        return


def _with_scripts(html: str) -> Response:
    settings = house().settings
    response = make_response(html)
    for url in (settings.shopify_app_bridge_url, settings.shopify_polaris_url):
        response.headers.add("Link", f"<{url}>; rel=preload; as=script")
    return response
