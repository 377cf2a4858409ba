"""The bell: wakes a worker for a store. Only a hint; what is true stands in PostgreSQL.

One flag per store and kind of work in Redis: only who sets it publishes a task, and the task takes
the flag away before it looks. Redis away or hanging costs a ring at most the time-out, then nothing
for a while; the scan finds the work.
"""

import time
from collections.abc import Callable
from enum import StrEnum
from threading import Event, Lock, Thread

import structlog
from redis import Redis, RedisError

from plugin.domain.ids import StoreId

log = structlog.get_logger()
FLAG_MS = 10_000
"""A flag whose task was lost stands in the way no longer than this."""
REST_SECONDS = 2.0
"""How long a failing Redis is left alone."""
GATHER_SECONDS = 0.05
"""Rings for one store that come within this are one ring, where nobody waits for it: a store in a rush is
drained twenty times a second, in batches, instead of hundreds of times for a few deliveries each."""


class Work(StrEnum):
    """Kinds of work; each is the name of a task."""

    DRAIN = "inbox.drain"
    SWEEP = "customers.sweep"
    FETCH = "reads.fetch"
    DELIVER = "outbox.deliver"
    BACKFILL = "history.backfill"
    PLANS = "plans.run"
    RANK = "cutoffs.compute"
    REPAIR = "subscriptions.repair"
    RECONCILE = "stores.reconcile"
    LINK = "guests.link"
    OPTIONAL = "optional.read"
    ENTITLE = "entitlements.read"


Publish = Callable[[Work, StoreId, float], None]
"""(work, store, seconds to wait) → a task is on its way."""


class Bell:
    """Rings for one kind of work of one store."""

    def __init__(self, redis: Redis, publish: Publish) -> None:
        self._redis = redis
        self._publish = publish
        self._rest_until = 0.0
        self._unsure: set[str] = set()
        """Flags of which we can't know whether they stand: the call about them had no answer."""
        self._asked: set[tuple[Work, StoreId]] = set()
        self._lock = Lock()
        self._news = Event()
        self._ringer: Thread | None = None

    def ring_soon(self, work: Work, store_id: StoreId) -> None:
        """A worker will look, and the caller waits for nothing: a thread of its own does the ringing.

        A webhook would otherwise spend a third of its time on Redis, and wait for one that hangs. What
        is asked while the ringer rests is rung once, and after it was asked, so no look comes too early.
        """
        with self._lock:
            self._asked.add((work, store_id))
            if self._ringer is None:
                self._ringer = Thread(target=self._ring_on, name="ringer", daemon=True)
                self._ringer.start()
        if not self._news.is_set():
            self._news.set()

    def _ring_on(self) -> None:
        while True:
            self._news.wait()
            self._news.clear()
            with self._lock:
                asked, self._asked = self._asked, set()
            unheard = {each for each in asked if not self._ring_surely(*each)}
            if unheard:  # Redis is left alone for a while; then they are rung, whatever else was asked meanwhile.
                time.sleep(REST_SECONDS)
                with self._lock:
                    self._asked |= unheard
                self._news.set()
            time.sleep(GATHER_SECONDS)

    def _ring_surely(self, work: Work, store_id: StoreId) -> bool:
        """As ``ring``, and the ringer survives what nobody expected; the scan finds what it missed."""
        try:
            return self.ring(work, store_id)
        except Exception:
            log.exception("bell.failed", work=work, store=store_id)
            return True

    def ring(self, work: Work, store_id: StoreId, wait: float = 0.0) -> bool:
        """A worker will look, after ``wait`` seconds; False when Redis does not answer. Never raises."""
        if time.monotonic() < self._rest_until:
            return False
        flag = f"bell:{work}:{store_id}"
        if wait:
            flag += ":later"  # A flag of its own, so that what is asked for now does not wait with it.
        try:
            # Where a flag may stand for a task that was never sent, a task too many is better than none.
            if self._redis.set(flag, "1", nx=flag not in self._unsure, px=int(wait * 1000) or FLAG_MS):
                self._publish_or_lower(work, store_id, wait, flag)
        except (RedisError, OSError):
            self._lost(flag)
            return False
        self._unsure.discard(flag)
        return True

    def _lost(self, flag: str) -> None:
        """Redis did not answer in time; it may have heard us all the same."""
        self._unsure.add(flag)
        self._rest_until = time.monotonic() + REST_SECONDS

    def _publish_or_lower(self, work: Work, store_id: StoreId, wait: float, flag: str) -> None:
        """A task is on its way, or the flag does not stand in the way of the next ring."""
        try:
            self._publish(work, store_id, wait)
        except (RedisError, OSError):
            self._redis.delete(flag)
            raise

    def answered(self, work: Work, store_id: StoreId) -> None:
        """The worker is about to look: the next ring is news again."""
        flag = f"bell:{work}:{store_id}"
        try:
            self._redis.delete(flag)
        except (RedisError, OSError):
            self._lost(flag)
