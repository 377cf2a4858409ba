"""The inbox: deliveries and answers as the bytes they came as, stored once, before anything else.

The only way in for facts. The bytes are written once and never again, so that taking a delivery in
costs no second copy of them; what is not done with has a small row beside it in ``inbox_open``, which
says that it waits, or why it was set aside. Bytes stay until retention takes them, so that a delivery
can be replayed without the platform.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from psycopg.pq import Format
from sqlalchemy import BigInteger, DateTime, Identity, Index, LargeBinary, SmallInteger, Text

from plugin.db.schema import NONE, PERSONAL, column, tenant_table
from plugin.db.transaction import Bare, Database, Transaction
from plugin.domain.ids import DeliveryId, StoreId

MOMENT = DateTime(timezone=True)


class State(IntEnum):
    """What became of a delivery."""

    WAITING = 0
    DONE = 1
    """It has no row in ``inbox_open`` any more."""
    SET_ASIDE = 2


inbox = tenant_table(
    "inbox",
    ("id",),
    column("id", BigInteger, NONE, server_default=Identity(always=True)),
    column("topic", Text, NONE),
    column("delivery_id", Text, NONE, nullable=True),
    column("triggered_at", MOMENT, NONE),
    column("received_at", MOMENT, NONE, server_default="now()"),
    column("body", LargeBinary, PERSONAL),
    # The store comes last here: PostgreSQL must not mistake this for a way to find a store's rows by number.
    Index("ix_inbox_delivery", "delivery_id", "store_id", unique=True),
    # A compressed webhook fits a page: beside its row it costs half of what five pieces in a TOAST table cost.
    postgresql_with={"toast_tuple_target": 8160},
)

inbox_open = tenant_table(
    "inbox_open",
    ("state", "id"),
    column("state", SmallInteger, NONE, server_default="0"),
    column("id", BigInteger, NONE),
    column("received_at", MOMENT, NONE, server_default="now()"),
    column("reason", Text, NONE, nullable=True),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A waiting row. ``triggered_at``: when the platform sent it, or when our read began."""

    id: DeliveryId
    topic: str
    triggered_at: datetime
    received_at: datetime
    body: bytes


INSERT = """WITH stored AS (
              INSERT INTO inbox (store_id, topic, delivery_id, triggered_at, body)
              VALUES ({0}, {1}, {2}, {3}, {4}) ON CONFLICT DO NOTHING RETURNING id)
            INSERT INTO inbox_open (store_id, id) SELECT {0}, id FROM stored"""
RECEIVE = Bare(
    b"inbox_insert",
    INSERT.format("$1::bigint", "$2::text", "nullif($3::text, '')", "$4::timestamptz", "$5::bytea").encode(),
    (Format.TEXT, Format.BINARY, Format.BINARY, Format.TEXT, Format.BINARY),
)
OURS = ("api/", "export/", "given/")
"""How topics begin that no platform has: what we asked for ourselves, and what people told us."""
SENT = "i.topic NOT LIKE 'api/%%' AND i.topic NOT LIKE 'export/%%'"
"""What we did not ask for ourselves."""
ADD = INSERT.format("%(store)s", "%(topic)s", "%(delivery)s", "%(triggered)s", "%(body)s")


def insert(
    database: Database,
    store_id: StoreId,
    topic: str,
    delivery_id: str,
    triggered_at: datetime,
    body: bytes,
) -> bool:
    """The delivery is on disk; False when its delivery id already was. As role ``receive``.

    One without an id (empty) is each time another.
    """
    values = (b"%d" % store_id, topic.encode(), delivery_id.encode(), triggered_at.isoformat().encode(), body)
    return database.run_bare("receive", RECEIVE, values) == 1


def add(tx: Transaction, topic: str, triggered_at: datetime, body: bytes, delivery_id: str | None = None) -> None:
    """An answer of the platform's API (or a chunk of an export) waits to be absorbed."""
    values = {"store": tx.store_id, "topic": topic, "delivery": delivery_id, "triggered": triggered_at, "body": body}
    tx.execute(ADD, values)


def waiting(tx: Transaction, most: int) -> list[Delivery]:
    """The oldest waiting deliveries, at most so many."""
    # One look by key for each: of a plain join PostgreSQL may make a pass over all that the store ever sent.
    rows = tx.execute(
        """SELECT i.id, i.topic, i.triggered_at, i.received_at, i.body
           FROM (SELECT id FROM inbox_open WHERE store_id = %(store)s AND state = 0 ORDER BY id LIMIT %(most)s) o
           CROSS JOIN LATERAL (SELECT * FROM inbox WHERE store_id = %(store)s AND id = o.id OFFSET 0) i ORDER BY o.id""",
        {"store": tx.store_id, "most": most},
    )
    return [Delivery(*row) for row in rows]


def head(tx: Transaction) -> DeliveryId | None:
    """The oldest waiting delivery."""
    found = tx.value("SELECT min(id) FROM inbox_open WHERE store_id = %s AND state = 0", (tx.store_id,))
    return None if found is None else DeliveryId(found)


def done(tx: Transaction, ids: list[DeliveryId]) -> None:
    """These deliveries are absorbed."""
    tx.execute("DELETE FROM inbox_open WHERE store_id = %s AND state = 0 AND id = ANY(%s)", (tx.store_id, ids))


def set_aside(tx: Transaction, delivery_id: DeliveryId, reason: str) -> None:
    """The delivery can't be absorbed: kept with its reason, out of the way of the others."""
    tx.execute(
        "UPDATE inbox_open SET state = 2, reason = %s WHERE store_id = %s AND state = 0 AND id = %s",
        (reason[:500], tx.store_id, delivery_id),
    )


def superseded(tx: Transaction, topic: str, before: datetime) -> list[DeliveryId]:
    """What was set aside of this topic, and sent before the moment, is done with; which that was."""
    rows = tx.rows(
        """DELETE FROM inbox_open o USING inbox i
           WHERE o.store_id = %(store)s AND o.state = 2 AND i.store_id = %(store)s AND i.id = o.id
             AND i.topic = %(topic)s AND i.triggered_at < %(before)s RETURNING o.id""",
        {"store": tx.store_id, "topic": topic, "before": before},
    )
    return [DeliveryId(row[0]) for row in rows]


def retry(tx: Transaction, delivery_id: DeliveryId | None = None) -> int:
    """Set-aside deliveries (one, or all) wait again; how many."""
    return tx.execute(
        """UPDATE inbox_open SET state = 0, reason = NULL
           WHERE store_id = %s AND state = 2 AND (%s::bigint IS NULL OR id = %s)""",
        (tx.store_id, delivery_id, delivery_id),
    ).rowcount


def has_waiting(tx: Transaction) -> bool:
    """Whether anything waits."""
    return bool(tx.value("SELECT EXISTS (SELECT 1 FROM inbox_open WHERE store_id = %s AND state = 0)", (tx.store_id,)))


def waiting_since(tx: Transaction) -> datetime | None:
    """When the oldest waiting delivery came."""
    found: datetime | None = tx.value(
        "SELECT received_at FROM inbox_open WHERE store_id = %s AND state = 0 ORDER BY id LIMIT 1", (tx.store_id,)
    )
    return found


def exports_waiting(tx: Transaction) -> dict[str, int]:
    """How many chunks of exports wait, by their topic."""
    rows = tx.rows(
        """SELECT i.topic, count(*) FROM inbox_open o JOIN inbox i ON i.store_id = o.store_id AND i.id = o.id
           WHERE o.store_id = %s AND o.state = 0 AND i.topic LIKE 'export/%%' GROUP BY 1""",
        (tx.store_id,),
    )
    return dict(rows)


def heard_at(tx: Transaction) -> datetime | None:
    """When the store's platform last told us anything by itself, as far as messages are kept."""
    found: datetime | None = tx.value(
        f"""SELECT i.received_at FROM inbox i WHERE i.store_id = %s AND {SENT} AND i.topic NOT LIKE 'given/%%'
            ORDER BY i.id DESC LIMIT 1""",
        (tx.store_id,),
    )
    return found


def heard_by_topic(tx: Transaction) -> dict[str, datetime]:
    """When the store's platform last told us something of each topic, as far as messages are kept."""
    rows = tx.rows(
        f"SELECT i.topic, max(i.received_at) FROM inbox i WHERE i.store_id = %s AND {SENT} GROUP BY 1", (tx.store_id,)
    )
    return dict(rows)


def counts(tx: Transaction) -> dict[str, int]:
    """How many wait and how many are set aside."""
    row = tx.row(
        """SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 2) FROM inbox_open
           WHERE store_id = %s""",
        (tx.store_id,),
    )
    assert row is not None
    return {"waiting": row[0], "set_aside": row[1]}


def latest(
    tx: Transaction, most: int = 50, state: State | None = None, *, asked: bool = True
) -> list[dict[str, object]]:
    """The newest deliveries (all, or those that wait or are set aside) without their bodies, newest first.

    ``asked``: with what we asked for ourselves, reads and exports.
    """
    kept = "LEFT JOIN" if state is None else "JOIN"
    of_state = "o.state IN (0, 2)" if state is None else "o.state = %(state)s"
    sent = "" if asked else f"AND {SENT}"
    rows = tx.rows(
        f"""SELECT i.id, i.topic, i.delivery_id, i.triggered_at, i.received_at, coalesce(o.state, 1), o.reason, length(i.body)
            FROM inbox i {kept} inbox_open o ON o.store_id = %(store)s AND o.id = i.id AND {of_state}
            WHERE i.store_id = %(store)s {sent} ORDER BY i.id DESC LIMIT %(most)s""",
        {"store": tx.store_id, "state": state, "most": most},
    )
    names = ("id", "topic", "delivery_id", "triggered_at", "received_at", "state", "reason", "bytes")
    return [dict(zip(names, row, strict=True)) | {"state": State(row[5]).name.lower()} for row in rows]


def retire(
    tx: Transaction, before: datetime, after: DeliveryId, most: int
) -> tuple[DeliveryId | None, list[DeliveryId]]:
    """Of the next so many deliveries after this one those that came before the moment, and do not wait, are
    gone. The last that was looked at, None when nothing older can follow; and those that nobody ever could read."""
    row = tx.row(
        """WITH looked AS (SELECT id, received_at < %(before)s AS old FROM inbox
                           WHERE store_id = %(store)s AND id > %(after)s ORDER BY id LIMIT %(most)s),
             unread AS (DELETE FROM inbox_open o USING looked l
                        WHERE o.store_id = %(store)s AND o.id = l.id AND o.state = 2 AND l.old RETURNING o.id),
             gone AS (DELETE FROM inbox i USING looked l WHERE i.store_id = %(store)s AND i.id = l.id AND l.old
                AND (i.id IN (SELECT id FROM unread) OR NOT EXISTS (
                  SELECT 1 FROM inbox_open o WHERE o.store_id = %(store)s AND o.id = i.id AND o.state IN (0, 2))))
           SELECT max(id), count(*) = %(most)s AND bool_or(old), (SELECT array_agg(id ORDER BY id) FROM unread)
           FROM looked""",
        {"store": tx.store_id, "before": before, "after": after, "most": most},
    )
    if row is None:
        return None, []
    return (DeliveryId(row[0]) if row[1] else None), [DeliveryId(each) for each in row[2] or ()]


def find_body(tx: Transaction, delivery_id: DeliveryId) -> bytes | None:
    """The bytes of a delivery."""
    body = tx.value("SELECT body FROM inbox WHERE store_id = %s AND id = %s", (tx.store_id, delivery_id))
    return None if body is None else bytes(body)
