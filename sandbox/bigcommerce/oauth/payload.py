"""``signed_payload_jwt``: who opens the app, at which store, signed with the app's client secret."""

import time
import uuid
from typing import Any
from urllib.parse import urlencode

import jwt

from sandbox.bigcommerce.registration import Registration
from sandbox.bigcommerce.store.store import Store

LIFETIME = 24 * 3600


def signed_payload(registration: Registration, store: Store, user_id: int, *, url: str = "/",
                   channel_id: int | None = None, **instead: Any) -> str:  # fmt: skip
    """A token that says so for a day. ``instead`` are claims as a test wants them; None leaves one out."""
    at, users = int(time.time()), store.access.users
    user, owner = users[user_id], users[store.access.owner_id]
    claims: dict[str, Any] = {
        "aud": registration.client_id,
        "iss": "bc",
        "iat": at,
        "nbf": at - 5,
        "exp": at + LIFETIME,
        "jti": str(uuid.uuid4()),
        "sub": f"stores/{store.hash}",
        "user": {"id": user.id, "email": user.email, "locale": user.locale},
        "owner": {"id": owner.id, "email": owner.email},
        "url": url,
        "channel_id": channel_id,
    } | instead
    kept = {name: value for name, value in claims.items() if value is not None or name == "channel_id"}
    return jwt.encode(kept, registration.client_secret, algorithm="HS256")


def load_address(registration: Registration, store: Store, user_id: int, **said: Any) -> str:
    """Where the frame of the control panel goes."""
    query = urlencode({"signed_payload_jwt": signed_payload(registration, store, user_id, **said)})
    return f"{registration.load_callback}?{query}"


def auth_address(registration: Registration, store: Store, code: str, scopes: tuple[str, ...], *,
                 external: bool = False) -> str:  # fmt: skip
    """Where the merchant's browser carries the code."""
    query = {
        "code": code,
        "scope": " ".join(scopes),
        "context": f"stores/{store.hash}",
        "account_uuid": registration.account_uuid,
    } | ({"external_install": "true"} if external else {})
    return f"{registration.auth_callback}?{urlencode(query)}"
