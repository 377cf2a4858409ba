"""One delivery of one event to one address, and every time it was tried."""

import threading
from dataclasses import dataclass, field
from typing import Any

from sandbox.store.subscription import Subscription


@dataclass(slots=True)
class Attempt:
    """One time the bytes were sent."""

    at: str
    status: int | None
    """None when no answer came."""
    milliseconds: float
    error: str | None = None


@dataclass(eq=False, slots=True)
class Delivery:
    """The same id and the same bytes each time it is tried."""

    id: str
    event_id: str
    shop: str
    topic: str
    uri: str
    triggered_at: str
    headers: dict[str, str]
    body: bytes | None
    """Forgotten some time after the end, when memory counts."""
    subscription: Subscription | None
    attempts: list[Attempt] = field(default_factory=list)
    state: str = "pending"
    """``pending``, ``delivered``, ``failed`` or ``dropped``."""
    open: int = 0
    """Sends that are not finished; two for a duplicate."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def summary(self, *, body: bool = False) -> dict[str, Any]:
        """The delivery for whoever watches."""
        shown: dict[str, Any] = {
            "id": self.id,
            "event_id": self.event_id,
            "topic": self.topic,
            "uri": self.uri,
            "triggered_at": self.triggered_at,
            "state": self.state,
            "attempts": [
                {"at": a.at, "status": a.status, "milliseconds": a.milliseconds, "error": a.error}
                for a in self.attempts
            ],
        }
        if body:
            shown["body"] = self.body.decode() if self.body is not None else None
            shown["headers"] = self.headers
        return shown
