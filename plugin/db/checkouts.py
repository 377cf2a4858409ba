"""Checkouts: begun at a moment, perhaps completed at a later one. Until then they are abandoned."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, DateTime, LargeBinary, Numeric

from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import CheckoutSeen
from plugin.domain.ids import CustomerId

MOMENT = DateTime(timezone=True)

checkouts = tenant_table(
    "checkouts",
    ("id",),
    column("id", BigInteger, NONE),
    column("customer_id", BigInteger, ID),
    column("updated_at", MOMENT, NONE),
    column("seen_at", MOMENT, NONE),
    column("digest", LargeBinary, NONE),
    column("at", MOMENT, PERSONAL),
    column("completed_at", MOMENT, PERSONAL, nullable=True),
    column("amount", Numeric(20, 4), PERSONAL, nullable=True),
    index("ix_checkouts_customer", "customer_id", "at"),
)


def put(tx: Transaction, seen: Sequence[CheckoutSeen]) -> None:
    """The newest version of each checkout stands; ``seen`` holds each id once, sorted."""
    tx.execute(
        """INSERT INTO checkouts AS c (store_id, id, customer_id, updated_at, seen_at, digest, at, completed_at, amount)
           SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::bytea[],
             %s::timestamptz[], %s::timestamptz[], %s::numeric[])
           ON CONFLICT (store_id, id) DO UPDATE SET customer_id = excluded.customer_id, updated_at = excluded.updated_at,
             seen_at = excluded.seen_at, digest = excluded.digest, at = excluded.at, completed_at = excluded.completed_at,
             amount = excluded.amount
           WHERE (c.updated_at, c.seen_at, c.digest) < (excluded.updated_at, excluded.seen_at, excluded.digest)""",
        (
            tx.store_id,
            [each.id for each in seen],
            [each.customer_id for each in seen],
            [each.version.updated_at for each in seen],
            [each.version.seen_at for each in seen],
            [each.version.digest for each in seen],
            [each.at for each in seen],
            [each.completed_at for each in seen],
            [each.amount for each in seen],
        ),
    )


def remove(tx: Transaction, ids: Sequence[int]) -> list[CustomerId]:
    """These checkouts are gone; whose they were. Tombstones keep them so."""
    rows = tx.rows(
        "DELETE FROM checkouts WHERE store_id = %s AND id = ANY(%s) RETURNING customer_id", (tx.store_id, list(ids))
    )
    return [CustomerId(row[0]) for row in rows]
