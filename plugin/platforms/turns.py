"""Turns: an account of ours may call a platform so many times in so many seconds, all processes together."""

import structlog
from redis import Redis, RedisError

log = structlog.get_logger()

# KEYS: the window's counter. ARGV: how many turns, how long the window, in milliseconds, how many are wanted.
# Returns milliseconds to wait.
_TAKE = """
local wanted = tonumber(ARGV[3])
local taken = tonumber(redis.call('GET', KEYS[1]) or 0)
if taken > 0 and taken + wanted > tonumber(ARGV[1]) then return math.max(1, redis.call('PTTL', KEYS[1])) end
redis.call('INCRBY', KEYS[1], wanted)
if taken == 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""


def take(redis: Redis, account: str, turns: int, seconds: float, wanted: int = 1) -> float:
    """Seconds to wait until there are so many turns; 0: they are ours. Without Redis all have theirs: the platform
    says no itself."""
    try:
        return int(redis.eval(_TAKE, 1, f"turns:{account}", turns, int(seconds * 1000), wanted)) / 1000
    except (RedisError, OSError) as error:
        log.warning("turns.unheard", account=account, error=type(error).__name__)
        return 0.0
