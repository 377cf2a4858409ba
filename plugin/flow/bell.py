"""The bell: wakes a worker for a store. Only a hint; what is true stands in PostgreSQL.

One flag per store and kind of work in Redis: only who sets it publishes a task, and the task takes
the flag away before it looks. Redis away or hanging costs a ring at most the time-out, then nothing
for a while; the scan finds the work.
"""

import time
from collections.abc import Callable
from enum import StrEnum

from redis import Redis, RedisError

from plugin.domain.ids import StoreId

FLAG_MS = 10_000
"""A flag whose task was lost stands in the way no longer than this."""
REST_SECONDS = 2.0
"""How long a failing Redis is left alone."""


class Work(StrEnum):
    """Kinds of work; each is the name of a task."""

    DRAIN = "inbox.drain"
    SWEEP = "customers.sweep"
    FETCH = "reads.fetch"
    DELIVER = "outbox.deliver"
    BACKFILL = "history.backfill"
    PLANS = "plans.run"


Publish = Callable[[Work, StoreId, float], None]
"""(work, store, seconds to wait) → a task is on its way."""


class Bell:
    """Rings for one kind of work of one store."""

    def __init__(self, redis: Redis, publish: Publish) -> None:
        self._redis = redis
        self._publish = publish
        self._rest_until = 0.0

    def ring(self, work: Work, store_id: StoreId, wait: float = 0.0) -> bool:
        """A worker will look, after ``wait`` seconds; False when Redis does not answer. Never raises."""
        if time.monotonic() < self._rest_until:
            return False
        try:
            if self._redis.set(f"bell:{work}:{store_id}", "1", nx=True, px=FLAG_MS + int(wait * 1000)):
                self._publish(work, store_id, wait)
        except (RedisError, OSError):
            self._rest_until = time.monotonic() + REST_SECONDS
            return False
        return True

    def answered(self, work: Work, store_id: StoreId) -> None:
        """The worker is about to look: the next ring is news again."""
        try:
            self._redis.delete(f"bell:{work}:{store_id}")
        except (RedisError, OSError):
            self._rest_until = time.monotonic() + REST_SECONDS
