"""Shelves: that a store's platform has a place for documents about customers; asked for once a store."""

from sqlalchemy import DateTime

from plugin.db.schema import NONE, column, tenant_table
from plugin.db.transaction import Transaction

shelves = tenant_table(
    "shelves",
    (),
    column("ready_at", DateTime(timezone=True), NONE, server_default="now()"),
)


def is_ready(tx: Transaction) -> bool:
    """Whether the place is there."""
    return bool(tx.value("SELECT true FROM shelves WHERE store_id = %s", (tx.store_id,)))


def ready(tx: Transaction) -> None:
    """The place is there."""
    tx.execute("INSERT INTO shelves (store_id) VALUES (%s) ON CONFLICT DO NOTHING", (tx.store_id,))


def gone(tx: Transaction) -> None:
    """The app was removed, and with it what it kept: should it come back, everything is written anew."""
    tx.execute("DELETE FROM shelves WHERE store_id = %s", (tx.store_id,))
    tx.execute(
        "UPDATE documents SET written = '[]', due_at = now(), attempts = 0 WHERE store_id = %s AND wanted <> '[]'",
        (tx.store_id,),
    )
    tx.execute("DELETE FROM documents WHERE store_id = %s AND wanted = '[]'", (tx.store_id,))
