"""Bodies in the inbox that speak of somebody who is to be forgotten: found by their bytes, for no column says whose they are."""

import re
from collections.abc import Iterable, Sequence

from plugin.db import inbox, problems
from plugin.db.inbox import State
from plugin.db.transaction import Transaction
from plugin.domain.ids import DeliveryId

OF_MANY = inbox.OURS
"""Topics whose bodies speak of many people. One that waits is absorbed first, or the others' facts were lost."""


def forget(tx: Transaction, ids: Iterable[int], emails: Iterable[str] = ()) -> None:
    """Bodies that name one of these ids, or an address, are empty, and done with.

    What waits and speaks of others too, or names only the address, stays until it is absorbed.
    """
    of_ids, of_emails = _numbers(ids), _addresses(emails)
    found = []
    for delivery_id in _candidates(tx, [*map(str, ids), *emails]):
        row = tx.row(
            """SELECT i.body, i.topic, coalesce(o.state, 1) FROM inbox i
               LEFT JOIN inbox_open o ON o.store_id = i.store_id AND o.id = i.id AND o.state IN (0, 2)
               WHERE i.store_id = %s AND i.id = %s""",
            (tx.store_id, delivery_id),
        )
        assert row is not None
        body, topic, state = row
        by_id = of_ids is not None and of_ids.search(body)
        waits = state == State.WAITING and (not by_id or topic.startswith(OF_MANY))
        if not waits and (by_id or (of_emails is not None and of_emails.search(body))):
            found.append(delivery_id)
    empty(tx, found)


def empty(tx: Transaction, ids: Sequence[DeliveryId]) -> None:
    """These bodies are empty, and done with."""
    which = (tx.store_id, list(ids))
    tx.execute("UPDATE inbox SET body = '' WHERE store_id = %s AND id = ANY(%s)", which)
    tx.execute("DELETE FROM inbox_open WHERE store_id = %s AND id = ANY(%s)", which)
    for delivery_id in ids:
        problems.clear(tx, "delivery_set_aside", str(delivery_id))


def naming(deliveries: Iterable[inbox.Delivery], ids: Iterable[int]) -> list[DeliveryId]:
    """Which of the deliveries name one of these ids."""
    pattern = _numbers(ids)
    return [] if pattern is None else [each.id for each in deliveries if pattern.search(each.body)]


def _candidates(tx: Transaction, needles: Sequence[str]) -> list[DeliveryId]:
    """One pass over the store's bodies: whichever may name one of them."""
    rows = tx.rows(
        """SELECT id FROM inbox, lower(encode(body, 'escape') COLLATE "C") AS said WHERE store_id = %s AND body <> ''
             AND EXISTS (SELECT 1 FROM unnest(%s::bytea[]) AS n
                         WHERE position(lower(encode(n, 'escape') COLLATE "C") IN said) > 0)""",
        (tx.store_id, [needle.encode() for needle in needles]),
    )
    return [DeliveryId(row[0]) for row in rows]


def _numbers(ids: Iterable[int]) -> re.Pattern[bytes] | None:
    """Finds one of the numbers, not a longer one that contains it."""
    some = b"|".join(str(each).encode() for each in ids)
    return re.compile(rb"(?<![0-9])(?:%s)(?![0-9])" % some) if some else None


def _addresses(emails: Iterable[str]) -> re.Pattern[bytes] | None:
    """Finds one of the addresses however it is capitalised, not one that ends or begins like it."""
    some = b"|".join(re.escape(each.encode()) for each in emails)
    return re.compile(rb"(?<![\w.+%%-])(?:%s)(?!\.?[\w-])" % some, re.IGNORECASE) if some else None
