"""Sends deliveries from a few threads, tries again when the app does not answer 2xx.

Shops take turns: one with a long queue does not hold up another's single delivery.
"""

import heapq
import http.client
import itertools
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence

from sandbox import moments
from sandbox.webhooks.delivery import Attempt, Delivery
from sandbox.webhooks.post import post

RETRIES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Eight, as the platform's, but a minute in all instead of four hours."""
REMEMBERED = 100_000
BODIES = 1_000

Due = tuple[float, int, Delivery, int]
"""When, in which order among equals, what, and how often it was tried."""


class Sender:
    """The queue of what is to be sent, in order of its time, and the log of what was."""

    def __init__(self, threads: int = 8, retries: Sequence[float] = RETRIES) -> None:
        self._retries = tuple(retries)
        self._due: dict[str, list[Due]] = {}
        self._count = itertools.count()
        self._lock = threading.RLock()
        self._work = threading.Condition(self._lock)
        self._quiet = threading.Condition(self._lock)
        self._pending: Counter[str] = Counter()
        self._log: dict[str, deque[Delivery]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self._bodies: deque[Delivery] = deque()
        self.lost: Callable[[Delivery], None] = lambda delivery: None
        """Called for each delivery whose last retry failed."""
        for number in range(threads):
            threading.Thread(target=self._run, name=f"webhooks-{number}", daemon=True).start()

    def submit(self, delivery: Delivery, waits: Sequence[float]) -> None:
        """The delivery will be sent after each of these waits, in seconds; none drops it."""
        with self._lock:
            self._log[delivery.shop].append(delivery)
            if not waits:
                delivery.state = "dropped"
                return
            delivery.open = len(waits)
            self._pending[delivery.shop] += len(waits)
            at = time.monotonic()
            for wait in waits:
                self._put(delivery, at + wait, 0)

    def deliveries(self, shop: str) -> list[Delivery]:
        """Every delivery of the shop that is remembered, oldest first."""
        with self._lock:
            return list(self._log[shop])

    def pending(self, shop: str) -> int:
        """Sends that are neither done nor given up, and work that will lead to some."""
        with self._lock:
            return self._pending[shop]

    def wait_until_quiet(self, shop: str, timeout: float) -> bool:
        """Whether nothing is pending, now or within the timeout."""
        with self._lock:
            return self._quiet.wait_for(lambda: not self._pending[shop], timeout)

    def begin(self, shop: str) -> None:
        """Work has begun that will lead to deliveries: the shop is not quiet until its ``end``."""
        with self._lock:
            self._pending[shop] += 1

    def end(self, shop: str) -> None:
        """That work is done."""
        with self._lock:
            self._pending[shop] -= 1
            if not self._pending[shop]:
                self._quiet.notify_all()

    def _run(self) -> None:
        while True:
            delivery, tried = self._next()
            if self._try(delivery):
                self._finish(delivery, "delivered")
            elif tried < len(self._retries):
                with self._lock:
                    self._put(delivery, time.monotonic() + self._retries[tried], tried + 1)
            else:
                self._finish(delivery, "failed")
                self.lost(delivery)

    def _next(self) -> tuple[Delivery, int]:
        with self._lock:
            while True:
                at = time.monotonic()
                shop = next((shop for shop, queue in self._due.items() if queue[0][0] <= at), None)
                if shop is not None:
                    return self._take(shop)
                soonest = min((queue[0][0] for queue in self._due.values()), default=None)
                self._work.wait(None if soonest is None else soonest - at)

    def _put(self, delivery: Delivery, at: float, tried: int) -> None:
        queue = self._due.setdefault(delivery.shop, [])
        heapq.heappush(queue, (at, next(self._count), delivery, tried))
        self._work.notify()

    def _take(self, shop: str) -> tuple[Delivery, int]:
        """The first that is due of this shop, which then is last in turn."""
        queue = self._due.pop(shop)
        _, _, delivery, tried = heapq.heappop(queue)
        if queue:
            self._due[shop] = queue
        return delivery, tried

    def _try(self, delivery: Delivery) -> bool:
        began, at = time.monotonic(), moments.nanoseconds()
        status, error = None, None
        try:
            status = post(delivery.uri, delivery.headers, delivery.body or b"")
        except (OSError, http.client.HTTPException) as problem:
            error = f"{type(problem).__name__}: {problem}"
        took = round((time.monotonic() - began) * 1000, 1)
        with delivery.lock:
            delivery.attempts.append(Attempt(at, status, took, error))
        return status is not None and 200 <= status < 300

    def _finish(self, delivery: Delivery, state: str) -> None:
        with delivery.lock:
            delivery.open -= 1
            if delivery.state != "delivered":
                delivery.state = state
            ended = not delivery.open
        with self._lock:
            if ended:
                if delivery.subscription and state == "delivered":
                    delivery.subscription.failures = 0
                self._bodies.append(delivery)
                if len(self._bodies) > BODIES:
                    self._bodies.popleft().body = None
            self._pending[delivery.shop] -= 1
            if not self._pending[delivery.shop]:
                self._quiet.notify_all()
