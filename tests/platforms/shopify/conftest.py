"""A client on a small real server; its tokens are ``old`` until refreshed to ``new``."""

from dataclasses import dataclass, field

import pytest

from plugin.platforms.base import Tokens
from plugin.platforms.http import Http
from plugin.platforms.shopify.client import Client
from plugin.platforms.shopify.limits import Pacer
from tests.platforms.server import Server


@dataclass
class Purse:
    """Where the client's tokens come from, and which it gave back."""

    token: str = "old"
    refused: list[str] = field(default_factory=list)

    def refresh(self, stale: str) -> str:
        self.refused.append(stale)
        self.token = "new"
        return self.token

    @property
    def tokens(self) -> Tokens:
        return Tokens(lambda: self.token, self.refresh)


@pytest.fixture
def purse() -> Purse:
    """The store's tokens."""
    return Purse()


@pytest.fixture
def pace() -> Pacer:
    """A pace without Redis: enough for a test, and its bucket is its own."""
    return Pacer(None)


@pytest.fixture
def client(server: Server, http: Http, purse: Purse, pace: Pacer) -> Client:
    """A client of a.myshopify.com."""
    return Client("a.myshopify.com", purse.tokens, http, pace, base_url=server.url, api_version="2026-10")
