"""What the platform's own server tells: the app, or somebody's right to open it, was removed."""

import structlog
from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from plugin.flow.authorise import StateUnknown
from plugin.flow.visit import leave
from plugin.platforms.base import NotGenuine
from plugin.platforms.bigcommerce.auth import Use
from plugin.platforms.bigcommerce.connect import NAME as PLATFORM
from plugin.platforms.manifest import asked
from plugin.web.here import house
from plugin.web.routes.load import PAYLOAD, only_where_open

log = structlog.get_logger()
routes = Blueprint("callbacks", __name__)
routes.before_request(only_where_open)


@routes.get(asked(PLATFORM).uninstall_path)
def uninstalled() -> Response:
    """The store has removed the app."""
    return _told(Use.UNINSTALL)


@routes.get(asked(PLATFORM).remove_user_path)
def user_removed() -> Response:
    """Somebody may no longer open it."""
    return _told(Use.REMOVE_USER)


def _told(purpose: Use) -> Response:
    try:
        leave(house(), request.args.get(PAYLOAD, ""), purpose)
    except NotGenuine:
        log.warning("callback.not_genuine", purpose=purpose)
        return make_response("", 401)
    except StateUnknown:
        return make_response("", 503)
    return make_response("", 204)
