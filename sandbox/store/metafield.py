"""A value of an app's or a merchant's own on a customer."""

from dataclasses import dataclass
from datetime import datetime

APP = "app--74839201"
"""How the namespaces reserved for the app are stored: ``$app:x`` is ``app--{number of the app}--x``."""


def stored(namespace: str) -> str:
    """The namespace as it is kept and shown."""
    if namespace == "$app":
        return APP
    return f"{APP}--{namespace.removeprefix('$app:')}" if namespace.startswith("$app:") else namespace


@dataclass(slots=True)
class Metafield:
    """One value, always a text."""

    id: int
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Definition:
    """What makes a metafield of a kind of thing visible to merchants."""

    id: int
    namespace: str
    key: str
    type: str
    name: str
    owner_type: str
    description: str | None = None
