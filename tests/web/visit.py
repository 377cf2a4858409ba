"""A store's owner in front of the page: every call carries a fresh ID token."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plugin.domain.ids import StoreId


def id_token(domain: str, client_id: str, secret: str, **claims: object) -> str:
    """A token as the admin gives it; ``claims`` change some."""
    now = int(time.time())
    said = {
        "iss": f"https://{domain}/admin",
        "dest": f"https://{domain}",
        "aud": client_id,
        "sub": "42",
        "exp": now + 60,
        "nbf": now,
        "iat": now,
        "jti": uuid.uuid4().hex,
        "sid": "session",
    }
    return jwt.encode(said | claims, secret, algorithm="HS256")


@dataclass(frozen=True)
class Visit:
    """The page's calls."""

    client: FlaskClient
    store_id: StoreId
    domain: str
    token: Callable[[], str]

    def get(self, path: str) -> Any:
        """The JSON of a GET that works."""
        return self._good(self.send("GET", path))

    def post(self, path: str, body: Any = None) -> Any:
        """The JSON of a POST that works."""
        return self._good(self.send("POST", path, body or {}))

    def put(self, path: str, body: Any) -> Any:
        """The JSON of a PUT that works."""
        return self._good(self.send("PUT", path, body))

    def patch(self, path: str, body: Any) -> Any:
        """The JSON of a PATCH that works."""
        return self._good(self.send("PATCH", path, body))

    def send(self, method: str, path: str, body: Any = None) -> TestResponse:
        """The answer, whatever it is."""
        return self.client.open(
            f"/api{path}", method=method, json=body, headers={"Authorization": f"Bearer {self.token()}"}
        )

    @staticmethod
    def _good(response: TestResponse) -> Any:
        assert 200 <= response.status_code < 300, response.get_data(as_text=True)
        return response.get_json()
