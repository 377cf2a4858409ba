"""The control panel of a store."""

from pathlib import Path

from flask import Response, redirect, render_template, request, send_from_directory
from werkzeug.wrappers import Response as AnyResponse

from sandbox.bigcommerce.control.answers import the_store, the_world
from sandbox.bigcommerce.doors import Doors
from sandbox.bigcommerce.oauth.coming import agree
from sandbox.bigcommerce.oauth.payload import load_address
from sandbox.bigcommerce.store.store import Store
from sandbox.pages.headers import page as headed

STATIC = Path(__file__).parent / "static"
MANAGE = "/bigcommerce/manage/<store>"
PANEL = "/bigcommerce/panel/<store>"
"""What stands for a store's own host (control_panel_base_url)."""

pages = Doors("bigcommerce_pages", __name__, template_folder="templates")


@pages.get("/bigcommerce")
def home() -> AnyResponse:
    """The control panel of the first store."""
    store = next(iter(the_world().stores), None)
    return redirect(f"/bigcommerce/manage/{store}") if store else Response("No store yet.\n")


@pages.get(MANAGE)
def manage(store: str) -> Response:
    """The control panel with the app in its frame; with an offer to install it, where it is not."""
    found = the_store(store)
    if not found.access.installed:
        return _shown(found, "")
    return _shown(found, load_address(the_world().registration, found, _user(found)))


@pages.get(f"{PANEL}/manage/app/<int:app>")
@pages.get(f"{PANEL}/manage/app/<int:app>/<path:view>")
@pages.get(f"{MANAGE}/app/<int:app>")
@pages.get(f"{MANAGE}/app/<int:app>/<path:view>")
def deep(store: str, app: int, view: str = "") -> AnyResponse:
    """The same with a page of the app: where links and a checkout lead back to."""
    found = the_store(store)
    if app != the_world().registration.app_id or not found.access.installed:
        return Response("The app is not installed.\n", 404)
    asked = f"?{request.query_string.decode()}" if request.query_string else ""
    return _shown(found, load_address(the_world().registration, found, _user(found), url=f"/{view}{asked}"))


@pages.post(f"{MANAGE}/install")
def install(store: str) -> Response:
    """The merchant has confirmed: the frame carries the code to the app."""
    found = the_store(store)
    return _shown(found, agree(the_world(), found, _user(found)))


@pages.get("/bigcommerce/static/<path:name>")
def static(name: str) -> Response:
    """Styles and scripts of these pages."""
    return send_from_directory(STATIC, name)


@pages.get("/bigcommerce/bc-sdk.js")
def sdk() -> Response:
    """Stands in for the platform's script for apps in its frame."""
    response = send_from_directory(STATIC, "bc-sdk.js")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _shown(store: Store, address: str) -> Response:
    world = the_world()
    html = render_template(
        "bigcommerce/manage.html", store=store, app=world.registration, address=address, app_url=world.config.app_url,
        panels=list(store.extensions.values()), user=_user(store),
    )  # fmt: skip
    return headed(html, frames=f"{world.config.app_url} 'self'", forms=f"'self' {world.config.app_url}")


def _user(store: Store) -> int:
    asked = request.args.get("user", type=int)
    return asked if asked in store.access.users else store.access.owner_id
