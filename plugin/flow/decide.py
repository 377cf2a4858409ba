"""decide: for these customers, which segments they are in; entries, exits, alarms and wanted tags follow."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
import structlog

from plugin.db import customers, memberships, problems, reads, segments
from plugin.db.memberships import Change, Membership
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId, SegmentId
from plugin.engine.culprit import find_culprit
from plugin.engine.decide import Asked, Decision
from plugin.engine.decide import decide as ask
from plugin.engine.errors import EngineError
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.compiled import Rules
from plugin.flow.describe import describe
from plugin.flow.house import House
from plugin.flow.post import post

log = structlog.get_logger()
RETRY_READ = timedelta(seconds=61)
"""A decision that waits for a read is taken without it after this."""


@dataclass(frozen=True)
class Cause:
    """Why a customer is decided: a word for the log, since when it is true, when the message came."""

    word: str
    true_at: datetime | None = None
    received_at: datetime | None = None


def decide(
    house: House, tx: Transaction, store: Store, rules: Rules, causes: Mapping[CustomerId, Cause]
) -> list[tuple[Work, float]]:
    """Memberships, alarms and wanted tags of these customers are what the facts say; what to ring for.

    Runs under a savepoint: if it fails the facts stand, the customers stay due, and the segment that
    breaks is out of the plan with its last members until it works again. The caller holds their rows.
    """
    ids = sorted(causes)
    began = time.perf_counter()
    try:
        with tx.savepoint():
            posted = _decide(tx, store, rules, ids, causes)
    except (psycopg.Error, EngineError) as error:
        if isinstance(error, psycopg.OperationalError) and not isinstance(error, psycopg.errors.QueryCanceled):
            raise
        _suspend(house, tx, rules, ids, error)
        customers.now_due(tx, ids, "delivery")
        return [(Work.SWEEP, 0.0)]
    metrics.decided(len(ids), time.perf_counter() - began)
    return [(Work.DELIVER, 0.0)] if posted else []


def _decide(
    tx: Transaction, store: Store, rules: Rules, ids: Sequence[CustomerId], causes: Mapping[CustomerId, Cause]
) -> bool:
    as_of: datetime = tx.value("SELECT clock_timestamp()")
    before = _by_customer(memberships.of(tx, ids))
    held = _held(tx, rules, ids)
    alarms: dict[CustomerId, datetime | None] = {}
    changes: list[tuple[Change, Cause]] = []
    after: dict[CustomerId, dict[SegmentId, str]] = {}
    for decision in ask(tx, rules.plan, Asked.customers(ids, as_of)):
        customer_id = decision.customer_id
        was = before.get(customer_id, {})
        cause = causes[customer_id]
        found = changed(rules, decision, was, cause.true_at or as_of, held if customer_id in held else {})
        changes += [(change, cause) for change in found]
        after[customer_id] = _after(was, found)
        alarms[customer_id] = _alarm(decision, as_of, waits=customer_id in held)
        metrics.alarm(cause.word, false=not found)
    _apply(tx, changes)
    present = list(alarms)
    customers.set_alarms(tx, present, [alarms[customer_id] for customer_id in present])
    posted = post(tx, rules, after, {key: causes[key] for key in after})
    return describe(tx, rules, list(after)) or posted


def _by_customer(rows: Iterable[Membership]) -> dict[CustomerId, dict[SegmentId, Membership]]:
    found: dict[CustomerId, dict[SegmentId, Membership]] = {}
    for row in rows:
        found.setdefault(row.customer_id, {})[row.segment_id] = row
    return found


def _held(tx: Transaction, rules: Rules, ids: Sequence[CustomerId]) -> dict[CustomerId, frozenset[SegmentId]]:
    """Customers whose answer from the platform is on its way, and the segments that wait for it."""
    if not rules.reads_remote:
        return {}
    pending = reads.pending(tx, Kind.CUSTOMER, ids)
    return {CustomerId(customer_id): rules.reads_remote for customer_id in pending}


def changed(
    rules: Rules,
    decision: Decision,
    was: Mapping[SegmentId, Membership],
    true_at: datetime,
    held: Mapping[CustomerId, frozenset[SegmentId]],
) -> list[Change]:
    """What the decision changes for its customer; undecided and held segments keep what they have."""
    kept = held.get(decision.customer_id, frozenset())
    found = []
    for segment, outcome in zip(rules.segments, decision.outcomes, strict=True):
        if outcome.undecided or segment.id in kept:
            continue
        membership = was.get(segment.id)
        label = None if membership is None else membership.label
        if label != outcome.label:
            moment = outcome.since or true_at
            found.append(Change(decision.customer_id, segment.id, label, outcome.label, moment, segment.version))
    return found


def _after(was: Mapping[SegmentId, Membership], changes: Iterable[Change]) -> dict[SegmentId, str]:
    labels = {segment_id: membership.label for segment_id, membership in was.items()}
    for change in changes:
        if change.label is None:
            labels.pop(change.segment_id, None)
        else:
            labels[change.segment_id] = change.label
    return labels


def _alarm(decision: Decision, as_of: datetime, waits: bool) -> datetime | None:
    moments = [decision.due_at] if decision.due_at is not None else []
    if waits:
        moments.append(as_of + RETRY_READ)
    return min(moments, default=None)


def _apply(tx: Transaction, changes: Sequence[tuple[Change, Cause]]) -> None:
    by_word: dict[str, list[Change]] = {}
    for change, cause in changes:
        by_word.setdefault(cause.word, []).append(change)
    for word, some in by_word.items():
        memberships.apply(tx, some, word)


def _suspend(house: House, tx: Transaction, rules: Rules, ids: Sequence[CustomerId], error: Exception) -> None:
    culprit = find_culprit(tx, rules.plan, Asked.customers(ids, house.now()))
    log.error("decide.failed", store=tx.store_id, segment=culprit, error=str(error))
    if culprit is None:
        raise error
    segments.set_stale(tx, culprit, str(error))
    problems.report(tx, "segment_stale", str(culprit), segment=rules.segment(culprit).name)
