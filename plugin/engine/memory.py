"""What was before, in words for the asked relation: ``entered left previous changed`` (plugin/engine/past.py)."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from plugin.engine.moments import BEGINNING
from plugin.engine.past import NONE, UNKNOWN
from plugin.engine.statement import FIRST, OUT, UNDECIDED


class Run(NamedTuple):
    """From this moment on the answer was this character."""

    at: datetime
    character: str


def words(runs: Sequence[Run], at: datetime) -> str:
    """The four words as of the moment."""
    before = runs[: bisect_right(runs, at, key=lambda run: run.at)]
    if not before:
        return " ".join([NONE] * 4)
    return " ".join([_passed(before, inside=True), _passed(before, inside=False), _previous(before), _changed(before)])


def _passed(runs: Sequence[Run], *, inside: bool) -> str:
    """The latest crossing to that side; whoever is in from the day they are there came in then."""
    number = len(runs) - 1
    while number >= 0 and _side(runs[number]) is not inside:
        if _side(runs[number]) is None:
            return UNKNOWN
        number -= 1
    while number > 0 and _side(runs[number - 1]) is inside:
        number -= 1
    if number < 0 or (number == 0 and not inside):
        return NONE
    if number > 0 and _side(runs[number - 1]) is None:
        return UNKNOWN
    return _written(runs[number])


def _side(run: Run) -> bool | None:
    return None if run.character == UNDECIDED else run.character != OUT


def _previous(runs: Sequence[Run]) -> str:
    if UNDECIDED in (runs[-1].character, runs[-2].character if len(runs) > 1 else ""):
        return UNKNOWN
    if len(runs) == 1 or runs[-2].character == OUT:
        return NONE
    return str(ord(runs[-2].character) - FIRST)


def _changed(runs: Sequence[Run]) -> str:
    if UNDECIDED in (runs[-1].character, runs[-2].character if len(runs) > 1 else ""):
        return UNKNOWN
    return NONE if len(runs) == 1 and runs[0].character == OUT else _written(runs[-1])


def _written(run: Run) -> str:
    return NONE if run.at == BEGINNING else run.at.isoformat()
