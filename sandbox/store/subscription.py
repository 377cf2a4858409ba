"""A webhook subscription that the app made at one shop."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox import moments


@dataclass(slots=True)
class Subscription:
    """One topic to one address. After eight deliveries lost in a row the platform deletes it."""

    id: int
    topic: str
    """As the header writes it: ``orders/create``."""
    topic_enum: str
    uri: str
    created_at: datetime
    updated_at: datetime
    include_fields: tuple[str, ...] = ()
    """The only keys at the top of the body; none means all."""
    name: str | None = None
    failures: int = 0

    @property
    def filter(self) -> None:
        """Not offered here: every event of the topic is delivered."""
        return

    def summary(self) -> dict[str, Any]:
        """The subscription for whoever watches."""
        return {
            "id": self.id,
            "topic": self.topic,
            "uri": self.uri,
            "created_at": moments.zulu(self.created_at),
            "failures": self.failures,
        }
