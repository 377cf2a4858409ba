"""The bucket of points an app may spend at one shop: leaky, refilled by the second."""

import threading
import time
from collections.abc import Callable

PLANS = {
    "standard": (100, 2000),
    "advanced": (200, 4000),
    "plus": (1000, 20000),
    "enterprise": (2000, 40000),
}
"""Points restored a second, and the size of the bucket."""


class Bucket:
    """Admits a query when its requested cost is there; charges the actual cost afterwards."""

    def __init__(self, plan: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.size = PLANS[plan]
        self._clock = clock
        self._lock = threading.Lock()
        self._left = float(self.size)
        self._at = clock()

    def take(self, requested: int) -> bool:
        """The points are taken, or False when they are not there."""
        with self._lock:
            self._refill()
            if self._left < requested:
                return False
            self._left -= requested
            return True

    def give_back(self, points: int) -> None:
        """The part of a requested cost that was not used is there again."""
        with self._lock:
            self._refill()
            self._left = min(float(self.size), self._left + points)

    def drain(self, left: float = 0.0) -> None:
        """Only ``left`` points remain, as if others of the app had spent the rest."""
        with self._lock:
            self._at, self._left = self._clock(), left

    def status(self) -> dict[str, float]:
        """``throttleStatus`` as the platform answers it."""
        with self._lock:
            self._refill()
            return {
                "maximumAvailable": float(self.size),
                "currentlyAvailable": int(self._left),
                "restoreRate": float(self.rate),
            }

    def _refill(self) -> None:
        at = self._clock()
        self._left = min(float(self.size), self._left + (at - self._at) * self.rate)
        self._at = at
