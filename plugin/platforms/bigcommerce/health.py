"""Whether a store's deliveries still come, by BigCommerce's word (README §6)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from plugin.platforms.base import Blocked, Health
from plugin.platforms.bigcommerce.client import Api, Client
from plugin.platforms.bigcommerce.hooks import hook_in, is_ours

SILENCE = timedelta(days=80)
"""After 90 days without an event a hook is switched off: a hook this quiet is close to it."""


def health(client: Client, uri: str, heard: Mapping[str, datetime], now: datetime) -> Health:
    """How the hooks are that deliver below ``uri``. ``heard``: when something of a topic last came."""
    told = (client.get(Api.V3, "/hooks/admin") or {}).get("data") or {}
    rows = [(row, hook_in(row)) for row in told.get("hooks_list") or ()]
    ours = [(row.get("status"), hook) for row, hook in rows if is_ours(hook, client, uri)]
    inactive = [hook.topic for status, hook in ours if not hook.is_active or status in ("inactive", "deactivated")]
    silent = [
        hook.topic
        for _, hook in ours
        if hook.topic not in inactive and now - max(hook.updated_at, heard.get(hook.topic, hook.updated_at)) > SILENCE
    ]
    return Health(tuple(inactive), tuple(silent), _blocked(told.get("blocked_domains") or (), uri))


def _blocked(domains: Iterable[Mapping[str, Any]], uri: str) -> Blocked | None:
    for each in domains:
        if _host(str(each.get("destination") or "")) == _host(uri):
            reasons = (str(reason.get("failure_description") or "") for reason in each.get("reasons") or ())
            return Blocked(int(each.get("time_left") or 0), tuple(reasons))
    return None


def _host(url: str) -> str:
    """The host of an address, or of a bare name of one."""
    return urlsplit(url if "//" in url else f"//{url}").hostname or ""
