"""Subscribers: whose address has which place on the store's list of those who want to hear from it.

What tells that a place is gone names nothing else; so it is kept whose it was.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Text

from plugin.db.schema import ID, NONE, column, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.facts import Channel, SubscriberSeen
from plugin.domain.ids import CustomerId

subscribers = tenant_table(
    "subscribers",
    ("number", "customer_id", "channel"),
    column("number", BigInteger, ID),
    column("customer_id", BigInteger, ID),
    column("channel", Text, NONE),
)


def put(tx: Transaction, seen: Sequence[SubscriberSeen]) -> None:
    """The places are known to be, or to have been, these customers'."""
    tx.execute(
        """INSERT INTO subscribers (store_id, number, customer_id, channel)
           SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) ON CONFLICT DO NOTHING""",
        (
            tx.store_id,
            [each.number for each in seen],
            [each.customer_id for each in seen],
            [each.channel.value for each in seen],
        ),
    )


def of(tx: Transaction, numbers: Sequence[int]) -> list[tuple[int, CustomerId, Channel]]:
    """Whose these places are or were."""
    query = "SELECT number, customer_id, channel FROM subscribers WHERE store_id = %s AND number = ANY(%s)"
    rows = tx.rows(query, (tx.store_id, list(numbers)))
    return [(number, CustomerId(who), Channel(channel)) for number, who, channel in rows]
