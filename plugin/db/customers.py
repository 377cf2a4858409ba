"""Customers: what a store says of a person, and the alarm: when to decide for them next."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, DateTime, LargeBinary, Text

from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import CustomerSeen
from plugin.domain.ids import CustomerId

MOMENT = DateTime(timezone=True)

customers = tenant_table(
    "customers",
    ("id",),
    column("id", BigInteger, ID),
    column("updated_at", MOMENT, NONE, nullable=True),
    column("seen_at", MOMENT, NONE, nullable=True),
    column("digest", LargeBinary, NONE, nullable=True),
    column("created_at", MOMENT, PERSONAL, nullable=True),
    column("email", Text, PERSONAL, nullable=True),
    column("name", Text, PERSONAL, nullable=True),
    column("latest_fact_at", MOMENT, PERSONAL, server_default="-infinity"),
    column("due_at", MOMENT, NONE, nullable=True),
    column("revision", BigInteger, NONE, server_default="0"),
    index("ix_customers_due", "due_at", postgresql_where="due_at IS NOT NULL"),
)

UPSERT = """
INSERT INTO customers AS c (store_id, id, updated_at, seen_at, digest, created_at, email, name)
SELECT %(store)s, * FROM unnest(%(ids)s::bigint[], %(updated)s::timestamptz[], %(seen)s::timestamptz[],
                                %(digest)s::bytea[], %(created)s::timestamptz[], %(email)s::text[], %(name)s::text[])
ON CONFLICT (store_id, id) DO UPDATE SET
  updated_at = excluded.updated_at, seen_at = excluded.seen_at, digest = excluded.digest,
  created_at = coalesce(excluded.created_at, c.created_at), email = excluded.email, name = excluded.name
WHERE c.updated_at IS NULL
   OR (c.updated_at, c.seen_at, c.digest) < (excluded.updated_at, excluded.seen_at, excluded.digest)"""


def put(tx: Transaction, seen: Sequence[CustomerSeen]) -> None:
    """The newest version of each customer stands. ``seen`` holds each id once, sorted by id."""
    tx.execute(
        UPSERT,
        {
            "store": tx.store_id,
            "ids": [c.id for c in seen],
            "updated": [c.version.updated_at for c in seen],
            "seen": [c.version.seen_at for c in seen],
            "digest": [c.version.digest for c in seen],
            "created": [c.created_at for c in seen],
            "email": [c.email for c in seen],
            "name": [c.name for c in seen],
        },
    )


def stub(tx: Transaction, ids: Sequence[CustomerId]) -> set[CustomerId]:
    """Each id has a row; those that had none until now."""
    rows = tx.rows(
        """INSERT INTO customers (store_id, id) SELECT %s, unnest(%s::bigint[])
           ON CONFLICT DO NOTHING RETURNING id""",
        (tx.store_id, sorted(ids)),
    )
    return {CustomerId(row[0]) for row in rows}


def lock(tx: Transaction, ids: Sequence[CustomerId]) -> None:
    """These rows are ours until the transaction ends. Sorted, in a statement of its own; decide in a
    later one, which then sees what this one waited for."""
    tx.execute(
        "SELECT 1 FROM customers WHERE store_id = %s AND id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        (tx.store_id, list(ids)),
    )


def touch(tx: Transaction, ids: Sequence[CustomerId], latest_fact_at: Sequence[datetime]) -> None:
    """Their facts changed: due now, revision moved on. ``latest_fact_at`` never falls."""
    tx.execute(
        """UPDATE customers c SET due_at = now(), revision = c.revision + 1,
             latest_fact_at = greatest(c.latest_fact_at, t.at)
           FROM unnest(%s::bigint[], %s::timestamptz[]) AS t(id, at)
           WHERE c.store_id = %s AND c.id = t.id""",
        (list(ids), list(latest_fact_at), tx.store_id),
    )


def all_due(tx: Transaction) -> None:
    """Everyone must be decided anew (a rule or the time zone changed)."""
    tx.execute("UPDATE customers SET due_at = now() WHERE store_id = %s", (tx.store_id,))


def due(tx: Transaction, most: int) -> list[CustomerId]:
    """Whose alarm is due, the longest first."""
    rows = tx.rows(
        "SELECT id FROM customers WHERE store_id = %s AND due_at <= now() ORDER BY due_at LIMIT %s",
        (tx.store_id, most),
    )
    return [CustomerId(row[0]) for row in rows]


def set_alarms(tx: Transaction, ids: Sequence[CustomerId], due_at: Sequence[datetime | None]) -> None:
    """When to decide for each of them next; None: never by time alone."""
    tx.execute(
        """UPDATE customers c SET due_at = t.due_at
           FROM unnest(%s::bigint[], %s::timestamptz[]) AS t(id, due_at)
           WHERE c.store_id = %s AND c.id = t.id AND c.due_at IS DISTINCT FROM t.due_at""",
        (list(ids), list(due_at), tx.store_id),
    )


def remove(tx: Transaction, ids: Sequence[int]) -> None:
    """The rows are gone; a tombstone keeps them so."""
    tx.execute("DELETE FROM customers WHERE store_id = %s AND id = ANY(%s)", (tx.store_id, list(ids)))


def count(tx: Transaction) -> int:
    """How many customers the store has."""
    return int(tx.value("SELECT count(*) FROM customers WHERE store_id = %s", (tx.store_id,)))


def search(tx: Transaction, text: str, most: int = 20) -> list[dict[str, object]]:
    """Customers whose id, e-mail or name begins with the text (id: equals)."""
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = tx.rows(
        """SELECT id, name, email, created_at FROM customers
           WHERE store_id = %s AND (id::text = %s OR name ILIKE %s OR email ILIKE %s) ORDER BY id DESC LIMIT %s""",
        (tx.store_id, text, pattern, pattern, most),
    )
    return [dict(zip(("id", "name", "email", "created_at"), row, strict=True)) for row in rows]


def named(tx: Transaction, ids: Sequence[CustomerId]) -> dict[CustomerId, dict[str, object]]:
    """Name, e-mail and creation date of each."""
    rows = tx.rows(
        "SELECT id, name, email, created_at FROM customers WHERE store_id = %s AND id = ANY(%s)",
        (tx.store_id, list(ids)),
    )
    return {CustomerId(row[0]): dict(zip(("id", "name", "email", "created_at"), row, strict=True)) for row in rows}
