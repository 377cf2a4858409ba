"""The sandbox's HTTP: everything it answers, wired once."""

import json
import os
import signal
import threading
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from sandbox.admin_api import route as admin_api
from sandbox.admin_api import staged
from sandbox.admin_api.schema import the_schema
from sandbox.bigcommerce import mount as bigcommerce
from sandbox.bigcommerce.asked import Asked as AskedOfBigCommerce
from sandbox.config import Asked, Config
from sandbox.control import extras, goods, people, plans, rush, segments, shops, trade
from sandbox.oauth import route as oauth
from sandbox.pages import plans as plan_pages
from sandbox.pages import route as pages
from sandbox.partner_api import route as partner_api
from sandbox.world import World

CONFIG_VARIABLE = "SANDBOX_CONFIG"
PARENT_VARIABLE = "SANDBOX_PARENT"


def create_app(config: Config) -> Flask:
    """The sandbox over a new, empty world."""
    app = Flask(__name__, static_folder=None, template_folder="pages/templates")
    app.extensions["world"] = World(config)
    for part in (
        admin_api,
        staged,
        partner_api,
        oauth,
        shops,
        people,
        extras,
        plans,
        goods,
        trade,
        rush,
        segments,
        pages,
        plan_pages,
    ):
        app.register_blueprint(part.routes)
    bigcommerce.mount(app, config)
    app.register_error_handler(HTTPException, _say)
    the_schema()
    return app


def from_environment() -> Flask:
    """The app as the server's own process makes it, from what its parent put into the environment."""
    _end_with_parent(int(os.environ[PARENT_VARIABLE]))
    return create_app(unpack(os.environ[CONFIG_VARIABLE]))


def pack(config: Config) -> str:
    """The configuration as a text for the environment of a child process."""
    return json.dumps(asdict(config))


def unpack(text: str) -> Config:
    """The configuration that was packed."""
    said: dict[str, Any] = _with_tuples(json.loads(text))
    asked: dict[str, Any] = _with_tuples(said.pop("asked"))
    other: dict[str, Any] = _with_tuples(said.pop("bigcommerce"))
    return Config(asked=Asked(**asked), bigcommerce=AskedOfBigCommerce(**other), **said)


def _with_tuples(said: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}


def _say(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description), error.code or 500


def _end_with_parent(parent: int) -> None:
    """This process ends when its parent is gone, however it went: nothing is left behind."""

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(0.5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()
