"""Questions in GraphQL: two of BigCommerce's APIs want them (README §11, §12)."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from plugin.domain.errors import PlatformRefused
from plugin.platforms.http import CallFailed


@cache
def document(folder: str, name: str) -> str:
    """The text of one question."""
    return (files("plugin.platforms.bigcommerce") / folder / f"{name}.graphql").read_text("utf-8")


def found(told: Any, *path: str) -> Mapping[str, Any]:
    """What the answer holds there. A part of an answer beside an error is none.

    Raises PlatformRefused with the platform's words, CallFailed for what is no answer.
    """
    if not isinstance(told, Mapping):
        raise CallFailed("the answer is not an object", sent=True)
    if errors := told.get("errors"):
        raise PlatformRefused(_words(errors))
    held = told.get("data")
    for name in path:
        held = held.get(name) if isinstance(held, Mapping) else None
    if not isinstance(held, Mapping):
        raise CallFailed("the answer has no data", sent=True)
    return held


def nodes(connection: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The things of a page. Raises CallFailed for what is none."""
    edges = connection.get("edges")
    if not isinstance(edges, list):
        raise CallFailed("the answer has no list", sent=True)
    things = [each.get("node") if isinstance(each, Mapping) else None for each in edges]
    held = [each for each in things if isinstance(each, Mapping)]
    if len(held) < len(edges):
        raise CallFailed("the answer has nothing in its list", sent=True)
    return held


def after(connection: Mapping[str, Any], before: str | None) -> str | None:
    """Where the next page begins; None: there is none. Raises CallFailed where it begins where this one did."""
    page = connection.get("pageInfo")
    if not isinstance(page, Mapping):
        raise CallFailed("the answer does not say whether it goes on", sent=True)
    if not page.get("hasNextPage"):
        return None
    cursor = page.get("endCursor")
    if not isinstance(cursor, str) or cursor in ("", before):
        raise CallFailed("the answer does not say where it goes on", sent=True)
    return cursor


def _words(errors: object) -> str:
    first = errors[0] if isinstance(errors, list) else errors
    return str(first.get("message") if isinstance(first, Mapping) else first)[:500]
