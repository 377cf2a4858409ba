"""Removals: people with a login to the store who may no longer open our page, by the platform's word."""

from datetime import datetime

from sqlalchemy import DateTime, Text

from plugin.db.schema import NONE, column, tenant_table
from plugin.db.transaction import Transaction

removals = tenant_table(
    "removals",
    ("user_id",),
    column("user_id", Text, NONE),
    column("removed_at", DateTime(timezone=True), NONE),
)


def put(tx: Transaction, user_id: str, at: datetime) -> None:
    """They may not since then; what is told late changes nothing."""
    tx.execute(
        """INSERT INTO removals AS r (store_id, user_id, removed_at) VALUES (%s, %s, %s)
           ON CONFLICT (store_id, user_id) DO UPDATE SET removed_at = greatest(r.removed_at, excluded.removed_at)""",
        (tx.store_id, user_id, at),
    )


def removed_at(tx: Transaction, user_id: str) -> datetime | None:
    """Since when they may not; whoever is named after that may again."""
    found: datetime | None = tx.value(
        "SELECT removed_at FROM removals WHERE store_id = %s AND user_id = %s", (tx.store_id, user_id)
    )
    return found
