"""Who is it: the platform's signed callbacks (README §1). Everything that judges takes the moment as an argument.

Load, uninstall and remove_user bring the same kind of token, and nothing in it says for which of the three it was
made: so what has opened a page can never remove the app (``use``).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, NamedTuple

import jwt

from plugin.platforms.base import Identity, NotGenuine
from plugin.platforms.manifest import asked

SKEW = timedelta(seconds=60)
"""How far the clocks may differ."""
ISSUER = "bc"

_HASH = re.compile(r"[a-z0-9]+")
_CONTEXT = re.compile(r"stores/([a-z0-9]+)")
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
_CLAIMS = ("aud", "iss", "iat", "nbf", "exp", "jti", "sub", "user")


class UsedBefore(NotGenuine):
    """The token is genuine, and counted once already for the same thing."""


@dataclass(frozen=True)
class App:
    """The app as BigCommerce knows it. ``secrets``: current first, then the one before a rotation."""

    client_id: str
    secrets: Sequence[str] = field(repr=False)


class Use(StrEnum):
    """What a callback is used for."""

    LOAD = "load"
    UNINSTALL = "uninstall"
    REMOVE_USER = "remove_user"


@dataclass(frozen=True)
class Callback:
    """What a genuine callback says. E-mail addresses are left out: nothing here is known by them."""

    store: str
    """The store's hash."""
    user_id: str
    """Who sits in front of the page, or who may no longer."""
    owner_id: str
    """Empty where the token does not say."""
    locale: str
    """As the platform spells it (``en-US``); empty where the token does not say."""
    path: str
    """Where in the app the visitor wants to go: a path of our own, ``/`` from the Apps menu."""
    channel_id: int | None
    """The storefront it was clicked at; None from the Apps menu."""
    token_id: str
    since: datetime
    """When the platform said so, by its own clock."""
    expires_at: datetime

    @property
    def is_owner(self) -> bool:
        """Whether the store belongs to who is named."""
        return self.user_id == self.owner_id

    @property
    def identity(self) -> Identity:
        """Who asks, in the words of every platform."""
        return Identity(self.store, self.user_id, self.since, self.expires_at)


class Memory(NamedTuple):
    """What to remember of a used token, and for how many seconds."""

    key: str
    seconds: int


def store_hash(text: str) -> str:
    """The text, if it can be a store's hash; raises NotGenuine."""
    if not _HASH.fullmatch(text):
        raise NotGenuine
    return text


def hash_in(context: object) -> str:
    """The store's hash in ``stores/{hash}``; raises NotGenuine for what is none."""
    found = _CONTEXT.fullmatch(context) if isinstance(context, str) else None
    if found is None:
        raise NotGenuine
    return found[1]


def verify_callback(token: str, app: App, now: datetime) -> Callback:
    """What the platform says of a visitor, a removed user or a removed app.

    Raises NotGenuine: stale, forged, or for another app.
    """
    claims = _signed_claims(token, app.secrets)
    made, starts, expires = (_moment(claims[name]) for name in ("iat", "nbf", "exp"))
    if not max(made, starts) - SKEW <= now < expires + SKEW:
        raise NotGenuine
    if claims["aud"] != app.client_id or claims["iss"] != ISSUER:
        raise NotGenuine
    token_id, channel = claims["jti"], claims.get("channel_id")
    if not isinstance(token_id, str) or not 1 <= len(token_id) <= 200:
        raise NotGenuine
    user_id, owner_id = _id(claims["user"]), _id(claims.get("owner"))
    if not user_id:
        raise NotGenuine
    return Callback(
        store=hash_in(claims["sub"]),
        user_id=user_id,
        owner_id=owner_id,
        locale=_locale(claims["user"]),
        path=own_path(claims.get("url")),
        channel_id=channel if isinstance(channel, int) and not isinstance(channel, bool) else None,
        token_id=token_id,
        since=made,
        expires_at=expires,
    )


def use(callback: Callback, purpose: Use, now: datetime, remember: Callable[[Memory, str], str | None]) -> None:
    """The token counts for nothing else from now on; raises NotGenuine when it was used for another thing before.

    A page is opened once by it (UsedBefore). Uninstall and remove_user come from BigCommerce's server, which may repeat
    them. ``remember`` keeps the value under the key unless there is one, and returns what was there.
    """
    seconds = ceil((callback.expires_at + SKEW - now).total_seconds())
    before = remember(Memory(f"jti:bigcommerce:{callback.store}:{callback.token_id}", max(seconds, 1)), purpose.value)
    if before is not None and before != purpose.value:
        raise NotGenuine
    if before is not None and purpose is Use.LOAD:
        raise UsedBefore


def own_path(url: object) -> str:
    """A path of our own, never another place; ``/`` for what is none.

    The control panel may give back what our page's script told it: the page's whole address.
    """
    path, root = url if isinstance(url, str) else "", asked("bigcommerce").application_path
    path = path.removeprefix(root) if path.startswith(f"{root}/") else path
    return path if _PATH.fullmatch(path) and path != root else "/"


def _signed_claims(token: str, secrets: Sequence[str]) -> dict[str, Any]:
    """The claims that one secret signed, with HS256 and nothing else; the rest is ours to judge."""
    if not _COMPACT.fullmatch(token):
        raise NotGenuine
    unjudged = dict.fromkeys(("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss"), False)
    options: Any = {"require": list(_CLAIMS), "verify_sub": False, "verify_jti": False, **unjudged}
    for secret in filter(None, secrets):
        try:
            return jwt.decode(token, secret, algorithms=["HS256"], options=options)
        except (jwt.PyJWTError, ValueError, RecursionError):
            continue
    raise NotGenuine


def _moment(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise NotGenuine
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise NotGenuine from error


def _id(person: object) -> str:
    """A user's number as text; empty where there is none."""
    number = person.get("id") if isinstance(person, Mapping) else None
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        return ""
    return str(number)


def _locale(person: object) -> str:
    told = person.get("locale") if isinstance(person, Mapping) else None
    return told[:35] if isinstance(told, str) else ""
