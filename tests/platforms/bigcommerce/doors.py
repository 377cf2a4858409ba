"""A pretend BigCommerce in a process of its own, and what a test of the doors asks of it beside the platform's API."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from plugin.platforms.base import Tokens
from plugin.platforms.bigcommerce.client import Client, roots
from plugin.platforms.bigcommerce.limits import Pacer
from plugin.platforms.http import Http
from sandbox.server import running
from tests.platforms.bigcommerce.callback import CLIENT_ID, SECRET
from tests.platforms.server import Asked, Server

HOOKS = "/webhooks/bigcommerce"

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Pretended:
    """A store of the running sandbox, and the app's own address."""

    url: str
    hash: str
    app: Server

    @property
    def login_url(self) -> str:
        """The login host."""
        return f"{self.url}/bigcommerce/login"

    @property
    def uri(self) -> str:
        """Where the app takes BigCommerce's deliveries."""
        return self.app.url + HOOKS

    @property
    def callback(self) -> str:
        """The app's auth callback, as it is registered."""
        return f"{self.app.url}/bigcommerce/auth"

    def control(self, method: str, path: str = "", body: Any = None) -> Any:
        """A call to the control API of the store."""
        return _call(self.url, method, f"/stores/{self.hash}{path}", body)

    def delivering(self, **rules: Any) -> None:
        """How all stores' deliveries are retried and blocked."""
        _call(self.url, "PUT", "/delivery", rules)

    def query(self, path: str, /, **body: Any) -> str:
        """The query of the address to which a browser is sent."""
        return str(urlsplit(self.control("POST", path, body)["url"]).query)

    def signed_payload(self, path: str, /, **body: Any) -> str:
        """The token in the address to which a browser is sent."""
        return parse_qs(self.query(path, **body))["signed_payload_jwt"][0]

    def token(self) -> str:
        """The app is installed on the store; its token."""
        return str(self.control("POST", "/token")["access_token"])

    def client(self, http: Http, pace: Pacer, token: str | Callable[[], str]) -> Client:
        """A client with this token and no other."""
        tokens = Tokens(token if callable(token) else lambda: token, lambda refused: refused)
        return Client(self.hash, tokens, http, pace, base_urls=roots(f"{self.url}/bigcommerce", self.hash))

    def heard(self) -> list[Asked]:
        """What the app was sent about this store, once nothing more is on its way."""
        self.control("POST", "/quiet")
        return [each for each in self.app.asked if f"{HOOKS}/{self.hash}" in each.path]


@contextmanager
def pretending(app: Server) -> Iterator[str]:
    """A sandbox that knows this app; its address."""
    with running(app.url, CLIENT_ID, SECRET) as url:
        yield url


def a_store(url: str, app: Server) -> Pretended:
    """A new store with a single customer, and quota for a test."""
    name = f"door{next(_numbers)}"
    _call(url, "POST", "/stores", {"hash": name, "customers": 1, "years": 0.1})
    store = Pretended(url, name, app)
    store.control("PUT", "/quota", {"quota": 2000})
    return store


def environ(asked: Asked) -> dict[str, Any]:
    """The request as a WSGI server hands it on."""
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in asked.headers.items()}
    return {**named, "PATH_INFO": asked.path}


def _call(url: str, method: str, path: str, body: Any) -> Any:
    answer = requests.request(method, f"{url}/_sandbox/bigcommerce{path}", json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()
