"""Entitlements: what a store has agreed to pay for, as last read at its platform; one row a store, where billing is on.

``due_at`` is when to read next. A read in progress holds it a minute ahead, so that another worker leaves it alone
and a dead one is followed by the next; whoever asks meanwhile brings it nearer, and is not lost.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, Numeric, Text

from plugin.db.schema import NONE, column, index, tenant_table
from plugin.db.transaction import Database, Transaction
from plugin.domain.ids import StoreId

MOMENT = DateTime(timezone=True)
APART = timedelta(seconds=5)
"""A store's plan is read no more often than this, however often anybody asks."""
CLAIM = timedelta(minutes=1)
"""Longer than the longest call."""

entitlements = tenant_table(
    "entitlements",
    (),
    column("plan", Text, NONE, nullable=True),
    column("state", Text, NONE, server_default="none"),
    column("since", MOMENT, NONE, nullable=True),
    column("trial_until", MOMENT, NONE, nullable=True),
    column("renews_at", MOMENT, NONE, nullable=True),
    column("amount", Numeric(20, 4), NONE, nullable=True),
    column("currency", Text, NONE, nullable=True),
    column("every", Text, NONE, nullable=True),
    column("next_plan", Text, NONE, nullable=True),
    column("hint", Text, NONE, nullable=True),
    column("first_asked_at", MOMENT, NONE, server_default="now()"),
    column("tried_at", MOMENT, NONE, nullable=True),
    column("read_at", MOMENT, NONE, nullable=True),
    column("failing_since", MOMENT, NONE, nullable=True),
    column("attempts", Integer, NONE, server_default="0"),
    column("error", Text, NONE, nullable=True),
    column("due_at", MOMENT, NONE, nullable=True),
    column("customers", BigInteger, NONE, nullable=True),
    column("over_since", MOMENT, NONE, nullable=True),
    column("paused_at", MOMENT, NONE, nullable=True),
    index("ix_entitlements_due", "due_at", postgresql_where="due_at IS NOT NULL"),
)


@dataclass(frozen=True)
class Entitled:
    """A store's row. ``hint`` is what a message said last: a reason to read, never a reason to believe."""

    plan: str | None
    state: str
    since: datetime | None
    trial_until: datetime | None
    renews_at: datetime | None
    amount: Decimal | None
    currency: str | None
    every: str | None
    next_plan: str | None
    hint: str | None
    first_asked_at: datetime
    tried_at: datetime | None
    read_at: datetime | None
    failing_since: datetime | None
    attempts: int
    error: str | None
    due_at: datetime | None
    customers: int | None
    over_since: datetime | None
    paused_at: datetime | None

    @classmethod
    def unasked(cls, now: datetime) -> "Entitled":
        """What is known of a store before anybody asked."""
        known: dict[str, Any] = dict.fromkeys(cls.__dataclass_fields__)
        return cls(**known | {"state": "none", "attempts": 0, "first_asked_at": now})


COLUMNS = ", ".join(Entitled.__dataclass_fields__)
TOLD = ("plan", "state", "trial_until", "renews_at", "amount", "currency", "every", "next_plan")
"""What the platform says."""


def get(tx: Transaction) -> Entitled | None:
    """The store's row; None where nobody ever asked."""
    row = tx.row(f"SELECT {COLUMNS} FROM entitlements WHERE store_id = %s", (tx.store_id,))
    return None if row is None else Entitled(*row)


def want(tx: Transaction, now: datetime, hint: str | None = None) -> None:
    """The store's plan will be read, at once or as soon as it may be read again; ``hint``: what a message said."""
    tx.execute(
        """INSERT INTO entitlements AS e (store_id, due_at, hint) VALUES (%(store)s, %(now)s, %(hint)s)
           ON CONFLICT (store_id) DO UPDATE SET hint = coalesce(excluded.hint, e.hint),
             due_at = least(e.due_at, greatest(excluded.due_at, e.tried_at + %(apart)s))""",
        {"store": tx.store_id, "now": now, "hint": hint, "apart": APART},
    )


def rest(tx: Transaction) -> None:
    """The store's plan is not read before somebody asks (it removed the app)."""
    tx.execute("UPDATE entitlements SET due_at = NULL WHERE store_id = %s", (tx.store_id,))


def wait(tx: Transaction, until: datetime) -> None:
    """The store's row is due at that moment, and not before."""
    tx.execute("UPDATE entitlements SET due_at = %s WHERE store_id = %s", (until, tx.store_id))


def claim(tx: Transaction, now: datetime) -> Entitled | None:
    """The row as it stands, if it is due; nobody else reads it for a minute."""
    claimed = tx.execute(
        """UPDATE entitlements SET tried_at = %(now)s, due_at = %(until)s
           WHERE store_id = %(store)s AND due_at <= %(now)s""",
        {"now": now, "until": now + CLAIM, "store": tx.store_id},
    ).rowcount
    return get(tx) if claimed else None


def put_off(tx: Transaction, began: datetime, until: datetime) -> None:
    """The read that was claimed at ``began`` is over and the next is at ``until``; sooner where somebody asked meanwhile."""
    tx.execute(
        "UPDATE entitlements SET due_at = CASE WHEN due_at < %s THEN due_at ELSE %s END WHERE store_id = %s",
        (began + CLAIM, until, tx.store_id),
    )


def put(tx: Transaction, began: datetime, **told: Any) -> None:
    """This is what the platform said to a read that began then, unless a later read has been answered already."""
    assert told.keys() == set(TOLD)
    assignments = ", ".join(f"{name} = %({name})s" for name in TOLD)
    tx.execute(
        f"""UPDATE entitlements SET {assignments}, read_at = %(began)s, failing_since = NULL, attempts = 0, error = NULL,
              since = CASE WHEN plan IS NOT DISTINCT FROM %(plan)s AND since IS NOT NULL THEN since ELSE %(began)s END
            WHERE store_id = %(store)s AND (read_at IS NULL OR read_at <= %(began)s)""",
        told | {"began": began, "store": tx.store_id},
    )


def ends(tx: Transaction, at: datetime) -> None:
    """Nothing more is paid from now on, by the platform's own word; the plan is good until then."""
    tx.execute("UPDATE entitlements SET state = 'ending', renews_at = %s WHERE store_id = %s", (at, tx.store_id))


def failed(tx: Transaction, began: datetime, error: str) -> None:
    """The read that began then had no answer to rely on; what was known stays."""
    tx.execute(
        """UPDATE entitlements SET attempts = attempts + 1, error = %s, failing_since = coalesce(failing_since, %s)
           WHERE store_id = %s""",
        (error[:500], began, tx.store_id),
    )


def alone(tx: Transaction) -> None:
    """The store's plan is read by itself next time, as after a failure, and not with others'."""
    tx.execute("UPDATE entitlements SET attempts = attempts + 1 WHERE store_id = %s", (tx.store_id,))


def weighed(tx: Transaction, customers: int, over_since: datetime | None, paused_at: datetime | None) -> None:
    """The store had so many customers, was above its limit since then, and writing stands still since then."""
    tx.execute(
        "UPDATE entitlements SET customers = %s, over_since = %s, paused_at = %s WHERE store_id = %s",
        (customers, over_since, paused_at, tx.store_id),
    )


def is_paused(tx: Transaction) -> bool:
    """Whether nothing may be written to the store for now."""
    return bool(tx.value("SELECT paused_at IS NOT NULL FROM entitlements WHERE store_id = %s", (tx.store_id,)))


def due(database: Database, platform: str, now: datetime) -> list[StoreId]:
    """The platform's stores with the app whose plan is due to be read."""
    rows = database.run(
        "scan",
        """SELECT s.id FROM stores s JOIN entitlements e ON e.store_id = s.id
           WHERE s.platform = %s AND s.state <> 'uninstalled' AND e.due_at <= %s ORDER BY s.id""",
        (platform, now),
    ).fetchall()
    return [StoreId(row[0]) for row in rows]


def how_many(database: Database, platform: str) -> int:
    """Of how many of the platform's stores anybody ever asked for the plan."""
    row = database.run(
        "scan",
        "SELECT count(*) FROM stores s JOIN entitlements e ON e.store_id = s.id WHERE s.platform = %s",
        (platform,),
    ).fetchone()
    return 0 if row is None else int(row[0])


def never_asked(database: Database, platforms: Collection[str]) -> list[StoreId]:
    """The stores of these platforms with the app of whose plan nobody ever asked."""
    rows = database.run(
        "scan",
        """SELECT s.id FROM stores s WHERE s.state <> 'uninstalled' AND s.platform = ANY(%s)
             AND NOT EXISTS (SELECT 1 FROM entitlements e WHERE e.store_id = s.id) ORDER BY s.id""",
        (list(platforms),),
    ).fetchall()
    return [StoreId(row[0]) for row in rows]
