"""Where a merchant's browser comes from the page on which they agreed to the app (README §1 of the platform)."""

import structlog
from flask import Blueprint, g, make_response, redirect, request
from werkzeug.wrappers import Response

from plugin.domain.errors import PlatformError, RegularsError
from plugin.flow.consent import ScopesMissing, consent
from plugin.flow.visit import greet
from plugin.platforms.base import NotGenuine
from plugin.platforms.bigcommerce.connect import NAME as PLATFORM
from plugin.platforms.bigcommerce.grants import installed_url
from plugin.platforms.manifest import asked
from plugin.web import errors, words
from plugin.web.here import house
from plugin.web.routes.load import only_where_open, shell
from plugin.web.security import frames_of

log = structlog.get_logger()
routes = Blueprint("consent", __name__)
routes.before_request(only_where_open)


@routes.get(asked(PLATFORM).redirect_paths[0])
def agreed() -> Response:
    """The app is installed, and its page shown; or the browser goes where a link from outside wants it."""
    is_external = "external_install" in request.args
    try:
        found = consent(house(), request.query_string.decode("ascii", "replace"))
    except (NotGenuine, ScopesMissing, PlatformError) as error:
        log.warning("store.consent_failed", error=error.code, reason=error.message)
        return _outside(succeeded=False) if is_external else _refused(error)
    if is_external:
        return _outside(succeeded=True)
    frames_of(PLATFORM, found.visitor.store)
    return shell(greet(house(), found.store.id, found.visitor))


def _outside(*, succeeded: bool) -> Response:
    """The platform's own page says how it went."""
    settings = house().settings
    return redirect(installed_url(settings.bigcommerce_login_url, settings.bigcommerce_client_id, succeeded=succeeded))


def _refused(error: RegularsError) -> Response:
    g.frames = house().settings.bigcommerce_frame_ancestors.replace("{hash}", "*")
    status = {"not_genuine": 400, "scopes_missing": 403}.get(error.code, 502)
    return make_response(errors.page(words.sentence(error)), status)
