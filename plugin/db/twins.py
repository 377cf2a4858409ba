"""Twins: segments of the platform's own that stand for one of ours; made because somebody asked for it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Integer, Text

from plugin.db.schema import NONE, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.ids import SegmentId

MOMENT = DateTime(timezone=True)


class State(StrEnum):
    """How a twin stands to what the store has."""

    MAKING = "making"
    """The store was asked to make it; whether it heard is not known."""
    STANDING = "standing"
    CHANGED = "changed"
    """Somebody changed it over there: it is theirs now, and left alone."""
    GONE = "gone"
    """Somebody deleted it over there."""
    LEAVING = "leaving"
    """It is to be deleted over there."""


twins = tenant_table(
    "twins",
    ("segment_id",),
    column("segment_id", BigInteger, NONE),
    column("remote_id", Text, NONE, nullable=True),
    column("name", Text, NONE),
    column("query", Text, NONE),
    column("shown", Text, NONE, server_default=""),
    column("state", Text, NONE),
    column("attempts", Integer, NONE, server_default="0"),
    column("due_at", MOMENT, NONE, nullable=True),
    column("made_at", MOMENT, NONE, server_default="now()"),
    index("ix_twins_due", "due_at", postgresql_where="due_at IS NOT NULL"),
)


@dataclass(frozen=True)
class Twin:
    """``name`` and ``query``: what we asked for; ``shown``: how the store showed them then, in its own spelling."""

    segment_id: SegmentId
    remote_id: str | None
    name: str
    query: str
    state: State
    shown: str = ""
    attempts: int = 0
    due_at: datetime | None = None


NAMES = ("segment_id", "remote_id", "name", "query", "state", "shown", "attempts", "due_at")


def put(tx: Transaction, twin: Twin) -> None:
    """The segment's twin stands so."""
    tx.execute(
        f"""INSERT INTO twins (store_id, {", ".join(NAMES)})
            VALUES (%(store)s, {", ".join(f"%({name})s" for name in NAMES)})
            ON CONFLICT (store_id, segment_id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in NAMES)}""",
        vars(twin) | {"state": twin.state.value, "store": tx.store_id},
    )


def every(tx: Transaction) -> list[Twin]:
    """All twins of the store."""
    rows = tx.rows(f"SELECT {', '.join(NAMES)} FROM twins WHERE store_id = %s ORDER BY segment_id", (tx.store_id,))
    found = [Twin(**dict(zip(NAMES, row, strict=True))) for row in rows]
    return [replace(twin, state=State(twin.state)) for twin in found]


def of(tx: Transaction, segment_id: SegmentId) -> Twin | None:
    """The segment's twin, if it has one."""
    return next((twin for twin in every(tx) if twin.segment_id == segment_id), None)


def due(tx: Transaction) -> list[Twin]:
    """The twins that are to be compared with what is over there."""
    now = tx.value("SELECT now()")
    return [twin for twin in every(tx) if twin.due_at is not None and twin.due_at <= now]


def remove(tx: Transaction, segment_id: SegmentId) -> None:
    """The segment has no twin."""
    tx.execute("DELETE FROM twins WHERE store_id = %s AND segment_id = %s", (tx.store_id, segment_id))


def wait_until(tx: Transaction, until: datetime) -> None:
    """The platform asks us to wait: none is looked after before that."""
    tx.execute(
        "UPDATE twins SET due_at = %(until)s WHERE store_id = %(store)s AND due_at < %(until)s",
        {"store": tx.store_id, "until": until},
    )


def look_soon(tx: Transaction, segment_id: SegmentId | None = None) -> None:
    """What twins should say may have changed: it is compared, of one segment or of all."""
    tx.execute(
        """UPDATE twins SET due_at = now(), attempts = 0
           WHERE store_id = %s AND (%s::bigint IS NULL OR segment_id = %s) AND state NOT IN ('changed', 'gone')""",
        (tx.store_id, segment_id, segment_id),
    )
