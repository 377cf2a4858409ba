"""Wiring: one Flask app over one house."""

from flask import Flask, make_response, redirect, request
from werkzeug.wrappers import Response

from plugin.flow.house import House
from plugin.flow.receive import Directory
from plugin.platforms import platforms
from plugin.platforms.bigcommerce.connect import is_open
from plugin.platforms.manifest import asked
from plugin.web import api, errors, security, session, words
from plugin.web.here import house
from plugin.web.ingest import Ingest
from plugin.web.routes import callbacks, consent, document, grant, health, load, renew

ASKED = asked("shopify")

SAID = frozenset({"shop", "host", "id_token"})
"""What an address says that was not typed by hand."""
API_LIMIT = 1024 * 1024
"""Bytes of a request of our own page."""


def create_app(house: House) -> Flask:
    """The app: webhooks take the short path in front, everything else goes through Flask."""
    app = Flask(__name__, static_url_path="/static")
    app.config.update(
        MAX_CONTENT_LENGTH=API_LIMIT,
        API_TITLE="Regulars",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.extensions["house"] = house
    app.extensions["directory"] = Directory()
    session.guard(app)
    security.dress(app)
    errors.register(app)
    for part in (grant, document, consent, load, callbacks, renew, health):
        app.register_blueprint(part.routes)
    app.add_url_rule("/", "front", _front)
    api.register(app)
    paths = {asked(each.name).webhook_path: each.name for each in platforms(house.settings)}
    short = Ingest(app.wsgi_app, house, app.extensions["directory"], paths)
    app.wsgi_app = short  # type: ignore[method-assign, assignment]
    return app


def _front() -> Response:
    """The page of who is sent here, with what their platform says in the address. Whoever comes by themselves may be of
    any platform, where there are several."""
    if not (request.args.keys() & SAID) and is_open(house().settings):
        return make_response(errors.page(words.say("Open the app from your store's admin.")), 404)
    said = request.query_string.decode("ascii", "replace")
    return redirect(f"{ASKED.application_path}?{said}" if said else ASKED.application_path)
