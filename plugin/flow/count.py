"""count: how many customers a draft would have in it now, and examples from both sides. Nothing is stored."""

import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from plugin.db import stores
from plugin.db.segments import Segment, State
from plugin.db.transaction import Transaction
from plugin.domain.errors import RegularsError
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.engine import cutoffs
from plugin.engine.decide import Asked, Decision
from plugin.engine.decide import decide as ask
from plugin.flow.check import UNNAMED, check, weigh
from plugin.flow.drafted import drafted
from plugin.flow.house import House
from plugin.rules.advice import Advice

SECONDS = 8.0
"""A person waits; what takes longer is stopped."""
EXAMPLES = 5
DRAFT = SegmentId(0)
"""The id of a draft that was never saved."""


class TooSlow(RegularsError):
    """Counting was stopped; a plan takes the time it needs."""

    code = "too_slow"


@dataclass
class Counted:
    """Customers in the draft by label, and the newest few on either side."""

    as_of: datetime
    total: int = 0
    undecided: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    sample_in: deque[CustomerId] = field(default_factory=lambda: deque(maxlen=EXAMPLES))
    sample_out: deque[CustomerId] = field(default_factory=lambda: deque(maxlen=EXAMPLES))
    members: list[CustomerId] = field(default_factory=list, repr=False)
    advice: tuple[Advice, ...] = ()
    """What its size and its overlap with live segments advise."""

    @property
    def inside(self) -> int:
        """Those who are in, under whatever label."""
        return self.labels.total()


def count(
    house: House,
    store_id: StoreId,
    definition: Mapping[str, Any],
    name: str = "",
    segment_id: SegmentId | None = None,
) -> Counted:
    """The draft decided for everyone on one snapshot. Raises RuleError, TooSlow."""
    try:
        with house.database.store(store_id, isolation="REPEATABLE READ") as tx:
            tx.limit(SECONDS)
            meant = check(tx, definition, name, segment_id=segment_id).definition
            counted = _counted(house, tx, a_draft(tx, meant, name, segment_id))
            counted.advice = weigh(tx, counted.members, counted.undecided, counted.total, segment_id)
            return counted
    except psycopg.errors.QueryCanceled as error:
        raise TooSlow from error


def a_draft(tx: Transaction, definition: Mapping[str, Any], name: str, segment_id: SegmentId | None) -> Segment:
    """What is being written, as if it were saved; its outputs do not matter for who is in."""
    now: datetime = tx.value("SELECT now()")
    return Segment(
        segment_id or DRAFT, name.strip() or UNNAMED, State.PREVIEW, 1, None, None, None, now, definition, {}
    )


def _counted(house: House, tx: Transaction, draft: Segment) -> Counted:
    plan = drafted(tx, stores.get(tx), draft).plan.only([draft.id])
    absent = cutoffs.missing(tx, plan, draft.created_at)
    if not absent:
        return _tallied(draft.created_at, ask(tx, plan, Asked.everyone(draft.created_at), beside=house.database))
    with cutoffs.supposed(tx):
        cutoffs.compute(tx, plan, draft.created_at, absent)
        return _tallied(draft.created_at, ask(tx, plan, Asked.everyone(draft.created_at)))


def _tallied(as_of: datetime, decisions: Iterable[Decision]) -> Counted:
    counted = Counted(as_of)
    until = time.monotonic() + SECONDS
    for decision in decisions:
        outcome = decision.outcomes[0]
        counted.total += 1
        if outcome.undecided:
            counted.undecided += 1
        elif outcome.label is None:
            counted.sample_out.appendleft(decision.customer_id)
        else:
            counted.labels[outcome.label] += 1
            counted.sample_in.appendleft(decision.customer_id)
            counted.members.append(decision.customer_id)
        if counted.total % 1_000 == 0 and time.monotonic() > until:
            raise TooSlow
    return counted
