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

from plugin.db.packing import packed
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
    column("restores", Integer, NONE, server_default="0"),
    column("restored_at", MOMENT, NONE, nullable=True),
    index("ix_outbox_due", "due_at", postgresql_where="due_at IS NOT NULL"),
    index("ix_outbox_heard", "due_at", postgresql_where="due_at IS NOT NULL AND caused_at IS NOT NULL"),
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
    restores: int = 0
    """How often in a day a tag of ours, taken off by somebody else, was given again; last at ``restored_at``."""
    restored_at: datetime | None = None

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


COLUMNS = 'customer_id, wanted, written, "foreign", unsure, caused_at, cause, attempts, restores, restored_at'


def _entry(row: tuple[Any, ...]) -> Entry:
    customer_id, wanted, written, foreign, unsure, caused_at, cause, attempts, restores, restored_at = row
    return Entry(
        CustomerId(customer_id),
        tuple(wanted),
        tuple(written),
        tuple(foreign),
        unsure,
        caused_at,
        cause,
        attempts,
        restores,
        restored_at,
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
            "tags": [packed(each.tags) for each in listed],
            "at": [each.caused_at for each in listed],
            "causes": [each.cause for each in listed],
        },
    )


def due(tx: Transaction, most: int, *, heard: bool | None = None) -> list[Entry]:
    """The rows that wait to be sent, the longest waiting first. Who is in a bundle waits for its end.

    ``heard``: only whom a message from the store moved, or only whom a rule or the time did.
    """
    moved = {None: "", True: "AND caused_at IS NOT NULL", False: "AND caused_at IS NULL"}[heard]
    rows = tx.rows(
        f"""SELECT {COLUMNS} FROM outbox o WHERE store_id = %s AND due_at <= now() {moved}
              AND NOT EXISTS (SELECT 1 FROM bundle_lines b WHERE b.store_id = o.store_id AND b.customer_id = o.customer_id)
            ORDER BY due_at, customer_id LIMIT %s""",
        (tx.store_id, most),
    )
    return [_entry(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands on the store for a customer: ours, and the merchant's own of what is wanted."""

    customer_id: CustomerId
    written: Sequence[str]
    foreign: Sequence[str]


def sending(tx: Transaction, rows: Sequence[Standing]) -> None:
    """From here on it is unsure what the store shows, until the answer is in; commit before the call.

    ``written``: what of ours will be there if the call is heard, and is there if it is not.
    """
    _stand(tx, rows, "unsure = true, attempts = o.attempts + 1, due_at = now() + interval '60 seconds'")


def settle(tx: Transaction, rows: Sequence[Standing]) -> None:
    """This is what stands on the store; due again at once where it is not what is wanted by now.

    The caller holds the rows.
    """
    entries = of(tx, [row.customer_id for row in rows])
    stand = {row.customer_id: replace(entries[row.customer_id], written=tuple(row.written), foreign=tuple(row.foreign))
             for row in rows if row.customer_id in entries}  # fmt: skip
    differ = [who for who, entry in stand.items() if entry.add or entry.remove]
    same = "unsure = false, attempts = 0, error = NULL"
    _stand(tx, [row for row in rows if row.customer_id in differ], f"{same}, due_at = now()")
    _stand(tx, [row for row in rows if row.customer_id not in differ], f"{same}, due_at = NULL")


def not_sent(tx: Transaction, rows: Sequence[Standing | Entry]) -> None:
    """No call was made for these after all, or it was refused: sure again, nothing was written, and due."""
    _stand(tx, rows, "unsure = false, attempts = greatest(o.attempts - 1, 0), due_at = now()")


def refused(tx: Transaction, rows: Sequence[Standing]) -> None:
    """The platform said no, and nothing was written: sure again; ``put_off`` says when to try again."""
    _stand(tx, rows, "unsure = false")


def _stand(tx: Transaction, rows: Sequence[Standing | Entry], then: str) -> None:
    if rows:
        tx.execute(
            f"""UPDATE outbox o SET {then}, written = string_to_array(t.written, E'\\x1f'),
                  "foreign" = string_to_array(t.foreigners, E'\\x1f')
                FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS t(c, written, foreigners)
                WHERE o.store_id = %s AND o.customer_id = t.c""",
            (
                [row.customer_id for row in rows],
                [packed(row.written) for row in rows],
                [packed(row.foreign) for row in rows],
                tx.store_id,
            ),
        )


def restoring(tx: Transaction, row: Standing, until: datetime | None, times: int) -> None:
    """What was taken off is not written any more, and given again at ``until``; None: left as it is."""
    _stand(tx, [row], "unsure = false")
    tx.execute(
        """UPDATE outbox SET due_at = %s, restores = %s, restored_at = now(), cause = 'restore', caused_at = NULL
           WHERE store_id = %s AND customer_id = %s""",
        (until, times, tx.store_id, row.customer_id),
    )


def put_off(tx: Transaction, customer_id: CustomerId, until: datetime | None, error: str) -> None:
    """Sending failed: tried again at ``until``; None: only when something changes."""
    tx.execute(
        "UPDATE outbox SET due_at = %s, error = %s WHERE store_id = %s AND customer_id = %s",
        (until, error[:500], tx.store_id, customer_id),
    )


def leave(tx: Transaction, customer_id: CustomerId, until: datetime, reason: str) -> None:
    """Nothing was sent and nothing will be before ``until``; it counts as a try."""
    tx.execute(
        "UPDATE outbox SET due_at = %s, error = %s, attempts = attempts + 1 WHERE store_id = %s AND customer_id = %s",
        (until, reason, tx.store_id, customer_id),
    )


def wait_more_than(tx: Transaction, count: int) -> bool:
    """Whether at least so many are due."""
    waiting = "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE store_id = %s AND due_at <= now() LIMIT %s) w"
    return int(tx.value(waiting, (tx.store_id, count))) >= count


def in_bundle(tx: Transaction, customer_ids: Sequence[CustomerId]) -> None:
    """What these rows send is in a bundle: they are due when that has ended."""
    tx.execute(
        "UPDATE outbox SET due_at = NULL WHERE store_id = %s AND customer_id = ANY(%s)",
        (tx.store_id, list(customer_ids)),
    )


def read_back_now(tx: Transaction, customer_ids: Sequence[CustomerId]) -> None:
    """Nobody said what became of these: they are unsure, and looked at next."""
    tx.execute(
        "UPDATE outbox SET due_at = now() WHERE store_id = %s AND customer_id = ANY(%s)",
        (tx.store_id, list(customer_ids)),
    )


def wait_until(tx: Transaction, until: datetime) -> None:
    """The platform asks us to wait: nothing of this store is sent before ``until``. What waits longer is left alone."""
    tx.execute(
        """WITH sooner AS (SELECT customer_id FROM outbox WHERE store_id = %(store)s AND due_at < %(until)s
                           ORDER BY customer_id FOR NO KEY UPDATE)
           UPDATE outbox o SET due_at = %(until)s FROM sooner s
           WHERE o.store_id = %(store)s AND o.customer_id = s.customer_id""",
        {"store": tx.store_id, "until": until},
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
    waiting = "SELECT count(*) FROM outbox WHERE store_id = %s AND (due_at IS NOT NULL OR unsure)"
    return int(tx.value(waiting, (tx.store_id,)))
