"""Signatures made with the app's client secret."""

import base64
import hashlib
import hmac
import secrets
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt

from sandbox.config import Config
from sandbox.store.shop import Shop

ID_TOKEN_SECONDS = 60
LEEWAY_SECONDS = 10
USER = "548380009"
"""The merchant's staff member who looks at the app."""


def webhook_signature(secret: str, body: bytes) -> str:
    """``X-Shopify-Hmac-Sha256``: base64, over the raw bytes."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def id_token(config: Config, shop: Shop, *, lifetime: int = ID_TOKEN_SECONDS) -> str:
    """A token that says who looks at the app, for a minute."""
    at = int(time.time())
    claims = {
        "iss": f"https://{shop.domain}/admin",
        "dest": f"https://{shop.domain}",
        "aud": config.client_id,
        "sub": USER,
        "exp": at + lifetime,
        "nbf": at,
        "iat": at,
        "jti": secrets.token_hex(16),
        "sid": hashlib.sha256(shop.domain.encode()).hexdigest(),
    }
    return jwt.encode(claims, config.client_secret, algorithm="HS256")


def shop_of_id_token(config: Config, token: str) -> str | None:
    """The shop's domain in a good and fresh token of ours, else None."""
    try:
        claims = jwt.decode(
            token,
            config.client_secret,
            algorithms=["HS256"],
            audience=config.client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "nbf", "aud", "dest", "iss"]},
        )
    except jwt.InvalidTokenError:
        return None
    return str(claims["dest"]).removeprefix("https://")


def app_address(config: Config, shop: Shop, *, path: str = "") -> str:
    """The address of the app's page as the admin's frame loads it, signed, with a fresh ID token.

    ``path`` may carry a query of its own; it is signed with the rest.
    """
    wanted = urlsplit(path or config.asked.application_path)
    host = base64.b64encode(f"admin.shopify.com/store/{shop.handle}".encode()).decode().rstrip("=")
    query = dict(parse_qsl(wanted.query)) | {
        "embedded": "1",
        "host": host,
        "id_token": id_token(config, shop),
        "locale": "en",
        "session": hashlib.sha256(shop.domain.encode()).hexdigest(),
        "shop": shop.domain,
        "timestamp": str(int(time.time())),
    }
    query["hmac"] = query_signature(config.client_secret, query)
    return f"{config.app_url}/{wanted.path.lstrip('/')}?{urlencode(query)}"


def signed_callback(config: Config, shop: Shop, code: str, state: str) -> dict[str, str]:
    """What the merchant's browser brings back from agreeing."""
    query = {
        "code": code,
        "host": base64.b64encode(f"admin.shopify.com/store/{shop.handle}".encode()).decode(),
        "shop": shop.domain,
        "state": state,
        "timestamp": str(int(time.time())),
    }
    return query | {"hmac": query_signature(config.client_secret, query)}


def query_signature(secret: str, query: dict[str, str]) -> str:
    """``hmac`` of a query: its parameters sorted and form-encoded, in hexadecimal."""
    return hmac.digest(secret.encode(), urlencode(sorted(query.items())).encode(), "sha256").hex()
