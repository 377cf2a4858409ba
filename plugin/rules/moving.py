"""What changes by time alone."""

from plugin.rules.tree import DaysSince, Period, RelativeDay, RelativeExact, Rfm, Value
from plugin.rules.walk import walk


def moves(value: Value) -> bool:
    """Whether time alone changes the value, with no new fact."""
    for node in walk(value):
        match node:
            case RelativeDay() | RelativeExact() | Period() | DaysSince() | Rfm(window=RelativeDay()):
                return True
    return False
