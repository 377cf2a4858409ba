"""Control of the app's standing with a store: installing, opening, people, leaving."""

import time
from typing import Any

from flask import Response, jsonify
from werkzeug.exceptions import NotFound

from sandbox.bigcommerce.control.answers import control, the_store, the_world
from sandbox.bigcommerce.oauth import coming
from sandbox.bigcommerce.oauth.payload import load_address, signed_payload
from sandbox.bigcommerce.store.store import Store
from sandbox.control.answers import said


@control.post("/stores/<store>/install")
def install(store: str) -> Response:
    """The merchant agrees, to the app's ``scopes`` or these; their browser goes to ``url``."""
    found, body = the_store(store), said()
    scopes, external = tuple(body.get("scopes") or ()), bool(body.get("external", False))
    return jsonify(url=coming.agree(the_world(), found, _user(found, body), scopes=scopes, external=external))


@control.post("/stores/<store>/token")
def token(store: str) -> Response:
    """The app is installed without a word to it; its token. For tests of what comes after."""
    found, body = the_store(store), said()
    with found.lock:
        code = found.access.offer(tuple(body.get("scopes") or the_world().registration.scopes), found.access.owner_id)
        exchanged = found.access.exchange(code)
        assert exchanged is not None
        return jsonify(access_token=exchanged[0], scope=" ".join(found.access.scopes))


@control.post("/stores/<store>/load")
def load(store: str) -> Response:
    """Somebody opens the app: where the frame goes. ``path``, ``channel_id``, ``user_id``; ``claims`` replaces some."""
    found, body = the_store(store), said()
    return jsonify(url=load_address(the_world().registration, found, _user(found, body), **_claims(body)))


@control.post("/stores/<store>/signed-payload")
def payload(store: str) -> Response:
    """The signed payload alone, as ``load`` would make it."""
    found, body = the_store(store), said()
    made = signed_payload(the_world().registration, found, _user(found, body), **_claims(body))
    return jsonify(signed_payload_jwt=made)


@control.get("/stores/<store>/users")
def users(store: str) -> Response:
    """People with a login to the control panel who use the app."""
    access = the_store(store).access
    return jsonify([
        {"id": each.id, "email": each.email, "owner": each.id == access.owner_id} for each in access.users.values()
    ])  # fmt: skip


@control.post("/stores/<store>/users")
def add_user(store: str) -> tuple[Response, int]:
    """One more."""
    body = said()
    email = str(body.get("email", "clerk@example.com"))
    made = coming.add_user(the_store(store), email, str(body.get("username", email)), str(body.get("locale", "en-US")))
    return jsonify(id=made.id, email=made.email), 201


@control.delete("/stores/<store>/users/<int:number>")
def remove_user(store: str, number: int) -> Response:
    """One less; the app is called back."""
    found = the_store(store)
    if number not in found.access.users or number == found.access.owner_id:
        raise NotFound(f"no user {number}, or the owner")
    return jsonify(callback=coming.remove_user(the_world().registration, found, number))


@control.post("/stores/<store>/uninstall")
def uninstall(store: str) -> Response:
    """The merchant removes the app; without ``callback`` nobody tells it."""
    status = coming.leave(the_world(), the_store(store), with_callback=bool(said().get("callback", True)))
    return jsonify(callback=status)


def _user(store: Store, body: dict[str, Any]) -> int:
    number = int(body.get("user_id", store.access.owner_id))
    if number not in store.access.users:
        raise NotFound(f"no user {number}")
    return number


def _claims(body: dict[str, Any]) -> dict[str, Any]:
    claims = dict(body.get("claims") or {})
    if "lifetime" in body:
        claims["exp"] = int(time.time()) + int(body["lifetime"])
    return {"url": str(body.get("path", "/")), "channel_id": body.get("channel_id"), **claims}
