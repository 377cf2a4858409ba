"""Why a customer is posted: in a word, and when the message that began it came."""

from datetime import datetime
from typing import Protocol


class Reason(Protocol):
    """Why, and when the message that began it came."""

    @property
    def word(self) -> str: ...
    @property
    def received_at(self) -> datetime | None: ...
