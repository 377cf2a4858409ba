"""What browsers are told: which scripts may run, who may frame us, what may be kept."""

from collections.abc import Collection
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from plugin.platforms import platform
from plugin.web.here import house

NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""The policy of everything that is not a page."""


def dress(app: Flask) -> None:
    """Every answer carries its headers."""
    app.after_request(_headers)


def frames_of(name: str, store: str) -> None:
    """The page being answered may stand in the admin of this platform's store, and nowhere else, with this platform's
    scripts. ``store``: a proven or at least well-formed domain."""
    doors = platform(name).doors
    g.frames, g.scripts = doors.frames(house().settings, store), doors.scripts(house().settings)


def policy(scripts: Collection[str], frames: str) -> str:
    """The Content-Security-Policy of a page: our own files, the platform's scripts, no inline anything."""
    whose = " ".join(["'self'", *sorted({_origin(url) for url in scripts})])
    return (
        f"default-src 'none'; script-src {whose}; style-src {whose}; img-src 'self' data:; "
        f"font-src {whose}; connect-src 'self'; base-uri 'none'; form-action 'none'; "
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
        headers["Content-Security-Policy"] = policy(g.get("scripts", ()), g.get("frames", "'none'"))
    else:
        headers["Content-Security-Policy"] = NOTHING
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response
