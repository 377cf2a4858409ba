"""Sends deliveries and tries again, but nothing to a domain that is blocked."""

import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sandbox import moments
from sandbox.bigcommerce.webhooks.board import Board
from sandbox.webhooks.delivery import Attempt, Delivery
from sandbox.webhooks.post import post
from sandbox.webhooks.sender import Sender

REAL_GAPS = (60, 180, 300, 600, 900, 1800, 3600, 7200, 21600, 50400, 86400)
"""The platform's eleven, in seconds; the sandbox's own are whatever it was started with."""

BLOCKED = "the domain is blocked"


@dataclass(eq=False, slots=True)
class Parcel(Delivery):
    """A delivery for one hook."""

    hook_id: int = 0


class Courier(Sender):
    """The neighbour's queue of deliveries, with this platform's patience."""

    def __init__(self, threads: int, gaps: Sequence[float]) -> None:
        self.board = Board()
        self.blocked: Callable[[Delivery], None] = lambda delivery: None
        """Called for the delivery whose failure had its domain blocked."""
        self.failing: Callable[[Delivery], None] = lambda delivery: None
        """Called for each attempt that failed and will be followed by another."""
        super().__init__(threads, gaps)

    def wait_between(self, gaps: Sequence[float]) -> None:
        """Retries follow each other after these gaps from now on."""
        self._retries = tuple(gaps)

    def _try(self, delivery: Delivery) -> bool:
        began, at, domain = time.monotonic(), moments.nanoseconds(), urlsplit(delivery.uri).netloc
        status, error = None, None
        if self.board.blocked(domain):
            error = BLOCKED
        else:
            try:
                status = post(delivery.uri, delivery.headers, delivery.body or b"")
            except (OSError, http.client.HTTPException) as problem:
                error = f"{type(problem).__name__}: {problem}"
        good = status is not None and 200 <= status < 300
        if error != BLOCKED and self.board.record(domain, "" if good else error or f"HTTP {status}"):
            self.blocked(delivery)
        if not good and len(delivery.attempts) < len(self._retries):
            self.failing(delivery)
        with delivery.lock:
            delivery.attempts.append(Attempt(at, status, round((time.monotonic() - began) * 1000, 1), error))
        return good
