"""Drains: one row a store that outlives a killed worker and tells the next one to take less.

``begin`` commits, on a connection of its own, before the work starts; ``finish`` commits with the
work. A drain that finds its predecessor unfinished halves the batch; one that keeps dying alone over
the same delivery has found the culprit.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer

from plugin.db.schema import NONE, column, tenant_table
from plugin.db.transaction import Transaction

drains = tenant_table(
    "drains",
    (),
    column("size", Integer, NONE),
    column("head", BigInteger, NONE, nullable=True),
    column("attempts", Integer, NONE, server_default="0"),
    column("started_at", DateTime(timezone=True), NONE, nullable=True),
)

LARGEST = 500
LONELY_DEATHS = 3
"""A delivery that was alone in this many killed drains is set aside."""


@dataclass(frozen=True)
class Attempt:
    """How many to take, and whether the first of them has killed alone too often."""

    size: int
    culprit: bool


def begin(tx: Transaction, head: int, now: datetime) -> Attempt:
    """Says that a drain starts at delivery ``head``; commit it before the work."""
    row = tx.row(
        """INSERT INTO drains AS d (store_id, size, head, attempts, started_at)
           VALUES (%(store)s, %(largest)s, %(head)s, 1, %(now)s)
           ON CONFLICT (store_id) DO UPDATE SET
             size = CASE WHEN d.started_at IS NULL THEN least(d.size * 2, %(largest)s) ELSE greatest(d.size / 2, 1) END,
             attempts = CASE WHEN d.started_at IS NOT NULL AND d.head = %(head)s AND d.size = 1 THEN d.attempts + 1 ELSE 1 END,
             head = %(head)s, started_at = %(now)s
           RETURNING size, attempts""",
        {"store": tx.store_id, "largest": LARGEST, "head": head, "now": now},
    )
    assert row is not None
    return Attempt(size=row[0], culprit=row[0] == 1 and row[1] > LONELY_DEATHS)


def finish(tx: Transaction) -> None:
    """The drain ended alive; commits with its work."""
    tx.execute("UPDATE drains SET started_at = NULL, attempts = 0 WHERE store_id = %s", (tx.store_id,))
