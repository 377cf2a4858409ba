"""Pages for people, and the scripts that stand in for the platform's own."""

from pathlib import Path

from flask import Blueprint, Response, current_app, redirect, render_template, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from sandbox.control.answers import the_shop
from sandbox.oauth.signing import app_address
from sandbox.pages.headers import page as headed
from sandbox.world import World

STATIC = Path(__file__).parent / "static"
routes = Blueprint("pages", __name__)


@routes.get("/")
def home() -> AnyResponse:
    """The admin of the first shop; where there is none, the neighbour's first store."""
    world: World = current_app.extensions["world"]
    shop = next(iter(world.shops.values()), None)
    return redirect(f"/admin/store/{shop.handle}" if shop else "/bigcommerce")


@routes.get("/admin/store/<handle>", defaults={"split": True})
@routes.get("/admin/store/<handle>/app", defaults={"split": False})
@routes.get("/admin/store/<handle>/apps/<client_id>", defaults={"split": False})
def admin(handle: str, split: bool, client_id: str = "") -> Response:
    """The merchant's admin with the app in its frame; opening it installs the app."""
    world: World = current_app.extensions["world"]
    shop = the_shop(handle)
    world.install(shop)
    address = app_address(world.config, shop)
    page = render_template("admin.html", shop=shop, address=address, split=split, config=world.config)
    return headed(page, frames=f"{world.config.app_url} 'self'")


@routes.get("/window/<domain>")
def window(domain: str) -> Response:
    """The shop window: choose who you are, buy, and see your tags."""
    shop = the_shop(domain)
    html = render_template(
        "window.html", shop=shop, name=shop.profile.name, currency=shop.profile.currency, what="Shop window",
        label="tag", labels="Tags in the store",
    )  # fmt: skip
    return headed(html, frames="'none'")


@routes.get("/app-bridge.js")
def app_bridge() -> Response:
    """Stands in for the platform's script of this name."""
    return _script("app-bridge.js")


@routes.get("/polaris.js")
def polaris() -> Response:
    """Stands in for the platform's web components."""
    return _script("polaris.js")


@routes.get("/static/<path:name>")
def static(name: str) -> Response:
    """Styles and scripts of the two pages."""
    return send_from_directory(STATIC, name)


def _script(name: str) -> Response:
    response = send_from_directory(STATIC, name)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
