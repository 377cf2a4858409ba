"""plan: a full run over the whole store, whose result can be looked at before anything changes.

It reads one snapshot and takes no locks. Applying makes the version the one that decides, and makes
everyone due for whom that may mean something: whom the plan moves, whose facts changed since the
snapshot, and, at the plan's own alarms, whom time will move. They are decided again, under their locks,
by the way every purchase goes (docs/decisions/0004), so nothing that happened meanwhile is overwritten.
"""

from collections import Counter
from datetime import datetime

import psycopg
import structlog

from plugin.db import customers, plans, problems, segments, stores, twins
from plugin.db.plans import Row
from plugin.db.plans import State as Standing
from plugin.db.segments import Segment, State
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid, NotFound, RegularsError
from plugin.domain.ids import PlanId, SegmentId, StoreId
from plugin.engine.decide import Asked
from plugin.engine.decide import decide as ask
from plugin.engine.errors import EngineError
from plugin.flow import output
from plugin.flow.bell import Work
from plugin.flow.compiled import Rules, compiled
from plugin.flow.drafted import drafted
from plugin.flow.house import House
from plugin.flow.mentions import recheck_mentions
from plugin.flow.optional import refuse_unread, settle
from plugin.flow.rank import prepare
from plugin.flow.reach import Reach, reach
from plugin.rules import schema

log = structlog.get_logger()
PROGRESS = 5_000
"""Customers after which a run says how far it is."""


class Superseded(Exception):
    """The plan was discarded by a newer edit, deleted, or is run by someone else."""


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
        prepare(house, store_id, plan_id)
        with house.database.store(store_id, isolation="REPEATABLE READ") as tx:
            segment = _examine(house, tx, plan_id)
        if segment.state is State.PREVIEW:
            _apply(house, store_id, plan_id, preview_only=True)
    except (Superseded, NotFound):
        log.info("plan.superseded", store=store_id, plan=plan_id)
    except (psycopg.Error, RegularsError) as error:
        if isinstance(error, psycopg.OperationalError) and not isinstance(error, psycopg.errors.QueryCanceled):
            raise
        _failed(house, store_id, plan_id, str(error))


def _failed(house: House, store_id: StoreId, plan_id: PlanId, error: str) -> None:
    log.error("plan.failed", store=store_id, plan=plan_id, error=error)
    with house.database.store(store_id) as tx:
        if plans.finish(tx, plan_id, Standing.FAILED, {}, error[:500]):
            problems.report(tx, "plan_failed", str(plans.get(tx, plan_id).segment_id))


def _examine(house: House, tx: Transaction, plan_id: PlanId) -> Segment:
    """The plan is ready: everyone is decided under its version, on one snapshot."""
    found = plans.get(tx, plan_id)
    as_of: datetime = tx.value("SELECT now()")
    horizon, total = customers.horizon(tx), customers.count(tx)
    with house.database.aside(tx.store_id) as aside:
        if not plans.start(aside, plan_id, as_of, total, horizon):
            raise Superseded
    segment = segments.at_version(tx, found.segment_id, found.version)
    store = stores.get(tx)
    rules = drafted(tx, store, segment)
    counts = _decide_everyone(house, tx, plan_id, rules, reach(tx, house.plans.of(tx, store), rules, segment), as_of)
    with house.database.aside(tx.store_id) as aside:
        if not plans.finish(aside, plan_id, Standing.READY, counts):
            raise Superseded
        problems.clear(aside, "plan_failed", str(segment.id))
    return segment


def _decide_everyone(
    house: House, tx: Transaction, plan_id: PlanId, rules: Rules, reached: Reach, as_of: datetime
) -> dict[str, int]:
    revisions = customers.revisions(tx)
    places = {each.id: place for place, each in enumerate(rules.plan.only(reached.ids).segments)}
    counts: Counter[str] = Counter(joins=0, leaves=0, moves=0, stays=0, undecided=0, examined=0)
    rows: list[Row] = []
    for decision in ask(tx, rules.plan, Asked.everyone(as_of), reached.ids, house.database):
        customer_id, outcome = decision.customer_id, decision.outcomes[places[reached.segment.id]]
        was = reached.before[reached.segment.id].get(customer_id)
        counts["examined"] += 1
        kind = _kind(was, outcome.label, undecided=outcome.undecided)
        if kind is not None:
            counts[kind] += 1
        moves = kind in ("joins", "leaves", "moves")
        due_at = as_of if moves or reached.touches(decision, places) else decision.due_at
        if due_at is not None:
            label = outcome.label if moves else was
            row = Row(customer_id, was, label, outcome.since or as_of, revisions.get(customer_id, 0), due_at)
            rows.append(row)
        if counts["examined"] % PROGRESS == 0:
            _progress(house, tx.store_id, plan_id, counts["examined"], reached.segment, rows)
            rows = []
    _progress(house, tx.store_id, plan_id, counts["examined"], reached.segment, rows)
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
    house: House, store_id: StoreId, plan_id: PlanId, examined: int, segment: Segment, rows: list[Row]
) -> None:
    with house.database.aside(store_id) as aside:
        if not plans.examined(aside, plan_id, examined):
            raise Superseded
        plans.put_rows(aside, plan_id, segment.id, rows)


def apply(house: House, store_id: StoreId, plan_id: PlanId) -> int:
    """The plan's version decides from now on; how many customers are due because of it.

    Raises Invalid when the plan is not ready (stale, or discarded by a newer edit).
    """
    return _apply(house, store_id, plan_id, preview_only=False)


def _apply(house: House, store_id: StoreId, plan_id: PlanId, *, preview_only: bool) -> int:
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        found = plans.get(tx, plan_id)
        if preview_only and segments.get(tx, found.segment_id).state is not State.PREVIEW:
            return 0
        if found.state is not Standing.READY:
            if preview_only:
                raise Superseded
            raise Invalid("This plan is no longer current. Look at the newest one.", field="plan")
        if not preview_only:
            refuse_unread(tx, schema.load(segments.at_version(tx, found.segment_id, found.version).definition))
        segments.set_applied(tx, found.segment_id, found.version)
        settle(house, tx)
        _check_together(tx)
        moved = customers.planned_due(tx, plan_id, f"plan {plan_id}")
        plans.set_applied(tx, plan_id)
        twins.look_soon(tx, found.segment_id)
        output.follow(house, tx, segments.at_version(tx, found.segment_id, found.version))
        recheck_mentions(tx)
    house.bell.ring(Work.SWEEP, store_id)
    house.bell.ring(Work.RANK, store_id)
    return moved


def _check_together(tx: Transaction) -> None:
    """Raises Invalid when the applied versions, each fine by itself, can't be decided together."""
    try:
        compiled(stores.get(tx), segments.applied(tx))
    except EngineError as error:
        raise Invalid(error.message, field="plan") from error


def go_live(house: House, store_id: StoreId, segment_id: SegmentId) -> int:
    """The segment's outputs are written from now on; how many members are due to be posted."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        segment = segments.get(tx, segment_id)
        if segment.applied_version is None:
            raise Invalid("Wait until the first plan of this segment is complete.", field="segment")
        refuse_unread(tx, schema.load(segment.definition))
        segments.set_state(tx, segment_id, State.LIVE)
        output.wake(house, tx, segment_id)
        due = customers.members_due(tx, segment_id, "live")
    house.bell.ring(Work.SWEEP, store_id)
    return due


def pause(house: House, store_id: StoreId, segment_id: SegmentId) -> int:
    """The segment is in preview again: its tags are taken off; how many members are due for that.

    Raises NotFound.
    """
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        segments.get(tx, segment_id)
        segments.set_state(tx, segment_id, State.PREVIEW)
        due = customers.members_due(tx, segment_id, "preview")
    house.bell.ring(Work.SWEEP, store_id)
    return due
