"""Memberships: who is in which segment since when; and the log of every entry and exit.

Counts, lists and tags come from here alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, Identity, Integer, Text

from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId

MOMENT = DateTime(timezone=True)

memberships = tenant_table(
    "memberships",
    ("customer_id", "segment_id"),
    column("customer_id", BigInteger, ID),
    column("segment_id", BigInteger, NONE),
    column("label", Text, PERSONAL),
    column("since", MOMENT, PERSONAL),
    column("version", Integer, NONE),
    index("ix_memberships_segment", "segment_id", "customer_id"),
)

membership_log = tenant_table(
    "membership_log",
    ("id",),
    column("id", BigInteger, NONE, server_default=Identity(always=True)),
    column("customer_id", BigInteger, ID),
    column("segment_id", BigInteger, NONE),
    column("label", Text, PERSONAL),
    column("entered", Boolean, PERSONAL),
    column("true_at", MOMENT, PERSONAL),
    column("decided_at", MOMENT, NONE, server_default="now()"),
    column("cause", Text, NONE),
    column("version", Integer, NONE),
    index("ix_membership_log_customer", "customer_id", "id"),
    index("ix_membership_log_segment", "segment_id", "id"),
    append_only=True,
)


@dataclass(frozen=True, slots=True)
class Membership:
    """A customer is in a segment, under a label (``""`` for a plain rule), since a moment."""

    customer_id: CustomerId
    segment_id: SegmentId
    label: str
    since: datetime
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """An entry (label set) or exit (label None) that was just decided.

    ``was`` is the label before, None when the customer was not in.
    """

    customer_id: CustomerId
    segment_id: SegmentId
    was: str | None
    label: str | None
    true_at: datetime
    version: int


def of(tx: Transaction, customer_ids: Sequence[CustomerId]) -> list[Membership]:
    """What these customers are in."""
    rows = tx.rows(
        """SELECT customer_id, segment_id, label, since, version FROM memberships
           WHERE store_id = %s AND customer_id = ANY(%s)""",
        (tx.store_id, list(customer_ids)),
    )
    return [Membership(CustomerId(c), SegmentId(s), label, since, v) for c, s, label, since, v in rows]


def apply(tx: Transaction, changes: Sequence[Change], cause: str) -> None:
    """The entries and exits stand and are in the log."""
    _log(tx, [c for c in changes if c.was is not None], entered=False, cause=cause)
    _log(tx, [c for c in changes if c.label is not None], entered=True, cause=cause)
    left = [c for c in changes if c.label is None]
    if left:
        tx.execute(
            """DELETE FROM memberships m USING unnest(%s::bigint[], %s::bigint[]) AS t(c, s)
               WHERE m.store_id = %s AND m.customer_id = t.c AND m.segment_id = t.s""",
            ([c.customer_id for c in left], [c.segment_id for c in left], tx.store_id),
        )
    stay = [c for c in changes if c.label is not None]
    if not stay:
        return
    tx.execute(
        """INSERT INTO memberships (store_id, customer_id, segment_id, label, since, version)
           SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::int[])
           ON CONFLICT (store_id, customer_id, segment_id)
             DO UPDATE SET label = excluded.label, since = excluded.since, version = excluded.version""",
        (
            tx.store_id,
            [c.customer_id for c in stay],
            [c.segment_id for c in stay],
            [c.label for c in stay],
            [c.true_at for c in stay],
            [c.version for c in stay],
        ),
    )


def _log(tx: Transaction, changes: Sequence[Change], entered: bool, cause: str) -> None:
    if not changes:
        return
    tx.execute(
        """INSERT INTO membership_log (store_id, customer_id, segment_id, label, entered, true_at, cause, version)
           SELECT %s, c, s, label, %s, at, %s, v
           FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[], %s::int[]) AS t(c, s, label, at, v)""",
        (
            tx.store_id,
            entered,
            cause,
            [c.customer_id for c in changes],
            [c.segment_id for c in changes],
            [c.label if entered else c.was for c in changes],
            [c.true_at for c in changes],
            [c.version for c in changes],
        ),
    )


def sizes(tx: Transaction) -> dict[SegmentId, dict[str, int]]:
    """Members of each segment by label."""
    found: dict[SegmentId, dict[str, int]] = {}
    for segment_id, label, size in tx.rows(
        "SELECT segment_id, label, count(*) FROM memberships WHERE store_id = %s GROUP BY 1, 2",
        (tx.store_id,),
    ):
        found.setdefault(SegmentId(segment_id), {})[label] = size
    return found


def members(tx: Transaction, segment_id: SegmentId, after: int = 0, most: int = 100) -> list[Membership]:
    """Members in the order of their ids, a page at a time."""
    rows = tx.rows(
        """SELECT customer_id, segment_id, label, since, version FROM memberships
           WHERE store_id = %s AND segment_id = %s AND customer_id > %s ORDER BY customer_id LIMIT %s""",
        (tx.store_id, segment_id, after, most),
    )
    return [Membership(CustomerId(c), SegmentId(s), label, since, v) for c, s, label, since, v in rows]


def log_of(tx: Transaction, customer_id: CustomerId, most: int = 200) -> list[dict[str, object]]:
    """A customer's entries and exits, newest first."""
    names = ("segment_id", "label", "entered", "true_at", "decided_at", "cause", "version")
    rows = tx.rows(
        f"""SELECT {", ".join(names)} FROM membership_log WHERE store_id = %s AND customer_id = %s
            ORDER BY id DESC LIMIT %s""",
        (tx.store_id, customer_id, most),
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def in_common(tx: Transaction, customer_ids: Sequence[CustomerId]) -> dict[SegmentId, tuple[int, int]]:
    """For each segment that has members: how many, and how many of them are among these customers."""
    rows = tx.rows(
        """SELECT m.segment_id, count(*), count(a.id) FROM memberships m
           LEFT JOIN unnest(%s::bigint[]) a(id) ON a.id = m.customer_id
           WHERE m.store_id = %s GROUP BY m.segment_id""",
        (list(customer_ids), tx.store_id),
    )
    return {SegmentId(segment): (size, both) for segment, size, both in rows}
