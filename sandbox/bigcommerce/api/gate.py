"""The door of every store's API: who comes in, how many, and what becomes of the call on bad days."""

import time
from typing import Any

from flask import Response, g, request

from sandbox import moments
from sandbox.bigcommerce.api.answers import Refused, refusal, the_world
from sandbox.bigcommerce.api.scopes import allowed
from sandbox.bigcommerce.doors import Doors
from sandbox.bigcommerce.store.quota import Left
from sandbox.bigcommerce.store.store import Call, Store

PREFIX = "/bigcommerce/stores/"
api = Doors("bigcommerce_api", __name__, url_prefix=f"{PREFIX}<store_hash>")


@api.url_value_preprocessor
def _drop_hash(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Views find their store in ``g``."""
    if values is not None:
        values.pop("store_hash", None)


@api.before_app_request
def enter() -> Response | None:
    """The call goes on, or is answered here."""
    if not request.path.startswith(PREFIX):
        return None
    g.began, g.slot, g.left = time.monotonic(), None, None
    try:
        _admit()
    except Refused as refused:
        return refusal(refused)
    return None


@api.app_errorhandler(Refused)
def refuse(error: Refused) -> Response:
    """What a view cannot do."""
    return refusal(error)


@api.route("/<path:rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def unknown(rest: str) -> Response:
    """There is no such thing."""
    raise Refused(404, "The requested resource was not found.")


@api.after_app_request
def leave(response: Response) -> Response:
    """The answer says how much is left; the call is in the log."""
    store: Store | None = g.get("store") if request.path.startswith(PREFIX) else None
    if store is None:
        return response
    if g.slot:
        the_world().crowd.leave(g.slot)
    if response.status_code < 300 and request.method != "GET" and store.faults.count_down("lose_next"):
        response = refusal(Refused(504))
    left: Left | None = g.left
    if left is not None:
        _tell(response, left)
    store.calls.append(
        Call(
            at=moments.zulu(moments.now()),
            method=request.method,
            path=request.path.removeprefix(PREFIX + store.hash),
            query=request.query_string.decode(),
            body=request.get_json(silent=True) if request.is_json and request.data else None,
            status=response.status_code,
            left=left.left if left else None,
            milliseconds=round((time.monotonic() - g.began) * 1000, 1),
        )
    )
    return response


def _admit() -> None:
    store_hash, _, path = request.path.removeprefix(PREFIX).partition("/")
    store = the_world().stores.get(store_hash)
    if request.path.endswith("/"):
        raise Refused(403, "Forbidden")
    if store is None:
        raise Refused(404, "The requested resource was not found.")
    g.store = store
    faults = store.faults
    if faults.api.frozen:
        raise Refused(faults.api.frozen)
    token = store.access.token
    if token is None or request.headers.get("X-Auth-Token") != token:
        raise Refused(401, "X-Auth-Token header is invalid.")
    if store.suspended:
        raise Refused(503, "The store is suspended.")
    if not allowed(request.method, f"/{path}", store.access.scopes):
        raise Refused(403, "You don't have a required scope to access the endpoint")
    _fail(store)
    left = store.quota.take()
    if not left.granted:
        g.left = left
        raise Refused(429, "Too Many Requests")
    g.slot = the_world().crowd.enter(store.hash, request.method, f"/{path}", faults.api.concurrency)
    if g.slot is None:
        raise Refused(429, "Too many concurrent requests")
    g.left = left
    if faults.api.slow_seconds:
        faults.released.wait(faults.api.slow_seconds)


def _fail(store: Store) -> None:
    faults = store.faults
    if status := faults.next_status("status_next"):
        raise Refused(status)
    if faults.count_down("throttle_bare_next"):
        raise Refused(429, "Too Many Requests")
    if faults.count_down("throttle_next"):
        store.quota.drain()
        g.left = store.quota.look()
        raise Refused(429, "Too Many Requests")
    if faults.count_down("timeout_next"):
        faults.released.wait(faults.api.hang_seconds)
        raise Refused(504)


def _tell(response: Response, left: Left) -> None:
    headers = response.headers
    headers["X-Rate-Limit-Time-Window-Ms"] = str(left.window_ms)
    headers["X-Rate-Limit-Time-Reset-Ms"] = str(left.reset_ms)
    headers["X-Rate-Limit-Requests-Quota"] = str(left.quota)
    headers["X-Rate-Limit-Requests-Left"] = str(left.left)
    if response.status_code == 429:
        headers["X-Retry-After"] = str(-(-left.reset_ms // 1000))
