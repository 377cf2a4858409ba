"""Yes, no and cannot know; values that are not there and values that nobody can know."""

from collections.abc import Sequence
from enum import Enum

Truth3 = bool | None
"""None: we cannot know."""


class Nothing(Enum):
    """A value that is not a value."""

    MISSING = "missing"
    """Known to be none: satisfies no comparison."""
    UNKNOWN = "unknown"
    """Before the history begins, or never told: neither a condition on it nor its opposite holds."""


MISSING, UNKNOWN = Nothing.MISSING, Nothing.UNKNOWN


def every(parts: Sequence[Truth3]) -> Truth3:
    """AND."""
    return False if False in parts else None if None in parts else True


def any_of(parts: Sequence[Truth3]) -> Truth3:
    """OR."""
    return True if True in parts else None if None in parts else False


def opposite(part: Truth3) -> Truth3:
    """NOT."""
    return None if part is None else not part


def at_least(count: int, parts: Sequence[Truth3]) -> Truth3:
    """So many of them, whatever the unknown ones are."""
    sure, possible = parts.count(True), parts.count(True) + parts.count(None)
    return True if sure >= count else None if possible >= count else False
