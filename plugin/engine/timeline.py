"""One customer's path through one segment, from the first fact through every moment of possible change.

A two-sided segment is in at *t* when at some moment up to *t* ``join`` held and at no later one up to *t*
``stay`` has been false for longer than the grace. What cannot be known is followed twice, as badly and as
well as it can have been: where both agree, it is decided. While a pin holds the customer in it is as if
``join`` held; while it holds them out, they are out.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple, Protocol

from plugin.engine.memory import Run
from plugin.engine.moments import BEGINNING
from plugin.engine.statement import OUT, UNDECIDED

TICK = timedelta(microseconds=1)


class Step(NamedTuple):
    """From this moment until the next step: what join and stay say, and when a grace begun here ends."""

    at: datetime
    join: bool | None
    stay: bool | None
    grace_ends: datetime
    due_at: datetime | None
    held: bool | None = None
    """Whether a pin holds the customer in; None: no pin."""


class Folded(NamedTuple):
    """Entries and exits in order, and the exit by grace that is still to come."""

    changes: list[tuple[datetime, bool]]
    exit_at: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """A customer in a two-sided segment at a moment."""

    character: str
    since: datetime | None
    due_at: datetime | None


class Timeline(Protocol):
    """What is known of the path."""

    @property
    def changes(self) -> list[datetime]:
        """Every moment at which the state changes, decided or not."""

    @property
    def runs(self) -> Sequence[Run]:
        """The states in order, each different from the one before."""

    def character(self, at: datetime) -> str:
        """The state: a character of an answer (plugin/engine/statement.py)."""

    def state(self, at: datetime) -> State:
        """The state, since when (None: always, or not knowable), and when to look again."""


class Answers:
    """The path through a plain segment or one of tiers: what it answered at each moment."""

    def __init__(self, answered: Sequence[tuple[datetime, str, datetime | None]]) -> None:
        self._answered = answered
        self._times = [at for at, *_ in answered]
        self.runs = runs([(at, character) for at, character, _ in answered])
        self.changes = [at for at, _ in self.runs]

    def character(self, at: datetime) -> str:
        position = bisect_right(self._times, at)
        return self._answered[position - 1][1] if position else OUT

    def state(self, at: datetime) -> State:
        position = bisect_right(self._times, at)
        return State(self.character(at), None, self._answered[position - 1][2] if position else None)


class TwoSidedTimeline:
    """The path through a two-sided segment."""

    def __init__(self, steps: Sequence[Step], until: datetime, boundaries: Sequence[datetime] = ()) -> None:
        self._steps = steps
        self._times = [step.at for step in steps]
        self._boundaries = boundaries
        self._worst = fold_steps(steps, until, unknown=False)
        certain = all(step.join is not None and step.stay is not None for step in steps)
        self._best = self._worst if certain else fold_steps(steps, until, unknown=True)
        self._until = until

    @property
    def changes(self) -> list[datetime]:
        return sorted({at for folded in (self._worst, self._best) for at, _ in folded.changes})

    @cached_property
    def runs(self) -> list[Run]:
        return runs([(at, self.character(at)) for at in sorted({*self._times[:1], *self.changes})])

    def character(self, at: datetime) -> str:
        worst, best = _last(self._worst, at), _last(self._best, at)
        if (worst is not None and worst[1]) != (best is not None and best[1]):
            return UNDECIDED
        return "1" if worst is not None and worst[1] else OUT

    def state(self, at: datetime) -> State:
        worst, best = _last(self._worst, at), _last(self._best, at)
        since = worst[0] if worst is not None and worst == best and worst[0] != BEGINNING else None
        position = bisect_right(self._times, at)
        due = [self._steps[position - 1].due_at if position else None]
        due += self._boundaries[bisect_right(self._boundaries, at) :][:1]
        for unknown in (False, True):
            whole = self._best if unknown else self._worst
            folded = whole if at == self._until else fold_steps(self._steps[:position], at, unknown)
            due.append(folded.exit_at)
        return State(self.character(at), since, min((d for d in due if d is not None), default=None))


def runs(states: Sequence[tuple[datetime, str]]) -> list[Run]:
    """Those that differ from the one before."""
    return [Run(*each) for k, each in enumerate(states) if k == 0 or each[1] != states[k - 1][1]]


def _last(folded: Folded, at: datetime) -> tuple[datetime, bool] | None:
    position = bisect_right(folded.changes, at, key=lambda change: change[0])
    return folded.changes[position - 1] if position else None


def fold_steps(steps: Sequence[Step], until: datetime, unknown: bool) -> Folded:
    """The entries and exits up to ``until``; ``unknown`` is taken for what cannot be known."""
    changes: list[tuple[datetime, bool]] = []
    member, failing_until = False, None  # The end of the grace that runs, if stay is false.
    ends = [step.at for step in steps[1:]] + [until + TICK]
    exit_at = None
    for step, end in zip(steps, ends, strict=True):
        joins = step.held if step.held is not None else unknown if step.join is None else step.join
        stays = unknown if step.stay is None else step.stay
        begun = failing_until if failing_until is not None else step.grace_ends
        failing_until = None if stays else begun
        leaves_at = None if failing_until is None or joins else _leaves_at(failing_until, step)
        if step.held is False:
            leaves_at = step.at
        if joins != member and (joins or leaves_at == step.at):
            member = joins
            changes.append((step.at, member))
        exit_at = leaves_at if member else None
        if member and leaves_at is not None and leaves_at < end:
            member, exit_at = False, None
            changes.append((leaves_at, False))
    return Folded(changes, exit_at)


def _leaves_at(grace_ends: datetime, step: Step) -> datetime:
    """When a member is out: at once without a grace, else right after its end; not before this step."""
    without_grace = step.grace_ends == step.at
    return step.at if without_grace else max(grace_ends + TICK, step.at)
