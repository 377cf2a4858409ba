"""What the sandbox's pages tell browsers."""

from flask import Response, make_response


def page(html: str, *, frames: str, ancestors: str = "'self'", forms: str = "'none'") -> Response:
    """The page with its policy: what it may frame, who may frame it, where its forms go."""
    response = make_response(html)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"frame-src {frames}; frame-ancestors {ancestors}; base-uri 'none'; form-action {forms}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
