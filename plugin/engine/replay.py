"""Two-sided segments, followed from the first fact through every moment of possible change.

In at *t* when at some moment up to *t* ``join`` held and at no later one up to *t* ``stay`` has been
false for longer than the grace. What cannot be known is followed twice, as badly and as well as it can
have been: where both agree, it is decided.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.engine.asked import Asked
from plugin.engine.execute import answers, prepared
from plugin.engine.moments import BEGINNING
from plugin.engine.plan import Plan, Replay
from plugin.engine.statement import OUT, UNDECIDED

MOMENTS = 50_000
"""The most moments evaluated in one statement."""
TICK = timedelta(microseconds=1)


class Step(NamedTuple):
    """From this moment until the next step: what join and stay say, and when a grace begun here ends."""

    at: datetime
    join: bool | None
    stay: bool | None
    grace_ends: datetime
    due_at: datetime | None


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


class Timeline:
    """One customer's path through one two-sided segment."""

    def __init__(self, steps: Sequence[Step], until: datetime) -> None:
        self._steps = steps
        self._times = [step.at for step in steps]
        self._worst = fold_steps(steps, until, unknown=False)
        certain = all(step.join is not None and step.stay is not None for step in steps)
        self._best = self._worst if certain else fold_steps(steps, until, unknown=True)
        self._until = until

    @property
    def changes(self) -> list[datetime]:
        """Every moment at which the state changes, decided or not."""
        return sorted({at for folded in (self._worst, self._best) for at, _ in folded.changes})

    def character(self, at: datetime) -> str:
        """In, out or undecided."""
        worst, best = _last(self._worst, at), _last(self._best, at)
        if (worst is not None and worst[1]) != (best is not None and best[1]):
            return UNDECIDED
        return "1" if worst is not None and worst[1] else OUT

    def state(self, at: datetime) -> State:
        """The state, since when (None: always, or not knowable), and when to look again."""
        worst, best = _last(self._worst, at), _last(self._best, at)
        since = worst[0] if worst is not None and worst == best and worst[0] != BEGINNING else None
        position = bisect_right(self._times, at)
        due = [self._steps[position - 1].due_at if position else None]
        for unknown in (False, True):
            whole = self._best if unknown else self._worst
            folded = whole if at == self._until else fold_steps(self._steps[:position], at, unknown)
            due.append(folded.exit_at)
        return State(self.character(at), since, min((d for d in due if d is not None), default=None))


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
        joins = unknown if step.join is None else step.join
        stays = unknown if step.stay is None else step.stay
        begun = failing_until if failing_until is not None else step.grace_ends
        failing_until = None if stays else begun
        leaves_at = None if failing_until is None or joins else _leaves_at(failing_until, step)
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


class Replayer:
    """The timelines of some customers, computed segment by segment in the plan's order."""

    def __init__(self, tx: Transaction, plan: Plan, pairs: Iterable[tuple[CustomerId, datetime]]) -> None:
        self._tx = tx
        self._plan = plan
        self._asked: dict[CustomerId, set[datetime]] = defaultdict(set)
        for customer_id, at in pairs:
            self._asked[customer_id].add(at)
        self.timelines: list[Mapping[CustomerId, Timeline]] = []
        for replay in plan.replays:
            self.timelines.append(self._follow(replay))

    def prior(self, customer_id: CustomerId, at: datetime) -> str:
        """The states of all two-sided segments followed so far, a character each."""
        return "".join(
            timelines[customer_id].character(at) if customer_id in timelines else OUT for timelines in self.timelines
        )

    def _follow(self, replay: Replay) -> Mapping[CustomerId, Timeline]:
        until = {customer_id: max(moments) for customer_id, moments in self._asked.items()}
        moments = self._moments(replay, until)
        steps: dict[CustomerId, list[Step]] = defaultdict(list)
        for start in range(0, len(moments), MOMENTS):
            part = moments[start : start + MOMENTS]
            priors = [self.prior(customer_id, at) for customer_id, at, _ in part]
            asked = Asked.moments([(customer_id, at) for customer_id, at, _ in part], priors)
            for answer in answers(self._tx, replay.statement, asked, self._plan.store.id):
                at, grace_ends = part[answer.n - 1][1:]
                join, stay = (_truth(character) for character in answer.states or OUT * 2)
                steps[answer.customer_id].append(Step(at, join, stay, grace_ends, answer.due_at))
        return {customer_id: Timeline(listed, until[customer_id]) for customer_id, listed in steps.items()}

    def _moments(
        self, replay: Replay, until: Mapping[CustomerId, datetime]
    ) -> list[tuple[CustomerId, datetime, datetime]]:
        """Every moment to look at, in order, with the end of a grace begun then."""
        extra = [(customer_id, at) for customer_id, asked in self._asked.items() for at in asked]
        for timelines in self.timelines:
            extra += [(customer_id, at) for customer_id, line in timelines.items() for at in line.changes]
        parameters = {
            **replay.parameters,
            "store": self._plan.store.id,
            "ids": list(until),
            "until": list(until.values()),
            "extra_ids": [customer_id for customer_id, _ in extra],
            "extra": [at for _, at in extra],
        }
        rows = prepared(self._tx, replay.moments, parameters, len(until))
        return [(CustomerId(row[0]), row[1], row[2]) for row in rows]


def _truth(character: str) -> bool | None:
    return None if character == UNDECIDED else character != OUT
