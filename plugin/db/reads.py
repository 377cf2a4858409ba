"""Reads: state, not a queue. What must be read again at the platform, and how often it was asked.

A read is cleared when the answer that covers its counter is absorbed, so a change that comes while
the answer is on its way is read once more. One that keeps failing goes alone, ever less often, and nobody
waits for it any more.
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
ALONE = 2
"""A read that was tried so often goes by itself: those that went with it may be its victims."""
HOPELESS = 8
"""A read that was tried so often, for more than half an hour, holds up no history."""
LONGEST = "10 minutes"
"""Between two tries, however often it failed."""
RESTING = 1_000
"""Others that wait with those that failed; the rest finds out by the next call."""


@dataclass(frozen=True)
class Read:
    """One thing to read, the counter its answer will cover, and how often it was tried, this time included."""

    kind: Kind
    id: int
    counter: int
    attempts: int


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
    head = tx.row(
        "SELECT kind, attempts >= %s FROM reads WHERE store_id = %s AND due_at <= now() ORDER BY due_at LIMIT 1",
        (ALONE, tx.store_id),
    )
    if head is None:
        return []
    kind, alone = head
    rows = tx.rows(
        f"""WITH d AS MATERIALIZED (
              SELECT id FROM reads
              WHERE store_id = %(store)s AND kind = %(kind)s AND due_at <= now() AND (attempts >= {ALONE}) = %(alone)s
              ORDER BY due_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)
            UPDATE reads r SET due_at = now() + interval '{LEASE}', attempts = r.attempts + 1 FROM d
            WHERE r.store_id = %(store)s AND r.kind = %(kind)s AND r.id = d.id RETURNING r.id, r.counter, r.attempts""",
        {"store": tx.store_id, "kind": kind, "alone": alone, "most": 1 if alone else most[Kind(kind)]},
    )
    return [Read(Kind(kind), *row) for row in rows]


def answered(tx: Transaction, answers: Sequence[ReadAnswered]) -> None:
    """Reads whose counter has not moved since are done; the others are due again, as if asked for now."""
    tx.execute(
        """WITH a AS MATERIALIZED (
             SELECT * FROM unnest(%(kinds)s::text[], %(ids)s::bigint[], %(counters)s::bigint[]) AS t(kind, id, counter)),
           done AS (DELETE FROM reads r USING a
             WHERE r.store_id = %(store)s AND r.kind = a.kind AND r.id = a.id AND r.counter <= a.counter)
           UPDATE reads r SET attempts = 0, asked_at = now() FROM a
           WHERE r.store_id = %(store)s AND r.kind = a.kind AND r.id = a.id AND r.counter > a.counter""",
        {
            "store": tx.store_id,
            "kinds": [a.kind.value for a in answers],
            "ids": [a.id for a in answers],
            "counters": [a.counter for a in answers],
        },
    )


def remove_of_orders(tx: Transaction, order_ids: Sequence[int]) -> None:
    """Nothing is read of these orders, nor of their refunds, any more."""
    tx.execute(
        "DELETE FROM reads WHERE store_id = %s AND kind = ANY(%s) AND id = ANY(%s)",
        (tx.store_id, [Kind.ORDER.value, Kind.REFUND.value], list(order_ids)),
    )


def put_off(tx: Transaction, claimed: Sequence[Read], until: datetime) -> None:
    """What was claimed and not asked for is due then, and was not tried; what else is due now waits as long."""
    _later(tx, claimed, "%(until)s", "r.attempts - 1", RESTING, until)


def failed(tx: Transaction, claimed: Sequence[Read]) -> None:
    """What was claimed is due later, ever later the more often it failed. Unless it went alone, what else is due
    now waits a while: a platform in trouble is not asked by each of them."""
    soon: datetime = tx.value(f"SELECT now() + interval '{LEASE}'")
    often = f"least(greatest(r.attempts - {ALONE}, 0), 5)"
    longer = f"now() + least(interval '{LEASE}' * 4 ^ {often}, interval '{LONGEST}')"
    _later(tx, claimed, longer, "r.attempts", 0 if claimed[0].attempts > ALONE else RESTING, soon)


def now_due(tx: Transaction) -> None:
    """What waited because the platform let nobody in is due now, as if it had never been tried."""
    tx.execute("UPDATE reads SET due_at = least(due_at, now()), attempts = 0 WHERE store_id = %s", (tx.store_id,))


def _later(tx: Transaction, claimed: Sequence[Read], due_at: str, attempts: str, resting: int, until: datetime) -> None:
    """What a drain holds at this moment is left to it: waiting for one row while holding others would be
    half of a deadlock, and the worst is one call more that the platform refuses."""
    tx.execute(
        f"""WITH ours AS (
              SELECT kind, id FROM reads WHERE store_id = %(store)s AND kind = %(kind)s AND id = ANY(%(ids)s)
              FOR NO KEY UPDATE SKIP LOCKED),
            others AS (
              SELECT kind, id FROM reads WHERE store_id = %(store)s AND due_at <= now() AND NOT (kind = %(kind)s AND id = ANY(%(ids)s))
              ORDER BY due_at LIMIT %(resting)s FOR NO KEY UPDATE SKIP LOCKED)
            UPDATE reads r SET due_at = CASE WHEN w.ours THEN {due_at} ELSE %(until)s END,
              attempts = CASE WHEN w.ours THEN {attempts} ELSE r.attempts END
            FROM (SELECT *, true AS ours FROM ours UNION ALL SELECT *, false FROM others) w
            WHERE r.store_id = %(store)s AND r.kind = w.kind AND r.id = w.id""",
        {
            "store": tx.store_id,
            "kind": claimed[0].kind.value,
            "ids": [read.id for read in claimed],
            "resting": resting,
            "until": until,
        },
    )


def late(tx: Transaction, kind: Kind, but: Sequence[int] = ()) -> bool:
    """Whether a read of this kind (but for these) failed and has waited for longer than anyone should."""
    return bool(
        tx.value(
            f"""SELECT EXISTS (SELECT 1 FROM reads WHERE store_id = %s AND kind = %s AND NOT id = ANY(%s)
                  AND attempts >= {ALONE} AND asked_at < now() - interval '{PATIENCE}')""",
            (tx.store_id, kind.value, list(but)),
        )
    )


def pending(tx: Transaction, kind: Kind, ids: Sequence[int]) -> set[int]:
    """Which of these wait for an answer, and not for longer than anyone should."""
    rows = tx.rows(
        f"""SELECT id FROM reads WHERE store_id = %s AND kind = %s AND id = ANY(%s)
              AND asked_at > now() - interval '{PATIENCE}'""",
        (tx.store_id, kind.value, list(ids)),
    )
    return {row[0] for row in rows}


def holding_up(tx: Transaction, kinds: Sequence[Kind], asked_until: datetime) -> bool:
    """Whether one of these kinds that was asked for by then is still to come, and may be hoped for."""
    return bool(
        tx.value(
            f"""SELECT EXISTS (SELECT 1 FROM reads WHERE store_id = %s AND kind = ANY(%s) AND asked_at <= %s
                  AND attempts < {HOPELESS})""",
            (tx.store_id, [kind.value for kind in kinds], asked_until),
        )
    )


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
