"""Versions: what we know of each thing of a store, as far as a comparison with the store's books needs it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from plugin.db.transaction import Transaction
from plugin.domain.facts import Kind


class Known(NamedTuple):
    """What we know of one thing."""

    whole_to: datetime | None
    """All that was so at this moment is here; None: we only heard of it."""
    heard_to: datetime | None
    """The latest moment that any message about it spoke of."""


_TABLE = {Kind.CUSTOMER: "customers", Kind.ORDER: "orders"}
# A message says a customer's profile, and beside an order even less: tags and consents come only with a read,
# which lists the tags. So a customer is known as whole only up to the latest list.
_KNOWN = {
    Kind.ORDER: "SELECT id, updated_at, updated_at FROM orders WHERE store_id = %(store)s AND id = ANY(%(ids)s)",
    Kind.CUSTOMER: """
        SELECT c.id, CASE WHEN t.listed_at IS NULL OR c.updated_at IS NULL THEN NULL ELSE least(c.updated_at, t.listed_at) END,
          greatest(c.updated_at, t.at)
        FROM customers c CROSS JOIN LATERAL (
          SELECT max(at) AS at, max(at) FILTER (WHERE saw = 'listed') AS listed_at FROM tag_observations t
          WHERE t.store_id = %(store)s AND t.customer_id = c.id) t
        WHERE c.store_id = %(store)s AND c.id = ANY(%(ids)s)""",
}


def known(tx: Transaction, kind: Kind, ids: Sequence[int]) -> dict[int, Known]:
    """What we know of each of these; of who is not here nothing."""
    rows = tx.rows(_KNOWN[kind], {"store": tx.store_id, "ids": list(ids)})
    return {id_: Known(whole_to, heard_to) for id_, whole_to, heard_to in rows}


def settled(tx: Transaction, kind: Kind, ids: Sequence[int]) -> set[int]:
    """Which of these no comparison concerns: deleted, forgotten, merged into another, or being read already."""
    merged = (
        "UNION SELECT id FROM customers WHERE store_id = %(store)s AND id = ANY(%(ids)s) AND merged_into IS NOT NULL"
    )
    rows = tx.rows(
        f"""SELECT id FROM tombstones WHERE store_id = %(store)s AND kind = %(kind)s AND id = ANY(%(ids)s)
            UNION SELECT id FROM reads WHERE store_id = %(store)s AND kind = %(kind)s AND id = ANY(%(ids)s)
            {merged if kind is Kind.CUSTOMER else ""}""",
        {"store": tx.store_id, "kind": kind.value, "ids": list(ids)},
    )
    return {row[0] for row in rows}


def count(tx: Transaction, kind: Kind) -> int:
    """How many of the kind are here."""
    merged = "AND merged_into IS NULL" if kind is Kind.CUSTOMER else ""
    return int(tx.value(f"SELECT count(*) FROM {_TABLE[kind]} WHERE store_id = %s {merged}", (tx.store_id,)))


def after(
    tx: Transaction, kind: Kind, last: int, most: int, seen_before: datetime, since: datetime | None
) -> list[int]:
    """The next ids in their order, of things we heard of before ``seen_before``; of orders, where ``since``
    is given, only those placed later."""
    other = (
        "AND merged_into IS NULL"
        if kind is Kind.CUSTOMER
        else "AND (%(since)s::timestamptz IS NULL OR placed_at > %(since)s)"
    )
    rows = tx.rows(
        f"""SELECT id FROM {_TABLE[kind]} WHERE store_id = %(store)s AND id > %(last)s
              AND (seen_at IS NULL OR seen_at < %(before)s) {other} ORDER BY id LIMIT %(most)s""",
        {"store": tx.store_id, "last": last, "before": seen_before, "since": since, "most": most},
    )
    return [row[0] for row in rows]
