"""Rolls: what an attribute or a native segment of the store says of the customers of one of our segments.

State, as the outbox: ``wanted`` is what is to be said of the customer (none: nothing), ``written`` what we wrote last.
A row of which neither says anything is gone. While a row is ``unsure`` nobody knows whether ``written`` was heard:
writing looks before it changes anything, so it is written again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, DateTime, Integer, Text

from plugin.db.outputs import Key, Kind
from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId

MOMENT = DateTime(timezone=True)

rolls = tenant_table(
    "rolls",
    ("customer_id", "segment_id", "kind", "label"),
    column("customer_id", BigInteger, ID),
    column("segment_id", BigInteger, NONE),
    column("kind", Text, NONE),
    column("label", Text, PERSONAL),
    column("wanted", Text, PERSONAL, nullable=True),
    column("written", Text, PERSONAL, nullable=True),
    column("unsure", Boolean, NONE, server_default="false"),
    column("due_at", MOMENT, NONE, nullable=True),
    column("caused_at", MOMENT, NONE, nullable=True),
    column("cause", Text, NONE, server_default=""),
    column("attempts", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    index("ix_rolls_due", "due_at", postgresql_where="due_at IS NOT NULL"),
    index("ix_rolls_heard", "due_at", postgresql_where="due_at IS NOT NULL AND caused_at IS NOT NULL"),
    index("ix_rolls_segment", "segment_id", "kind", "label"),
)


@dataclass(frozen=True)
class Roll:
    """A row: what one output says of one customer."""

    customer_id: CustomerId
    segment_id: SegmentId
    kind: Kind
    label: str
    wanted: str | None
    written: str | None
    unsure: bool
    caused_at: datetime | None
    cause: str
    attempts: int

    @property
    def output(self) -> Key:
        """The key of the output (plugin/db/outputs.py)."""
        return (self.segment_id, self.kind, self.label)

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return self.unsure or self.wanted != self.written


COLUMNS = "customer_id, segment_id, kind, label, wanted, written, unsure, caused_at, cause, attempts"
_OF = "r.store_id = %(store)s AND r.segment_id = %(segment)s AND r.kind = %(kind)s AND r.label = %(label)s"
_SAYS_NOTHING = "r.wanted IS NULL AND r.written IS NULL AND NOT r.unsure"


def _roll(row: tuple[Any, ...]) -> Roll:
    customer_id, segment_id, kind, *rest = row
    return Roll(CustomerId(customer_id), SegmentId(segment_id), Kind(kind), *rest)


def _key(tx: Transaction, output: Key) -> dict[str, Any]:
    segment_id, kind, label = output
    return {"store": tx.store_id, "segment": segment_id, "kind": kind.value, "label": label}


def of(tx: Transaction, customer_ids: Sequence[CustomerId]) -> list[Roll]:
    """All rows of these customers."""
    rows = tx.rows(
        f"SELECT {COLUMNS} FROM rolls WHERE store_id = %s AND customer_id = ANY(%s)", (tx.store_id, list(customer_ids))
    )
    return [_roll(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an output is to say of a customer (None: nothing), why, and when the delivery that began it reached us."""

    customer_id: CustomerId
    output: Key
    said: str | None
    cause: str
    caused_at: datetime | None = None


def want(tx: Transaction, wanted: Sequence[Wanted]) -> None:
    """The store should say so; due now."""
    if not wanted:
        return
    listed = sorted(wanted, key=lambda each: (each.customer_id, each.output))
    tx.execute(
        """INSERT INTO rolls AS r (store_id, customer_id, segment_id, kind, label, wanted, due_at, caused_at, cause)
           SELECT %(store)s, c, s, kind, label, said, now(), at, cause
           FROM unnest(%(ids)s::bigint[], %(segments)s::bigint[], %(kinds)s::text[], %(labels)s::text[], %(said)s::text[],
                       %(at)s::timestamptz[], %(causes)s::text[]) AS t(c, s, kind, label, said, at, cause)
           ON CONFLICT (store_id, customer_id, segment_id, kind, label) DO UPDATE SET
             wanted = excluded.wanted, due_at = now(), attempts = 0,
             caused_at = coalesce(CASE WHEN r.due_at IS NULL THEN NULL ELSE r.caused_at END, excluded.caused_at),
             cause = excluded.cause""",
        {
            "store": tx.store_id,
            "ids": [each.customer_id for each in listed],
            "segments": [each.output[0] for each in listed],
            "kinds": [each.output[1].value for each in listed],
            "labels": [each.output[2] for each in listed],
            "said": [each.said for each in listed],
            "at": [each.caused_at for each in listed],
            "causes": [each.cause for each in listed],
        },
    )


def due(tx: Transaction, most: int, *, heard: bool | None = None) -> list[Roll]:
    """Rows of one output that wait to be sent: of that which waits longest. Only outputs that stand are written to.

    ``heard``: only whom a message from the store moved, or only whom a rule or the time did.
    """
    moved = {None: "", True: "AND r.caused_at IS NOT NULL", False: "AND r.caused_at IS NULL"}[heard]
    listed = ", ".join(f"r.{name}" for name in COLUMNS.split(", "))
    rows = tx.rows(
        f"""SELECT {listed} FROM rolls r JOIN outputs o USING (store_id, segment_id, kind, label)
            WHERE r.store_id = %s AND r.due_at <= now() AND o.state = 'standing' {moved}
            ORDER BY r.due_at, r.segment_id, r.kind, r.label, r.customer_id LIMIT %s""",
        (tx.store_id, most),
    )
    found = [_roll(row) for row in rows]
    return [each for each in found if each.output == found[0].output]


def lock(tx: Transaction, output: Key, customer_ids: Sequence[CustomerId]) -> list[Roll]:
    """The output's rows of these customers as they stand now, ours until the transaction ends."""
    rows = tx.rows(
        f"""SELECT {COLUMNS} FROM rolls r WHERE {_OF} AND r.customer_id = ANY(%(ids)s)
            ORDER BY customer_id FOR NO KEY UPDATE""",
        _key(tx, output) | {"ids": list(customer_ids)},
    )
    return [_roll(row) for row in rows]


def sending(tx: Transaction, output: Key, customer_ids: Sequence[CustomerId]) -> None:
    """From here on it is unsure what the store says of them; commit before the call."""
    tx.execute(
        f"""UPDATE rolls r SET unsure = true, attempts = attempts + 1, due_at = now() + interval '60 seconds'
            WHERE {_OF} AND r.customer_id = ANY(%(ids)s)""",
        _key(tx, output) | {"ids": list(customer_ids)},
    )


def settle(tx: Transaction, output: Key, said: Sequence[tuple[CustomerId, str | None]]) -> None:
    """The store says this of them; due again at once where that is not what is wanted by now."""
    values = _key(tx, output) | {"ids": [each[0] for each in said], "said": [each[1] for each in said]}
    tx.execute(
        f"""UPDATE rolls r SET written = t.said, unsure = false, attempts = 0, error = NULL,
              due_at = CASE WHEN r.wanted IS NOT DISTINCT FROM t.said THEN NULL ELSE now() END
            FROM unnest(%(ids)s::bigint[], %(said)s::text[]) AS t(c, said) WHERE {_OF} AND r.customer_id = t.c""",
        values,
    )
    tx.execute(f"DELETE FROM rolls r WHERE {_OF} AND r.customer_id = ANY(%(ids)s) AND {_SAYS_NOTHING}", values)


def not_sent(tx: Transaction, output: Key, before: Sequence[Roll]) -> None:
    """No call was made for these after all: as sure as they were before, and due."""
    tx.execute(
        f"""UPDATE rolls r SET unsure = t.unsure, attempts = greatest(r.attempts - 1, 0), due_at = now()
            FROM unnest(%(ids)s::bigint[], %(unsure)s::boolean[]) AS t(c, unsure) WHERE {_OF} AND r.customer_id = t.c""",
        _key(tx, output) | {"ids": [each.customer_id for each in before], "unsure": [each.unsure for each in before]},
    )


def put_off(tx: Transaction, roll: Roll, until: datetime, error: str, *, unsure: bool) -> None:
    """It failed: tried again at ``until``."""
    tx.execute(
        f"""UPDATE rolls r SET due_at = %(until)s, error = %(error)s, unsure = %(unsure)s
            WHERE {_OF} AND r.customer_id = %(customer)s""",
        _key(tx, roll.output) | {"until": until, "error": error[:500], "unsure": unsure, "customer": roll.customer_id},
    )


def wait_until(tx: Transaction, until: datetime) -> None:
    """The platform asks us to wait: nothing is sent before ``until``. What waits longer is left alone."""
    tx.execute(
        """WITH sooner AS (SELECT customer_id, segment_id, kind, label FROM rolls
                           WHERE store_id = %(store)s AND due_at < %(until)s
                           ORDER BY customer_id, segment_id, kind, label FOR NO KEY UPDATE)
           UPDATE rolls r SET due_at = %(until)s FROM sooner s
           WHERE r.store_id = %(store)s AND r.customer_id = s.customer_id AND r.segment_id = s.segment_id
             AND r.kind = s.kind AND r.label = s.label""",
        {"store": tx.store_id, "until": until},
    )


def rest(tx: Transaction, output: Key) -> None:
    """The output is on its way out: nobody is written to it any more."""
    tx.execute(f"UPDATE rolls r SET due_at = NULL WHERE {_OF} AND r.due_at IS NOT NULL", _key(tx, output))


def look_again(tx: Transaction) -> None:
    """Nobody knows what the store says by now (the app was away): everything is written anew."""
    tx.execute("UPDATE rolls SET unsure = true, due_at = now(), attempts = 0 WHERE store_id = %s", (tx.store_id,))


def remove(tx: Transaction, customer_ids: Sequence[int]) -> None:
    """The customers are gone: nothing is said of them."""
    tx.execute("DELETE FROM rolls WHERE store_id = %s AND customer_id = ANY(%s)", (tx.store_id, list(customer_ids)))


def remove_of(tx: Transaction, output: Key) -> list[CustomerId]:
    """The output is gone over there, and all it said with it; of whom it could not be said as it was wanted."""
    gone = f"DELETE FROM rolls r WHERE {_OF} RETURNING customer_id, error"
    rows = tx.rows(f"WITH gone AS ({gone}) SELECT customer_id FROM gone WHERE error IS NOT NULL", _key(tx, output))
    return [CustomerId(row[0]) for row in rows]


@dataclass(frozen=True)
class Counts:
    """How many customers an output says something of, and for how many it is not yet what is wanted."""

    shown: int
    waiting: int
    refused: int
    """Of those who wait: whom the store refused."""


def counts(tx: Transaction, segment_ids: Sequence[SegmentId]) -> dict[Key, Counts]:
    """Of each output of these segments that has rows."""
    rows = tx.rows(
        """SELECT segment_id, kind, label, count(*) FILTER (WHERE written IS NOT NULL),
             count(*) FILTER (WHERE due_at IS NOT NULL OR unsure), count(*) FILTER (WHERE due_at IS NOT NULL AND error IS NOT NULL)
           FROM rolls WHERE store_id = %s AND segment_id = ANY(%s) GROUP BY 1, 2, 3""",
        (tx.store_id, list(segment_ids)),
    )
    return {(SegmentId(row[0]), Kind(row[1]), str(row[2])): Counts(*row[3:]) for row in rows}
