"""Turns: an account of ours may call a platform so many times in so many seconds, all processes together."""

import structlog
from redis import Redis, RedisError

log = structlog.get_logger()

# KEYS: the window's counter. ARGV: how many turns, how long the window, in milliseconds. Returns milliseconds to wait.
_TAKE = """
local taken = redis.call('INCR', KEYS[1])
if taken == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
if taken > tonumber(ARGV[1]) then return math.max(1, redis.call('PTTL', KEYS[1])) end
return 0
"""


def take(redis: Redis, account: str, turns: int, seconds: float) -> float:
    """Seconds to wait until there is a turn; 0: it is ours. Without Redis all have one: the platform says no itself."""
    try:
        return int(redis.eval(_TAKE, 1, f"turns:{account}", turns, int(seconds * 1000))) / 1000
    except (RedisError, OSError) as error:
        log.warning("turns.unheard", account=account, error=type(error).__name__)
        return 0.0
