"""Reads: state, not a queue. What must be read again at the platform, and how often it was asked.

A read is cleared when the answer that covers its counter is absorbed, so a change that comes while
the answer is on its way is read once more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Integer, Text

from plugin.db.schema import ID, NONE, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import Kind, ReadAnswered

reads = tenant_table(
    "reads",
    ("kind", "id"),
    column("kind", Text, NONE),
    column("id", BigInteger, ID),
    column("counter", BigInteger, NONE, server_default="1"),
    column("asked_at", DateTime(timezone=True), NONE, server_default="now()"),
    column("due_at", DateTime(timezone=True), NONE, server_default="now()"),
    column("attempts", Integer, NONE, server_default="0"),
    index("ix_reads_due", "due_at"),
)

LEASE = "30 seconds"
"""A claimed read that stays unanswered is tried again after this long."""
LAZY_SECONDS = 20
"""What no rule waits for is read with what gathers in the meantime."""
PATIENCE = "60 seconds"
"""How long a segment keeps its last membership for a customer while a read is pending."""


@dataclass(frozen=True)
class Read:
    """One thing to read, and the counter its answer will cover."""

    kind: Kind
    id: int
    counter: int


def want(tx: Transaction, wanted: Iterable[tuple[Kind, int]], urgent: bool) -> None:
    """These must be read (again): at once when ``urgent``, else when several may have gathered."""
    pairs = sorted(set(wanted))
    tx.execute(
        """INSERT INTO reads AS r (store_id, kind, id, due_at)
           SELECT %(store)s, kind, id, now() + %(wait)s * interval '1 second'
           FROM unnest(%(kinds)s::text[], %(ids)s::bigint[]) AS t(kind, id)
           ON CONFLICT (store_id, kind, id) DO UPDATE SET counter = r.counter + 1, due_at = least(r.due_at, excluded.due_at)""",
        {
            "store": tx.store_id,
            "kinds": [kind.value for kind, _ in pairs],
            "ids": [id_ for _, id_ in pairs],
            "wait": 0 if urgent else LAZY_SECONDS,
        },
    )


def claim(tx: Transaction, most: Mapping[Kind, int]) -> list[Read]:
    """The reads that are due, of one kind and at most as many as one call reads, ours for a lease."""
    kind = tx.value(
        "SELECT kind FROM reads WHERE store_id = %s AND due_at <= now() ORDER BY due_at LIMIT 1", (tx.store_id,)
    )
    if kind is None:
        return []
    rows = tx.rows(
        f"""WITH d AS MATERIALIZED (
              SELECT id FROM reads WHERE store_id = %(store)s AND kind = %(kind)s AND due_at <= now()
              ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
            UPDATE reads r SET due_at = now() + interval '{LEASE}', attempts = r.attempts + 1 FROM d
            WHERE r.store_id = %(store)s AND r.kind = %(kind)s AND r.id = d.id RETURNING r.id, r.counter""",
        {"store": tx.store_id, "kind": kind, "most": most[Kind(kind)]},
    )
    return [Read(Kind(kind), id_, counter) for id_, counter in rows]


def answered(tx: Transaction, answers: Sequence[ReadAnswered]) -> None:
    """Reads whose counter has not moved since are done; the others are due again."""
    tx.execute(
        """DELETE FROM reads r USING unnest(%s::text[], %s::bigint[], %s::bigint[]) AS a(kind, id, counter)
           WHERE r.store_id = %s AND r.kind = a.kind AND r.id = a.id AND r.counter <= a.counter""",
        ([a.kind.value for a in answers], [a.id for a in answers], [a.counter for a in answers], tx.store_id),
    )


def put_off(tx: Transaction, claimed: Sequence[Read], until: datetime) -> None:
    """Nothing of this store is read before ``until``; what was claimed and not read is due then.

    What a drain holds at this moment is left to it: waiting for one row while holding others would be
    half of a deadlock, and the worst is one call more that the platform refuses.
    """
    tx.execute(
        """UPDATE reads r SET due_at = CASE WHEN r.kind = %(kind)s AND r.id = ANY(%(ids)s) THEN %(until)s
                                          ELSE greatest(r.due_at, %(until)s) END
           FROM (SELECT kind, id FROM reads WHERE store_id = %(store)s FOR NO KEY UPDATE SKIP LOCKED) free
           WHERE r.store_id = %(store)s AND r.kind = free.kind AND r.id = free.id""",
        {
            "store": tx.store_id,
            "kind": claimed[0].kind.value,
            "ids": [read.id for read in claimed],
            "until": until,
        },
    )


def pending(tx: Transaction, kind: Kind, ids: Sequence[int]) -> set[int]:
    """Which of these wait for an answer, and not for longer than anyone should."""
    rows = tx.rows(
        f"""SELECT id FROM reads WHERE store_id = %s AND kind = %s AND id = ANY(%s)
              AND asked_at > now() - interval '{PATIENCE}'""",
        (tx.store_id, kind.value, list(ids)),
    )
    return {row[0] for row in rows}


def count_of(tx: Transaction, kinds: Sequence[Kind]) -> int:
    """How many reads of these kinds are pending."""
    names = [kind.value for kind in kinds]
    return int(tx.value("SELECT count(*) FROM reads WHERE store_id = %s AND kind = ANY(%s)", (tx.store_id, names)))


def of_kind(tx: Transaction, kind: Kind) -> list[int]:
    """The ids of the pending reads of this kind."""
    rows = tx.rows("SELECT id FROM reads WHERE store_id = %s AND kind = %s", (tx.store_id, kind.value))
    return [row[0] for row in rows]


def count(tx: Transaction) -> int:
    """How many reads are pending."""
    return int(tx.value("SELECT count(*) FROM reads WHERE store_id = %s", (tx.store_id,)))
