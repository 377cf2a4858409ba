"""Tombstones: what was deleted or erased, so that no late message brings it back. Ids only."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

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


def moments(tx: Transaction, kind: Kind, ids: Collection[int]) -> dict[int, datetime]:
    """Which of these are gone, and since when."""
    query = "SELECT id, at FROM tombstones WHERE store_id = %s AND kind = %s AND id = ANY(%s)"
    return dict(tx.rows(query, (tx.store_id, kind.value, list(ids))))


def among(tx: Transaction, ids: Mapping[Kind, Collection[int]]) -> dict[Kind, set[int]]:
    """Which of these are gone, kind by kind."""
    rows = tx.rows(
        """SELECT kind, id FROM tombstones JOIN unnest(%s::text[], %s::bigint[]) AS t(kind, id) USING (kind, id)
           WHERE store_id = %s""",
        (
            [kind.value for kind, some in ids.items() for _ in some],
            [id_ for some in ids.values() for id_ in some],
            tx.store_id,
        ),
    )
    found: dict[Kind, set[int]] = {kind: set() for kind in ids}
    for kind, id_ in rows:
        found[Kind(kind)].add(id_)
    return found
