"""Where a merchant agrees to pay for an app. It refuses frames."""

from flask import Response, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from sandbox.bigcommerce.accounts.billing import Checkout
from sandbox.bigcommerce.control.answers import the_store, the_world
from sandbox.bigcommerce.pages.route import MANAGE, pages
from sandbox.pages.headers import page as headed


@pages.get(f"{MANAGE}/merchant-checkout")
def offered(store: str) -> Response:
    """What the app asks for."""
    checkout = _asked(store)
    html = render_template(
        "bigcommerce/checkout.html", store=the_store(store), app=the_world().registration, checkout=checkout
    )
    return headed(html, frames="'none'", ancestors="'none'", forms=f"'self' {the_world().config.app_url}")


@pages.post(f"{MANAGE}/merchant-checkout")
def agreed(store: str) -> AnyResponse:
    """The merchant agrees, or goes back; either way their browser goes where the app wanted it."""
    checkout = _asked(store)
    if request.form.get("agree"):
        try:
            the_world().billing.complete(checkout)
        except ValueError as error:
            return make_response(f"{error}\n", 409)
    return redirect(checkout.redirect_url, 303)


def _asked(store: str) -> Checkout:
    found = the_world().billing.checkouts.get(request.args.get("checkoutId", ""))
    if found is None or found.store != the_store(store).hash:
        raise NotFound("no such checkout")
    return found
