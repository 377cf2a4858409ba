"""How many requests a store takes in a window of time, whoever makes them."""

import threading
import time
from dataclasses import dataclass

PLANS = {"standard": 150, "plus": 150, "pro": 450, "enterprise": 7_500}
"""Requests in thirty seconds. Larger plans have no published number; this one is of a generous size."""
WINDOW = 30.0


@dataclass(frozen=True, slots=True)
class Left:
    """What an answer's headers say."""

    granted: bool
    quota: int
    left: int
    reset_ms: int
    window_ms: int


class Quota:
    """A window that opens with its first request and ends so many seconds later."""

    def __init__(self, plan: str) -> None:
        self._lock = threading.Lock()
        self.quota = PLANS[plan]
        self.window = WINDOW
        self.others_per_second = 0.0
        """What another app on the store uses up; ours sees only that less is left."""
        self._began = time.monotonic()
        self._used = 0

    def change(self, *, quota: int | None, window: float | None, others_per_second: float | None) -> None:
        """These hold from now on, in a new window."""
        with self._lock:
            self.quota = self.quota if quota is None else quota
            self.window = self.window if window is None else window
            if others_per_second is not None:
                self.others_per_second = others_per_second
            self._began, self._used = time.monotonic(), 0

    def drain(self) -> None:
        """Nothing is left in this window."""
        with self._lock:
            self._began, self._used = time.monotonic(), self.quota

    def take(self) -> Left:
        """One request is counted, or refused when none is left."""
        with self._lock:
            at = time.monotonic()
            if at - self._began >= self.window:
                self._began, self._used = at, 0
            free = self._free(at)
            if free > 0:
                self._used += 1
            return self._left(at, granted=free > 0)

    def look(self) -> Left:
        """What is left, uncounted."""
        with self._lock:
            return self._left(time.monotonic(), granted=True)

    def _free(self, at: float) -> int:
        others = int((at - self._began) * self.others_per_second)
        return self.quota - self._used - others

    def _left(self, at: float, *, granted: bool) -> Left:
        ends = max(0.0, self._began + self.window - at)
        left = max(0, self._free(at)) if ends else self.quota
        return Left(granted, self.quota, left, int(ends * 1000), int(self.window * 1000))
