"""Pins: a person's word against a segment's rule: in or out, with a reason, an author and an end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from psycopg.rows import TupleRow
from sqlalchemy import BigInteger, DateTime, Text

from plugin.db import stores
from plugin.db.schema import ID, NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, SegmentId

MOMENT = DateTime(timezone=True)


class Way(StrEnum):
    """Which side of the segment the customer is held on."""

    IN = "in"
    OUT = "out"


pins = tenant_table(
    "pins",
    ("segment_id", "customer_id", "placed_at"),
    column("segment_id", BigInteger, NONE),
    column("customer_id", BigInteger, ID),
    column("placed_at", MOMENT, PERSONAL),
    column("until", MOMENT, PERSONAL, nullable=True),
    column("removed_at", MOMENT, PERSONAL, nullable=True),
    column("way", Text, PERSONAL),
    column("label", Text, PERSONAL, server_default=""),
    column("reason", Text, PERSONAL),
    column("author", Text, NONE),
    index("ix_pins_customer", "customer_id"),
)

COLUMNS = ("segment_id", "customer_id", "placed_at", "until", "way", "label", "reason", "author", "removed_at")
"""In the order of ``Pin``."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One customer held in or out of one segment since a moment."""

    segment_id: SegmentId
    customer_id: CustomerId
    placed_at: datetime
    until: datetime | None
    """None: no end."""
    way: Way
    label: str
    """Which of the segment's labels, where it has tiers and the way is in."""
    reason: str
    author: str
    removed_at: datetime | None = None

    def ended(self, now: datetime) -> bool:
        """Whether it holds nobody any more."""
        return any(end is not None and end <= now for end in (self.until, self.removed_at))


def put(tx: Transaction, some: Sequence[Pin]) -> None:
    """The pins stand, and the store's plans look at them. One placed again at the same moment is as it was first."""
    tx.execute(
        f"""INSERT INTO pins (store_id, {", ".join(COLUMNS)})
            SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::text[],
              %s::text[], %s::text[], %s::text[], %s::timestamptz[]) ON CONFLICT DO NOTHING""",
        (tx.store_id, *([getattr(pin, name) for pin in some] for name in COLUMNS)),
    )
    stores.rules_changed(tx)


def remove(tx: Transaction, segment_id: SegmentId, customer_id: CustomerId, at: datetime) -> int:
    """From this moment no pin holds the customer in or out of the segment; how many did."""
    return tx.execute(
        """UPDATE pins SET removed_at = %(at)s WHERE store_id = %(store)s AND segment_id = %(segment)s
             AND customer_id = %(customer)s AND placed_at <= %(at)s AND (removed_at IS NULL OR removed_at > %(at)s)
             AND (until IS NULL OR until > %(at)s)""",
        {"at": at, "store": tx.store_id, "segment": segment_id, "customer": customer_id},
    ).rowcount


def blank(tx: Transaction, pin: Pin) -> None:
    """The pin says no more why it was placed."""
    tx.execute(
        "UPDATE pins SET reason = '' WHERE store_id = %s AND segment_id = %s AND customer_id = %s AND placed_at = %s",
        (tx.store_id, pin.segment_id, pin.customer_id, pin.placed_at),
    )


def of_store(tx: Transaction) -> list[Pin]:
    """Every pin there ever was, oldest first."""
    rows = tx.rows(
        f"SELECT {', '.join(COLUMNS)} FROM pins WHERE store_id = %s ORDER BY placed_at, segment_id, customer_id",
        (tx.store_id,),
    )
    return [_pin(row) for row in rows]


def segments(tx: Transaction) -> frozenset[SegmentId]:
    """The segments in which somebody was ever pinned."""
    rows = tx.rows("SELECT DISTINCT segment_id FROM pins WHERE store_id = %s", (tx.store_id,))
    return frozenset(SegmentId(row[0]) for row in rows)


def in_force(tx: Transaction, segment_id: SegmentId, customer_id: CustomerId, at: datetime) -> Pin | None:
    """The pin that holds the customer at the moment: of several the one placed last."""
    row = tx.row(
        f"""SELECT {", ".join(COLUMNS)} FROM pins WHERE store_id = %(store)s AND segment_id = %(segment)s
              AND customer_id = %(customer)s AND placed_at <= %(at)s
              AND coalesce(least(until, removed_at) > %(at)s, true) ORDER BY placed_at DESC LIMIT 1""",
        {"store": tx.store_id, "segment": segment_id, "customer": customer_id, "at": at},
    )
    return None if row is None else _pin(row)


def _pin(row: TupleRow) -> Pin:
    pin = Pin(*row)
    return replace(pin, way=Way(pin.way))
