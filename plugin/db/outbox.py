"""The outbox: state, not a queue. What the store should show for a customer, and what we last sent.

``wanted`` is what our live segments want; ``written`` is what we put there and have not taken away;
``foreign`` is what we wanted but found there already: the merchant's, never removed by us. A row is
due while ``wanted`` differs from ``written`` and ``foreign`` together. While a row is ``unsure``,
``written`` holds what a call without an answer may have added too: it is ours if it is there.

Who changes several rows locks them first, in the order of their customers: drains and deliveries meet here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, DateTime, Integer, Text

from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId
from plugin.domain.text import fold

MOMENT = DateTime(timezone=True)

outbox = tenant_table(
    "outbox",
    ("customer_id",),
    column("customer_id", BigInteger, ID),
    column("wanted", ARRAY(Text), PERSONAL, server_default="{}"),
    column("written", ARRAY(Text), PERSONAL, server_default="{}"),
    column("foreign", ARRAY(Text), PERSONAL, server_default="{}", quote=True),
    column("unsure", Boolean, NONE, server_default="false"),
    column("due_at", MOMENT, NONE, nullable=True),
    column("caused_at", MOMENT, NONE, nullable=True),
    column("cause", Text, NONE, server_default=""),
    column("attempts", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    index("ix_outbox_due", "due_at", postgresql_where="due_at IS NOT NULL"),
)


@dataclass(frozen=True)
class Entry:
    """A customer's row. ``caused_at``: when the delivery that began the difference reached us."""

    customer_id: CustomerId
    wanted: tuple[str, ...]
    written: tuple[str, ...]
    foreign: tuple[str, ...]
    unsure: bool
    caused_at: datetime | None
    cause: str
    attempts: int

    @property
    def add(self) -> tuple[str, ...]:
        """Wanted, and neither ours nor the merchant's yet."""
        there = {fold(tag) for tag in self.written + self.foreign}
        return tuple(tag for tag in self.wanted if fold(tag) not in there)

    @property
    def remove(self) -> tuple[str, ...]:
        """Ours, and no longer wanted."""
        wanted = {fold(tag) for tag in self.wanted}
        return tuple(tag for tag in self.written if fold(tag) not in wanted)

    @property
    def foreign_wanted(self) -> tuple[str, ...]:
        """The merchant's own among what is wanted; what is no longer wanted is no concern of ours."""
        wanted = {fold(tag) for tag in self.wanted}
        return tuple(tag for tag in self.foreign if fold(tag) in wanted)


COLUMNS = 'customer_id, wanted, written, "foreign", unsure, caused_at, cause, attempts'


def _entry(row: tuple[Any, ...]) -> Entry:
    customer_id, wanted, written, foreign, unsure, caused_at, cause, attempts = row
    return Entry(
        CustomerId(customer_id),
        tuple(wanted),
        tuple(written),
        tuple(foreign),
        unsure,
        caused_at,
        cause,
        attempts,
    )


def lock(tx: Transaction, customer_ids: Sequence[int] | None = None) -> None:
    """The rows of these customers, or all that wait, are ours until the transaction ends."""
    which = "due_at IS NOT NULL" if customer_ids is None else "customer_id = ANY(%(ids)s)"
    tx.execute(
        f"SELECT 1 FROM outbox WHERE store_id = %(store)s AND {which} ORDER BY customer_id FOR NO KEY UPDATE",
        {"store": tx.store_id, "ids": None if customer_ids is None else list(customer_ids)},
    )


def of(tx: Transaction, customer_ids: Sequence[CustomerId]) -> dict[CustomerId, Entry]:
    """The rows of these customers; who never had a tag of ours has none."""
    rows = tx.rows(
        f"SELECT {COLUMNS} FROM outbox WHERE store_id = %s AND customer_id = ANY(%s)",
        (tx.store_id, list(customer_ids)),
    )
    return {CustomerId(row[0]): _entry(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The tags of ours that a customer should carry, why, and when the delivery that began it reached us."""

    customer_id: CustomerId
    tags: Sequence[str]
    cause: str
    caused_at: datetime | None = None


def want(tx: Transaction, wanted: Sequence[Wanted]) -> None:
    """The store should show these tags of ours for these customers; due now where that is a change."""
    if not wanted:
        return
    listed = sorted(wanted, key=lambda each: each.customer_id)
    tx.execute(
        """INSERT INTO outbox AS o (store_id, customer_id, wanted, due_at, caused_at, cause)
           SELECT %(store)s, c, string_to_array(tags, E'\\x1f'), now(), at, cause
           FROM unnest(%(ids)s::bigint[], %(tags)s::text[], %(at)s::timestamptz[], %(causes)s::text[]) AS t(c, tags, at, cause)
           ON CONFLICT (store_id, customer_id) DO UPDATE SET
             wanted = excluded.wanted, due_at = now(), attempts = 0,
             caused_at = coalesce(CASE WHEN o.due_at IS NULL THEN NULL ELSE o.caused_at END, excluded.caused_at),
             cause = excluded.cause""",
        {
            "store": tx.store_id,
            "ids": [each.customer_id for each in listed],
            "tags": ["\x1f".join(each.tags) for each in listed],
            "at": [each.caused_at for each in listed],
            "causes": [each.cause for each in listed],
        },
    )


def due(tx: Transaction, most: int) -> list[Entry]:
    """The rows that wait to be sent, the longest waiting first."""
    rows = tx.rows(
        f"SELECT {COLUMNS} FROM outbox WHERE store_id = %s AND due_at <= now() ORDER BY due_at, customer_id LIMIT %s",
        (tx.store_id, most),
    )
    return [_entry(row) for row in rows]


def sending(tx: Transaction, customer_id: CustomerId, written: Sequence[str], foreign: Sequence[str]) -> None:
    """From here on it is unsure what the store shows, until the answer is in; commit before the call.

    ``written``: what of ours will be there if the call is heard, and is there if it is not.
    """
    tx.execute(
        """UPDATE outbox SET unsure = true, attempts = attempts + 1, due_at = now() + interval '60 seconds',
             written = %s, "foreign" = %s WHERE store_id = %s AND customer_id = %s""",
        (list(written), list(foreign), tx.store_id, customer_id),
    )


def settle(tx: Transaction, entry: Entry, written: Sequence[str], foreign: Sequence[str]) -> None:
    """This is what stands on the store after ``entry`` was sent; due again at once if it is not what is
    wanted by now."""
    settled = replace(entry, written=tuple(written), foreign=tuple(foreign))
    tx.execute(
        """UPDATE outbox SET written = %(written)s, "foreign" = %(foreign)s, unsure = false, attempts = 0, error = NULL,
             due_at = CASE WHEN wanted = %(wanted)s AND %(clean)s THEN NULL ELSE now() END
           WHERE store_id = %(store)s AND customer_id = %(id)s""",
        {
            "written": list(written),
            "foreign": list(foreign),
            "wanted": list(entry.wanted),
            "clean": not settled.add and not settled.remove,
            "store": tx.store_id,
            "id": entry.customer_id,
        },
    )


def put_off(tx: Transaction, customer_id: CustomerId, until: datetime | None, error: str) -> None:
    """Sending failed: tried again at ``until``; None: only when something changes."""
    tx.execute(
        "UPDATE outbox SET due_at = %s, error = %s WHERE store_id = %s AND customer_id = %s",
        (until, error[:500], tx.store_id, customer_id),
    )


def foreign_of(tx: Transaction, customer_id: CustomerId) -> list[str]:
    """Which of the wanted tags are the merchant's own."""
    value = tx.value(
        'SELECT "foreign" FROM outbox WHERE store_id = %s AND customer_id = %s', (tx.store_id, customer_id)
    )
    return list(value or ())


def not_sent(tx: Transaction, entry: Entry) -> None:
    """No call was made for the entry after all, or it was refused: sure again, nothing was written, and due."""
    tx.execute(
        """UPDATE outbox SET unsure = false, attempts = greatest(attempts - 1, 0), due_at = now(), written = %s
           WHERE store_id = %s AND customer_id = %s""",
        (list(entry.written), tx.store_id, entry.customer_id),
    )


def wait_until(tx: Transaction, until: datetime) -> None:
    """The platform asks us to wait: nothing of this store is sent before ``until``."""
    lock(tx)
    tx.execute(
        "UPDATE outbox SET due_at = greatest(due_at, %s) WHERE store_id = %s AND due_at IS NOT NULL",
        (until, tx.store_id),
    )


def all_due(tx: Transaction) -> None:
    """Every difference is due now (the store can be written to again)."""
    lock(tx)
    tx.execute("UPDATE outbox SET due_at = now() WHERE store_id = %s AND due_at IS NOT NULL", (tx.store_id,))


def remove(tx: Transaction, customer_ids: Sequence[int]) -> None:
    """The customers are gone: nothing is wanted for them."""
    lock(tx, customer_ids)
    tx.execute("DELETE FROM outbox WHERE store_id = %s AND customer_id = ANY(%s)", (tx.store_id, list(customer_ids)))


def count(tx: Transaction) -> int:
    """How many customers wait to be written."""
    return int(tx.value("SELECT count(*) FROM outbox WHERE store_id = %s AND due_at IS NOT NULL", (tx.store_id,)))
