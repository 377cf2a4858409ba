"""Bodies in the inbox that speak of somebody who is to be forgotten: found by their bytes, for no column says whose they are."""

import re
from collections.abc import Iterable, Iterator, Sequence

from plugin.db import inbox, problems
from plugin.db.inbox import State
from plugin.db.transaction import Transaction
from plugin.domain.ids import DeliveryId

OF_MANY = inbox.OURS
"""Topics whose bodies speak of many people. One that waits is absorbed first, or the others' facts were lost."""
BEHIND_AT = re.compile(rb"@([\w.\x80-\xff-]+)")
BEFORE = re.compile(rb"[\w.+%-]")
"""What makes an address another one, where it stands before it."""
AT_ONCE = 200
"""Bodies that are looked at together."""


def forget(tx: Transaction, ids: Iterable[int], emails: Iterable[str] = ()) -> None:
    """Bodies that name one of these ids, or an address, are empty, and done with. One pass, however many they are.

    What waits and speaks of others too, or names only the address, stays until it is absorbed.
    """
    wanted = _Wanted(ids, emails)
    found = []
    for delivery_id, topic, body, state in _every(tx) if wanted else ():
        by_id = wanted.number_in(body)
        waits = state == State.WAITING and (not by_id or topic.startswith(OF_MANY))
        if not waits and (by_id or wanted.address_in(body)):
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
    wanted = _Wanted(ids, ())
    return [each.id for each in deliveries if wanted.number_in(each.body)]


def _every(tx: Transaction) -> Iterator[tuple[DeliveryId, str, bytes, int]]:
    """Every delivery that has a body, with what became of it."""
    last = 0
    while rows := tx.rows(
        """SELECT i.id, i.topic, i.body, coalesce(o.state, 1) FROM inbox i
           LEFT JOIN inbox_open o ON o.store_id = i.store_id AND o.id = i.id AND o.state IN (0, 2)
           WHERE i.store_id = %s AND i.id > %s AND i.body <> '' ORDER BY i.id LIMIT %s""",
        (tx.store_id, last, AT_ONCE),
    ):
        yield from ((DeliveryId(row[0]), row[1], row[2], row[3]) for row in rows)
        last = rows[-1][0]


class _Wanted:
    """Numbers and addresses to be found in bodies, as themselves and not as parts of longer ones."""

    def __init__(self, ids: Iterable[int], emails: Iterable[str]) -> None:
        self._numbers = {str(each).encode() for each in ids}
        self._long_enough = re.compile(rb"[0-9]{%d,}" % min(map(len, self._numbers), default=1))
        self._addresses = {each.encode().lower() for each in emails if "@" in each}
        self._lengths = {each.rindex(b"@") for each in self._addresses}

    def __bool__(self) -> bool:
        return bool(self._numbers or self._addresses)

    def number_in(self, body: bytes) -> bool:
        """Whether one of the numbers is there."""
        return not self._numbers.isdisjoint(self._long_enough.findall(body))

    def address_in(self, body: bytes) -> bool:
        """Whether one of the addresses is there, however it is capitalised."""
        said = body.lower()
        return any(
            said[at.start() - length : at.start()] + b"@" + at[1].rstrip(b".-") in self._addresses
            and not BEFORE.match(said[max(at.start() - length - 1, 0) : at.start() - length])
            for at in BEHIND_AT.finditer(said)
            for length in self._lengths
            if length <= at.start()
        )
