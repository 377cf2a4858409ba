"""The token we call a store with, and how a merchant's browser comes for it and leaves again (README §1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import structlog
from msgspec import DecodeError
from msgspec.json import decode

from plugin.domain.errors import AppRefused, RegularsError
from plugin.platforms.base import Grant, NotGenuine
from plugin.platforms.bigcommerce.auth import App, hash_in
from plugin.platforms.http import Answer, CallFailed, Http, Request

log = structlog.get_logger(__name__)
OURS_TO_MEND = ("client", "redirect_uri")
"""Words of errors that are about the app's own credentials, and not about who came with the code."""
READ_ONLY = "_read_only"

_REFUSALS = frozenset({400, 401, 403, 404, 422})


@dataclass(frozen=True)
class Consent:
    """What the browser brings back from the merchant's consent. Nobody signed it: only the code can prove anything."""

    code: str = field(repr=False)
    scope: str
    context: str
    is_external: bool
    """Whether it began at a link outside the control panel."""


@dataclass(frozen=True)
class Granted:
    """A grant and whose it is, by the platform's word."""

    grant: Grant
    store: str
    """The store's hash."""
    user_id: str
    owner_id: str


def consent_in(query: str) -> Consent:
    """What the address of the auth callback says; raises NotGenuine where it is none."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise NotGenuine from error
    told = dict(pairs)
    if len(told) != len(pairs) or not told.get("code"):
        raise NotGenuine
    hash_in(told.get("context"))
    return Consent(told["code"], told.get("scope", ""), told["context"], "external_install" in told)


def exchange(http: Http, login_url: str, app: App, consent: Consent, redirect_uri: str) -> Granted:
    """A token of the store whose merchant agreed; it lasts, and any before it is dead.

    ``redirect_uri``: the auth callback's address as it is registered. Raises NotGenuine for a code that does not
    count or counts for another store, AppRefused for wrong credentials of ours, and as ``Http.send`` does.
    """
    body = {
        "client_id": app.client_id,
        "client_secret": app.secrets[0],
        "code": consent.code,
        "scope": consent.scope,
        "grant_type": "authorization_code",
        "redirect_uri": redirect_uri,
        "context": consent.context,
    }
    request = Request("POST", f"{login_url}/oauth2/token", {"Accept": "application/json"}, body)
    answer = http.send(request, accept=frozenset({200}) | _REFUSALS)
    if answer.status != 200:
        raise _refusal(answer)
    granted = _granted(_object(answer))
    if granted.store != hash_in(consent.context):
        raise NotGenuine
    return granted


def missing_scopes(asked: Collection[str], granted: Collection[str]) -> tuple[str, ...]:
    """Of what the app asks for, what was not granted; who may change may read."""
    may = {*granted, *(scope + READ_ONLY for scope in granted)}
    return tuple(scope for scope in asked if scope not in may)


def install_url(login_url: str, client_id: str) -> str:
    """Where a link outside the control panel begins."""
    return f"{login_url}/app/{client_id}/install"


def installed_url(login_url: str, client_id: str, *, succeeded: bool) -> str:
    """Where a browser goes that came from such a link: the platform's own page says how it went."""
    return f"{install_url(login_url, client_id)}/{'succeeded' if succeeded else 'failed'}"


def _granted(told: Mapping[str, Any]) -> Granted:
    token = told.get("access_token")
    if not isinstance(token, str) or not token:
        raise CallFailed("the answer has no token", sent=True)
    scopes = tuple(sorted(set(str(told.get("scope") or "").split())))
    grant = Grant(token, scopes, expires_at=None, refresh_token=None, refresh_expires_at=None)
    return Granted(grant, hash_in(told.get("context")), _id(told.get("user")), _id(told.get("owner")))


def _refusal(answer: Answer) -> RegularsError:
    """What to raise. No page of the platform's tells what such answers say: only some can be about ourselves."""
    try:
        told = _object(answer)
    except CallFailed:
        told = {}
    error = str(told.get("error") or "")[:100]
    is_ours = any(word in error.casefold() for word in OURS_TO_MEND)
    if is_ours or (not error and answer.status in (401, 403, 404)):
        return AppRefused("the platform refuses the app's credentials", status=answer.status, error=error)
    log.warning("bigcommerce.code_refused", status=answer.status, error=error)
    return NotGenuine()


def _object(answer: Answer) -> dict[str, Any]:
    try:
        told = decode(answer.body)
    except (DecodeError, ValueError, RecursionError) as error:
        raise CallFailed("the token answer is not JSON", sent=True, status=answer.status) from error
    if not isinstance(told, dict):
        raise CallFailed("the token answer is not an object", sent=True, status=answer.status)
    return told


def _id(person: object) -> str:
    """A user's number as text; empty where there is none."""
    number = person.get("id") if isinstance(person, Mapping) else None
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else ""
