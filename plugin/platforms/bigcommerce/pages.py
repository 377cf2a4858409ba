"""Pages of a store's lists, each with the place where the next one begins.

Orders and products are walked by their ids, customers by the platform's own cursor: whatever changes meanwhile, none
is left out. After the customers come the subscribers, whose list has nothing but page numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from plugin.domain.errors import PlatformRefused
from plugin.domain.facts import Kind
from plugin.platforms.bigcommerce.client import PAGE, Api, Client, Query, TooMuch, goes_on
from plugin.platforms.bigcommerce.gather import Thing
from plugin.platforms.bigcommerce.sync import CUSTOMER, ORDER, PRODUCT
from plugin.platforms.http import CallFailed

START = "0"
"""The place before everything."""
LABELS: Query = {"include": ("attributes",)}
"""Even who is only to be listed comes with what may hold labels."""
SUBSCRIBERS = "subscribers:"
"""How places among the subscribers begin; a page's number follows."""
SIZES = (PAGE, 50, 10)
"""Things in a page; fewer where a page was too long, or too slow to make."""


class Asked(NamedTuple):
    """What of a kind is asked for."""

    kind: Kind
    since: str | None
    """Only what changed since; None: everything."""
    whole: bool
    """With all that is in a thing, or its id and moment only."""


class Page(NamedTuple):
    """Things as a list shows them, and where the next page begins (empty: nowhere)."""

    things: Sequence[Thing]
    position: str


def page(client: Client, asked: Asked, position: str) -> Page:
    """The page that begins there; a smaller one where the store cannot answer a large one. Raises as ``run``."""
    if position.startswith(SUBSCRIBERS):  # Their place is a page's number, which a smaller page would change.
        return _subscribers(client, asked, int(position.removeprefix(SUBSCRIBERS)))
    for size in SIZES:
        try:
            return _PAGES[asked.kind](client, asked, position, size)
        except (TooMuch, CallFailed):
            if size == SIZES[-1]:
                raise
    raise PlatformRefused("no page is small enough")


def after(told: Mapping[str, Any], size: int) -> str:
    """The cursor of the next page; empty where there is none. A full page has one even if no link leads to it."""
    cursor = (told.get("meta") or {}).get("cursor_pagination") or {}
    things = told.get("data") or ()
    more = (cursor.get("links") or {}).get("next") or len(things) >= size
    return str(cursor.get("end_cursor") or "") if more and things else ""


def _customers(client: Client, asked: Asked, position: str, size: int) -> Page:
    query: dict[str, Any] = {"limit": size, **(CUSTOMER if asked.whole else LABELS)}
    if asked.since is not None:
        query["date_modified:min"] = asked.since
    if position not in ("", START):
        query["after"] = position
    told = client.page(Api.V3, "/customers", query) or {}
    return Page(told.get("data") or [], after(told, size) or (f"{SUBSCRIBERS}1" if asked.whole else ""))


def _subscribers(client: Client, asked: Asked, number: int) -> Page:
    query: dict[str, Any] = {"limit": PAGE, "page": number}
    if asked.since is not None:
        query["date_modified:min"] = asked.since
    told = client.page(Api.V3, "/customers/subscribers", query) or {}
    things = told.get("data") or []
    return Page(things, f"{SUBSCRIBERS}{number + 1}" if goes_on(told, len(things)) else "")


def _orders(client: Client, asked: Asked, position: str, size: int) -> Page:
    query: dict[str, Any] = {"min_id": int(position or START) + 1, "sort": "id", "limit": size, "page": 1}
    query |= ORDER if asked.whole else {}
    if asked.since is not None:
        query["min_date_modified"] = asked.since
    things = client.page(Api.V2, "/orders", query) or []
    return Page(things, str(things[-1]["id"]) if len(things) == size else "")


def _products(client: Client, asked: Asked, position: str, size: int) -> Page:
    query: dict[str, Any] = {"id:greater": int(position or START), "sort": "id", "limit": size}
    query |= PRODUCT if asked.whole else {"include_fields": ("date_modified",)}
    if asked.since is not None:
        query["date_modified:min"] = asked.since
    told = client.page(Api.V3, "/catalog/products", query) or {}
    things = told.get("data") or []
    return Page(things, str(things[-1]["id"]) if things and goes_on(told, len(things), size) else "")


_PAGES: Mapping[Kind, Callable[[Client, Asked, str, int], Page]] = {
    Kind.CUSTOMER: _customers,
    Kind.ORDER: _orders,
    Kind.PRODUCT: _products,
}
