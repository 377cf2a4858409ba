"""The older way in, where Shopify does not install the app itself: off unless SHOPIFY_INSTALL=code.

Here alone a cookie is set: at the top of the window, for the way to Shopify's page and back. Inside the admin's
frame there is none.
"""

from flask import Blueprint, abort, make_response, redirect, request
from werkzeug.wrappers import Response

from plugin.domain.errors import PlatformError
from plugin.flow.authorise import LIFE, StateUnknown, begin, finish
from plugin.platforms.base import NotGenuine
from plugin.platforms.shopify import auth
from plugin.web import errors, words
from plugin.web.here import house
from plugin.web.session import AGREE, CALLBACK

COOKIE = "regulars_state"

routes = Blueprint("grant", __name__)


@routes.before_request
def _only_where_asked() -> None:
    if not house().settings.installs_by_code:
        abort(404)


@routes.get(AGREE)
def leave() -> Response:
    """To Shopify's page, where the merchant agrees to what the app asks for."""
    try:
        leaving = begin(house(), auth.shop_domain(request.args.get("shop", "")))
    except NotGenuine:
        return _refused()
    response = redirect(leaving.url)
    response.set_cookie(
        COOKIE,
        leaving.cookie,
        max_age=int(LIFE.total_seconds()),
        path=CALLBACK,
        secure=house().settings.public_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )
    return response


@routes.get(CALLBACK)
def come_back() -> Response:
    """The app is installed on the store, and the browser goes on into the admin."""
    try:
        finish(house(), request.query_string.decode("ascii", "replace"), request.cookies.get(COOKIE, ""))
        settings = house().settings
        into = auth.app_url(request.args.get("host", ""), settings.shopify_client_id, settings.shopify_admin_url)
    except NotGenuine:
        return _refused()
    except (PlatformError, StateUnknown) as error:
        return make_response(errors.page(words.sentence(error)), 502)
    response = redirect(into)
    response.delete_cookie(COOKIE, path=CALLBACK)
    return response


def _refused() -> Response:
    return make_response(errors.page(words.say("Open the app from your store's admin.")), 400)
