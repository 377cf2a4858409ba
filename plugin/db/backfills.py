"""Backfills: how far the reading of a store's history has come, per kind of thing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Integer, Text

from plugin.db.schema import NONE, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import Kind

MOMENT = DateTime(timezone=True)


class State(StrEnum):
    """Where the reading of one kind stands."""

    WAITING = "waiting"
    EXPORTING = "exporting"
    """The platform writes it out."""
    LOADING = "loading"
    """It goes into the inbox, chunk by chunk."""
    DONE = "done"
    """All of it is in the inbox."""
    ABSORBED = "absorbed"
    """All of it is facts; what they leave out is read one by one."""
    FAILED = "failed"


WRITTEN = frozenset({State.LOADING, State.DONE, State.ABSORBED})
"""The platform has written it out, or makes each page of it when asked."""

backfills = tenant_table(
    "backfills",
    ("kind",),
    column("kind", Text, NONE),
    column("state", Text, NONE, server_default="waiting"),
    column("remote_id", Text, NONE, nullable=True),
    column("url", Text, NONE, nullable=True),
    column("objects", BigInteger, NONE, nullable=True, server_default="0"),
    column("read_to", Text, NONE, server_default=""),
    column("loaded", BigInteger, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    column("attempts", Integer, NONE, server_default="0"),
    column("read_began_at", MOMENT, NONE, nullable=True),
    column("expected", BigInteger, NONE, nullable=True),
    column("roots", BigInteger, NONE, server_default="0"),
    column("chunks", Integer, NONE, server_default="0"),
    column("loading_at", MOMENT, NONE, nullable=True),
    column("started_at", MOMENT, NONE, server_default="now()"),
    column("changed_at", MOMENT, NONE, server_default="now()"),
)


@dataclass(frozen=True)
class Backfill:
    """One kind's row. ``expected``: how many things there were at the start, where the platform says; ``roots``:
    how many of them it has written out, in so many lines: ``objects``, None where they are counted as they come.
    ``loaded``: lines that are in the inbox, in ``chunks``, since ``loading_at``; ``read_to``: where the platform goes
    on. ``changed_at``: when it last moved."""

    kind: Kind
    state: State
    remote_id: str | None
    url: str | None
    objects: int | None
    read_to: str
    loaded: int
    error: str | None
    attempts: int
    read_began_at: datetime | None
    expected: int | None
    roots: int
    chunks: int
    loading_at: datetime | None
    started_at: datetime
    changed_at: datetime


COLUMNS = (
    "kind, state, remote_id, url, objects, read_to, loaded, error, attempts, read_began_at, expected, roots, chunks, "
    "loading_at, started_at, changed_at"
)


def begin(tx: Transaction, kinds: tuple[Kind, ...]) -> None:
    """The history of these kinds will be read from the start."""
    tx.execute(
        """INSERT INTO backfills (store_id, kind) SELECT %s, unnest(%s::text[])
           ON CONFLICT (store_id, kind) DO UPDATE SET state = 'waiting', remote_id = NULL, url = NULL, objects = 0,
             read_to = '', loaded = 0, error = NULL, attempts = 0, read_began_at = NULL, expected = NULL, roots = 0, chunks = 0,
             loading_at = NULL, started_at = now(), changed_at = now()""",
        (tx.store_id, [kind.value for kind in kinds]),
    )


def listed(tx: Transaction) -> list[Backfill]:
    """The rows: products first, so that lines find them, then customers before orders."""
    rows = tx.rows(
        f"SELECT {COLUMNS} FROM backfills WHERE store_id = %s ORDER BY kind <> 'product', kind", (tx.store_id,)
    )
    return [Backfill(Kind(row[0]), State(row[1]), *row[2:]) for row in rows]


def change(tx: Transaction, kind: Kind, **values: object) -> None:
    """The row's named columns have these values; it has moved now."""
    allowed = {column.name for column in backfills.columns}
    assert values.keys() <= allowed
    assignments = ", ".join(f"{name} = %({name})s" for name in values)
    tx.execute(
        f"UPDATE backfills SET {assignments}, changed_at = now() WHERE store_id = %(store)s AND kind = %(which)s",
        values | {"store": tx.store_id, "which": kind.value},
    )


def absorbed(tx: Transaction) -> None:
    """What is all in the inbox is all facts, since now."""
    tx.execute(
        "UPDATE backfills SET state = 'absorbed', changed_at = now() WHERE store_id = %s AND state = 'done'",
        (tx.store_id,),
    )
