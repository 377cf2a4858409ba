"""Disputes over orders: each state with the moment it was so. A dispute exists from the first of them."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, DateTime, Text

from plugin.db.schema import NONE, PERSONAL, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import DisputeSeen

disputes = tenant_table(
    "disputes",
    ("order_id", "id", "at", "state"),
    column("order_id", BigInteger, NONE),
    column("id", BigInteger, NONE),
    column("at", DateTime(timezone=True), PERSONAL),
    column("state", Text, PERSONAL),
)


def put(tx: Transaction, seen: Sequence[DisputeSeen]) -> None:
    """The states stand, each at its moment; one may come before its order."""
    tx.execute(
        """INSERT INTO disputes (store_id, order_id, id, at, state)
           SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[]) ON CONFLICT DO NOTHING""",
        (
            tx.store_id,
            [each.order_id for each in seen],
            [each.id for each in seen],
            [each.at for each in seen],
            [each.state for each in seen],
        ),
    )
