"""Stores of a pretend BigCommerce to read from, and what a test does with them."""

import itertools
from collections.abc import Sequence
from copy import copy
from typing import Any, TypeVar

import requests

from plugin.domain.facts import Fact, Kind
from plugin.platforms.base import Tokens
from plugin.platforms.bigcommerce import sync
from plugin.platforms.bigcommerce.client import Client, roots
from plugin.platforms.bigcommerce.limits import Pacer, Turn
from plugin.platforms.bigcommerce.translate import translate
from plugin.platforms.http import Http, Timeout
from tests.platforms.bigcommerce.builders import BEGAN
from tests.platforms.bigcommerce.doors import Pretended
from tests.platforms.server import Server
from tests.recording import the_recorder

HTTP = Http(Timeout(connect=2, read=5, total=10), the_recorder(), lambda: False)
SCOPES = (
    "store_channel_settings_read_only",
    "store_v2_customers",
    "store_v2_information_read_only",
    "store_v2_orders_read_only",
    "store_v2_products_read_only",
)
One = TypeVar("One")
_numbers = itertools.count(1)


class Unpaced(Pacer):
    """Lets everything pass: such a test is about what is read."""

    def __init__(self) -> None:
        super().__init__(None)

    def reserve(self, store: str, share: float = 1.0) -> Turn:
        return Turn(0.0, "")


def a_past(url: str, app: Server, **more: Any) -> Pretended:
    """A new store with customers and orders, and quota for a test."""
    name = f"read{next(_numbers)}"
    body = {"hash": name, "currency": "EUR", "timezone": "Europe/Berlin", "country": "DE", "seed": 7, **more}
    requests.post(f"{url}/_sandbox/bigcommerce/stores", json=body, timeout=60).raise_for_status()
    made = Pretended(url, name, app)
    made.control("PUT", "/quota", {"quota": 5000})
    return made


def calls(
    store: Pretended, pace: Pacer | None = None, scopes: Sequence[str] = SCOPES, http: Http | None = None
) -> Client:
    """A client of the store with these scopes; the token of an earlier one is dead."""
    token = str(store.control("POST", "/token", {"scopes": list(scopes)})["access_token"])
    return Client(
        store.hash,
        Tokens(lambda: token, lambda refused: refused),
        http or HTTP,
        pace or Unpaced(),
        base_urls=roots(f"{store.url}/bigcommerce", store.hash),
        scopes=scopes,
    )


def sharing(client: Client, share: float) -> Client:
    """The same client for work that can wait."""
    same = copy(client)
    same._share = share
    return same


def told(client: Client, kind: Kind, *ids: int) -> tuple[Fact, ...]:
    """What a read of these says."""
    return translate(f"api/{kind.value}s", sync.read(client, kind, dict.fromkeys(ids, 1), BEGAN), BEGAN)


def every(kind: type[One], facts: Sequence[Fact]) -> list[One]:
    """The facts of one kind."""
    return [fact for fact in facts if isinstance(fact, kind)]


def asked(store: Pretended) -> list[str]:
    """Every call of the app to the store, as method and path with its query."""
    rows = store.control("GET", "/calls")
    return [f"{row['method']} {row['path']}" + (f"?{row['query']}" if row["query"] else "") for row in rows]
