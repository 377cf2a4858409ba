"""The page inside a control panel that names its visitor once, in the address of the frame."""

import structlog
from flask import Blueprint, Response, abort, g, make_response, render_template, request

from plugin.domain.errors import PlatformError
from plugin.flow.authorise import StateUnknown
from plugin.flow.entitle import look
from plugin.flow.meet import meet
from plugin.flow.visit import StoreUnknown, load
from plugin.platforms.base import NotGenuine
from plugin.platforms.bigcommerce.app_tokens import AppToken
from plugin.platforms.bigcommerce.connect import NAME as PLATFORM
from plugin.platforms.bigcommerce.connect import is_open
from plugin.platforms.bigcommerce.extension import customer_in
from plugin.platforms.manifest import asked
from plugin.web import errors, words
from plugin.web.here import house
from plugin.web.routes.document import modules
from plugin.web.security import frames_of

ASKED = asked(PLATFORM)
PAYLOAD = "signed_payload_jwt"

log = structlog.get_logger()
routes = Blueprint("load", __name__)


def only_where_open() -> None:
    """There is no such door where the platform does not know us."""
    if not is_open(house().settings):
        abort(404)
    g.platform = PLATFORM


routes.before_request(only_where_open)


@routes.get(ASKED.load_path)
def page() -> Response:
    """The page, for whom the platform names, at the view they asked for."""
    try:
        visit = load(house(), request.args.get(PAYLOAD, ""))
    except (NotGenuine, StoreUnknown):
        return _closed(words.say("Open the app again from your control panel."), 401)
    except (PlatformError, StateUnknown) as error:
        log.warning("page.load_failed", error=error.code, reason=error.message)
        return _closed(words.sentence(error), 502)
    look(house(), visit.store_id)
    if (customer := customer_in(visit.path)) is not None:
        meet(house(), visit.store_id, customer)
    frames_of(PLATFORM, visit.store)
    return shell(visit.token, visit.path)


@routes.get(ASKED.application_path)
@routes.get(f"{ASKED.application_path}/<path:view>")
def elsewhere(view: str = "") -> Response:
    """A view's address by itself names nobody: the control panel must open the page."""
    return _closed(words.say("Open the app again from your control panel."), 401)


def shell(token: AppToken, path: str) -> Response:
    """The page, which holds this token and shows this view first."""
    return make_response(
        render_template(
            "bigcommerce.html",
            settings=house().settings,
            root=ASKED.application_path,
            modules=modules(PLATFORM),
            platform=PLATFORM,
            title=words.say("{platform}"),
            token=token.text,
            life=int((token.expires_at - house().now()).total_seconds()),
            start=path.rstrip("/"),
            beside=customer_in(path) is not None,
        )
    )


def _closed(message: str, status: int) -> Response:
    """Whoever asks may read this in a frame: it says nothing of any store."""
    g.frames = house().settings.bigcommerce_frame_ancestors.replace("{hash}", "*")
    return make_response(errors.page(message), status)
