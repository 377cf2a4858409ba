"""Documents: state, not a queue. What the store should keep about a customer's segments, and what we last sent.

A document is JSON of a shape that stores agree on (plugin/flow/show.py); where a platform keeps it is the
platform's matter. It is ours alone, written whole and idempotent: a write without an answer is made again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId

Document = list[dict[str, Any]]
MOMENT = DateTime(timezone=True)

documents = tenant_table(
    "documents",
    ("customer_id",),
    column("customer_id", BigInteger, ID),
    column("wanted", JSONB, PERSONAL, server_default="[]"),
    column("written", JSONB, PERSONAL, server_default="[]"),
    column("due_at", MOMENT, NONE, nullable=True),
    column("attempts", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    index("ix_documents_due", "due_at", postgresql_where="due_at IS NOT NULL"),
)


@dataclass(frozen=True)
class Due:
    """A customer whose document is to be sent; an empty one is to be removed."""

    customer_id: CustomerId
    wanted: Document
    attempts: int


def want(tx: Transaction, wanted: Mapping[CustomerId, Document]) -> None:
    """The store should keep these documents; due now where that is a change. Nobody gets a row for nothing."""
    if not wanted:
        return
    listed = sorted(wanted)
    tx.execute(
        """INSERT INTO documents AS d (store_id, customer_id, wanted, due_at)
           SELECT %(store)s, c, doc, now() FROM unnest(%(ids)s::bigint[], %(docs)s::jsonb[]) AS t(c, doc)
           WHERE doc <> '[]' OR EXISTS (SELECT 1 FROM documents o WHERE o.store_id = %(store)s AND o.customer_id = c)
           ON CONFLICT (store_id, customer_id) DO UPDATE SET wanted = excluded.wanted, due_at = now(), attempts = 0
           WHERE d.wanted <> excluded.wanted""",
        {"store": tx.store_id, "ids": listed, "docs": [Jsonb(wanted[each]) for each in listed]},
    )


def want_none(tx: Transaction) -> None:
    """Nobody's document should be kept at the store any more."""
    tx.execute(
        "UPDATE documents SET wanted = '[]', due_at = now(), attempts = 0 WHERE store_id = %s AND wanted <> '[]'",
        (tx.store_id,),
    )


def due(tx: Transaction, most: int) -> list[Due]:
    """Who waits to be sent, the longest waiting first."""
    rows = tx.rows(
        """SELECT customer_id, wanted, attempts FROM documents WHERE store_id = %s AND due_at <= now()
           ORDER BY due_at, customer_id LIMIT %s""",
        (tx.store_id, most),
    )
    return [Due(CustomerId(row[0]), row[1], row[2]) for row in rows]


def settle(tx: Transaction, sent: Sequence[Due]) -> None:
    """The store keeps these; who is wanted otherwise by now is due again, who has none any more has no row."""
    docs = {
        "store": tx.store_id,
        "ids": [each.customer_id for each in sent],
        "docs": [Jsonb(each.wanted) for each in sent],
    }
    tx.execute(
        """UPDATE documents d SET written = doc, attempts = 0, error = NULL,
             due_at = CASE WHEN d.wanted = doc THEN NULL ELSE now() END
           FROM unnest(%(ids)s::bigint[], %(docs)s::jsonb[]) AS t(c, doc) WHERE d.store_id = %(store)s AND d.customer_id = c""",
        docs,
    )
    tx.execute(
        """DELETE FROM documents WHERE store_id = %(store)s AND customer_id = ANY(%(ids)s)
             AND wanted = '[]' AND written = '[]'""",
        docs,
    )


def put_off(tx: Transaction, customer_ids: Sequence[CustomerId], wait: timedelta, error: str) -> None:
    """Sending failed: it is tried again after a while."""
    tx.execute(
        """UPDATE documents SET due_at = now() + %s, attempts = attempts + 1, error = %s
           WHERE store_id = %s AND customer_id = ANY(%s)""",
        (wait, error[:500], tx.store_id, list(customer_ids)),
    )


def wait_until(tx: Transaction, until: datetime) -> None:
    """The platform asks us to wait: nothing is sent before that."""
    tx.execute(
        "UPDATE documents SET due_at = %(until)s WHERE store_id = %(store)s AND due_at < %(until)s",
        {"store": tx.store_id, "until": until},
    )


def remove(tx: Transaction, customer_ids: Sequence[CustomerId]) -> None:
    """The customers are gone, and what was kept about them with them."""
    tx.execute("DELETE FROM documents WHERE store_id = %s AND customer_id = ANY(%s)", (tx.store_id, list(customer_ids)))
