"""Shopify's own segments that stand for ours: made, read, changed, removed (README §6)."""

from collections.abc import Sequence
from typing import Any

from plugin.platforms.base import Shown, TwinRefused
from plugin.platforms.shopify.client import Client, user_errors
from plugin.platforms.shopify.tagging import is_gone


def make(client: Client, name: str, query: str) -> Shown:
    """The shop has a segment of this name and query. Raises TwinRefused with Shopify's reason."""
    return _said(client.run("twin_make", {"name": name, "query": query})["segmentCreate"])


def change(client: Client, remote_id: str, name: str, query: str) -> Shown:
    """The segment has this name and query. Raises TwinRefused."""
    return _said(client.run("twin_change", {"id": remote_id, "name": name, "query": query})["segmentUpdate"])


def remove(client: Client, remote_id: str) -> None:
    """The segment is not there; whether it was does not matter. Raises TwinRefused."""
    refusal = user_errors(client.run("twin_remove", {"id": remote_id})["segmentDelete"])
    if refusal and not is_gone(refusal):
        raise TwinRefused(refusal)


def read(client: Client, remote_ids: Sequence[str]) -> list[Shown | None]:
    """How each stands now; None for one that is not there."""
    return [_shown(node) for node in client.run("twin_read", {"ids": list(remote_ids)})["nodes"]]


def find(client: Client, name: str) -> Shown | None:
    """The newest segment of this name, if there is one."""
    nodes = client.run("twin_find", {})["segments"]["nodes"]
    return next((_shown(node) for node in nodes if node["name"] == name), None)


def _said(payload: dict[str, Any]) -> Shown:
    if refusal := user_errors(payload):
        raise TwinRefused(refusal)
    found = _shown(payload["segment"])
    assert found is not None
    return found


def _shown(node: dict[str, Any] | None) -> Shown | None:
    return Shown(node["id"], node["name"], node["query"]) if node else None
