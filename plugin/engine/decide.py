"""Who is in what, as of which moment, and when to ask again."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from plugin.db.transaction import Database, Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.asked import Asked
from plugin.engine.execute import Answer, answers
from plugin.engine.hands import ranges, shared
from plugin.engine.plan import Plan, SegmentRule
from plugin.engine.replay import Replayer
from plugin.engine.statement import FIRST, UNDECIDED
from plugin.engine.timeline import State
from plugin.rules.segment import TwoSided

__all__ = ["Asked", "Decision", "Outcome", "decide"]

CHUNK = 1_000
"""Customers replayed at a time."""


class Outcome(NamedTuple):
    """A customer and a segment: the label (``""`` where there are no tiers), None when out.

    ``since``: for a two-sided segment, when the customer last entered or left it.
    """

    label: str | None
    undecided: bool = False
    since: datetime | None = None


class Decision(NamedTuple):
    """A customer as of a moment: an outcome for each of the plan's segments, in its order.

    Until ``due_at`` nothing changes by time alone; None: never. It is always after ``as_of``.
    """

    customer_id: CustomerId
    as_of: datetime
    outcomes: Sequence[Outcome]
    due_at: datetime | None
    exists: bool = True
    """False before the customer was created: in nothing."""


def decide(
    tx: Transaction,
    plan: Plan,
    asked: Asked,
    only: Iterable[SegmentId] | None = None,
    beside: Database | None = None,
) -> Iterator[Decision]:
    """A decision for each asked row whose customer exists in the store.

    ``only``: these segments (and, unseen, what they read); outcomes then come in the order of
    ``plan.only(only).segments``. All of it in the caller's transaction: for everyone that should be a
    REPEATABLE READ one, and ``beside`` says where a second connection comes from that does its share.
    """
    chosen = plan if only is None else plan.only(only)
    if not asked.is_everyone:
        yield from _decided(tx, chosen, asked)
        return
    yield from shared(tx, beside, ranges(tx, asked), lambda hand, part: list(_decided(hand, chosen, part)))


def _decided(tx: Transaction, plan: Plan, asked: Asked) -> Iterator[Decision]:
    for part, replayer in in_parts(tx, plan, asked):
        yield from _Decoder(plan, replayer).decisions(tx, part)


def in_parts(tx: Transaction, plan: Plan, asked: Asked) -> Iterator[tuple[Asked, Replayer | None]]:
    """What is asked, whole; where the plan reads what must be replayed, in bounded parts with its states."""
    if not plan.replays:
        yield asked, None
        return
    for pairs in _chunks(tx, asked):
        replayer = Replayer(tx, plan, pairs)
        yield replayer.asked(pairs), replayer


def _chunks(tx: Transaction, asked: Asked) -> Iterator[list[tuple[CustomerId, datetime]]]:
    """The asked rows, a bounded number at a time."""
    pairs = _pairs(tx, asked)
    while chunk := list(islice(pairs, CHUNK)):
        yield chunk


def _pairs(tx: Transaction, asked: Asked) -> Iterator[tuple[CustomerId, datetime]]:
    if asked.as_of is None:
        yield from zip(asked.ids, asked.at, strict=True)
    elif not asked.is_everyone:
        yield from ((customer_id, asked.as_of) for customer_id in asked.ids)
    else:
        first: int = asked.first
        query = "SELECT id FROM customers WHERE store_id = %s AND id BETWEEN %s AND %s ORDER BY id LIMIT %s"
        while rows := tx.rows(query, (tx.store_id, first, asked.last, CHUNK)):
            first = rows[-1][0] + 1
            yield from ((CustomerId(row[0]), asked.as_of) for row in rows)


class _Decoder:
    """Characters into outcomes. Many customers share the same ones, so they share the same tuple."""

    def __init__(self, plan: Plan, replayer: Replayer | None = None) -> None:
        self._plan = plan
        self._replayer = replayer
        self._tables = [_table(segment) for segment in plan.segments]
        places = {segment.id: place for place, segment in enumerate(plan.segments)}
        keys = [key for statement in plan.statements for key in statement.keys]
        self._places = [places[SegmentId(int(key))] for key in keys]
        self._replayed = [
            (places[replay.segment.id], replay.position)
            for replay in plan.replays
            if replay.two_sided and replay.segment.id in places
        ]
        self._seen: dict[str, tuple[Outcome, ...]] = {}

    def decisions(self, tx: Transaction, asked: Asked) -> Iterator[Decision]:
        """The decisions of all statements over the same rows, joined."""
        streams = [answers(tx, statement, asked, self._plan.store.id) for statement in self._plan.statements]
        for row in zip(*streams, strict=True):
            due = [answer.due_at for answer in row if answer.due_at is not None]
            first: Answer = row[0]
            states = None if first.states is None else "".join(answer.states or "" for answer in row)
            outcomes = self._outcomes(states)
            if self._replayer is not None and states is not None:
                outcomes, more = self._with_replayed(outcomes, first.customer_id, first.as_of)
                due += more
            yield Decision(first.customer_id, first.as_of, outcomes, min(due, default=None), states is not None)

    def _outcomes(self, states: str | None) -> tuple[Outcome, ...]:
        key = states or ""
        if key not in self._seen or states is None:
            found = [Outcome(None)] * len(self._tables)
            for place, character in zip(self._places, key, strict=states is not None):
                found[place] = self._tables[place][character]
            if states is None:
                return tuple(found)
            self._seen[key] = tuple(found)
        return self._seen[key]

    def _with_replayed(
        self, outcomes: tuple[Outcome, ...], customer_id: CustomerId, as_of: datetime
    ) -> tuple[tuple[Outcome, ...], list[datetime]]:
        """The outcomes of two-sided segments put in their places, and the alarms of all that are followed."""
        assert self._replayer is not None
        found = list(outcomes)
        states = [lines[customer_id].state(as_of) for lines in self._replayer.timelines]
        for place, position in self._replayed:
            found[place] = _two_sided(states[position])
        return tuple(found), [state.due_at for state in states if state.due_at is not None]


def _two_sided(state: State) -> Outcome:
    if state.character == UNDECIDED:
        return Outcome(None, undecided=True)
    return Outcome("" if state.character == "1" else None, since=state.since)


def _table(segment: SegmentRule) -> dict[str, Outcome]:
    """What each character of the segment's answer means."""
    if isinstance(segment.definition, TwoSided):
        return {}
    labels = {chr(FIRST + number): Outcome(label) for number, label in enumerate(segment.labels, 1)}
    return {chr(FIRST): Outcome(None), UNDECIDED: Outcome(None, undecided=True), **labels}
