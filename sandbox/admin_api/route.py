"""``POST /{shop}/admin/api/{version}/graphql.json`` and the files of bulk queries."""

import os
import secrets
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound

from sandbox import moments
from sandbox.admin_api.asking import Asking
from sandbox.admin_api.run import Reply, run
from sandbox.admin_api.schema import the_schema
from sandbox.store.shop import Call, Shop
from sandbox.world import World

PART = 1 << 18
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
routes = Blueprint("admin_api", __name__)


@routes.post("/<domain>/admin/api/<version>/graphql.json")
def graphql(domain: str, version: str) -> Response:
    """The answer to a GraphQL request, or what the shop's faults make of it."""
    world: World = current_app.extensions["world"]
    began, at = time.monotonic(), moments.nanoseconds()
    shop = world.shops.get(domain)
    if shop is None:
        return _answer(404, {"errors": "Not Found"}, version)
    status, reply = _call(world, shop, _served(version))
    took = round((time.monotonic() - began) * 1000, 1)
    shop.calls.append(Call(at, reply.operation, status, reply.outcome, reply.requested, reply.actual, took))
    return _answer(status, reply.body, _served(version))


@routes.get("/files/<name>")
def file(name: str) -> Response:
    """The lines of a bulk query. Needs no token: whoever knows the address may read."""
    world: World = current_app.extensions["world"]
    kept = world.files.get(name)
    if kept is None:
        raise NotFound(f"no file {name}")
    size = os.fstat(kept.fileno()).st_size
    response = Response(
        _parts(kept.fileno(), size), mimetype="application/jsonl", headers={"Content-Length": str(size)}
    )
    response.make_conditional(request, accept_ranges=True, complete_length=size)
    return response


def _parts(descriptor: int, size: int) -> Iterator[bytes]:
    for start in range(0, size, PART):
        yield os.pread(descriptor, min(PART, size - start), start)


def _call(world: World, shop: Shop, version: str) -> tuple[int, Reply]:
    token = request.headers.get("X-Shopify-Access-Token", "")
    if not shop.installed or not shop.tokens.accept(token):
        message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return 401, Reply({"errors": message}, outcome="unauthorized")
    broken = shop.faults.api.frozen or shop.faults.next_status("status_next")
    if broken:
        return broken, Reply({"errors": "Internal Server Error"}, outcome="status")
    if shop.faults.count_down("timeout_next"):
        shop.faults.released.wait(shop.faults.api.hang_seconds)
        return 504, Reply({"errors": "Gateway Timeout"}, outcome="timeout")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        return 400, Reply({"errors": "Bad Request"}, outcome="bad request")
    throttle = shop.faults.count_down("throttle_next")
    reply = run(Asking(world, shop, the_schema(), version), body, throttle=throttle)
    if shop.faults.count_down("lose_next"):
        return 520, Reply({"errors": "Unknown Error"}, reply.operation, "lost", reply.requested, reply.actual)
    return 200, reply


def _served(version: str) -> str:
    """A version that is not served any more is answered by the oldest that is."""
    return version if version in VERSIONS or version == "unstable" else VERSIONS[0]


def _answer(status: int, body: dict[str, Any], version: str) -> Response:
    response = Response(msgspec.json.encode(body), status, mimetype="application/json")
    response.headers["X-Shopify-API-Version"] = version
    response.headers["X-Request-Id"] = secrets.token_hex(16)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "1.0"
    return response
