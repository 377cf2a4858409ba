"""The inbox: deliveries and answers as the bytes they came as, stored once, before anything else.

The only way in for facts. A row is waiting, done, or set aside with its reason; its bytes stay until
retention takes them, so that it can be replayed without the platform.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from sqlalchemy import BigInteger, DateTime, Identity, LargeBinary, SmallInteger, Text, UniqueConstraint

from plugin.db.schema import NONE, PERSONAL, column, index, tenant_table
from plugin.db.transaction import Database, Transaction
from plugin.domain.ids import DeliveryId, StoreId

MOMENT = DateTime(timezone=True)


class State(IntEnum):
    """What became of a delivery."""

    WAITING = 0
    DONE = 1
    SET_ASIDE = 2


inbox = tenant_table(
    "inbox",
    ("id",),
    column("id", BigInteger, NONE, server_default=Identity(always=True)),
    column("topic", Text, NONE),
    column("delivery_id", Text, NONE, nullable=True),
    column("triggered_at", MOMENT, NONE),
    column("received_at", MOMENT, NONE, server_default="now()"),
    column("state", SmallInteger, NONE, server_default="0"),
    column("attempts", SmallInteger, NONE, server_default="0"),
    column("reason", Text, NONE, nullable=True),
    column("body", LargeBinary, PERSONAL),
    UniqueConstraint("store_id", "delivery_id"),
    index("ix_inbox_waiting", "id", postgresql_where="state = 0"),
    index("ix_inbox_set_aside", "id", postgresql_where="state = 2"),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A waiting row. ``triggered_at``: when the platform sent it, or when our read began."""

    id: DeliveryId
    topic: str
    triggered_at: datetime
    received_at: datetime
    body: bytes


INSERT = """INSERT INTO inbox (store_id, topic, delivery_id, triggered_at, body)
            VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""


def insert(
    database: Database,
    store_id: StoreId,
    topic: str,
    delivery_id: str | None,
    triggered_at: datetime,
    body: bytes,
) -> bool:
    """The delivery is on disk; False when its delivery id already was. As role ``receive``."""
    cursor = database.run("receive", INSERT, (store_id, topic, delivery_id, triggered_at, body))
    return cursor.rowcount == 1


def add(tx: Transaction, topic: str, triggered_at: datetime, body: bytes, delivery_id: str | None = None) -> None:
    """An answer of the platform's API (or a chunk of an export) waits to be absorbed."""
    tx.execute(INSERT, (tx.store_id, topic, delivery_id, triggered_at, body))


def waiting(tx: Transaction, most: int) -> list[Delivery]:
    """The oldest waiting deliveries, at most so many."""
    rows = tx.execute(
        """SELECT id, topic, triggered_at, received_at, body FROM inbox
           WHERE store_id = %s AND state = 0 ORDER BY id LIMIT %s""",
        (tx.store_id, most),
    )
    return [
        Delivery(DeliveryId(i), topic, triggered, received, bytes(body)) for i, topic, triggered, received, body in rows
    ]


def head(tx: Transaction) -> DeliveryId | None:
    """The oldest waiting delivery."""
    found = tx.value("SELECT min(id) FROM inbox WHERE store_id = %s AND state = 0", (tx.store_id,))
    return None if found is None else DeliveryId(found)


def done(tx: Transaction, ids: list[DeliveryId]) -> None:
    """These deliveries are absorbed."""
    tx.execute("UPDATE inbox SET state = 1 WHERE store_id = %s AND id = ANY(%s)", (tx.store_id, ids))


def set_aside(tx: Transaction, delivery_id: DeliveryId, reason: str) -> None:
    """The delivery can't be absorbed: kept with its reason, out of the way of the others."""
    tx.execute(
        "UPDATE inbox SET state = 2, reason = %s, attempts = attempts + 1 WHERE store_id = %s AND id = %s",
        (reason[:500], tx.store_id, delivery_id),
    )


def retry(tx: Transaction, delivery_id: DeliveryId | None = None) -> int:
    """Set-aside deliveries (one, or all) wait again; how many."""
    return tx.execute(
        """UPDATE inbox SET state = 0, reason = NULL
           WHERE store_id = %s AND state = 2 AND (%s::bigint IS NULL OR id = %s)""",
        (tx.store_id, delivery_id, delivery_id),
    ).rowcount


def has_waiting(tx: Transaction) -> bool:
    """Whether anything waits."""
    return bool(tx.value("SELECT EXISTS (SELECT 1 FROM inbox WHERE store_id = %s AND state = 0)", (tx.store_id,)))


def counts(tx: Transaction) -> dict[str, int]:
    """How many wait and how many are set aside."""
    row = tx.row(
        """SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 2) FROM inbox
           WHERE store_id = %s AND state IN (0, 2)""",
        (tx.store_id,),
    )
    assert row is not None
    return {"waiting": row[0], "set_aside": row[1]}


def latest(tx: Transaction, most: int = 50, state: State | None = None) -> list[dict[str, object]]:
    """The newest deliveries (of one state, or of all) without their bodies, newest first."""
    # The state stands in the text, so that the partial index of its rows is used.
    of_state = "" if state is None else f"AND state = {int(state)}"
    rows = tx.rows(
        f"""SELECT id, topic, delivery_id, triggered_at, received_at, state, reason, length(body) FROM inbox
            WHERE store_id = %s {of_state} ORDER BY id DESC LIMIT %s""",
        (tx.store_id, most),
    )
    names = ("id", "topic", "delivery_id", "triggered_at", "received_at", "state", "reason", "bytes")
    return [dict(zip(names, row, strict=True)) | {"state": State(row[5]).name.lower()} for row in rows]


def find_body(tx: Transaction, delivery_id: DeliveryId) -> bytes | None:
    """The bytes of a delivery."""
    body = tx.value("SELECT body FROM inbox WHERE store_id = %s AND id = %s", (tx.store_id, delivery_id))
    return None if body is None else bytes(body)
