"""Leases: locks that outlive a transaction, with an owner and an end. A killed owner's runs out."""

from sqlalchemy import DateTime, Text

from plugin.db.schema import NONE, column, tenant_table
from plugin.db.transaction import Transaction

leases = tenant_table(
    "leases",
    ("name",),
    column("name", Text, NONE),
    column("owner", Text, NONE),
    column("expires_at", DateTime(timezone=True), NONE),
)


def take(tx: Transaction, name: str, owner: str, seconds: int) -> bool:
    """The lease is the owner's for so long (again); False while it is another's."""
    return (
        tx.execute(
            """INSERT INTO leases AS l (store_id, name, owner, expires_at)
               VALUES (%(store)s, %(name)s, %(owner)s, now() + make_interval(secs => %(seconds)s))
               ON CONFLICT (store_id, name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
               WHERE l.owner = excluded.owner OR l.expires_at < now()""",
            {"store": tx.store_id, "name": name, "owner": owner, "seconds": seconds},
        ).rowcount
        == 1
    )


def release(tx: Transaction, name: str, owner: str) -> None:
    """The lease is free, if it was the owner's."""
    tx.execute("DELETE FROM leases WHERE store_id = %s AND name = %s AND owner = %s", (tx.store_id, name, owner))
