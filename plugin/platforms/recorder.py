"""Outgoing requests written down, for someone who wants to see what the app says to a platform."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path


def recorder(path: str) -> Callable[[Mapping[str, object]], None] | None:
    """Appends each request to the file as a JSON line; None for an empty path.

    A line holds method, address without query, body unless private, status and size of the answer:
    no header, so no token, and nothing of the answer itself, so no personal data from the store.
    """
    if not path:
        return None
    lock = threading.Lock()

    def write(entry: Mapping[str, object]) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(), **entry}, ensure_ascii=False)
        with lock, Path(path).open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    return write
