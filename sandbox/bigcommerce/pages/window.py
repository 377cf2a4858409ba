"""The storefront for people: be a customer, buy, send back, see what the store calls you."""

from flask import Response, render_template

from sandbox.bigcommerce.control.answers import the_store
from sandbox.bigcommerce.pages.route import pages
from sandbox.pages.headers import page as headed


@pages.get("/bigcommerce/window/<store>")
def window(store: str) -> Response:
    """The storefront."""
    found = the_store(store)
    html = render_template(
        "bigcommerce/window.html", store=found, name=found.details.name, currency=found.details.currency,
        what="Storefront", label="segment", labels="Customer attribute “Segments”",
    )  # fmt: skip
    return headed(html, frames="'none'")
