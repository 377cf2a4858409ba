"""Leavable: groups of the merchant's that customers may be taken out of, because the store's people said so."""

from sqlalchemy import BigInteger, DateTime, Text

from plugin.db.schema import NONE, column, tenant_table
from plugin.db.transaction import Transaction

leavable = tenant_table(
    "leavable",
    ("group_id",),
    column("group_id", BigInteger, NONE),
    column("name", Text, NONE),
    column("allowed_at", DateTime(timezone=True), NONE, server_default="now()"),
)


def every(tx: Transaction) -> dict[int, str]:
    """Their ids, and how they were called when that was said."""
    rows = tx.rows("SELECT group_id, name FROM leavable WHERE store_id = %s ORDER BY group_id", (tx.store_id,))
    return {int(row[0]): str(row[1]) for row in rows}


def put(tx: Transaction, group: int, name: str) -> None:
    """Customers may be taken out of this group."""
    tx.execute(
        """INSERT INTO leavable (store_id, group_id, name) VALUES (%s, %s, %s)
           ON CONFLICT (store_id, group_id) DO UPDATE SET name = excluded.name""",
        (tx.store_id, group, name),
    )


def remove(tx: Transaction, group: int) -> None:
    """Nobody is taken out of this group any more."""
    tx.execute("DELETE FROM leavable WHERE store_id = %s AND group_id = %s", (tx.store_id, group))
