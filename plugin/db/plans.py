"""Plans: the result of a full run that is not yet applied: who joins, who leaves, who stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Integer, Text

from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.errors import NotFound
from plugin.domain.ids import CustomerId, PlanId, SegmentId

MOMENT = DateTime(timezone=True)


class State(StrEnum):
    """Where a plan stands."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    APPLIED = "applied"
    FAILED = "failed"
    DISCARDED = "discarded"


plans = tenant_table(
    "plans",
    ("id",),
    column("id", BigInteger, NONE, server_default=Identity(always=True)),
    column("segment_id", BigInteger, NONE),
    column("version", Integer, NONE),
    column("state", Text, NONE, server_default="waiting"),
    column("as_of", MOMENT, NONE, nullable=True),
    column("horizon", BigInteger, NONE, server_default="0"),
    column("joins", Integer, NONE, server_default="0"),
    column("leaves", Integer, NONE, server_default="0"),
    column("moves", Integer, NONE, server_default="0"),
    column("stays", Integer, NONE, server_default="0"),
    column("undecided", Integer, NONE, server_default="0"),
    column("examined", Integer, NONE, server_default="0"),
    column("total", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    column("created_at", MOMENT, NONE, server_default="now()"),
    column("ready_at", MOMENT, NONE, nullable=True),
    column("applied_at", MOMENT, NONE, nullable=True),
    index("ix_plans_segment", "segment_id", "id"),
)

plan_rows = tenant_table(
    "plan_rows",
    ("plan_id", "customer_id"),
    column("plan_id", BigInteger, NONE),
    column("customer_id", BigInteger, ID),
    column("segment_id", BigInteger, NONE),
    column("was", Text, PERSONAL, nullable=True),
    column("label", Text, PERSONAL, nullable=True),
    column("true_at", MOMENT, PERSONAL),
    column("revision", BigInteger, NONE),
    column("due_at", MOMENT, NONE),
)


@dataclass(frozen=True)
class Plan:
    """A plan's row; counts are of customers."""

    id: PlanId
    segment_id: SegmentId
    version: int
    state: State
    as_of: datetime | None
    joins: int
    leaves: int
    moves: int
    stays: int
    undecided: int
    examined: int
    total: int
    error: str | None
    created_at: datetime
    ready_at: datetime | None
    applied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One customer whose membership the plan changes, or whom it must not forget (``was`` equals ``label``).

    ``revision`` is the customer's when decided; ``due_at`` is when to decide them under the plan's version.
    """

    customer_id: CustomerId
    was: str | None
    label: str | None
    true_at: datetime
    revision: int
    due_at: datetime


COLUMNS = (
    "id, segment_id, version, state, as_of, joins, leaves, moves, stays, undecided, examined, total, error, "
    "created_at, ready_at, applied_at"
)


def _plan(row: tuple[Any, ...]) -> Plan:
    values = list(row)
    values[3] = State(values[3])
    return Plan(*values)


def create(tx: Transaction, segment_id: SegmentId, version: int) -> PlanId:
    """A plan waits to be run; older ones of the segment that were not applied are discarded."""
    tx.execute(
        """UPDATE plans SET state = 'discarded' WHERE store_id = %s AND segment_id = %s
             AND state IN ('waiting', 'running', 'ready')""",
        (tx.store_id, segment_id),
    )
    plan_id = tx.value(
        "INSERT INTO plans (store_id, segment_id, version) VALUES (%s, %s, %s) RETURNING id",
        (tx.store_id, segment_id, version),
    )
    return PlanId(plan_id)


def get(tx: Transaction, plan_id: PlanId) -> Plan:
    """The plan; raises NotFound."""
    row = tx.row(f"SELECT {COLUMNS} FROM plans WHERE store_id = %s AND id = %s", (tx.store_id, plan_id))
    if row is None:
        raise NotFound("no such plan", plan=plan_id)
    return _plan(row)


def latest(tx: Transaction, segment_id: SegmentId) -> Plan | None:
    """The segment's newest plan."""
    row = tx.row(
        f"SELECT {COLUMNS} FROM plans WHERE store_id = %s AND segment_id = %s ORDER BY id DESC LIMIT 1",
        (tx.store_id, segment_id),
    )
    return None if row is None else _plan(row)


def latest_each(tx: Transaction) -> dict[SegmentId, Plan]:
    """Every segment's newest plan."""
    rows = tx.rows(
        f"SELECT DISTINCT ON (segment_id) {COLUMNS} FROM plans WHERE store_id = %s ORDER BY segment_id, id DESC",
        (tx.store_id,),
    )
    return {SegmentId(row[1]): _plan(row) for row in rows}


def sample(tx: Transaction, plan_id: PlanId, most: int = 5) -> dict[str, list[Row]]:
    """Up to so many of those who join, who leave, and who move from one label to another."""
    kinds = {
        "joins": "was IS NULL AND label IS NOT NULL",
        "leaves": "was IS NOT NULL AND label IS NULL",
        "moves": "was <> label",
    }
    return {
        kind: [
            Row(CustomerId(row[0]), *row[1:])
            for row in tx.rows(
                f"""SELECT customer_id, was, label, true_at, revision, due_at FROM plan_rows
                    WHERE store_id = %s AND plan_id = %s AND {condition} ORDER BY customer_id LIMIT %s""",
                (tx.store_id, plan_id, most),
            )
        ]
        for kind, condition in kinds.items()
    }


WAITS = "(state = 'waiting' OR (state = 'running' AND as_of < now() - interval '5 minutes'))"
"""Nobody runs the plan, or its run has died: a worker is ended after five minutes."""


def waiting(tx: Transaction) -> list[PlanId]:
    """Plans that wait for a run."""
    rows = tx.rows(
        f"SELECT id FROM plans WHERE store_id = %s AND {WAITS} ORDER BY id",
        (tx.store_id,),
    )
    return [PlanId(row[0]) for row in rows]


def start(tx: Transaction, plan_id: PlanId, as_of: datetime, total: int, horizon: int) -> bool:
    """The plan runs, on the store as it is at ``as_of``; False when it no longer waits for that.

    ``horizon``: see plugin/db/customers.py.
    """
    started = tx.execute(
        f"""UPDATE plans SET state = 'running', as_of = %s, total = %s, horizon = %s, examined = 0, joins = 0,
              leaves = 0, moves = 0, stays = 0, undecided = 0, error = NULL
            WHERE store_id = %s AND id = %s AND {WAITS}""",
        (as_of, total, horizon, tx.store_id, plan_id),
    )
    if started.rowcount:
        tx.execute("DELETE FROM plan_rows WHERE store_id = %s AND plan_id = %s", (tx.store_id, plan_id))
    return started.rowcount == 1


def put_rows(tx: Transaction, plan_id: PlanId, segment_id: SegmentId, rows: Sequence[Row]) -> None:
    """These changes are part of the plan."""
    if not rows:
        return
    tx.execute(
        """INSERT INTO plan_rows (store_id, plan_id, customer_id, segment_id, was, label, true_at, revision, due_at)
           SELECT %s, %s, c, %s, was, label, at, revision, due
           FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::bigint[], %s::timestamptz[])
             AS t(c, was, label, at, revision, due)
           WHERE NOT EXISTS (SELECT 1 FROM tombstones g WHERE g.store_id = %s AND g.kind = 'customer' AND g.id = c)
           ON CONFLICT DO NOTHING""",
        (
            tx.store_id,
            plan_id,
            segment_id,
            [row.customer_id for row in rows],
            [row.was for row in rows],
            [row.label for row in rows],
            [row.true_at for row in rows],
            [row.revision for row in rows],
            [row.due_at for row in rows],
            tx.store_id,
        ),
    )


def finish(tx: Transaction, plan_id: PlanId, state: State, counts: dict[str, int], error: str | None = None) -> bool:
    """The run has ended: ready with its counts, or failed with the reason; False when it was not running."""
    done = tx.execute(
        """UPDATE plans SET state = %(state)s, joins = %(joins)s, leaves = %(leaves)s, moves = %(moves)s, stays = %(stays)s,
             undecided = %(undecided)s, examined = %(examined)s, error = %(error)s, ready_at = now()
           WHERE store_id = %(store)s AND id = %(id)s AND state = 'running'""",
        {"joins": 0, "leaves": 0, "moves": 0, "stays": 0, "undecided": 0, "examined": 0}
        | counts
        | {"state": state.value, "error": error, "store": tx.store_id, "id": plan_id},
    )
    return done.rowcount == 1


def rows(tx: Transaction, plan_id: PlanId, after: int = 0, most: int = 500) -> list[Row]:
    """The plan's changes in the order of customers' ids, a page at a time."""
    found = tx.rows(
        """SELECT customer_id, was, label, true_at, revision, due_at FROM plan_rows
           WHERE store_id = %s AND plan_id = %s AND customer_id > %s AND was IS DISTINCT FROM label
           ORDER BY customer_id LIMIT %s""",
        (tx.store_id, plan_id, after, most),
    )
    return [Row(CustomerId(row[0]), *row[1:]) for row in found]


def examined(tx: Transaction, plan_id: PlanId, count: int) -> bool:
    """The run has come so far; False when nobody waits for it any more."""
    told = tx.execute(
        "UPDATE plans SET examined = %s WHERE store_id = %s AND id = %s AND state = 'running'",
        (count, tx.store_id, plan_id),
    )
    return told.rowcount == 1


def members(tx: Transaction, segment_id: SegmentId) -> dict[CustomerId, str]:
    """Everyone in the segment, with the label: what a full run compares with."""
    found = tx.rows(
        "SELECT customer_id, label FROM memberships WHERE store_id = %s AND segment_id = %s", (tx.store_id, segment_id)
    )
    return {CustomerId(customer_id): label for customer_id, label in found}


def set_applied(tx: Transaction, plan_id: PlanId) -> None:
    """The plan's changes stand; its rows have done their work."""
    tx.execute(
        "UPDATE plans SET state = 'applied', applied_at = now() WHERE store_id = %s AND id = %s",
        (tx.store_id, plan_id),
    )
    tx.execute(
        "DELETE FROM plan_rows WHERE store_id = %s AND plan_id = %s AND was IS NOT DISTINCT FROM label",
        (tx.store_id, plan_id),
    )


def discard(tx: Transaction, plan_id: PlanId) -> None:
    """The plan will not be applied."""
    tx.execute(
        "UPDATE plans SET state = 'discarded' WHERE store_id = %s AND id = %s AND state IN ('waiting', 'running', 'ready')",
        (tx.store_id, plan_id),
    )
