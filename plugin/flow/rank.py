"""rank: the store's cutoffs are those of its present day, and whoever they move is due.

Rules that compare a customer with the store ("the top 10 % by net spend", a score, the store's average) read
limits that are computed over everyone: once each local day, and anew when a plan was applied. What is
computed is compared on the same snapshot with what everyone is in; only those whose answer changes are
decided again, under their locks, by the way every purchase goes.
"""

import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
import structlog

from plugin.db import customers, cutoffs, leases, plans, problems, segments, stores
from plugin.db.cutoffs import Cutoff
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import RegularsError
from plugin.domain.ids import CustomerId, PlanId, SegmentId, StoreId
from plugin.engine import cutoffs as limits
from plugin.engine.decide import Asked, decide
from plugin.engine.plan import Plan
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.compiled import Rules
from plugin.flow.drafted import drafted
from plugin.flow.house import House

log = structlog.get_logger()
LEASE = "rank"
SECONDS = 600
"""Longer than a worker lives: a killed one's lease runs out."""


@dataclass(frozen=True)
class Ranking:
    """What was computed on a snapshot, and whom it may move."""

    cutoffs: list[Cutoff]
    moved: list[CustomerId]
    horizon: int
    """See plugin/db/customers.py."""


def rank(house: House, store_id: StoreId) -> int:
    """The cutoffs that the store's rules read are of today; how many customers are due because of that."""
    house.bell.answered(Work.RANK, store_id)
    owner, began = uuid.uuid4().hex, time.perf_counter()
    with house.database.store(store_id) as tx:
        if not _outdated(house, tx, stores.get(tx)) or not leases.take(tx, LEASE, owner, SECONDS):
            return 0
    try:
        with house.database.store(store_id, isolation="REPEATABLE READ") as tx:
            found = _examined(tx, house.plans.of(tx, stores.get(tx)))
        due = _stand(house, store_id, found)
    except (psycopg.Error, RegularsError) as error:
        if isinstance(error, psycopg.OperationalError) and not isinstance(error, psycopg.errors.QueryCanceled):
            raise
        _failed(house, store_id, error)
        due = 0
    finally:
        with house.database.store(store_id) as tx:
            leases.release(tx, LEASE, owner)
    metrics.ranked(due, time.perf_counter() - began)
    if due:
        house.bell.ring(Work.SWEEP, store_id)
    return due


def rank_all(house: House) -> int:
    """Every store whose cutoffs are not of its present day has a worker coming; how many."""
    asked = 0
    for store in stores.every(house.database):
        if store.state is not State.READY:
            continue
        with house.database.store(store.id) as tx:
            outdated = _outdated(house, tx, store)
        if outdated:
            house.bell.ring(Work.RANK, store.id)
            asked += 1
    return asked


def prepare(house: House, store_id: StoreId, plan_id: PlanId) -> None:
    """What the plan's version must know of the whole store is known. Nobody reads it yet, so nobody is moved."""
    with house.database.store(store_id, isolation="REPEATABLE READ") as tx:
        found = plans.get(tx, plan_id)
        segment = segments.at_version(tx, found.segment_id, found.version)
        mine = drafted(tx, stores.get(tx), segment).plan.only([segment.id])
        now: datetime = tx.value("SELECT now()")
        limits.compute(tx, mine, now, limits.missing(tx, mine, now))


def _outdated(house: House, tx: Transaction, store: Store) -> bool:
    if store.state is not State.READY:
        return False
    keys = [limit.key for limit in limits.limits(house.plans.of(tx, store).plan)]
    return bool(keys) and cutoffs.outdated(tx, keys, store.timezone)


def _examined(tx: Transaction, rules: Rules) -> Ranking:
    """Everyone is decided by the new cutoffs on this snapshot, and compared with what they are in."""
    as_of: datetime = tx.value("SELECT now()")
    affected = _affected(rules.plan)
    order = [segment.id for segment in rules.plan.only(affected).segments]
    before = {segment_id: plans.members(tx, segment_id) for segment_id in order}
    until = as_of + timedelta(seconds=SECONDS)
    moved = []
    with limits.supposed(tx):
        computed = limits.compute(tx, rules.plan, as_of)
        for decision in decide(tx, rules.plan, Asked.everyone(as_of), only=affected):
            known = [(s, o) for s, o in zip(order, decision.outcomes, strict=True) if not o.undecided]
            differs = any(outcome.label != before[segment].get(decision.customer_id) for segment, outcome in known)
            # Whom time moves before this ranking stands was decided by the one before it.
            if differs or (decision.due_at is not None and decision.due_at <= until):
                moved.append(decision.customer_id)
    return Ranking(computed, moved, customers.horizon(tx))


def _affected(plan: Plan) -> list[SegmentId]:
    """The segments that compare with the store, themselves or through others."""
    return [segment.id for segment in plan.segments if limits.limits(plan.only([segment.id]))]


def _stand(house: House, store_id: StoreId, found: Ranking) -> int:
    """The new cutoffs decide from now on, and whoever they may move is due, in one transaction."""
    with house.database.store(store_id) as tx:
        for cutoff in found.cutoffs:
            cutoffs.put(tx, cutoff)
        due = customers.ranked_due(tx, found.moved, found.horizon, "ranking")
        problems.clear(tx, "ranking_failed")
    log.info("store.ranked", store=store_id, cutoffs=len(found.cutoffs), due=due)
    return due


def _failed(house: House, store_id: StoreId, error: Exception) -> None:
    log.error("store.rank_failed", store=store_id, error=str(error))
    with house.database.store(store_id) as tx:
        problems.report(tx, "ranking_failed")
