"""How large a segment was at many moments, and when a customer entered and left it.

Both say what we now know was true then; what a store showed then is in its log.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice, pairwise
from typing import NamedTuple

from plugin.db.transaction import Database, Transaction
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine import cutoffs
from plugin.engine.asked import Asked
from plugin.engine.decide import Decision, decide
from plugin.engine.execute import prepared
from plugin.engine.moments import BEGINNING, moments_query
from plugin.engine.plan import Plan
from plugin.rules.segment import facts_of
from plugin.rules.tree import Duration, Unit

OF_ORDERS = frozenset({"orders", "lines", "refunds", "products", "costs", "disputes"})
"""Facts known since the readable history of orders begins."""
OF_THEMSELVES = frozenset({"customer", "origin", "consents"})
"""Facts that bring their own date; all others are known since the installation."""
FOLLOWED = 500
"""Customers followed at a time."""
TOGETHER = 20_000
"""Moments of customers decided in one statement."""


@dataclass
class Size:
    """A segment at a moment. ``known`` False: the facts of then cannot be known, and nothing is counted."""

    as_of: datetime
    known: bool = True
    customers: int = 0
    """Who existed then."""
    undecided: int = 0
    labels: Counter[str] = field(default_factory=Counter)

    @property
    def inside(self) -> int:
        """Those who were in, under whatever label."""
        return self.labels.total()


class Passage(NamedTuple):
    """From this moment until the next passage. ``at`` None: since the customer is there."""

    at: datetime | None
    label: str | None
    """None: out."""
    undecided: bool


class Step(StrEnum):
    """What lies between two points; the time of day is the same at each, by the store's clock."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def points_until(tx: Transaction, plan: Plan, last: datetime, points: int, step: Step) -> list[datetime]:
    """So many moments in order, ``last`` the last of them."""
    rows = tx.rows(
        """SELECT ((%(last)s::timestamptz AT TIME ZONE %(zone)s) - k * %(step)s::interval) AT TIME ZONE %(zone)s
           FROM generate_series(%(points)s - 1, 1, -1) k""",
        {"zone": plan.store.timezone, "step": f"1 {step}", "points": points, "last": last},
    )
    return [*(row[0] for row in rows), last]


def series(
    tx: Transaction,
    plan: Plan,
    segment_id: SegmentId,
    moments: Sequence[datetime],
    beside: Database | None = None,
    tick: Callable[[], None] = lambda: None,
) -> list[Size]:
    """The segment's size at each moment, in the order given; what is relative to the store is computed for it.

    ``beside``: see ``decide``. ``tick`` is called now and then; what it raises ends the work.
    """
    chosen = plan.only([segment_id])
    known = known_from(chosen)
    sizes = [Size(moment, known is None or moment >= known) for moment in moments]
    asked = [size for size in sizes if size.known]
    if chosen.replays:
        _follow(tx, chosen, asked, tick)
        return sizes
    ranks = bool(cutoffs.limits(chosen))
    for size in asked:
        with cutoffs.supposed(tx) if ranks else nullcontext():
            if ranks:
                cutoffs.compute(tx, chosen, size.as_of)
            everyone = Asked.everyone(size.as_of)
            for decision in decide(tx, chosen, everyone, beside=None if ranks else beside):
                _count(decision, size)
        tick()
    return sizes


def _follow(tx: Transaction, chosen: Plan, asked: Sequence[Size], tick: Callable[[], None]) -> None:
    """Customers whose past must be followed are followed once, past all the moments."""
    sizes = {size.as_of: size for size in asked}
    with cutoffs.supposed(tx):
        for moment in sizes:
            cutoffs.compute(tx, chosen, moment)
            tick()
        after = -(2**63)
        query = "SELECT id FROM customers WHERE store_id = %s AND id > %s ORDER BY id LIMIT %s"
        while rows := tx.rows(query, (tx.store_id, after, FOLLOWED)):
            after = rows[-1][0]
            pairs = [(CustomerId(row[0]), moment) for row in rows for moment in sizes]
            for decision in decide(tx, chosen, Asked.moments(pairs)):
                _count(decision, sizes[decision.as_of])
            tick()


def known_from(chosen: Plan) -> datetime | None:
    """The latest moment since when everything is known that these segments read; None: always."""
    needed = {unit.key for unit in chosen.units} | {replay.segment.id for replay in chosen.replays}
    read = [segment.definition for segment in chosen.everything if segment.id in needed]
    facts = frozenset().union(*(facts_of(definition) for definition in read))
    moments = [chosen.store.orders_known_from] if facts & OF_ORDERS else []
    moments += [chosen.store.labels_known_from] if facts - OF_ORDERS - OF_THEMSELVES else []
    return max((moment for moment in moments if moment is not None), default=None)


def history(
    tx: Transaction, plan: Plan, segment_id: SegmentId, customer_id: CustomerId, until: datetime
) -> list[Passage]:
    """Every entry and exit of the customer up to the moment, from the first fact on; empty before they exist.

    Every moment of possible change is looked at: those the facts name, and every alarm between two of them.
    """
    chosen = plan.only([segment_id])
    asked = _moments(tx, chosen, customer_id, until)
    found: dict[datetime, Decision] = {}
    while asked:
        waiting = iter(sorted(asked))
        while part := list(islice(waiting, TOGETHER)):
            pairs = [(customer_id, moment) for moment in part]
            found |= {decision.as_of: decision for decision in decide(tx, chosen, Asked.moments(pairs))}
        asked = _alarms(found) - found.keys()
    return list(_passages([found[moment] for moment in sorted(found)]))


def _count(decision: Decision, size: Size) -> None:
    if not decision.exists:
        return
    (outcome,) = decision.outcomes
    size.customers += 1
    if outcome.undecided:
        size.undecided += 1
    elif outcome.label is not None:
        size.labels[outcome.label] += 1


def _moments(tx: Transaction, chosen: Plan, customer_id: CustomerId, until: datetime) -> set[datetime]:
    """What the facts name: each of them, and when time carries it across a threshold."""
    statements = (*chosen.statements, *(replay.statement for replay in chosen.replays))
    flips = list(dict.fromkeys(flip for statement in statements for flip in statement.flips))
    keys = sorted({limit.key for statement in statements for limit in statement.limits})
    query, values = moments_query(flips, Duration(0, Unit.DAY), chosen.around, keys)
    given = {"ids": [customer_id], "until": [until], "extra_ids": [customer_id], "extra": [until]}
    rows = prepared(tx, query, {**values, "store": tx.store_id, **given}, 1)
    return {row[1] for row in rows}


def _alarms(found: dict[datetime, Decision]) -> set[datetime]:
    """Alarms that ring before the next moment that was looked at."""
    rung = ((found[start].due_at, end) for start, end in pairwise(sorted(found)))
    return {at for at, end in rung if at is not None and at < end}


def _passages(decisions: Sequence[Decision]) -> Iterator[Passage]:
    was: tuple[str | None, bool] | None = None
    for decision in decisions:
        (outcome,) = decision.outcomes
        state = (None, True) if outcome.undecided else (outcome.label, False)
        if state != was and not (was is None and state == (None, False)):
            at = outcome.since or decision.as_of
            yield Passage(at if at > BEGINNING else None, *state)
        was = state
