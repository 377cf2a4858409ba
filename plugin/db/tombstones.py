"""Tombstones: what was deleted or erased, so that no late message brings it back. Ids only."""

from collections.abc import Iterable, Sequence

from sqlalchemy import BigInteger, DateTime, Text

from plugin.db.schema import ID, NONE, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import Gone, Kind

tombstones = tenant_table(
    "tombstones",
    ("kind", "id"),
    column("kind", Text, NONE),
    column("id", BigInteger, ID),
    column("at", DateTime(timezone=True), NONE),
)


def put(tx: Transaction, gone: Sequence[Gone]) -> None:
    """These are gone for good."""
    tx.execute(
        """INSERT INTO tombstones (store_id, kind, id, at)
           SELECT %s, * FROM unnest(%s::text[], %s::bigint[], %s::timestamptz[]) ON CONFLICT DO NOTHING""",
        (tx.store_id, [g.kind.value for g in gone], [g.id for g in gone], [g.at for g in gone]),
    )


def among(tx: Transaction, kind: Kind, ids: Iterable[int]) -> set[int]:
    """Which of these are gone."""
    rows = tx.rows(
        "SELECT id FROM tombstones WHERE store_id = %s AND kind = %s AND id = ANY(%s)",
        (tx.store_id, kind.value, list(ids)),
    )
    return {row[0] for row in rows}
