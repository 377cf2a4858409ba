"""Callbacks as BigCommerce sends them, for an app of this id and secret."""

from datetime import UTC, datetime
from typing import Any

import jwt

from plugin.platforms.bigcommerce.auth import App

CLIENT_ID = "m9r6keqmo7h7f23btnpwernbez1kglkl"
SECRET = "0a6e3f5b9c1d47288e6f4b2a90d3c7e15f8b64a2d9e0c3b71f5a8e2d4c6b9071"
APP = App(CLIENT_ID, (SECRET,))
AT = 1790000010
NOW = datetime.fromtimestamp(AT, UTC)
STORE = "z4zn3wo"
DAY = 86_400


def claims(**more: Any) -> dict[str, Any]:
    """The claims of a load from the Apps menu, ten seconds ago; what is None is left out."""
    told = {
        "aud": CLIENT_ID,
        "iss": "bc",
        "iat": AT - 10,
        "nbf": AT - 15,
        "exp": AT - 15 + DAY,
        "jti": "c5f0bcf5-a504-4ae6-8dcc-0e40eaa5a070",
        "sub": f"stores/{STORE}",
        "user": {"id": 9876543, "email": "zoë@example.com", "locale": "en-US"},
        "owner": {"id": 7654321, "email": "owner@example.com"},
        "url": "/",
        "channel_id": None,
    }
    return {name: value for name, value in (told | more).items() if value is not None or name == "channel_id"}


def a_token(secret: str = SECRET, algorithm: str = "HS256", **more: Any) -> str:
    """The claims, signed."""
    return jwt.encode(claims(**more), secret, algorithm=algorithm)
