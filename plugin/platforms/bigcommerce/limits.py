"""The quota, shared by every worker of a store and with every other app on it (README §4).

BigCommerce counts requests in windows and says in each answer how many are left of how many, and for how long.
Ours is a mirror in Redis: a call takes its turn before it goes and gives it back with what the answer told.
"""

import random
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from plugin.domain.errors import Throttled

REQUESTS, WINDOW = 150, 30.0
"""Requests and seconds assumed of a store that has not answered yet: the smallest plan's."""
AT_ONCE = 3
"""Requests under way at one store: most of its endpoints refuse a fourth."""
LIVE = 0.75
"""Whoever may use up this much of the quota does what somebody waits for; other work leaves one turn to it."""
LEASE = 120.0
"""Seconds after which a turn that nobody gave back is free again: longer than any call lasts."""
CROWDED = 0.25
"""Seconds to wait where all turns are taken."""
LONGEST_REST, FIRST_REST = 60.0, 1.0
"""Seconds of rest after a refusal that says nothing: doubled each time in a row."""
ALONE_REQUESTS, ALONE_RATE = 10.0, 1.0
"""What one process allows itself without Redis, in a row and each second."""
REDIS_PATIENCE = 0.05
"""Seconds to wait for Redis; the pace must never be what makes a purchase late."""
REDIS_REST = 5.0
"""Seconds without trying Redis after it failed."""

# KEYS: quota, turns. ARGV: share, turn, lease, requests and window to assume (ms), at once, crowded (ms).
# Returns milliseconds to wait; 0 = the turn is taken. Work that can wait leaves its share of requests.
_RESERVE = """
local clock = redis.call('TIME'); local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local share = tonumber(ARGV[1])
local told = redis.call('HMGET', KEYS[1], 'left', 'quota', 'window', 'reset_at', 'rest_until')
if (tonumber(told[5]) or 0) > now then return tonumber(told[5]) - now end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[6]) then return tonumber(ARGV[7]) end
local quota = tonumber(told[2]) or tonumber(ARGV[4]); local window = tonumber(told[3]) or tonumber(ARGV[5])
local left = tonumber(told[1]) or quota; local reset_at = tonumber(told[4]) or 0
if reset_at <= now then
  left = quota; reset_at = now + window
  redis.call('HSET', KEYS[1], 'guessed', 1)
end
if left <= math.min(math.floor(quota * (1 - share)), quota - 1) then return reset_at - now end
redis.call('HSET', KEYS[1], 'left', left - 1, 'reset_at', reset_at)
redis.call('ZADD', KEYS[2], now + tonumber(ARGV[3]), ARGV[2])
redis.call('EXPIRE', KEYS[1], 86400); redis.call('EXPIRE', KEYS[2], 86400)
return 0
"""

# KEYS: quota, turns. ARGV: turn, then what the answer told: left, quota, window, reset (ms), or nothing.
# Within a window what is left only falls: an answer that was overtaken, and calls under way, change nothing.
_SETTLE = """
local clock = redis.call('TIME'); local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREM', KEYS[2], ARGV[1]); redis.call('HDEL', KEYS[1], 'refusals')
if not ARGV[2] then return end
local reset_at = now + tonumber(ARGV[5]); local left = tonumber(ARGV[2])
local known = tonumber(redis.call('HGET', KEYS[1], 'reset_at')) or 0
local guessed = redis.call('HGET', KEYS[1], 'guessed')
if not guessed and reset_at < known - 1500 then return end
if not guessed and reset_at <= known + 1500 then
  left = math.min(left, tonumber(redis.call('HGET', KEYS[1], 'left')) or left)
else
  left = math.max(0, left - redis.call('ZCARD', KEYS[2]))
end
redis.call('HSET', KEYS[1], 'left', left, 'quota', ARGV[3], 'window', ARGV[4], 'reset_at', reset_at)
redis.call('HDEL', KEYS[1], 'guessed')
"""

# KEYS: quota, turns. ARGV: turn, rest the platform named (ms) or -1, first and longest rest (ms), jitter (0 to 1).
# Returns milliseconds for which nobody asks this store. Without a word of the platform's the rest doubles.
_REFUSED = """
local clock = redis.call('TIME'); local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREM', KEYS[2], ARGV[1])
local rest = tonumber(ARGV[2])
if rest < 0 then
  local times = math.min(redis.call('HINCRBY', KEYS[1], 'refusals', 1), 20)
  rest = math.min(tonumber(ARGV[3]) * 2 ^ (times - 1), tonumber(ARGV[4]))
else
  redis.call('HSET', KEYS[1], 'left', 0, 'reset_at', now + rest)
end
rest = math.ceil(rest * (1 + tonumber(ARGV[5]) / 4))
local known = tonumber(redis.call('HGET', KEYS[1], 'rest_until')) or 0
redis.call('HSET', KEYS[1], 'rest_until', math.max(known, now + rest)); redis.call('EXPIRE', KEYS[1], 86400)
return rest
"""


@dataclass(frozen=True)
class Quota:
    """BigCommerce's own word about the window. Times in seconds."""

    left: int
    requests: int
    window: float
    reset: float

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Quota | None":
        """What an answer's headers say; None where they do not say all of it."""
        named = ("Requests-Left", "Requests-Quota", "Time-Window-Ms", "Time-Reset-Ms")
        try:
            left, requests, window, reset = (int(headers[f"X-Rate-Limit-{name}"]) for name in named)
        except (KeyError, ValueError):
            return None
        if requests <= 0 or window <= 0:
            return None
        return cls(max(0, left), requests, window / 1000, min(max(0, reset), 3_600_000) / 1000)


def rest(headers: Mapping[str, str]) -> float | None:
    """For how many seconds a refusal asks to be left alone; None where it does not say, or says none: then it was no
    quota that ran out, but too many calls at once, or the platform's protection."""
    try:
        return min(max(float(headers["X-Retry-After"]), 0.0), 3600.0) or None
    except (KeyError, ValueError):
        quota = Quota.of(headers)
    return quota.reset or None if quota is not None and quota.left == 0 else None


class Turn(NamedTuple):
    """Seconds to wait; 0: the turn is taken, and is given back under its name."""

    wait: float
    name: str


class Pacer:
    """Says when a call may go. Falls back to a small allowance of its own while Redis is away or slow."""

    def __init__(self, server: "redis.Redis | None", clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = server
        self._clock = clock
        self._resting_until = 0.0
        self._alone: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()
        self._reserve = None if server is None else server.register_script(_RESERVE)
        self._settle = None if server is None else server.register_script(_SETTLE)
        self._refused = None if server is None else server.register_script(_REFUSED)

    def reserve(self, store: str, share: float = 1.0) -> Turn:
        """A turn, or how long to wait. ``share``: the part of the quota this work may use up; below LIVE it leaves one
        of the turns, so that live work always finds room."""
        name = uuid.uuid4().hex
        if self._reserve is not None and self._clock() >= self._resting_until:
            turns = AT_ONCE if share >= LIVE else AT_ONCE - 1
            numbers = [LEASE * 1000, REQUESTS, WINDOW * 1000, turns, CROWDED * 1000]
            try:
                return Turn(float(self._reserve(keys=_keys(store), args=[share, name, *numbers])) / 1000, name)
            except redis.RedisError:
                self._rest()
        return Turn(self._reserve_alone(store), name)

    def settle(self, store: str, turn: str, quota: Quota | None) -> None:
        """The turn is free again, and the mirror follows the answer."""
        if self._settle is None or self._clock() < self._resting_until:
            return
        told = [] if quota is None else [quota.left, quota.requests, int(quota.window * 1000), int(quota.reset * 1000)]
        try:
            self._settle(keys=_keys(store), args=[turn, *told])
        except redis.RedisError:
            self._rest()

    def refused(self, store: str, turn: str, told: float | None) -> Throttled:
        """A 429: nobody asks this store for the seconds it named, or for longer each time where it names none."""
        jitter = random.random()  # noqa: S311 - so that workers do not come back in step
        if self._refused is not None and self._clock() >= self._resting_until:
            named = -1 if told is None else int(told * 1000)
            try:
                rest = self._refused(
                    keys=_keys(store), args=[turn, named, FIRST_REST * 1000, LONGEST_REST * 1000, jitter]
                )
                return Throttled(float(rest) / 1000)
            except redis.RedisError:
                self._rest()
        return Throttled(max((FIRST_REST * 2 if told is None else told) * (1 + jitter / 4), 0.1))

    def _rest(self) -> None:
        self._resting_until = self._clock() + REDIS_REST

    def _reserve_alone(self, store: str) -> float:
        with self._lock:
            now = self._clock()
            used, at = self._alone.get(store, (0.0, now))
            used = max(0.0, used - (now - at) * ALONE_RATE)
            wait = (used + 1 - ALONE_REQUESTS) / ALONE_RATE
            if wait <= 0:
                self._alone[store] = (used + 1, now)
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


def _keys(store: str) -> list[str]:
    return [f"pace:bigcommerce:{store}", f"pace:bigcommerce:{store}:turns"]
