"""The page's JSON: a file per noun. ``schemas`` says how each message looks; OpenAPI is made from it.

Ids of customers are texts, for they may exceed what a JavaScript number holds. Moments are ISO 8601
in UTC; amounts and dates inside sentences are already in the store's currency and words.
"""

from flask import Flask
from flask_smorest import Api

from plugin.web.api import (
    activity,
    customers,
    facts,
    groups,
    native,
    outputs,
    overview,
    plan,
    plans,
    preferences,
    requests,
    rules,
    segments,
    templates,
)
from plugin.web.errors import over_http

PARTS = (
    overview,
    rules,
    templates,
    segments,
    native,
    outputs,
    groups,
    plans,
    customers,
    facts,
    activity,
    requests,
    preferences,
    plan,
)


class _Api(Api):  # type: ignore[misc]
    """Answers every refusal in the form of plugin/web/errors.py."""

    def handle_http_exception(self, error):  # type: ignore[no-untyped-def]
        return over_http(error)


def register(app: Flask) -> None:
    """The addresses under /api."""
    api = _Api(app)
    api.spec.components.security_scheme("id_token", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    api.spec.options["security"] = [{"id_token": []}]
    for part in PARTS:
        api.register_blueprint(part.routes)
