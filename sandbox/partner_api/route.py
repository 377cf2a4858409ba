"""``POST /partners/{organisation}/api/{version}/graphql.json``: asked with the app's own token, not a shop's."""

import hmac
import secrets
import threading
import time
from collections import deque
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, request
from graphql import graphql_sync

from sandbox import moments
from sandbox.partner_api.answer import Root, shop_of, the_schema
from sandbox.store.shop import Call
from sandbox.world import World

A_SECOND = 4
"""Requests of one client; the platform's own limit."""
INTERNAL: dict[str, Any] = {"errors": [{"message": "Internal Server Error"}]}
routes = Blueprint("partner_api", __name__)
_lock = threading.Lock()
_lately: deque[float] = deque(maxlen=A_SECOND)


@routes.post("/partners/<organisation>/api/<version>/graphql.json")
def graphql(organisation: str, version: str) -> Response:
    """The answer to a GraphQL request about a shop, or what that shop's faults make of it."""
    world: World = current_app.extensions["world"]
    given = request.headers.get("X-Shopify-Access-Token", "")
    if organisation != world.config.organisation or not hmac.compare_digest(
        given.encode(), world.config.partner_token.encode()
    ):
        return _answer(401, {"errors": [{"message": "Unauthorized", "extensions": {"code": "401"}}]})
    if not _has_turn():
        return _answer(429, {"errors": [{"message": "Too many requests", "extensions": {"code": "429"}}]})
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        return _answer(400, {"errors": [{"message": "Bad Request"}]})
    return _about_shop(world, body)


def _about_shop(world: World, body: dict[str, Any]) -> Response:
    began, at = time.monotonic(), moments.nanoseconds()
    variables = body.get("variables") or {}
    shop = shop_of(world, variables.get("shopId") if isinstance(variables, dict) else None)
    broken = shop.faults.next_status("partner_status_next") if shop else None
    if broken is not None:
        status, told = broken, INTERNAL
    else:
        result = graphql_sync(the_schema(), body["query"], Root(world), variable_values=variables)
        status, told = 200, {**result.formatted}
    if shop:
        took = round((time.monotonic() - began) * 1000, 1)
        shop.calls.append(Call(at, "partner:ActiveSubscription", status, _outcome(status, told), None, None, took))
    return _answer(status, told)


def _outcome(status: int, told: dict[str, Any]) -> str:
    return "status" if status != 200 else "errors" if told.get("errors") else "ok"


def _has_turn() -> bool:
    now = time.monotonic()
    with _lock:
        if len(_lately) == A_SECOND and now - _lately[0] < 1.0:
            return False
        _lately.append(now)
        return True


def _answer(status: int, body: dict[str, Any]) -> Response:
    response = Response(msgspec.json.encode(body), status, mimetype="application/json")
    response.headers["X-Request-Id"] = secrets.token_hex(16)
    if status == 429:
        response.headers["Retry-After"] = "1.0"
    return response
