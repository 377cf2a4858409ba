"""Optional data: what of customers is read only because some rule asks for it, by name (plugin/rules/optional.py).

Of each name everybody is read once, in passes through the customers by their ids; from the end of the first pass on
it is known. Later passes notice what no message tells.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, DateTime, Text

from plugin.db.schema import NONE, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId

MOMENT = DateTime(timezone=True)

optional_reads = tenant_table(
    "optional_reads",
    ("name",),
    column("name", Text, NONE),
    column("read_to", BigInteger, NONE, server_default="0"),
    column("last_message", BigInteger, NONE, nullable=True),
    column("due_at", MOMENT, NONE, server_default="now()"),
    column("read_since", MOMENT, NONE, nullable=True),
    index("ix_optional_reads_due", "due_at"),
)
"""``read_to``: up to which id the present pass has come; ``last_message``: its newest answer in the inbox;
``due_at``: when it goes on, or the next one begins; ``read_since``: null until the first pass is through."""


@dataclass(frozen=True)
class Pass:
    """Names that are read together, from the same id on, up to where others have come already."""

    names: frozenset[str]
    read_to: int
    until: int | None
    last_message: int | None


def settle(tx: Transaction, names: Collection[str]) -> bool:
    """Exactly these names are read; whether any of them is new. What nobody asks for any more is as if never read."""
    tx.execute("DELETE FROM optional_reads WHERE store_id = %s AND NOT name = ANY(%s)", (tx.store_id, list(names)))
    new = tx.execute(
        """INSERT INTO optional_reads (store_id, name) SELECT %s, unnest(%s::text[]) ON CONFLICT DO NOTHING""",
        (tx.store_id, sorted(names)),
    )
    return bool(new.rowcount)


def names(tx: Transaction) -> frozenset[str]:
    """Everything that is read of this store's customers beyond what always is."""
    return frozenset(row[0] for row in tx.rows("SELECT name FROM optional_reads WHERE store_id = %s", (tx.store_id,)))


def since(tx: Transaction) -> dict[str, datetime]:
    """Since when each name is known of everybody; without those that are still being read."""
    rows = tx.rows(
        "SELECT name, read_since FROM optional_reads WHERE store_id = %s AND read_since IS NOT NULL", (tx.store_id,)
    )
    return dict(rows)


def unread(tx: Transaction) -> dict[str, int]:
    """The names that are read for the first time, and up to which id each has come."""
    rows = tx.rows(
        "SELECT name, read_to FROM optional_reads WHERE store_id = %s AND read_since IS NULL ORDER BY name",
        (tx.store_id,),
    )
    return dict(rows)


def due(tx: Transaction, alone: Collection[str]) -> Pass | None:
    """The names that are the furthest behind; those of ``alone`` are never read with others. None: nothing is due."""
    rows = tx.rows(
        """SELECT name, read_to, last_message FROM optional_reads
           WHERE store_id = %s AND due_at <= now() ORDER BY read_since NULLS FIRST, read_to, name""",
        (tx.store_id,),
    )
    if not rows:
        return None
    first, read_to, _ = rows[0]
    if first in alone:
        return Pass(frozenset({first}), read_to, None, rows[0][2])
    others = [row for row in rows if row[0] not in alone]
    together = [row for row in others if row[1] == read_to]
    ahead = [row[1] for row in others if row[1] > read_to]
    messages = [row[2] for row in together if row[2] is not None]
    return Pass(frozenset(row[0] for row in together), read_to, min(ahead, default=None), max(messages, default=None))


def customers_after(tx: Transaction, found: Pass, most: int) -> list[CustomerId]:
    """The next customers of the pass."""
    rows = tx.rows(
        """SELECT id FROM customers WHERE store_id = %(store)s AND id > %(after)s AND merged_into IS NULL
             AND (%(until)s::bigint IS NULL OR id <= %(until)s) ORDER BY id LIMIT %(most)s""",
        {"store": tx.store_id, "after": found.read_to, "until": found.until, "most": most},
    )
    return [CustomerId(row[0]) for row in rows]


def reached(tx: Transaction, found: Pass, read_to: int, last_message: int | None) -> None:
    """The pass has come so far, unless somebody else took it further or began it anew."""
    tx.execute(
        """UPDATE optional_reads SET read_to = %s, last_message = coalesce(%s, last_message)
           WHERE store_id = %s AND name = ANY(%s) AND read_to = %s""",
        (read_to, last_message, tx.store_id, list(found.names), found.read_to),
    )


def put_off(tx: Transaction, some: Collection[str], until: datetime) -> None:
    """These go on then."""
    tx.execute(
        "UPDATE optional_reads SET due_at = %s WHERE store_id = %s AND name = ANY(%s)",
        (until, tx.store_id, list(some)),
    )


def finish(tx: Transaction, found: Pass, at: datetime, again: Mapping[str, timedelta]) -> frozenset[str]:
    """The pass is through: its names are known since now, where they were not before; which those are.

    ``again``: after how long each is gone through once more."""
    new = tx.rows(
        """UPDATE optional_reads SET read_since = %s WHERE store_id = %s AND name = ANY(%s) AND read_to = %s
             AND read_since IS NULL RETURNING name""",
        (at, tx.store_id, list(found.names), found.read_to),
    )
    tx.execute(
        """UPDATE optional_reads o SET read_to = 0, last_message = NULL, due_at = t.at
           FROM unnest(%s::text[], %s::timestamptz[]) AS t(name, at)
           WHERE o.store_id = %s AND o.name = t.name AND o.read_to = %s""",
        (list(again), [at + wait for wait in again.values()], tx.store_id, found.read_to),
    )
    return frozenset(row[0] for row in new)


def read_up_to(tx: Transaction, read_to: int) -> int:
    """How many customers a pass that has come so far has behind it."""
    return int(
        tx.value(
            "SELECT count(*) FROM customers WHERE store_id = %s AND merged_into IS NULL AND id <= %s",
            (tx.store_id, read_to),
        )
    )


def newest_message(tx: Transaction) -> int | None:
    """The last message that waits in the inbox."""
    found = tx.value("SELECT max(id) FROM inbox_open WHERE store_id = %s", (tx.store_id,))
    return None if found is None else int(found)


def is_absorbed(tx: Transaction, message: int | None) -> bool:
    """Whether nothing waits in the inbox up to this message."""
    return message is None or not tx.value(
        "SELECT 1 FROM inbox_open WHERE store_id = %s AND state = 0 AND id <= %s LIMIT 1", (tx.store_id, message)
    )
