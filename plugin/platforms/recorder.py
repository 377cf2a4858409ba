"""Outgoing requests written down, for someone who wants to hold them against a platform's own description."""

import fcntl
import json
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

HIDDEN = "[hidden]"
SECRET_HEADERS = frozenset({"authorization", "cookie", "x-auth-token", "x-shopify-access-token", "proxy-authorization"})
SECRET_FIELDS = frozenset(
    {
        "access_token",
        "client_secret",
        "code",
        "id_token",
        "password",
        "refresh_token",
        "subject_token",
        "x-regulars-secret",
    }
)
"""In small letters. The last is a header that hooks are asked to carry, so it stands in a body."""
_TOKENS = re.compile(r"shp[a-z]{2}_\w+|prtapi_\w+|eyJ[\w-]+\.[\w-]+\.[\w-]*")
"""How tokens look, wherever one might stand after all."""

Entry = Mapping[str, Any]


def recorder(path: str) -> Callable[[Entry], None] | None:
    """Appends each request to the file as a JSON line; None for an empty path. Several processes may write to one.

    A line holds method, address, headers and body as they were sent, and the status that came back, or why none did.
    Secrets are hidden, the values of the address's query among them, and nothing of an answer is kept: no personal
    data of the store but what we ourselves asked about.
    """
    if not path:
        return None

    def write(entry: Entry) -> None:
        told = {"at": datetime.now(UTC).isoformat(), **entry}
        told |= {"url": address(str(entry["url"])), "headers": headers(entry["headers"]), "body": hide(entry["body"])}
        line = _TOKENS.sub(HIDDEN, json.dumps(told, ensure_ascii=False, default=str)) + "\n"
        _append(path, line.encode())

    return write


def address(url: str) -> str:
    """The address; of its query the names alone, for a value may be a signature."""
    parts = urlsplit(url)
    names = [(name, HIDDEN) for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, urlencode(names, safe="[]"), ""))


def headers(sent: Mapping[str, str]) -> dict[str, str]:
    """The headers, of those that open a door only the names."""
    return {name: HIDDEN if name.lower() in SECRET_HEADERS else str(value) for name, value in sent.items()}


def hide(body: Any) -> Any:
    """The body, whatever is called as secrets are called hidden at any depth."""
    if isinstance(body, Mapping):
        return {name: HIDDEN if name.lower() in SECRET_FIELDS else hide(value) for name, value in body.items()}
    if isinstance(body, list | tuple):
        return [hide(value) for value in body]
    return body


def _append(path: str, line: bytes) -> None:
    """The line stands at the end of the file, whole, whoever else writes."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        while line:
            line = line[os.write(file, line) :]
    finally:
        os.close(file)
