"""Repairs: what a comparison with the store's books found missing here, and had read: counted, with a few ids."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, DateTime, Text

from plugin.db.schema import ID, NONE, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import Kind

KEPT = timedelta(days=90)
EXAMPLES = 20
"""Ids kept of each repair: enough to look one up at the store."""


class What(StrEnum):
    """What was wrong here."""

    MISSED = "missed"
    """It was there, and no message had told us of it."""
    CHANGED = "changed"
    """It had changed since what we knew of it."""
    GONE = "gone"
    """It was deleted, and we still had it."""
    TAGS = "tags"
    """A tag of ours no longer stood on the customer."""


repairs = tenant_table(
    "repairs",
    ("at", "kind", "what"),
    column("at", DateTime(timezone=True), NONE),
    column("kind", Text, NONE),
    column("what", Text, NONE),
    column("count", BigInteger, NONE),
    column("ids", ARRAY(BigInteger), ID),
)


def add(tx: Transaction, at: datetime, kind: Kind, what: What, ids: Sequence[int]) -> None:
    """The look that began then mended these too."""
    tx.execute(
        f"""INSERT INTO repairs AS r (store_id, at, kind, what, count, ids) VALUES (%s, %s, %s, %s, %s, %s)
            ON CONFLICT (store_id, at, kind, what) DO UPDATE SET count = r.count + excluded.count,
              ids = (r.ids || excluded.ids)[1:{EXAMPLES}]""",
        (tx.store_id, at, kind.value, what.value, len(ids), list(ids[:EXAMPLES])),
    )


def latest(tx: Transaction, most: int = 50) -> list[dict[str, object]]:
    """The newest repairs, newest first."""
    names = ("at", "kind", "what", "count", "ids")
    rows = tx.rows(
        f"SELECT {', '.join(names)} FROM repairs WHERE store_id = %s ORDER BY at DESC, kind, what LIMIT %s",
        (tx.store_id, most),
    )
    return [dict(zip(names, row, strict=True)) for row in rows]


def retire(tx: Transaction, now: datetime) -> None:
    """Repairs older than three months are gone."""
    tx.execute("DELETE FROM repairs WHERE store_id = %s AND at < %s", (tx.store_id, now - KEPT))
