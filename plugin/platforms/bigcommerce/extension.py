"""The panel beside a customer on the Customers page: it opens our page of this customer (README §12)."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from plugin.domain.errors import PlatformRefused
from plugin.domain.ids import CustomerId
from plugin.platforms.bigcommerce.client import Api, Call, Client
from plugin.platforms.bigcommerce.graphs import after, document, found, nodes

PATH = "/customers/${id}/segments"
"""Where in the app it leads; BigCommerce puts the customer's number in."""
LABEL = {"defaultValue": "Segments", "locales": [{"value": "Segments", "localeCode": "en-US"}]}
"""In the language that the page speaks."""
KIND = {"context": "PANEL", "model": "CUSTOMERS"}
_CUSTOMER = re.compile(r"/customers/([1-9][0-9]{0,17})/segments")


class Ensured(StrEnum):
    """What was done so that the panel stands."""

    KEPT = "kept"
    MADE = "made"
    REPAIRED = "repaired"
    """Its label or its address was another."""


def ensure(client: Client) -> Ensured:
    """The panel stands once, with our label and address; safe to repeat.

    It is looked for first, for BigCommerce would make a second. What else the app has at the store is left alone.
    Raises AccessDenied (the store did not allow it: no news to who watches), and as ``Client.run`` does.
    """
    ours = _listed(client)
    if not ours:
        _ask(client, "panel_make", {"input": {**KIND, "url": PATH, "label": LABEL}})
        return Ensured.MADE
    first, *doubles = sorted(ours, key=lambda each: not _is_right(each))
    if not _is_right(first):
        _ask(client, "panel_change", {"input": {"id": first["id"], "data": {"url": PATH, "label": LABEL}}})
    for each in doubles:
        _remove(client, each)
    return Ensured.KEPT if _is_right(first) and not doubles else Ensured.REPAIRED


def customer_in(path: str) -> CustomerId | None:
    """Whose segments a path of the panel's asks for; None for any other path."""
    named = _CUSTOMER.fullmatch(path)
    return CustomerId(int(named[1])) if named else None


def _listed(client: Client) -> list[Mapping[str, Any]]:
    """The app's panels on the Customers page. Others' apps are not told of."""
    rows: list[Mapping[str, Any]] = []
    cursor: str | None = None
    while True:
        page = found(_ask(client, "panels", {"after": cursor}), "store", "appExtensions")
        rows += [each for each in nodes(page) if {name: each.get(name) for name in KIND} == KIND]
        cursor = after(page, cursor)
        if cursor is None:
            return rows


def _is_right(panel: Mapping[str, Any]) -> bool:
    return panel.get("url") == PATH and panel.get("label") == LABEL


def _remove(client: Client, panel: Mapping[str, Any]) -> None:
    """What somebody else removed a moment ago is removed."""
    try:
        _ask(client, "panel_remove", {"input": {"id": panel["id"]}})
    except PlatformRefused:
        if any(each["id"] == panel["id"] for each in _listed(client)):
            raise


def _ask(client: Client, name: str, variables: dict[str, Any]) -> Any:
    body = {"query": document("queries", name), "variables": variables}
    told = client.run(Call("POST", Api.GRAPHQL, "", body=body), may_deny=True)
    found(told)
    return told
