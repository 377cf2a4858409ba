"""Customers: what a store says of a person, and the alarm: when to decide for them next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ARRAY, BigInteger, DateTime, LargeBinary, Text

from plugin.db.packing import packed
from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.emails import email_key
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
    column("email_key", LargeBinary, ID, nullable=True),
    column("latest_fact_at", MOMENT, PERSONAL, server_default="-infinity"),
    column("due_at", MOMENT, NONE, nullable=True),
    column("due_cause", Text, NONE, nullable=True),
    column("revision", BigInteger, NONE, server_default="0"),
    column("unknown", ARRAY(Text), NONE, server_default="{}"),
    column("merged_into", BigInteger, ID, nullable=True),
    column("merged_at", MOMENT, PERSONAL, nullable=True),
    index("ix_customers_due", "due_at", postgresql_where="due_at IS NOT NULL"),
    index("ix_customers_email", "email_key", postgresql_where="email_key IS NOT NULL"),
    index("ix_customers_merged", "merged_into", postgresql_where="merged_into IS NOT NULL"),
)

_NEWER = """(c.merged_into IS NULL AND (c.updated_at IS NULL
   OR (c.updated_at, c.seen_at, c.digest) < (excluded.updated_at, excluded.seen_at, excluded.digest)))"""
_PROFILE = {
    "updated_at": "excluded.updated_at",
    "seen_at": "excluded.seen_at",
    "digest": "excluded.digest",
    "created_at": "coalesce(excluded.created_at, c.created_at)",
    "email": "excluded.email",
    "name": "excluded.name",
    "email_key": "excluded.email_key",
    "unknown": "excluded.unknown",
}
UPSERT = f"""
INSERT INTO customers AS c
  (store_id, id, latest_fact_at, revision, updated_at, seen_at, digest, created_at, email, name, unknown, email_key)
SELECT %(store)s, id, at, pg_current_xact_id()::text::bigint, updated_at, seen_at, digest, created_at, email, name,
  string_to_array(coalesce("unknown", ''), E'\\x1f'), email_key
FROM unnest(%(ids)s::bigint[], %(at)s::timestamptz[], %(updated)s::timestamptz[], %(seen)s::timestamptz[],
            %(digest)s::bytea[], %(created)s::timestamptz[], %(email)s::text[], %(name)s::text[],
            %(unknown)s::text[], %(email_key)s::bytea[])
  AS t(id, at, updated_at, seen_at, digest, created_at, email, name, unknown, email_key)
ON CONFLICT (store_id, id) DO UPDATE SET
  latest_fact_at = greatest(c.latest_fact_at, excluded.latest_fact_at), revision = excluded.revision,
  {", ".join(f"{column} = CASE WHEN {_NEWER} THEN {value} ELSE c.{column} END" for column, value in _PROFILE.items())}
RETURNING id, xmax = 0, merged_into IS NOT NULL"""


class Claimed(NamedTuple):
    """Of the customers whose rows were put: who had none before, and who was merged into another."""

    new: set[CustomerId]
    merged: set[CustomerId]


def put(
    tx: Transaction, latest_fact_at: Mapping[CustomerId, datetime], seen: Mapping[int, CustomerSeen] | None = None
) -> Claimed:
    """The facts of these customers change: each has a row, ours until the transaction ends, whose revision
    is this transaction; of profiles the newest stands, ``latest_fact_at`` never falls.

    Nothing indexed is written: whoever is decided in this transaction gets one new alarm, not two.
    """
    ids = sorted(latest_fact_at)  # The order in which everyone locks.
    profiles = [(seen or {}).get(customer_id) for customer_id in ids]
    rows = tx.rows(
        UPSERT,
        {
            "store": tx.store_id,
            "ids": ids,
            "at": [latest_fact_at[customer_id] for customer_id in ids],
            "updated": [c and c.version.updated_at for c in profiles],
            "seen": [c and c.version.seen_at for c in profiles],
            "digest": [c and c.version.digest for c in profiles],
            "created": [c and c.created_at for c in profiles],
            "email": [c and c.email for c in profiles],
            "name": [c and c.name for c in profiles],
            "unknown": [c and packed(c.unknown) for c in profiles],
            "email_key": [email_key(c.email) if c and c.email_proven else None for c in profiles],
        },
    )
    return Claimed(
        {CustomerId(customer_id) for customer_id, new, _ in rows if new},
        {CustomerId(customer_id) for customer_id, _, merged in rows if merged},
    )


def lock(tx: Transaction, ids: Sequence[CustomerId]) -> None:
    """These rows are ours until the transaction ends. Sorted, in a statement of its own; decide in a
    later one, which then sees what this one waited for."""
    tx.execute(
        "SELECT 1 FROM customers WHERE store_id = %s AND id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
        (tx.store_id, list(ids)),
    )


def now_due(tx: Transaction, ids: Sequence[CustomerId], cause: str) -> None:
    """These must be decided as soon as somebody can; who is due already stays so, with the cause it has."""
    tx.execute(
        """UPDATE customers SET due_at = now(), due_cause = %s
           WHERE store_id = %s AND id = ANY(%s) AND (due_at IS NULL OR due_at > now())""",
        (cause, tx.store_id, list(ids)),
    )


def all_due(tx: Transaction, cause: str) -> None:
    """Everyone must be decided anew (the time zone changed, history is complete)."""
    tx.execute(
        "UPDATE customers SET due_at = now(), due_cause = %s WHERE store_id = %s AND merged_into IS NULL",
        (cause, tx.store_id),
    )


def none_due(tx: Transaction) -> None:
    """Nobody is due: there is nothing yet that could have been decided."""
    tx.execute(
        "UPDATE customers SET due_at = NULL, due_cause = NULL WHERE store_id = %s AND due_at IS NOT NULL",
        (tx.store_id,),
    )


def revisions(tx: Transaction) -> dict[CustomerId, int]:
    """Each customer's revision, in the snapshot of this transaction."""
    found = tx.rows("SELECT id, revision FROM customers WHERE store_id = %s", (tx.store_id,))
    return {CustomerId(customer_id): revision for customer_id, revision in found}


def horizon(tx: Transaction) -> int:
    """The revision below which this snapshot has seen everything that was absorbed; at or above it may be
    more than it saw."""
    return int(tx.value("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))


def members_due(tx: Transaction, segment_id: int, cause: str) -> int:
    """The segment's members must be decided (and posted) anew; how many."""
    return tx.execute(
        """UPDATE customers c SET due_at = now(), due_cause = %(cause)s FROM memberships m
           WHERE c.store_id = %(store)s AND m.store_id = %(store)s AND m.segment_id = %(segment)s AND c.id = m.customer_id""",
        {"cause": cause, "store": tx.store_id, "segment": segment_id},
    ).rowcount


def planned_due(tx: Transaction, plan_id: int, cause: str) -> int:
    """Whoever the plan moves must be decided anew, and whose facts have changed since its snapshot; how many.

    The others are due at the plan's alarm, where that rings before the one they have.
    """
    values = {"cause": cause, "store": tx.store_id, "plan": plan_id}
    moved = tx.execute(
        """UPDATE customers c SET due_at = now(), due_cause = %(cause)s FROM plans p
           WHERE c.store_id = %(store)s AND p.store_id = %(store)s AND p.id = %(plan)s
             AND c.merged_into IS NULL AND (c.revision >= p.horizon OR c.id IN (
               SELECT customer_id FROM plan_rows r WHERE r.store_id = %(store)s AND r.plan_id = %(plan)s
                 AND r.due_at <= now()))""",
        values,
    ).rowcount
    tx.execute(
        """UPDATE customers c SET due_at = p.due_at, due_cause = NULL FROM plan_rows p
           WHERE c.store_id = %(store)s AND p.store_id = %(store)s AND p.plan_id = %(plan)s AND c.id = p.customer_id
             AND c.merged_into IS NULL AND p.due_at > now() AND (c.due_at IS NULL OR c.due_at > p.due_at)""",
        values,
    )
    return moved


def ranked_due(tx: Transaction, ids: Sequence[CustomerId], horizon: int, cause: str) -> int:
    """These must be decided anew, and whose facts have changed since the snapshot with this horizon; how many."""
    return tx.execute(
        """UPDATE customers SET due_at = now(), due_cause = %s
           WHERE store_id = %s AND (id = ANY(%s) OR revision >= %s) AND (due_at IS NULL OR due_at > now())""",
        (cause, tx.store_id, list(ids), horizon),
    ).rowcount


def due(tx: Transaction, most: int) -> dict[CustomerId, tuple[datetime, str | None]]:
    """Whose alarm is due, the longest first: since when, and by what if not by time alone."""
    rows = tx.rows(
        "SELECT id, due_at, due_cause FROM customers WHERE store_id = %s AND due_at <= now() ORDER BY due_at LIMIT %s",
        (tx.store_id, most),
    )
    return {CustomerId(customer_id): (due_at, cause) for customer_id, due_at, cause in rows}


def count_due(tx: Transaction) -> int:
    """For how many a decision is due."""
    return int(tx.value("SELECT count(*) FROM customers WHERE store_id = %s AND due_at <= now()", (tx.store_id,)))


def set_alarms(tx: Transaction, ids: Sequence[CustomerId], due_at: Sequence[datetime | None]) -> None:
    """When to decide for each of them next; None: never by time alone."""
    tx.execute(
        """UPDATE customers c SET due_at = t.due_at, due_cause = NULL
           FROM unnest(%s::bigint[], %s::timestamptz[]) AS t(id, due_at)
           WHERE c.store_id = %s AND c.id = t.id AND c.due_at IS DISTINCT FROM t.due_at""",
        (list(ids), list(due_at), tx.store_id),
    )


def count(tx: Transaction) -> int:
    """How many customers the store has; records that were merged into another are none."""
    return int(tx.value("SELECT count(*) FROM customers WHERE store_id = %s AND merged_into IS NULL", (tx.store_id,)))


def search(tx: Transaction, text: str, most: int = 20) -> list[dict[str, object]]:
    """Customers whose id, e-mail or name begins with the text (id: equals)."""
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = tx.rows(
        """SELECT id, name, email, created_at FROM customers
           WHERE store_id = %s AND merged_into IS NULL AND (id::text = %s OR name ILIKE %s OR email ILIKE %s) ORDER BY id DESC LIMIT %s""",
        (tx.store_id, text, pattern, pattern, most),
    )
    return [dict(zip(("id", "name", "email", "created_at"), row, strict=True)) for row in rows]


def unknown(tx: Transaction, customer_id: CustomerId) -> frozenset[str]:
    """What cannot be known of the customer: names of attributes and of sources of rows."""
    found = tx.value("SELECT unknown FROM customers WHERE store_id = %s AND id = %s", (tx.store_id, customer_id))
    return frozenset(found or ())


def highest(tx: Transaction) -> CustomerId | None:
    """The greatest number of a customer we know."""
    found = tx.value("SELECT max(id) FROM customers WHERE store_id = %s", (tx.store_id,))
    return None if found is None else CustomerId(found)


def named(tx: Transaction, ids: Sequence[CustomerId]) -> dict[CustomerId, dict[str, object]]:
    """Name, e-mail and creation date of each."""
    rows = tx.rows(
        "SELECT id, name, email, created_at FROM customers WHERE store_id = %s AND id = ANY(%s)",
        (tx.store_id, list(ids)),
    )
    return {CustomerId(row[0]): dict(zip(("id", "name", "email", "created_at"), row, strict=True)) for row in rows}
