"""Doubts: does a customer still carry what the outbox says we wrote there and never took away?"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.domain.text import fold


def lost(tx: Transaction, carried: Mapping[int, Sequence[str]], before: datetime) -> list[CustomerId]:
    """Of these customers, with all the tags they carried, who lacks one of ours. ``before``: when that was
    looked at; who is being written to, or was since, is left out."""
    rows = tx.rows(
        """SELECT customer_id, written FROM outbox o WHERE store_id = %(store)s AND customer_id = ANY(%(ids)s)
             AND NOT unsure AND due_at IS NULL AND written <> '{}' AND NOT EXISTS (
               SELECT 1 FROM writes w WHERE w.store_id = %(store)s AND w.customer_id = o.customer_id
                 AND w.answered_at > %(before)s)""",
        {"store": tx.store_id, "ids": list(carried), "before": before},
    )
    found = []
    for customer_id, written in rows:
        there = {fold(tag) for tag in carried[customer_id]}
        if any(fold(tag) not in there for tag in written):
            found.append(CustomerId(customer_id))
    return found


def any_written(tx: Transaction) -> bool:
    """Whether a tag of ours stands anywhere."""
    return bool(
        tx.value("SELECT EXISTS (SELECT 1 FROM outbox WHERE store_id = %s AND written <> '{}')", (tx.store_id,))
    )
