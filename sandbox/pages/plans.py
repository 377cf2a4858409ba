"""The platform's own page of an app's plans, and the way back into the app. It refuses to stand in a frame."""

from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from sandbox.commerce.plans import TRIAL, choose, current, price_of
from sandbox.control.answers import refuse, the_shop
from sandbox.oauth.signing import app_address
from sandbox.pages.headers import page
from sandbox.store.shop import Shop
from sandbox.world import World

routes = Blueprint("plans", __name__)
PLANS = "/admin/store/<handle>/charges/<app>/pricing_plans"


@routes.get(PLANS)
def plans(handle: str, app: str) -> Response:
    """The plans with their prices; the merchant agrees to one, or goes back."""
    world, shop = _asked(handle, app)
    known, offered = current(shop), world.config.asked.plans
    listed = [(each, offered[each], f"{price_of(offered, each):.2f}") for each in offered]
    html = render_template(
        "plans.html", shop=shop, config=world.config, plans=listed, current=known and known.handle,
        trial=None if shop.has_tried else TRIAL.days,
    )  # fmt: skip
    return page(html, frames="'none'", ancestors="'none'", forms="'self'")


@routes.post(PLANS)
def chosen(handle: str, app: str) -> AnyResponse:
    """The merchant agrees; back in the app's page they bring the plan and the charge, for what that is worth."""
    world, shop = _asked(handle, app)
    try:
        agreed = choose(world.announcer, shop, world.config.asked.plans, request.form.get("plan", ""))
    except ValueError as error:
        return make_response(refuse(error))
    brought = urlencode({"plan_handle": agreed.handle, "charge_id": agreed.id})
    welcome = f"{world.config.asked.application_path}/plan"  # What the app's maker wrote into the dashboard.
    return redirect(f"/admin/store/{shop.handle}/apps/{app}{welcome}?{brought}", 303)


@routes.get("/admin/store/<handle>/apps/<app>/<path:view>")
def app_page(handle: str, app: str, view: str) -> Response:
    """The merchant's admin with a page of the app in its frame, and what the address brings."""
    world, shop = _asked(handle, app)
    brought = f"?{request.query_string.decode()}" if request.query_string else ""
    address = app_address(world.config, shop, path=f"/{view}{brought}")
    html = render_template("admin.html", shop=shop, address=address, split=False, config=world.config)
    return page(html, frames=f"{world.config.app_url} 'self'")


def _asked(handle: str, app: str) -> tuple[World, Shop]:
    world: World = current_app.extensions["world"]
    shop = the_shop(handle)
    if app != world.config.asked.handle or not shop.installed:
        raise NotFound(f"{app} is not installed on {handle}")
    return world, shop
