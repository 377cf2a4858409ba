"""Stores: one row an installation. The only table without row-level store ids, for it is them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ARRAY, BigInteger, DateTime, Identity, Index, PrimaryKeyConstraint, Table, Text, UniqueConstraint

from plugin.db.schema import NONE, column, metadata
from plugin.db.transaction import Database, Transaction
from plugin.domain.ids import StoreId

MOMENT = DateTime(timezone=True)


class State(StrEnum):
    """Where a store stands."""

    INSTALLING = "installing"
    BACKFILLING = "backfilling"
    """History is being read; deliveries are absorbed, nothing is decided."""
    READY = "ready"
    NEEDS_AUTHORISATION = "needs_authorisation"
    """Our token is dead; facts still come in, nothing can be written."""
    UNINSTALLED = "uninstalled"


stores = Table(
    "stores",
    metadata,
    column("id", BigInteger, NONE, server_default=Identity()),
    column("platform", Text, NONE),
    column("remote_id", Text, NONE),
    column("domain", Text, NONE),
    column("name", Text, NONE),
    column("timezone", Text, NONE),
    column("currency", Text, NONE),
    column("scopes", ARRAY(Text), NONE),
    column("state", Text, NONE),
    column("rules_version", BigInteger, NONE, server_default="0"),
    column("orders_known_from", MOMENT, NONE, server_default="-infinity"),
    column("labels_known_from", MOMENT, NONE, server_default="-infinity"),
    column("installed_at", MOMENT, NONE),
    column("ready_at", MOMENT, NONE, nullable=True),
    column("uninstalled_at", MOMENT, NONE, nullable=True),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("platform", "remote_id"),
    Index("ix_stores_platform_domain", "platform", "domain"),
)

COLUMNS = (
    "id, platform, remote_id, domain, name, timezone, currency, scopes, state, rules_version, "
    "nullif(orders_known_from, '-infinity'), nullif(labels_known_from, '-infinity'), installed_at, ready_at, uninstalled_at"
)


@dataclass(frozen=True)
class Store:
    """A store's row. ``orders_known_from`` and ``labels_known_from`` are None when history is whole."""

    id: StoreId
    platform: str
    remote_id: str
    domain: str
    name: str
    timezone: str
    currency: str
    scopes: tuple[str, ...]
    state: State
    rules_version: int
    orders_known_from: datetime | None
    labels_known_from: datetime | None
    installed_at: datetime
    ready_at: datetime | None
    uninstalled_at: datetime | None

    @property
    def erased(self) -> bool:
        """Whether the store asked to be forgotten: nothing about it may be kept."""
        return not self.domain

    @property
    def reachable(self) -> bool:
        """Whether the platform may be called for this store."""
        return self.state in (State.BACKFILLING, State.READY, State.INSTALLING)


def _store(row: tuple[Any, ...]) -> Store:
    values = list(row)
    values[7] = tuple(values[7])
    values[8] = State(values[8])
    return Store(*values)


def get(tx: Transaction) -> Store:
    """The store of this transaction."""
    row = tx.row(f"SELECT {COLUMNS} FROM stores WHERE id = %s", (tx.store_id,))
    if row is None:
        raise LookupError(f"no store {tx.store_id}")
    return _store(row)


def find(database: Database, platform: str, domain: str, role: str = "scan") -> StoreId | None:
    """The newest store under this domain, whatever its state."""
    row = database.run(
        role,
        "SELECT id FROM stores WHERE platform = %s AND domain = %s ORDER BY id DESC LIMIT 1",
        (platform, domain),
    ).fetchone()
    return None if row is None else StoreId(row[0])


def find_remote(database: Database, platform: str, remote_id: str) -> StoreId | None:
    """The store with this id at its platform; a domain may change, this does not."""
    row = database.run(
        "scan", "SELECT id FROM stores WHERE platform = %s AND remote_id = %s", (platform, remote_id)
    ).fetchone()
    return None if row is None else StoreId(row[0])


def every(database: Database) -> list[Store]:
    """All stores, newest last."""
    rows = database.run("scan", f"SELECT {COLUMNS} FROM stores ORDER BY id").fetchall()
    return [_store(row) for row in rows]


def next_id(database: Database) -> StoreId:
    """An id nobody has; a store is inserted in a transaction that already carries its id."""
    row = database.run("scan", "SELECT nextval('stores_id_seq')").fetchone()
    assert row is not None
    return StoreId(row[0])


def put(
    tx: Transaction,
    platform: str,
    remote_id: str,
    domain: str,
    name: str,
    timezone: str,
    currency: str,
    scopes: tuple[str, ...],
    now: datetime,
) -> None:
    """The store is installed: a new row, or the old one awake again.

    After a time without a token its history is read anew: the app may have been away, its webhooks with it.
    """
    tx.execute(
        """INSERT INTO stores (id, platform, remote_id, domain, name, timezone, currency, scopes, state, installed_at,
                               labels_known_from)
           VALUES (%(id)s, %(platform)s, %(remote)s, %(domain)s, %(name)s, %(timezone)s, %(currency)s, %(scopes)s,
                   'installing', %(now)s, %(now)s)
           ON CONFLICT (id) DO UPDATE SET domain = excluded.domain, name = excluded.name,
             timezone = excluded.timezone, currency = excluded.currency, scopes = excluded.scopes,
             uninstalled_at = NULL, installed_at = excluded.installed_at,
             state = CASE WHEN stores.state IN ('uninstalled', 'installing', 'needs_authorisation') THEN 'installing'
                          WHEN stores.ready_at IS NULL THEN 'backfilling' ELSE 'ready' END""",
        {
            "id": tx.store_id,
            "platform": platform,
            "remote": remote_id,
            "domain": domain,
            "name": name,
            "timezone": timezone,
            "currency": currency,
            "scopes": list(scopes),
            "now": now,
        },
    )


def set_state(tx: Transaction, state: State, now: datetime) -> None:
    """The store stands elsewhere now."""
    tx.execute(
        """UPDATE stores SET state = %(state)s,
             ready_at = CASE WHEN %(state)s = 'ready' THEN coalesce(ready_at, %(now)s) ELSE ready_at END,
             uninstalled_at = CASE WHEN %(state)s = 'uninstalled' THEN %(now)s ELSE NULL END
           WHERE id = %(id)s""",
        {"state": state.value, "now": now, "id": tx.store_id},
    )


def set_particulars(
    tx: Transaction, name: str | None, domain: str | None, timezone: str | None, currency: str | None
) -> None:
    """What the platform says of the store; None leaves a value as it is."""
    tx.execute(
        """UPDATE stores SET name = coalesce(%s, name), domain = coalesce(%s, domain),
             timezone = coalesce(%s, timezone), currency = coalesce(%s, currency) WHERE id = %s""",
        (name, domain, timezone, currency, tx.store_id),
    )


def set_scopes(tx: Transaction, scopes: tuple[str, ...]) -> None:
    """What the merchant grants."""
    tx.execute("UPDATE stores SET scopes = %s WHERE id = %s", (list(scopes), tx.store_id))


def set_known_from(tx: Transaction, orders: datetime | None) -> None:
    """Since when orders are known; None: since the first."""
    tx.execute(
        "UPDATE stores SET orders_known_from = coalesce(%s, '-infinity'::timestamptz) WHERE id = %s",
        (orders, tx.store_id),
    )


def set_labels_known_from(tx: Transaction, labels: datetime | None) -> None:
    """Since when tags, groups and attributes are known; None: always."""
    tx.execute(
        "UPDATE stores SET labels_known_from = coalesce(%s, '-infinity'::timestamptz) WHERE id = %s",
        (labels, tx.store_id),
    )


def rules_changed(tx: Transaction) -> None:
    """The store's rules are others than before: every compiled plan of them is stale."""
    tx.execute("UPDATE stores SET rules_version = rules_version + 1 WHERE id = %s", (tx.store_id,))


def lock(tx: Transaction) -> None:
    """This transaction alone changes the store's facts and memberships until it ends."""
    tx.execute("SELECT pg_advisory_xact_lock(%s)", (tx.store_id,))


def try_lock(tx: Transaction) -> bool:
    """As ``lock``, without waiting; False when another holds it."""
    return bool(tx.value("SELECT pg_try_advisory_xact_lock(%s)", (tx.store_id,)))
