"""Many purchases at a steady rate, for load, whichever platform they are made at."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

_numbers = itertools.count(1)


class Sender(Protocol):
    """Whoever sends a store's webhooks, told when many are to come."""

    def begin(self, store: str, /) -> None:
        """A run of purchases begins."""

    def end(self, store: str, /) -> None:
        """It is over."""


@dataclass(slots=True)
class Rush:
    """How far a run of purchases has come."""

    id: int
    count: int
    per_second: float
    placed: int = 0
    seconds: float = 0.0
    done: bool = False

    def summary(self) -> dict[str, Any]:
        """The run for whoever watches."""
        return {
            "id": self.id,
            "count": self.count,
            "per_second": self.per_second,
            "placed": self.placed,
            "seconds": round(self.seconds, 3),
            "done": self.done,
        }


def rush(buy: Callable[[], object], count: int, per_second: float, sender: Sender, store: str) -> Rush:
    """``buy`` is called ``count`` times from now on, so often a second; 0 is as fast as it goes."""
    run = Rush(next(_numbers), count, per_second)

    def go() -> None:
        began = time.monotonic()
        try:
            for number in range(count):
                if per_second:
                    time.sleep(max(0.0, began + number / per_second - time.monotonic()))
                buy()
                run.placed += 1
                run.seconds = time.monotonic() - began
        finally:
            run.done = True
            sender.end(store)

    sender.begin(store)
    threading.Thread(target=go, name=f"rush-{run.id}", daemon=True).start()
    return run
