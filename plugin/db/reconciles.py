"""Reconciles: how far a store's books have been compared with ours, per kind of thing and kind of look.

Two looks: ``changes``, hourly, at what changed since the last one; ``walk``, weekly, at everything there is.
A row is also where a look stands that takes several steps, so that a killed worker costs one step.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zlib import compress, decompress

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, Text

from plugin.db.schema import ID, NONE, column, tenant_table
from plugin.db.transaction import Database, Transaction
from plugin.domain.facts import Kind
from plugin.domain.ids import StoreId

MOMENT = DateTime(timezone=True)


class Look(StrEnum):
    """What is compared."""

    CHANGES = "changes"
    WALK = "walk"


reconciles = tenant_table(
    "reconciles",
    ("kind", "look"),
    column("kind", Text, NONE),
    column("look", Text, NONE),
    column("due_at", MOMENT, NONE),
    column("known_to", MOMENT, NONE),
    column("began_at", MOMENT, NONE, nullable=True),
    column("cursor", Text, NONE, nullable=True),
    column("remote_id", Text, NONE, nullable=True),
    column("url", Text, NONE, nullable=True),
    column("objects", BigInteger, NONE, nullable=True, server_default="0"),
    column("read_to", Text, NONE, server_default=""),
    column("loaded", BigInteger, NONE, server_default="0"),
    column("looked", BigInteger, NONE, server_default="0"),
    column("missed", BigInteger, NONE, server_default="0"),
    column("apart", BigInteger, NONE, nullable=True),
    column("failures", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    column("finished_at", MOMENT, NONE, nullable=True),
    column("listed", LargeBinary, ID, nullable=True),
)

FIELDS = (
    "kind", "look", "due_at", "known_to", "began_at", "cursor", "remote_id", "url", "objects", "read_to", "loaded",
    "looked", "missed", "apart", "failures",
)  # fmt: skip


@dataclass(frozen=True)
class Reconcile:
    """One row. ``known_to``: of what changed before it nothing is missing. ``began_at``: of the look under way.

    ``apart``: how many more the store had than we when everything was settled (who was forgotten here is
    still counted there). ``looked`` and ``missed`` are of the look under way. ``objects`` and ``read_to`` are as in
    ``backfills``.
    """

    kind: Kind
    look: Look
    due_at: datetime
    known_to: datetime
    began_at: datetime | None
    cursor: str | None
    remote_id: str | None
    url: str | None
    objects: int | None
    read_to: str
    loaded: int
    looked: int
    missed: int
    apart: int | None
    failures: int


NOTHING_UNDER_WAY = {
    "began_at": None, "cursor": None, "remote_id": None, "url": None, "objects": 0, "read_to": "", "loaded": 0,
    "looked": 0, "missed": 0, "listed": None,
}  # fmt: skip


def due(database: Database) -> list[StoreId]:
    """Ready stores of which something is due, or that were never looked at."""
    rows = database.run(
        "scan",
        """SELECT s.id FROM stores s WHERE s.state = 'ready' AND s.paused_at IS NULL AND (
             EXISTS (SELECT 1 FROM reconciles r WHERE r.store_id = s.id AND r.due_at <= now())
             OR NOT EXISTS (SELECT 1 FROM reconciles r WHERE r.store_id = s.id)) ORDER BY s.id""",
    ).fetchall()
    return [StoreId(row[0]) for row in rows]


def begin(tx: Transaction, kind: Kind, look: Look, due_at: datetime, known_to: datetime) -> None:
    """The store has this row; one it has stays, and knows at least as much as the history does."""
    tx.execute(
        """INSERT INTO reconciles AS r (store_id, kind, look, due_at, known_to) VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (store_id, kind, look) DO UPDATE SET known_to = excluded.known_to
           WHERE r.known_to < excluded.known_to""",
        (tx.store_id, kind.value, look.value, due_at, known_to),
    )


def listed(tx: Transaction) -> list[Reconcile]:
    """The store's rows, what is due longest first."""
    columns = ", ".join(f'"{name}"' for name in FIELDS)
    rows = tx.rows(f"SELECT {columns} FROM reconciles WHERE store_id = %s ORDER BY due_at, kind, look", (tx.store_id,))
    return [Reconcile(Kind(row[0]), Look(row[1]), *row[2:]) for row in rows]


def get(tx: Transaction, kind: Kind, look: Look) -> Reconcile:
    """This row, as it is now."""
    return next(row for row in listed(tx) if (row.kind, row.look) == (kind, look))


def seen(tx: Transaction, row: Reconcile, looked: int, missed: int, cursor: str | None) -> Reconcile:
    """So many more were looked at, of which so many were missed; the look goes on at the cursor. The row as it is."""
    change(tx, row, looked=row.looked + looked, missed=row.missed + missed, cursor=cursor)
    return replace(row, looked=row.looked + looked, missed=row.missed + missed, cursor=cursor)


def listed_ids(tx: Transaction, row: Reconcile) -> "array[int]":
    """The ids that the look under way has seen so far, where it could not see all of them at once."""
    told = tx.value(
        "SELECT listed FROM reconciles WHERE store_id = %s AND kind = %s AND look = %s",
        (tx.store_id, row.kind.value, row.look.value),
    )
    found = array("q")
    found.frombytes(b"" if told is None else decompress(told))
    return found


def keep_listed(tx: Transaction, row: Reconcile, ids: "array[int]", read_to: str, loaded: int) -> None:
    """The look under way goes on there, and knows these ids then."""
    change(tx, row, listed=compress(ids.tobytes(), 1), read_to=read_to, loaded=loaded)


def compared_at(tx: Transaction) -> datetime | None:
    """When all that changed at the store was last compared with what is here; None: not yet."""
    found: datetime | None = tx.value(
        """SELECT CASE WHEN bool_and(finished_at IS NOT NULL) THEN min(finished_at) END FROM reconciles
           WHERE store_id = %s AND look = %s""",
        (tx.store_id, Look.CHANGES.value),
    )
    return found


def change(tx: Transaction, row: Reconcile, **values: object) -> None:
    """The row's named columns have these values."""
    assert values.keys() <= {column.name for column in reconciles.columns}
    assignments = ", ".join(f'"{name}" = %({name})s' for name in values)
    tx.execute(
        f"""UPDATE reconciles SET {assignments}
            WHERE store_id = %(which_store)s AND kind = %(which_kind)s AND look = %(which_look)s""",
        values | {"which_store": tx.store_id, "which_kind": row.kind.value, "which_look": row.look.value},
    )


def ask(tx: Transaction, looks: Sequence[Look], at: datetime) -> None:
    """These looks are due then."""
    tx.execute(
        "UPDATE reconciles SET due_at = %s WHERE store_id = %s AND look = ANY(%s)",
        (at, tx.store_id, [look.value for look in looks]),
    )
