"""Control of the app's hooks at a store: what the platform does to them."""

from typing import Any

from flask import Response, jsonify

from sandbox.bigcommerce.control.answers import control, the_store, the_world
from sandbox.bigcommerce.store.hook import Hook
from sandbox.control.answers import said


@control.get("/stores/<store>/hooks")
def hooks(store: str) -> Response:
    """The hooks with their status, and what the platform wrote to the app's maker about them."""
    found = the_store(store)
    with found.lock:
        return jsonify(hooks=[_shown(each) for each in found.hooks.values()], mailed=found.mailed)


@control.post("/stores/<store>/hooks/quiet")
def quiet(store: str) -> Response:
    """Ninety days without an event have passed for the hooks of ``ids``, or for all: they are switched off."""
    found, ids = the_store(store), said().get("ids")
    with found.lock:
        for hook in found.hooks.values():
            if hook.is_active and (ids is None or hook.id in ids):
                the_world().announcer.deactivate(found, hook, "no events for 90 days")
    return hooks(store)


@control.delete("/stores/<store>/hooks")
def lose(store: str) -> Response:
    """The hooks are gone, and nobody is told."""
    found = the_store(store)
    with found.lock:
        gone = [each.scope for each in found.hooks.values()]
        found.hooks.clear()
    return jsonify(deleted=gone)


@control.post("/stores/<store>/events")
def event(store: str) -> tuple[Response, int]:
    """Any event is announced: ``scope`` and ``data``, as of carts and other things not played here."""
    body = said()
    the_world().announcer.announce(the_store(store), (str(body["scope"]), dict(body.get("data") or {})))
    return jsonify(announced=body["scope"]), 202


def _shown(it: Hook) -> dict[str, Any]:
    return {"id": it.id, "scope": it.scope, "destination": it.destination, "status": it.status, "headers": it.headers}
