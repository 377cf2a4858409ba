"""The login host: codes for tokens, and installing from an outside link."""

from typing import Any

from flask import Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.bigcommerce.control.answers import the_world
from sandbox.bigcommerce.doors import Doors
from sandbox.bigcommerce.oauth.coming import agree
from sandbox.bigcommerce.store.access import User
from sandbox.bigcommerce.store.store import Store

login = Doors("bigcommerce_login", __name__, url_prefix="/bigcommerce/login")


@login.post("/oauth2/token")
def token() -> tuple[Response, int]:
    """A token for a code the merchant's browser brought; each code once."""
    world = the_world()
    said: dict[str, Any] = request.get_json(silent=True) or request.form.to_dict()
    store = world.stores.get(str(said.get("context", "")).removeprefix("stores/"))
    if store is None:
        return jsonify(error="Invalid context"), 400
    broken = store.faults.next_status("token_status_next")
    if broken:
        return jsonify(error="Error"), broken
    mine = world.registration
    if said.get("client_id") != mine.client_id or said.get("client_secret") != mine.client_secret:
        return jsonify(error="Invalid client credentials."), 401
    if said.get("grant_type") != "authorization_code" or said.get("redirect_uri") != mine.auth_callback:
        return jsonify(error="Invalid redirect_uri or grant_type."), 400
    with store.lock:
        offered = store.access.codes.get(str(said.get("code", "")))
        if offered is None or set(str(said.get("scope", "")).split()) != set(offered.scopes):
            return jsonify(error="Invalid scope(s) or code."), 400
        access = store.access.exchange(str(said["code"]))
        assert access is not None
        return jsonify(_granted(store, access[0], store.access.users[access[1].user_id])), 200


@login.get("/app/<client_id>/install")
def install(client_id: str) -> AnyResponse | tuple[Response, int]:
    """The outside link: the merchant signs in (``?store=``, else the first one) and agrees."""
    world = the_world()
    wanted = request.args.get("store") or next(iter(world.stores), "")
    store = world.stores.get(wanted)
    if client_id != world.registration.client_id or store is None:
        return jsonify(error="There is no such app or store."), 404
    return redirect(agree(world, store, store.access.owner_id, external=True))


@login.get("/app/<client_id>/install/<outcome>")
def installed(client_id: str, outcome: str) -> tuple[str, int]:
    """Where an installation from outside ends."""
    known = client_id == the_world().registration.client_id and outcome in {"succeeded", "failed"}
    return (f"<!doctype html><title>Install</title><p>The installation has {outcome}.</p>", 200) if known else ("", 404)


def _granted(store: Store, access_token: str, user: User) -> dict[str, Any]:
    owner = store.access.users[store.access.owner_id]
    return {
        "access_token": access_token,
        "scope": " ".join(store.access.scopes),
        "user": {"id": user.id, "username": user.username, "email": user.email},
        "owner": {"id": owner.id, "username": owner.username, "email": owner.email},
        "context": f"stores/{store.hash}",
        "account_uuid": the_world().registration.account_uuid,
    }
