"""Who is it: ID tokens and signed queries (README §1). Everything that judges takes the moment as an argument."""

import hmac
import re
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt

from plugin.platforms.base import Identity, NotGenuine

SKEW = timedelta(seconds=10)
"""How far the clocks may differ, as in Shopify's own libraries."""
QUERY_AGE = timedelta(seconds=90)

_SHOP = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-]*\.myshopify\.com")
_HOST = re.compile(r"admin\.shopify\.com/store/[a-zA-Z0-9][a-zA-Z0-9\-]*")
_CLAIMS = ("iss", "dest", "aud", "sub", "exp", "nbf")


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


def app_url(host: str, client_id: str, admin_url: str = "https://admin.shopify.com") -> str:
    """Where our page lives inside the admin named by the ``host`` parameter."""
    return f"{admin_url}/store/{decode_host(host).rpartition('/')[2]}/apps/{client_id}"


def reload_path(path: str) -> str:
    """A path of our own that a bounce page may load again; raises NotGenuine for any other place."""
    if not re.fullmatch(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", path):
        raise NotGenuine
    return path
