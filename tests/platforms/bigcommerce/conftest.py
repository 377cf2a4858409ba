"""A client on a small real server; its tokens are ``old`` until refreshed to ``new``."""

import pytest

from plugin.platforms.bigcommerce.client import Client, roots
from plugin.platforms.bigcommerce.limits import Pacer
from plugin.platforms.http import Http
from tests.platforms.bigcommerce.builders import STORE, Purse
from tests.platforms.server import Server


@pytest.fixture
def purse() -> Purse:
    """The store's tokens."""
    return Purse()


@pytest.fixture
def pace() -> Pacer:
    """A pace without Redis: enough for a test, and its own."""
    return Pacer(None)


@pytest.fixture
def client(server: Server, http: Http, purse: Purse, pace: Pacer) -> Client:
    """A client of the store."""
    return Client(STORE, purse.tokens, http, pace, base_urls=roots(server.url, STORE))
