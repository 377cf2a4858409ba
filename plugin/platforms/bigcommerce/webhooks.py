"""Webhooks: proving that a delivery is BigCommerce's (README §6).

A delivery goes to an address that ends with the store's hash, and carries a secret that only this store's hooks know.
Signatures by the Standard Webhooks rules are promised for some hooks: where one is, it must hold.
"""

import hmac
import re
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

from plugin.platforms.base import NotGenuine, Trust, Verified

SECRET_HEADER = "X-Regulars-Secret"  # noqa: S105 - a header's name
SIGNATURE_AGE = timedelta(minutes=5)
"""How far a signature's moment may be from ours, in both directions."""
MOST_SIGNATURES = 10
"""Looked at in one header; the rules allow several, for secrets that are being replaced."""
EXCEPTIONS = "store/hook/deliveryException"
"""The topic that tells of deliveries which failed; BigCommerce wants it sent to an address of its own."""
APART = "hook-exceptions"

_TOPIC = re.compile(r"store/[\x21-\x7e]{1,200}")
"""How every topic looks: a body that nobody signed must not name one of the house's own."""
_PLACE = re.compile(rf".*/([a-z0-9]+)(?:/{APART})?")
_MESSAGE = re.compile(r"[\x21-\x2d\x2f-\x7e]+")
"""Ids of deliveries. With a point in one, its end could be shifted into the moment beside it."""
_SECONDS = re.compile(r"[0-9]{1,12}")
_SECRET, _ID, _TIME, _SIGNATURE = (
    f"HTTP_{name.upper().replace('-', '_')}"
    for name in (SECRET_HEADER, "webhook-id", "webhook-timestamp", "webhook-signature")
)


class _Envelope(Struct):
    """What every delivery says."""

    scope: str
    producer: str
    created_at: int | float | str | None = None


_envelope = Decoder(_Envelope)


def verify_environ(environ: Mapping[str, object], body: bytes, trust: Trust, now: datetime) -> Verified:
    """The delivery, proven over its headers and raw bytes; for the hot path, which holds a WSGI environ.

    It has no id: none is promised to be one per delivery, so each is to be taken. Raises NotGenuine.
    """
    store = _store_at(str(environ.get("PATH_INFO") or ""))
    _prove_secret(environ.get(_SECRET), trust.digests(store))
    if _SIGNATURE in environ or trust.signature_required:
        _prove_signature(environ, body, trust.client_secrets, now)
    try:
        told = _envelope.decode(body)
    except (MsgspecError, ValueError, RecursionError) as error:
        raise NotGenuine from error
    if told.producer != f"stores/{store}" or not _TOPIC.fullmatch(told.scope):
        raise NotGenuine
    return Verified(told.scope, store, "", _moment(told.created_at), "")


def address(uri: str, store: str, topic: str) -> str:
    """Where this store's hook for the topic delivers to. ``uri``: where all of BigCommerce's do."""
    return f"{uri}/{store}/{APART}" if topic == EXCEPTIONS else f"{uri}/{store}"


def new_secret() -> str:
    """A secret for the hooks of one store: 32 random bytes."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What to keep of a secret in order to know it again; it is random, so it needs no salt."""
    return sha256(secret.encode("utf-8", "replace")).digest()


def sign(body: bytes, secret: str, delivery_id: str, at: str) -> str:
    """The signature header that this client secret makes for the body. ``at``: seconds, as the header has them."""
    said = f"{delivery_id}.{at}.".encode() + body
    return f"v1,{b64encode(hmac.digest(secret.encode(), said, sha256)).decode()}"


def _store_at(path: str) -> str:
    found = _PLACE.fullmatch(path)
    if found is None:
        raise NotGenuine
    return found[1]


def _prove_secret(given: object, digests: Sequence[bytes]) -> None:
    """Returns only if the store's hooks carry this secret. A store without one: door shut."""
    shown = digest(given if isinstance(given, str) else "")
    matches = False
    for known in digests:
        matches |= hmac.compare_digest(shown, known)
    if not given or not matches:
        raise NotGenuine


def _prove_signature(environ: Mapping[str, object], body: bytes, client_secrets: Sequence[str], now: datetime) -> None:
    """Returns only if one secret made one of the signatures, lately."""
    delivery_id, at, signatures = (str(environ.get(name) or "") for name in (_ID, _TIME, _SIGNATURE))
    if not (_MESSAGE.fullmatch(delivery_id) and _SECONDS.fullmatch(at)):
        raise NotGenuine
    if abs(now.timestamp() - int(at)) > SIGNATURE_AGE.total_seconds():
        raise NotGenuine
    given = [each.encode("utf-8", "replace") for each in signatures.split(" ")[:MOST_SIGNATURES]]
    matches = False
    for secret in filter(None, client_secrets):
        made = sign(body, secret, delivery_id, at).encode()
        for each in given:
            matches |= hmac.compare_digest(made, each)
    if not matches:
        raise NotGenuine


def _moment(seconds: float | str | None) -> datetime | None:
    """When BigCommerce made it; None where it does not say, or nothing one could believe."""
    try:
        return None if seconds is None else datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
