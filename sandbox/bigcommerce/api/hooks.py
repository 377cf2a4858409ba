"""V3 hooks, and the page of their health."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, request

from sandbox import moments
from sandbox.bigcommerce import forms
from sandbox.bigcommerce.api import asking
from sandbox.bigcommerce.api.answers import Refused, data, nothing, said_object, the_store, the_world
from sandbox.bigcommerce.api.gate import api
from sandbox.bigcommerce.api.paging import numbered
from sandbox.bigcommerce.store.hook import Hook
from sandbox.bigcommerce.webhooks.announce import EXCEPTION
from sandbox.bigcommerce.webhooks.topics import known

SAME_SCOPE = 10
"""Hooks a store takes of one client for one scope."""


@api.get("/v3/hooks")
def hooks() -> Response:
    """The app's hooks at this store."""
    asking.only("is_active", "scope", "destination")
    scope, destination, active = asking.text("scope"), asking.text("destination"), _active()
    with the_store().lock:
        found = [
            each
            for each in _of_the_app()
            if scope in {None, each.scope}
            and destination in {None, each.destination}
            and active in {None, each.is_active}
        ]
        rows, meta = numbered(found)
        return data([shown(each) for each in rows], meta)


@api.post("/v3/hooks")
def create() -> Response:
    """A new hook."""
    store, said = the_store(), said_object()
    with store.lock:
        _check(said, None)
        at = moments.now()
        hook = Hook(
            id=store.numbers.next("hook"),
            client_id=_client(),
            scope=said["scope"],
            destination=said["destination"],
            headers=said.get("headers"),
            created_at=at,
            updated_at=at,
            is_active=bool(said.get("is_active", True)),
        )
        store.hooks[hook.id] = hook
        return data(shown(hook))


@api.get("/v3/hooks/<int:number>")
def one(number: int) -> Response:
    """One hook."""
    return data(shown(_the_hook(number)))


@api.put("/v3/hooks/<int:number>")
def update(number: int) -> Response:
    """The hook is this; switched on again it works again."""
    store, said = the_store(), said_object()
    with store.lock:
        hook = _the_hook(number)
        _check({"scope": hook.scope, "destination": hook.destination} | said, hook)
        for name in ("scope", "destination", "headers", "is_active"):
            if name in said:
                setattr(hook, name, said[name])
        hook.deactivated = hook.deactivated and not hook.is_active
        hook.updated_at = moments.now()
        return data(shown(hook))


@api.delete("/v3/hooks/<int:number>")
def delete(number: int) -> Response:
    """The hook is gone; the answer is what it was."""
    with the_store().lock:
        hook = _the_hook(number)
        del the_store().hooks[hook.id]
        return data(shown(hook))


@api.get("/v3/hooks/admin")
def health() -> Response:
    """Hooks with their status, blocked domains, and who is written to."""
    store, active = the_store(), _active()
    with store.lock:
        found = [each for each in _of_the_app() if active in {None, each.is_active}]
        rows, meta = numbered(found)
        listed = [shown(each) | {"status": each.status} for each in rows]
        blocked = [
            each | {"destination": f"https://{each['destination']}"} for each in the_world().courier.board.shown()
        ]
        return data({"emails": store.hook_emails, "hooks_list": listed, "blocked_domains": blocked}, meta)


@api.put("/v3/hooks/admin")
def write_to() -> Response:
    """Who is written to about hooks."""
    emails = said_object().get("emails")
    if not isinstance(emails, list) or not all(isinstance(each, str) and "@" in each for each in emails):
        raise Refused(422, "JSON data is missing or invalid", {"emails": "a list of addresses is required"})
    the_store().hook_emails = emails
    return nothing()


def shown(it: Hook) -> dict[str, Any]:
    """A hook as the API tells it."""
    return {
        "id": it.id,
        "client_id": it.client_id,
        "store_hash": the_store().hash,
        "scope": it.scope,
        "destination": it.destination,
        "headers": it.headers,
        "is_active": it.is_active,
        "created_at": forms.seconds(it.created_at),
        "updated_at": forms.seconds(it.updated_at),
    }


def _the_hook(number: int) -> Hook:
    found = the_store().hooks.get(number)
    if found is None or found.client_id != _client():
        raise Refused(404, "The requested webhook does not exist.")
    return found


def _of_the_app() -> list[Hook]:
    """The hooks that this client made: it sees no others."""
    return [each for each in the_store().hooks.values() if each.client_id == _client()]


def _client() -> str:
    return the_world().registration.client_id


def _active() -> bool | None:
    asked = request.args.get("is_active")
    return None if asked is None else asked.lower() in {"true", "1"}


def _check(said: dict[str, Any], itself: Hook | None) -> None:
    wrong: dict[str, str] = {}
    scope, destination, headers = said.get("scope"), said.get("destination"), said.get("headers")
    if not isinstance(scope, str) or not known(scope):
        wrong["scope"] = "unknown scope"
    if not isinstance(destination, str) or not _reachable(destination):
        wrong["destination"] = "destination must be an https address on port 443"
    texts = isinstance(headers, dict) and all(isinstance(value, str) for value in headers.values())
    if headers is not None and not texts:
        wrong["headers"] = "headers must be an object of texts"
    if "is_active" in said and not isinstance(said["is_active"], bool):
        wrong["is_active"] = "is_active must be a boolean"
    others = [each for each in _of_the_app() if each is not itself]
    same = [each for each in others if each.scope == scope]
    if any(each.destination == destination for each in same):
        wrong["destination"] = "there is a hook of this scope and destination"
    if len(same) >= (1 if scope == EXCEPTION else SAME_SCOPE):
        wrong["scope"] = "too many hooks of this scope"
    if scope == EXCEPTION and any(each.destination == destination for each in others):
        wrong["destination"] = "the destination must differ from that of every other hook"
    if wrong:
        raise Refused(422, "JSON data is missing or invalid", wrong)


def _reachable(destination: str) -> bool:
    parts = urlsplit(destination)
    here = parts.hostname in {"127.0.0.1", "localhost"}  # The sandbox's own concession: apps beside it have no TLS.
    return (parts.scheme == "https" and parts.port in {None, 443}) or (here and parts.scheme in {"http", "https"})
