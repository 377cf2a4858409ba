"""The tokens we call a store with: four ways to get a pair (README §1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import DecodeError
from msgspec.json import decode

from plugin.domain.errors import AppRefused, NeedsReauthorisation
from plugin.platforms.base import Grant, NotGenuine
from plugin.platforms.http import Answer, CallFailed, Http, Request
from plugin.platforms.shopify.auth import App

DEFAULT_LIFE = timedelta(hours=1)
"""Life of an access token whose answer does not name one (a real answer, once)."""

_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - names, not secrets
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105
_OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"


def exchange(http: Http, base_url: str, app: App, id_token: str, now: datetime) -> Grant:
    """An expiring offline token for the shop whose user this is.

    Raises NotGenuine when the ID token went stale on the way (the browser brings another),
    AppRefused for wrong credentials, and as ``Http.send`` does.
    """
    body = {
        "grant_type": _TOKEN_EXCHANGE,
        "subject_token": id_token,
        "subject_token_type": _ID_TOKEN,
        "requested_token_type": _OFFLINE,
        "expiring": "1",
    }
    answer, told = _grant(http, base_url, app, body)
    if answer.status == 200:
        return _as_grant(told, now)
    if told.get("error") == "invalid_subject_token":
        raise NotGenuine
    raise AppRefused("the shop refuses the exchange", error=told.get("error"))


def exchange_code(http: Http, base_url: str, app: App, code: str, now: datetime) -> Grant:
    """An expiring offline token for the shop whose merchant was sent to us with this code (authorisation code grant).

    Raises NotGenuine for a code that does not count any more, AppRefused for wrong credentials, and as
    ``Http.send`` does.
    """
    answer, told = _grant(http, base_url, app, {"code": code, "expiring": "1"})
    if answer.status == 200:
        return _as_grant(told, now)
    if told.get("error") in ("invalid_request", "invalid_grant"):
        raise NotGenuine
    raise AppRefused("the shop refuses the code", error=told.get("error"))


def exchange_permanent(http: Http, base_url: str, app: App, access_token: str, now: datetime) -> Grant:
    """An expiring pair instead of a token that never expired, and that is dead from then on.

    Raises NeedsReauthorisation when the old token is dead already, AppRefused for wrong credentials, and as
    ``Http.send`` does.
    """
    body = {
        "grant_type": _TOKEN_EXCHANGE,
        "subject_token": access_token,
        "subject_token_type": _OFFLINE,
        "requested_token_type": _OFFLINE,
        "expiring": "1",
    }
    answer, told = _grant(http, base_url, app, body)
    if answer.status == 200:
        return _as_grant(told, now)
    if told.get("error") in ("invalid_subject_token", "invalid_grant"):
        raise NeedsReauthorisation("the token that never expired is dead")
    raise AppRefused("the shop refuses to exchange the old token", error=told.get("error"))


def refresh(http: Http, base_url: str, app: App, refresh_token: str, now: datetime) -> Grant:
    """A new pair of tokens. Keep the old refresh token until the new pair is stored.

    Raises NeedsReauthorisation when the refresh token is spent, AppRefused for wrong credentials, and as
    ``Http.send`` does.
    """
    body = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    answer, told = _grant(http, base_url, app, body)
    if answer.status == 200:
        return _as_grant(told, now)
    if told.get("error") == "invalid_grant":
        raise NeedsReauthorisation("the refresh token is spent")
    raise AppRefused("the shop refuses to refresh", error=told.get("error"))


def _grant(http: Http, base_url: str, app: App, body: Mapping[str, str]) -> tuple[Answer, dict[str, Any]]:
    credentials = {"client_id": app.client_id, "client_secret": app.secrets[0]}
    request = Request(
        "POST",
        f"{base_url}/admin/oauth/access_token",
        {"Accept": "application/json"},
        {**credentials, **body},
    )
    answer = http.send(request, accept=frozenset({200, 400, 401}))
    try:
        told = decode(answer.body)
    except (DecodeError, ValueError, RecursionError) as error:
        raise CallFailed("the token answer is not JSON", sent=True, status=answer.status) from error
    if not isinstance(told, dict):
        raise CallFailed("the token answer is not an object", sent=True, status=answer.status)
    return answer, told


def _as_grant(told: Mapping[str, Any], now: datetime) -> Grant:
    if not isinstance(told.get("access_token"), str):
        raise CallFailed("the answer has no token", sent=True)
    refresh_life, refresh_token = told.get("refresh_token_expires_in"), told.get("refresh_token")
    lasts = refresh_token is None and told.get("expires_in") is None
    return Grant(
        access_token=told["access_token"],
        scopes=tuple(sorted(filter(None, str(told.get("scope") or "").split(",")))),
        expires_at=None if lasts else now + _life(told.get("expires_in"), DEFAULT_LIFE),
        refresh_token=refresh_token if isinstance(refresh_token, str) else None,
        refresh_expires_at=None if refresh_life is None else now + _life(refresh_life, DEFAULT_LIFE),
    )


def _life(seconds: object, otherwise: timedelta) -> timedelta:
    known = isinstance(seconds, int | float) and 0 < seconds < 10**9
    return timedelta(seconds=float(seconds)) if known else otherwise  # type: ignore[arg-type]
