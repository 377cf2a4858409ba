"""The page's own token: a frame keeps no cookie, and the platform names a visitor only once (README §1).

It is bound to one user of one store, lives ten minutes and is renewed by itself while the page is open. Its key is
derived for nothing else, so that nothing signed elsewhere in the house, or by the platform, can be shown for it.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import jwt

from plugin.platforms.base import Identity, NotGenuine

LIFE = timedelta(minutes=10)
SESSION = timedelta(hours=12)
"""How long a page lives on renewals; after that the visitor opens the app again."""
SKEW = timedelta(seconds=10)
"""How far the clocks of our own machines may differ."""

_ISSUER, _AUDIENCE = "regulars", "bigcommerce page"
_PURPOSE = b"regulars bigcommerce app token"
_CLAIMS = ("iss", "aud", "sub", "user", "since", "until", "iat", "exp")


class AppToken(NamedTuple):
    """A token for the page, and when it has to have another."""

    text: str
    expires_at: datetime


class _Session(NamedTuple):
    identity: Identity
    until: datetime


def new_token(visitor: Identity, keys: Sequence[str], now: datetime) -> AppToken:
    """A token of a session that begins now. ``keys``: the house's encryption keys, newest first."""
    return _signed(visitor, now + SESSION, keys, now)


def visit_name(visitor: Identity) -> str:
    """What a visit is called, for everybody to see: the same for each token of it, and for what began it."""
    return sha256(f"{visitor.store} {visitor.user_id} {int(visitor.since.timestamp())}".encode()).hexdigest()[:32]


def verify_token(token: str, keys: Sequence[str], now: datetime) -> Identity:
    """Who asks; ``since`` is when the platform named them. Raises NotGenuine: stale, forged, or not ours.

    Whoever was removed since then, and whose store was, is still named: that is the caller's to know.
    """
    return _session(token, keys, now).identity


def renew_token(token: str, keys: Sequence[str], now: datetime) -> AppToken:
    """Another token of the same session; raises NotGenuine as ``verify_token`` does, and at the session's end."""
    session = _session(token, keys, now)
    if now >= session.until:
        raise NotGenuine
    return _signed(session.identity, session.until, keys, now)


def _signed(visitor: Identity, until: datetime, keys: Sequence[str], now: datetime) -> AppToken:
    expires = min(now + LIFE, until)
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "sub": visitor.store,
        "user": visitor.user_id,
        "since": int(visitor.since.timestamp()),
        "until": int(until.timestamp()),
        "iat": int(now.timestamp()),
        "exp": int(expires.timestamp()),
    }
    return AppToken(jwt.encode(claims, page_key(keys[0]), algorithm="HS256"), expires)


def _session(token: str, keys: Sequence[str], now: datetime) -> _Session:
    claims = _claims(token, keys)
    since, until, made, expires = (_moment(claims[name]) for name in ("since", "until", "iat", "exp"))
    if not made - SKEW <= now < expires + SKEW:
        raise NotGenuine
    store, user = claims["sub"], claims["user"]
    if not (isinstance(store, str) and isinstance(user, str)):
        raise NotGenuine
    return _Session(Identity(store, user, since, expires), until)


def _claims(token: str, keys: Sequence[str]) -> dict[str, Any]:
    """What one of our keys signed for this purpose."""
    unjudged = dict.fromkeys(("verify_exp", "verify_iat", "verify_sub"), False)
    options: Any = {"require": list(_CLAIMS), **unjudged}
    for key in keys:
        try:
            return jwt.decode(
                token, page_key(key), algorithms=["HS256"], issuer=_ISSUER, audience=_AUDIENCE, options=options
            )
        except (jwt.PyJWTError, ValueError, RecursionError):
            continue
    raise NotGenuine


def page_key(key: str) -> bytes:
    """What signs the tokens of pages, made of one of the house's keys and good for nothing else."""
    return hmac.digest(key.encode(), _PURPOSE, sha256)


def _moment(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise NotGenuine
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NotGenuine from error
