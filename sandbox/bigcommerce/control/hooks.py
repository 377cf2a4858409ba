"""Control of the app's hooks at a store: what the platform does to them."""

from typing import Any

from flask import Response, jsonify

from sandbox import moments
from sandbox.bigcommerce.control.answers import control, the_store, the_world
from sandbox.bigcommerce.store.hook import Hook
from sandbox.control.answers import said


@control.get("/stores/<store>/hooks")
def hooks(store: str) -> Response:
    """The hooks with their status, and what the platform wrote to the app's maker about them."""
    found = the_store(store)
    with found.lock:
        return jsonify(hooks=[_shown(each) for each in found.hooks.values()], mailed=found.mailed)


@control.post("/stores/<store>/hooks")
def hook_of_another(store: str) -> tuple[Response, int]:
    """Another API account has a hook here: ``client_id``, ``scope``, ``destination``, ``headers``. Not seen by ours."""
    found, body, at = the_store(store), said(), moments.now()
    with found.lock:
        number, client = found.numbers.next("hook"), str(body.get("client_id", "another"))
        made = Hook(number, client, str(body["scope"]), str(body["destination"]), body.get("headers"), at, at)
        found.hooks[made.id] = made
        return jsonify(_shown(made)), 201


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


@control.delete("/stores/<store>/account")
def end_account(store: str) -> Response:
    """The app's API account is deleted: its token is dead, its hooks and metafields are gone, and nobody is told."""
    found, client = the_store(store), the_world().registration.client_id
    with found.lock:
        found.access.revoke()
        gone = [each.id for each in found.metafields.values() if each.client_id == client]
        for number in gone:
            it = found.metafields.pop(number)
            found.customers[it.customer_id].metafields.pop(number, None)
        hooks = [each.id for each in found.hooks.values() if each.client_id == client]
        for number in hooks:
            del found.hooks[number]
    return jsonify(hooks=len(hooks), metafields=len(gone))


@control.post("/stores/<store>/events")
def event(store: str) -> tuple[Response, int]:
    """Any event is announced: ``scope`` and ``data``, as of carts and other things not played here."""
    body = said()
    the_world().announcer.announce(the_store(store), (str(body["scope"]), dict(body.get("data") or {})))
    return jsonify(announced=body["scope"]), 202


def _shown(it: Hook) -> dict[str, Any]:
    return {
        "id": it.id,
        "client_id": it.client_id,
        "scope": it.scope,
        "destination": it.destination,
        "status": it.status,
        "headers": it.headers,
    }
