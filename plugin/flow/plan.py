"""plan: a full run over the whole store, whose result can be looked at before anything changes.

It reads one snapshot and takes no locks. Applying makes the version the one that decides, and makes
everyone whom the plan moves due: they are decided again, under their locks, by the way every purchase
goes (docs/decisions/0004), so nothing that happened meanwhile is overwritten.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime

import psycopg
import structlog

from plugin.db import customers, plans, problems, segments, stores
from plugin.db.plans import Row
from plugin.db.plans import State as Standing
from plugin.db.segments import Segment, State
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid, RegularsError
from plugin.domain.ids import PlanId, SegmentId, StoreId
from plugin.engine.decide import Asked
from plugin.engine.decide import decide as ask
from plugin.flow.bell import Work
from plugin.flow.compiled import Rules, compiled
from plugin.flow.house import House

log = structlog.get_logger()
PROGRESS = 5_000
"""Customers after which a run says how far it is."""


def plan(house: House, store_id: StoreId) -> int:
    """Every waiting plan of the store is run; how many. A segment in preview is applied at once, for
    applying it writes nothing to the store."""
    house.bell.answered(Work.PLANS, store_id)
    with house.database.store(store_id) as tx:
        ready = stores.get(tx).state is stores.State.READY
        waiting = plans.waiting(tx) if ready else []
    for plan_id in waiting:
        _run(house, store_id, plan_id)
    return len(waiting)


def _run(house: House, store_id: StoreId, plan_id: PlanId) -> None:
    try:
        with house.database.store(store_id, isolation="REPEATABLE READ") as tx:
            segment = _examine(house, tx, plan_id)
    except (psycopg.Error, RegularsError) as error:
        log.error("plan.failed", store=store_id, plan=plan_id, error=str(error))
        with house.database.store(store_id) as tx:
            found = plans.get(tx, plan_id)
            plans.finish(tx, plan_id, Standing.FAILED, {}, str(error)[:500])
            problems.report(tx, "plan_failed", str(found.segment_id))
        return
    if segment is not None and segment.state is State.PREVIEW:
        apply(house, store_id, plan_id)


def _examine(house: House, tx: Transaction, plan_id: PlanId) -> Segment | None:
    """The plan is ready: everyone is decided under its version, on one snapshot."""
    found = plans.get(tx, plan_id)
    if found.state not in (Standing.WAITING, Standing.RUNNING):
        return None
    segment = segments.at_version(tx, found.segment_id, found.version)
    rules = drafted(tx, stores.get(tx), segment)
    as_of: datetime = tx.value("SELECT now()")
    total = customers.count(tx)
    with house.database.aside(tx.store_id) as aside:
        plans.start(aside, plan_id, as_of, total)
    counts = _decide_everyone(house, tx, plan_id, segment, rules, as_of)
    with house.database.aside(tx.store_id) as aside:
        plans.finish(aside, plan_id, Standing.READY, counts)
        problems.clear(aside, "plan_failed", str(segment.id))
    return segment


def drafted(tx: Transaction, store: Store, draft: Segment) -> Rules:
    """The store's rules as they would be with this version of a segment applied."""
    others = [segment for segment in segments.applied(tx) if segment.id != draft.id]
    return compiled(store, [*others, replace(draft, stale_since=None)])


def _decide_everyone(
    house: House, tx: Transaction, plan_id: PlanId, segment: Segment, rules: Rules, as_of: datetime
) -> dict[str, int]:
    before = plans.members(tx, segment.id)
    revisions = customers.revisions(tx)
    place = [each.id for each in rules.plan.only([segment.id]).segments].index(segment.id)
    counts: Counter[str] = Counter(joins=0, leaves=0, moves=0, stays=0, undecided=0, examined=0)
    rows: list[Row] = []
    for decision in ask(tx, rules.plan, Asked.everyone(as_of), only=[segment.id]):
        customer_id, outcome = decision.customer_id, decision.outcomes[place]
        was = before.get(customer_id)
        counts["examined"] += 1
        kind = _kind(was, outcome.label, undecided=outcome.undecided)
        if kind is not None:
            counts[kind] += 1
        if kind in ("joins", "leaves", "moves"):
            moment = outcome.since or as_of
            rows.append(Row(customer_id, was, outcome.label, moment, revisions.get(customer_id, 0)))
        if counts["examined"] % PROGRESS == 0:
            _progress(house, tx.store_id, plan_id, counts["examined"], segment.id, rows)
            rows = []
    _progress(house, tx.store_id, plan_id, counts["examined"], segment.id, rows)
    return dict(counts)


def _kind(was: str | None, label: str | None, *, undecided: bool) -> str | None:
    if undecided:
        return "undecided"
    if was == label:
        return None if was is None else "stays"
    if was is None:
        return "joins"
    return "leaves" if label is None else "moves"


def _progress(
    house: House, store_id: StoreId, plan_id: PlanId, examined: int, segment_id: SegmentId, rows: list[Row]
) -> None:
    with house.database.aside(store_id) as aside:
        plans.put_rows(aside, plan_id, segment_id, rows)
        plans.examined(aside, plan_id, examined)


def apply(house: House, store_id: StoreId, plan_id: PlanId) -> int:
    """The plan's version decides from now on; how many customers are due because of it.

    Raises Invalid when the plan is not ready (stale, or discarded by a newer edit).
    """
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        found = plans.get(tx, plan_id)
        if found.state is not Standing.READY:
            raise Invalid("This plan is no longer current. Look at the newest one.", field="plan")
        segments.set_applied(tx, found.segment_id, found.version)
        moved = customers.planned_due(tx, plan_id, f"plan {plan_id}")
        plans.set_applied(tx, plan_id)
    house.bell.ring(Work.SWEEP, store_id)
    return moved


def go_live(house: House, store_id: StoreId, segment_id: SegmentId) -> int:
    """The segment's outputs are written from now on; how many members are due to be posted."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        segment = segments.get(tx, segment_id)
        if segment.applied_version is None:
            raise Invalid("Wait until the first plan of this segment is complete.", field="segment")
        segments.set_state(tx, segment_id, State.LIVE)
        due = customers.members_due(tx, segment_id, "live")
    house.bell.ring(Work.SWEEP, store_id)
    return due


def pause(house: House, store_id: StoreId, segment_id: SegmentId) -> int:
    """The segment is in preview again: its tags are taken off; how many members are due for that."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        segments.set_state(tx, segment_id, State.PREVIEW)
        due = customers.members_due(tx, segment_id, "preview")
    house.bell.ring(Work.SWEEP, store_id)
    return due
