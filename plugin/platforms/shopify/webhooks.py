"""Webhooks: proving that a delivery is Shopify's (README §3)."""

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b, sha256

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

from plugin.platforms.base import NotGenuine, Verified


class _Named(Struct):
    """The store inside a body, for deliveries without the header (privacy topics, seen in the wild)."""

    shop_domain: str | None = None
    myshopify_domain: str | None = None


class _Numbered(Struct):
    """The store's own number in a body about the store itself."""

    id: int | None = None
    shop_id: int | str | None = None


_named = Decoder(_Named)
_numbered = Decoder(_Numbered)
OF_THE_SHOP = frozenset({"shop/update", "app/uninstalled"})
"""Their ``id`` is the store's."""
OF_A_SHOP = frozenset({"shop/redact", "customers/redact", "customers/data_request"})
"""Their ``shop_id`` is."""


def verify_environ(environ: Mapping[str, object], body: bytes, secrets: Sequence[str]) -> Verified:
    """The delivery, proven over its raw bytes; for the hot path, which holds a WSGI environ.

    ``secrets`` are the current and the previous client secret. Raises NotGenuine.
    """
    get = environ.get
    _prove(get("HTTP_X_SHOPIFY_HMAC_SHA256"), body, secrets)
    triggered = get("HTTP_X_SHOPIFY_TRIGGERED_AT")
    topic = str(get("HTTP_X_SHOPIFY_TOPIC") or "")
    return Verified(
        topic,
        str(get("HTTP_X_SHOPIFY_SHOP_DOMAIN") or _store_in(body)).lower(),
        str(get("HTTP_X_SHOPIFY_WEBHOOK_ID") or "") or _stand_in_id(triggered, body),
        moment(triggered) if isinstance(triggered, str) else None,
        str(get("HTTP_X_SHOPIFY_API_VERSION") or ""),
        _id_in(topic, body),
    )


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> Verified:
    """The delivery, proven over its raw bytes; header names in any case. Raises NotGenuine."""
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return verify_environ(named, body, secrets)


def _prove(signature: object, body: bytes, secrets: Sequence[str]) -> None:
    """Returns only if one secret made this signature. No secret or no signature: door shut."""
    if not isinstance(signature, str) or not secrets:
        raise NotGenuine
    given = signature.encode("utf-8", "replace")
    matches = False
    for secret in secrets:
        made = b64encode(hmac.digest(secret.encode(), body, sha256))
        matches |= bool(secret) and hmac.compare_digest(made, given)
    if not matches:
        raise NotGenuine


def sign(body: bytes, secret: str) -> str:
    """The signature Shopify would send with this body."""
    return b64encode(hmac.digest(secret.encode(), body, sha256)).decode()


def moment(text: str) -> datetime | None:
    """An RFC 3339 moment with up to nine decimals, in UTC; None for what is none."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _store_in(body: bytes) -> str:
    try:
        found = _named.decode(body)
    except (MsgspecError, ValueError, RecursionError):
        return ""
    return found.shop_domain or found.myshopify_domain or ""


def _id_in(topic: str, body: bytes) -> str:
    """The store's number, which outlives its names; empty for the many messages that do not say it."""
    if topic not in OF_THE_SHOP and topic not in OF_A_SHOP:
        return ""
    try:
        found = _numbered.decode(body)
    except (MsgspecError, ValueError, RecursionError):
        return ""
    told = found.id if topic in OF_THE_SHOP else found.shop_id
    return "" if told is None else str(told)


def _stand_in_id(triggered: object, body: bytes) -> str:
    """An id for a delivery without one: equal for a retry, different for another event."""
    return f"body:{blake2b(str(triggered).encode() + body, digest_size=16).hexdigest()}"
