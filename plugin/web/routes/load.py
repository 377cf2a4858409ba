"""The page inside a control panel that names its visitor once, in the address of the frame."""

import structlog
from flask import Blueprint, Response, abort, g, make_response, render_template, request

from plugin.domain.errors import PlatformError
from plugin.flow.agreed import look
from plugin.flow.authorise import StateUnknown
from plugin.flow.choose import VIEW
from plugin.flow.meet import meet
from plugin.flow.visit import OpenedBefore, StoreUnknown, Visit, load
from plugin.platforms import platform
from plugin.platforms.base import NotGenuine
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
    except OpenedBefore as before:
        frames_of(PLATFORM, str(before.particulars["store"]))
        return _reopened(str(before.particulars["visit"]), str(before.particulars["path"]))
    except (NotGenuine, StoreUnknown):
        return _closed(words.say("Open the app again from your control panel."), 401)
    except (PlatformError, StateUnknown) as error:
        log.warning("page.load_failed", error=error.code, reason=error.message)
        return _closed(words.sentence(error), 502)
    # A link to the plan is what a checkout leads back to: a reason to ask, whatever the address says besides.
    look(house(), visit.store_id, changed=visit.path.partition("?")[0] == VIEW)
    if (customer := customer_in(visit.path)) is not None:
        meet(house(), visit.store_id, customer)
    frames_of(PLATFORM, visit.store)
    return shell(visit)


@routes.get(ASKED.application_path)
@routes.get(f"{ASKED.application_path}/<path:view>")
def elsewhere(view: str = "") -> Response:
    """A view's address by itself names nobody: the control panel must open the page, or the window have it still."""
    _framed_anywhere()
    return _reopened("", f"/{view}")


def shell(visit: Visit) -> Response:
    """The page, which holds the visit's token and shows its view first."""
    life = int((visit.token.expires_at - house().now()).total_seconds())
    return make_response(_page(visit.path, visit=visit.name, token=visit.token.text, life=life))


def _reopened(visit: str, path: str) -> Response:
    """The page without a token: it goes on where this window kept one, and says how to open the app where not."""
    closed = words.say("Open the app again from your control panel.")
    return make_response(_page(path, visit=visit, token="", life=0, closed=closed), 401)


def _page(path: str, **said: str | int) -> str:
    return render_template(
        "bigcommerce.html",
        settings=house().settings,
        root=ASKED.application_path,
        modules=modules(PLATFORM),
        platform=PLATFORM,
        title=words.say("{platform}"),
        sells=platform(PLATFORM).sells(house().settings),
        start=path.rstrip("/"),
        beside=customer_in(path) is not None,
        **said,
    )


def _closed(message: str, status: int) -> Response:
    """Whoever asks may read this in a frame: it says nothing of any store."""
    _framed_anywhere()
    return make_response(errors.page(message), status)


def _framed_anywhere() -> None:
    """What says nothing of a store may stand in the control panel of any."""
    settings = house().settings
    g.frames = settings.bigcommerce_frame_ancestors.replace("{hash}", "*")
    g.scripts = platform(PLATFORM).doors.scripts(settings)
