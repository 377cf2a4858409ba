"""The hooks that this app made at one store, as the API shows them (README §6)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from plugin.platforms.bigcommerce.client import Api, Client
from plugin.platforms.bigcommerce.webhooks import EXCEPTIONS, address


class Hook(NamedTuple):
    """A hook that this app made at the store."""

    id: int
    topic: str
    destination: str
    headers: Mapping[str, str]
    """Names in lower case."""
    is_active: bool
    updated_at: datetime


def listed(client: Client) -> list[Hook]:
    """Every hook of this app at the store; nobody sees those of others."""
    return [hook_in(row) for row in client.rows(Api.V3, "/hooks")]


def hook_in(row: Mapping[str, Any]) -> Hook:
    """The hook of one row."""
    told = row.get("headers")  # None where there are none.
    headers = {name.lower(): str(value) for name, value in told.items()} if isinstance(told, Mapping) else {}
    updated = datetime.fromtimestamp(row.get("updated_at") or row.get("created_at") or 0, UTC)
    return Hook(row["id"], row["scope"], row["destination"], headers, row["is_active"], updated)


def is_ours(hook: Hook, client: Client, uri: str) -> bool:
    """Whether it goes to an address of ours, under this host or one from before."""
    places = {urlsplit(address(uri, client.store_hash, topic)).path for topic in (EXCEPTIONS, "")}
    return urlsplit(hook.destination).path in places
