"""Segments whose answer depends on the path, or whose past is asked about, followed through time.

Facts, and time carrying them across the thresholds that SQL can enumerate, give most moments of change at
once. Whatever else can change an answer is found by its alarm: a moment is looked at whenever an alarm
rings before the next one that was.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.engine import memory
from plugin.engine.asked import Asked
from plugin.engine.execute import Answer, answers, prepared
from plugin.engine.held import Pins, pins
from plugin.engine.plan import Plan, Replay
from plugin.engine.statement import OUT, UNDECIDED
from plugin.engine.timeline import TICK, Answers, Step, Timeline, TwoSidedTimeline

MOMENTS = 50_000
"""The most moments evaluated in one statement."""
FLOOR = datetime(1970, 1, 1, tzinfo=UTC)
"""Alarms of the time before, when there were only facts that have always held, are not followed."""

Looked = tuple[CustomerId, datetime, datetime]
"""A moment to look at, and the end of a grace begun then."""


class Replayer:
    """The timelines of some customers, computed segment by segment in the plan's order."""

    def __init__(self, tx: Transaction, plan: Plan, pairs: Iterable[tuple[CustomerId, datetime]]) -> None:
        self._tx = tx
        self._plan = plan
        self._asked: dict[CustomerId, set[datetime]] = defaultdict(set)
        for customer_id, at in pairs:
            self._asked[customer_id].add(at)
        self._until = {customer_id: max(moments) for customer_id, moments in self._asked.items()}
        self.timelines: list[Mapping[CustomerId, Timeline]] = []
        for replay in plan.replays:
            self.timelines.append(self._follow(replay))

    def asked(self, pairs: Sequence[tuple[CustomerId, datetime]]) -> Asked:
        """These, with all that is known of the segments followed so far."""
        priors = [self.prior(customer_id, at) for customer_id, at in pairs]
        return Asked.moments(pairs, priors, [self.past(customer_id, at) for customer_id, at in pairs])

    def prior(self, customer_id: CustomerId, at: datetime) -> str:
        """The states of all segments followed so far, a character each."""
        return "".join(
            timelines[customer_id].character(at) if customer_id in timelines else OUT for timelines in self.timelines
        )

    def past(self, customer_id: CustomerId, at: datetime) -> str:
        """What was before in each of them, where anybody asks."""
        if not self._plan.remembers:
            return ""
        return " ".join(
            memory.words(timelines[customer_id].runs if customer_id in timelines else (), at)
            for timelines in self.timelines
        )

    # --- one segment --------------------------------------------------------------------------

    def _follow(self, replay: Replay) -> Mapping[CustomerId, Timeline]:
        held = pins(self._tx, replay.segment.id, list(self._until)) if replay.pinned else {}
        found: dict[CustomerId, dict[datetime, tuple[Answer, datetime]]] = defaultdict(dict)
        looked = self._moments(replay, held)
        while looked:
            for start in range(0, len(looked), MOMENTS):
                part = looked[start : start + MOMENTS]
                asked = self.asked([(customer_id, at) for customer_id, at, _ in part])
                for answer in answers(self._tx, replay.statement, asked, self._plan.store.id):
                    found[answer.customer_id][answer.as_of] = (answer, part[answer.n - 1][2])
            looked = self._with_graces(replay, self._rung(found))
        return {
            customer_id: self._timeline(replay, customer_id, dict(sorted(seen.items())), held.get(customer_id, Pins()))
            for customer_id, seen in found.items()
        }

    def _timeline(
        self, replay: Replay, customer_id: CustomerId, seen: Mapping[datetime, tuple[Answer, datetime]], held: Pins
    ) -> Timeline:
        if not replay.two_sided:
            return Answers([(at, answer.states or OUT, answer.due_at) for at, (answer, _) in seen.items()])
        steps = []
        for at, (answer, grace_ends) in seen.items():
            join, stay = (_truth(character) for character in answer.states or OUT * 2)
            steps.append(Step(at, join, stay, grace_ends, answer.due_at, held.held(at)))
        return TwoSidedTimeline(steps, self._until[customer_id], held.boundaries)

    def _rung(
        self, found: Mapping[CustomerId, Mapping[datetime, tuple[Answer, datetime]]]
    ) -> list[tuple[CustomerId, datetime]]:
        """Alarms that ring before the next moment that was looked at."""
        rung = []
        for customer_id, seen in found.items():
            times = sorted(seen)
            for at, following in zip(times, [*times[1:], self._until[customer_id] + TICK], strict=True):
                due_at = seen[at][0].due_at
                if due_at is not None and max(due_at, FLOOR) < following:
                    rung.append((customer_id, max(due_at, FLOOR)))
        return rung

    def _with_graces(self, replay: Replay, pairs: Sequence[tuple[CustomerId, datetime]]) -> list[Looked]:
        if not pairs or not replay.two_sided:
            return [(customer_id, at, at) for customer_id, at in pairs]
        query, values = replay.graces
        parameters = {
            **values,
            "extra_ids": [customer_id for customer_id, _ in pairs],
            "extra": [at for _, at in pairs],
        }
        rows = prepared(self._tx, query, parameters, len(pairs))
        return [(CustomerId(row[0]), row[1], row[2]) for row in rows]

    def _moments(self, replay: Replay, held: Mapping[CustomerId, Pins]) -> list[Looked]:
        """Every moment to look at that can be enumerated, in order, with the end of a grace begun then."""
        extra = [(customer_id, at) for customer_id, asked in self._asked.items() for at in asked]
        extra += [(customer_id, at) for customer_id, placed in held.items() for at in placed.boundaries]
        for timelines in self.timelines:
            extra += [(customer_id, at) for customer_id, line in timelines.items() for at in line.changes]
        parameters = {
            **replay.parameters,
            "store": self._plan.store.id,
            "ids": list(self._until),
            "until": list(self._until.values()),
            "extra_ids": [customer_id for customer_id, _ in extra],
            "extra": [at for _, at in extra],
        }
        rows = prepared(self._tx, replay.moments, parameters, len(self._until))
        return [(CustomerId(row[0]), row[1], row[2]) for row in rows]


def _truth(character: str) -> bool | None:
    return None if character == UNDECIDED else character != OUT
