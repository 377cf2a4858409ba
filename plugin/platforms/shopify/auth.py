"""Who is it: ID tokens, signed queries, and the tokens we call a store with (README §1).

Everything that judges takes the moment as an argument; everything that calls takes ``Http``.
"""

import hmac
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from msgspec import DecodeError
from msgspec.json import decode

from plugin.domain.errors import NeedsReauthorisation, PlatformRefused
from plugin.platforms.base import Grant, Identity, NotGenuine
from plugin.platforms.http import Answer, CallFailed, Http, Request

SKEW = timedelta(seconds=10)
"""How far the clocks may differ, as in Shopify's own libraries."""
QUERY_AGE = timedelta(seconds=90)
DEFAULT_LIFE = timedelta(hours=1)
"""Life of an access token whose answer does not name one (a real answer, once)."""

_SHOP = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-]*\.myshopify\.com")
_HOST = re.compile(r"admin\.shopify\.com/store/[a-zA-Z0-9][a-zA-Z0-9\-]*")
_CLAIMS = ("iss", "dest", "aud", "sub", "exp", "nbf")
_TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - names, not secrets
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105
_OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"


@dataclass(frozen=True)
class App:
    """The app as Shopify knows it. ``secrets``: current first, then the one before a rotation."""

    client_id: str
    secrets: Sequence[str] = field(repr=False)


def shop_domain(text: str) -> str:
    """The shop's domain in lower case; raises NotGenuine for what is none."""
    if not _SHOP.fullmatch(text):
        raise NotGenuine
    return text.lower()


def verify_id_token(token: str, app: App, now: datetime) -> Identity:
    """Who sits in front of the page. Raises NotGenuine: stale, forged, or for another app."""
    claims = _signed_claims(token, app.secrets)
    try:
        expires = datetime.fromtimestamp(float(claims["exp"]), UTC)
        starts = datetime.fromtimestamp(float(claims["nbf"]), UTC)
        issuer, store = urlsplit(str(claims["iss"])), urlsplit(str(claims["dest"]))
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise NotGenuine from error
    if not starts - SKEW <= now < expires + SKEW:
        raise NotGenuine
    if claims["aud"] != app.client_id or not isinstance(claims["sub"], str):
        raise NotGenuine
    if (issuer.scheme, issuer.path) != ("https", "/admin") or (store.scheme, store.path) != ("https", ""):
        raise NotGenuine
    if issuer.netloc != store.netloc:
        raise NotGenuine
    return Identity(shop_domain(store.netloc), claims["sub"], starts, expires)


def _signed_claims(token: str, secrets: Sequence[str]) -> dict[str, Any]:
    """The claims that one secret signed, with HS256 and nothing else; times are ours to judge."""
    for secret in filter(None, secrets):
        try:
            return jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                options={
                    "require": list(_CLAIMS),
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                    "verify_aud": False,
                    "verify_iss": False,
                    "verify_sub": False,
                },
            )
        except (jwt.PyJWTError, ValueError):
            continue
    raise NotGenuine


def verify_query(query: str, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """The parameters of a signed query string, without its signature. Raises NotGenuine."""
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=50)
    except ValueError as error:
        raise NotGenuine from error
    values = dict(pairs)
    signed = sorted((key, value) for key, value in pairs if key not in ("hmac", "signature"))
    message, given = urlencode(signed).encode(), values.get("hmac", "").encode("utf-8", "replace")
    matches = False
    for secret in filter(None, secrets):
        made = hmac.new(secret.encode(), message, sha256).hexdigest().encode()
        matches |= hmac.compare_digest(made, given)
    if not matches or len(values) != len(pairs) or not _is_recent(values.get("timestamp", ""), now):
        raise NotGenuine
    return dict(signed)


def _is_recent(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now.timestamp() - int(timestamp)) <= QUERY_AGE.total_seconds()


def decode_host(host: str) -> str:
    """``admin.shopify.com/store/{name}`` from the ``host`` parameter; raises NotGenuine for another."""
    try:
        decoded = urlsafe_b64decode(host + "=" * (-len(host) % 4)).decode("ascii")
    except ValueError as error:
        raise NotGenuine from error
    if not _HOST.fullmatch(decoded):
        raise NotGenuine
    return decoded


def app_url(host: str, client_id: str) -> str:
    """Where our page lives inside the admin named by the ``host`` parameter."""
    return f"https://{decode_host(host)}/apps/{client_id}"


def reload_path(path: str) -> str:
    """A path of our own that a bounce page may load again; raises NotGenuine for any other place."""
    if not re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", path):
        raise NotGenuine
    return path


def exchange(http: Http, base_url: str, app: App, id_token: str, now: datetime) -> Grant:
    """An expiring offline token for the shop whose user this is.

    Raises NotGenuine when the ID token went stale on the way (the browser brings another),
    PlatformRefused for wrong credentials, and as ``Http.send`` does.
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
    raise PlatformRefused("the shop refuses the exchange", error=told.get("error"))


def refresh(http: Http, base_url: str, app: App, refresh_token: str, now: datetime) -> Grant:
    """A new pair of tokens. Keep the old refresh token until the new pair is stored.

    Raises NeedsReauthorisation when the refresh token is spent, PlatformRefused for wrong
    credentials, and as ``Http.send`` does.
    """
    body = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    answer, told = _grant(http, base_url, app, body)
    if answer.status == 200:
        return _as_grant(told, now)
    if told.get("error") == "invalid_grant":
        raise NeedsReauthorisation("the refresh token is spent")
    raise PlatformRefused("the shop refuses to refresh", error=told.get("error"))


def _grant(http: Http, base_url: str, app: App, body: Mapping[str, str]) -> tuple[Answer, dict[str, Any]]:
    credentials = {"client_id": app.client_id, "client_secret": app.secrets[0]}
    request = Request(
        "POST",
        f"{base_url}/admin/oauth/access_token",
        {"Accept": "application/json"},
        {**credentials, **body},
        private=True,
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
    refresh_life = told.get("refresh_token_expires_in")
    return Grant(
        access_token=told["access_token"],
        scopes=tuple(sorted(filter(None, str(told.get("scope") or "").split(",")))),
        expires_at=now + _life(told.get("expires_in"), DEFAULT_LIFE),
        refresh_token=told.get("refresh_token"),
        refresh_expires_at=None if refresh_life is None else now + _life(refresh_life, DEFAULT_LIFE),
    )


def _life(seconds: object, otherwise: timedelta) -> timedelta:
    known = isinstance(seconds, int | float) and 0 < seconds < 10**9
    return timedelta(seconds=float(seconds)) if known else otherwise  # type: ignore[arg-type]
