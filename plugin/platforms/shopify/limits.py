"""The cost bucket, shared by every worker of a store (README §5).

Shopify empties a bucket by the cost of each call and refills it at a rate; both are read from its
answers. Ours is a mirror in Redis: calls reserve before they go and settle when the answer tells.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CAPACITY, RATE = 1000.0, 50.0
"""Points and points per second assumed of a store that has not answered yet: half of Standard."""
ALONE_CAPACITY, ALONE_RATE = 200.0, 10.0
"""What one process allows itself without Redis: ten such processes stay within Standard."""
REDIS_PATIENCE = 0.05
"""Seconds to wait for Redis; the pace must never be what makes a purchase late."""
REDIS_REST = 5.0
"""Seconds without trying Redis after it failed."""

# KEYS: bucket. ARGV: cost, share, capacity and rate to assume. Returns milliseconds to wait; 0 = reserved.
# A cost above the share still passes when the bucket is full: it could never pass otherwise.
_RESERVE = """
local clock = redis.call('TIME'); local now = clock[1] + clock[2] / 1e6
local bucket = redis.call('HMGET', KEYS[1], 'used', 'at', 'capacity', 'rate')
local capacity = tonumber(bucket[3]) or tonumber(ARGV[3]); local rate = tonumber(bucket[4]) or tonumber(ARGV[4])
local used = math.max(0, (tonumber(bucket[1]) or 0) - (now - (tonumber(bucket[2]) or now)) * rate)
local cost = tonumber(ARGV[1]); local room = math.max(capacity * tonumber(ARGV[2]), math.min(cost, capacity))
if used + math.min(cost, capacity) > room then
  return math.ceil((used + math.min(cost, capacity) - room) / rate * 1000)
end
redis.call('HSET', KEYS[1], 'used', tostring(used + cost), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], 86400)
return 0
"""

# KEYS: bucket. ARGV: reserved, actual cost, then Shopify's own maximum, available, rate (or nothing).
# Ours may stand higher than Shopify's, for calls still under way; never lower.
_SETTLE = """
local clock = redis.call('TIME'); local now = clock[1] + clock[2] / 1e6
local bucket = redis.call('HMGET', KEYS[1], 'used', 'at', 'rate')
local rate = tonumber(ARGV[5]) or tonumber(bucket[3]) or 0
local used = math.max(0, (tonumber(bucket[1]) or 0) - (now - (tonumber(bucket[2]) or now)) * rate)
used = math.max(0, used - (tonumber(ARGV[1]) - tonumber(ARGV[2])))
if ARGV[3] then
  used = math.max(used, tonumber(ARGV[3]) - tonumber(ARGV[4]))
  redis.call('HSET', KEYS[1], 'capacity', ARGV[3], 'rate', ARGV[5])
end
redis.call('HSET', KEYS[1], 'used', tostring(used), 'at', tostring(now))
redis.call('EXPIRE', KEYS[1], 86400)
"""


@dataclass(frozen=True)
class ThrottleStatus:
    """Shopify's own word about the bucket."""

    maximum: float
    available: float
    rate: float

    @classmethod
    def of(cls, cost: Mapping[str, Any]) -> "ThrottleStatus | None":
        """The status inside ``extensions.cost``; None where it is not told."""
        told = cost.get("throttleStatus")
        if not isinstance(told, Mapping) or not told.get("restoreRate"):
            return None
        return cls(float(told["maximumAvailable"]), float(told["currentlyAvailable"]), float(told["restoreRate"]))

    def wait(self, cost: float) -> float:
        """Seconds until a call of this cost can pass."""
        return max(0.0, min(cost, self.maximum) - self.available) / self.rate


class Pacer:
    """Says when a call may go. Falls back to a small bucket of its own while Redis is away or slow."""

    def __init__(self, server: "redis.Redis | None", clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = server
        self._clock = clock
        self._resting_until = 0.0
        self._alone: dict[str, tuple[float, float]] = {}
        self._costs: dict[str, float] = {}
        self._lock = threading.Lock()
        self._reserve = None if server is None else server.register_script(_RESERVE)
        self._settle = None if server is None else server.register_script(_SETTLE)

    def estimate(self, operation: str) -> float:
        """What this operation cost to ask for the last time here; ten points before the first."""
        return self._costs.get(operation, 10.0)

    def learn(self, operation: str, requested: float) -> None:
        """The next estimate is what Shopify asked this time."""
        self._costs[operation] = requested

    def reserve(self, store: str, cost: float, share: float = 1.0) -> float:
        """Seconds to wait; 0 means the cost is reserved. ``share`` is the part of the bucket this work
        may fill: background work takes less than 1, so that live work always finds room."""
        if self._reserve is not None and self._clock() >= self._resting_until:
            try:
                wait = self._reserve(keys=[_key(store)], args=[cost, share, CAPACITY, RATE])
                return float(wait) / 1000
            except redis.RedisError:
                self._rest()
        return self._reserve_alone(store, cost)

    def settle(self, store: str, reserved: float, actual: float, status: ThrottleStatus | None) -> None:
        """The bucket follows the answer; what was reserved too much is free again."""
        if self._settle is None or self._clock() < self._resting_until:
            return
        told = [] if status is None else [status.maximum, status.available, status.rate]
        try:
            self._settle(keys=[_key(store)], args=[reserved, actual, *told])
        except redis.RedisError:
            self._rest()

    def _rest(self) -> None:
        self._resting_until = self._clock() + REDIS_REST

    def _reserve_alone(self, store: str, cost: float) -> float:
        cost = min(cost, ALONE_CAPACITY)
        with self._lock:
            now = self._clock()
            used, at = self._alone.get(store, (0.0, now))
            used = max(0.0, used - (now - at) * ALONE_RATE)
            wait = (used + cost - ALONE_CAPACITY) / ALONE_RATE
            if wait <= 0:
                self._alone[store] = (used + cost, now)
            return max(0.0, wait)


def pacer(url: str, patience: float = REDIS_PATIENCE) -> Pacer:
    """A pacer on the Redis at this URL, which it never waits for longer than ``patience`` seconds."""
    server = redis.Redis.from_url(
        url,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=Retry(NoBackoff(), 0),
    )
    return Pacer(server)


def _key(store: str) -> str:
    return f"pace:shopify:{store}"
