"""What browsers are told: which scripts may run, who may frame us, what may be kept."""

from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from plugin.settings import Settings
from plugin.web.here import house

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""The policy of everything that is not a page."""


def dress(app: Flask) -> None:
    """Every answer carries its headers."""
    app.after_request(_headers)


def frames_of(shop: str) -> None:
    """The page being answered may stand in this store's admin, and nowhere else. ``shop``: a proven
    or at least well-formed domain."""
    g.frames = house().settings.shopify_frame_ancestors.format(shop=shop)


def policy(settings: Settings, frames: str) -> str:
    """The Content-Security-Policy of a page: our own files, the platform's two scripts, no inline anything."""
    vendors = " ".join(sorted({_origin(settings.shopify_app_bridge_url), _origin(settings.shopify_polaris_url)}))
    return (
        f"default-src 'none'; script-src 'self' {vendors}; style-src 'self' {vendors}; img-src 'self' data:; "
        f"font-src 'self' {vendors}; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {frames}"
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _headers(response: Response) -> Response:
    settings = house().settings
    headers = response.headers
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    if settings.public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.mimetype == "text/html":
        headers["Content-Security-Policy"] = policy(settings, g.get("frames", "'none'"))
    else:
        headers["Content-Security-Policy"] = NOTHING
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response
