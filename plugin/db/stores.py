"""Stores: one row an installation. The only table without row-level store ids, for it is them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from plugin.db.schema import NONE, column, metadata
from plugin.db.transaction import Database, Transaction
from plugin.domain.facts import AMOUNTS
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
    column("paused_at", MOMENT, NONE, nullable=True),
    column("told_at", MOMENT, NONE, server_default="-infinity"),
    column("domain_since", MOMENT, NONE, server_default="-infinity"),
    column("earlier_domain", Text, NONE, nullable=True),
    column("hook_digests", ARRAY(LargeBinary), NONE, server_default="{}"),
    column("amounts_unsure", Boolean, NONE, server_default="false"),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("platform", "remote_id"),
    Index("ix_stores_platform_domain", "platform", "domain"),
    Index("ix_stores_platform_earlier_domain", "platform", "earlier_domain"),
)

COLUMNS = (
    "id, platform, remote_id, domain, name, timezone, currency, scopes, state, rules_version, "
    "nullif(orders_known_from, '-infinity'), nullif(labels_known_from, '-infinity'), installed_at, ready_at, uninstalled_at, "
    "paused_at, amounts_unsure"
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
    paused_at: datetime | None
    """Since when the platform lets nobody call this store: it is tried once a day."""
    amounts_unsure: bool = False
    """Whether it ever had an order whose amounts are unknown."""

    @property
    def erased(self) -> bool:
        """Whether the store asked to be forgotten: nothing about it may be kept."""
        return not self.domain

    @property
    def reachable(self) -> bool:
        """Whether the platform may be called for this store."""
        return self.installed and self.paused_at is None

    @property
    def installed(self) -> bool:
        """Whether the app is on the store, with a token that lives as far as we know."""
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


@dataclass(frozen=True)
class Sender:
    """A store as its deliveries are proven: by what its webhooks carry, of which the digests stand here."""

    id: StoreId
    installed: bool
    digests: tuple[bytes, ...]


def find_sender(database: Database, platform: str, domain: str) -> Sender | None:
    """The store of a platform where a store keeps its name. As role ``receive``."""
    row = database.run(
        "receive",
        "SELECT id, state, hook_digests FROM stores WHERE platform = %s AND domain = %s ORDER BY id DESC LIMIT 1",
        (platform, domain),
    ).fetchone()
    if row is None:
        return None
    return Sender(StoreId(row[0]), row[1] != State.UNINSTALLED, tuple(bytes(each) for each in row[2]))


def find(database: Database, platform: str, domain: str, at: datetime, role: str = "scan") -> StoreId | None:
    """Whose domain this was at the moment; else whose it is now, else whose it was before. The newest of several.

    Stores change their domains, and two may swap theirs; what was sent before that says the old one.
    """
    row = database.run(
        role,
        """SELECT id FROM stores WHERE platform = %(platform)s AND (domain = %(domain)s OR earlier_domain = %(domain)s)
           ORDER BY (domain = %(domain)s) = (domain_since <= %(at)s) DESC, domain = %(domain)s DESC,
                    domain_since DESC, id DESC LIMIT 1""",
        {"platform": platform, "domain": domain, "at": at},
    ).fetchone()
    return None if row is None else StoreId(row[0])


def find_held(database: Database, platform: str, domain: str, at: datetime) -> StoreId | None:
    """As ``find``, but never a store that no longer had the domain then: a visitor must not see another's store."""
    row = database.run(
        "scan",
        """SELECT id FROM stores WHERE platform = %(platform)s
             AND (domain = %(domain)s OR (earlier_domain = %(domain)s AND domain_since > %(at)s))
           ORDER BY (domain = %(domain)s) = (domain_since <= %(at)s) DESC, domain_since DESC, id DESC LIMIT 1""",
        {"platform": platform, "domain": domain, "at": at},
    ).fetchone()
    return None if row is None else StoreId(row[0])


def find_remote(database: Database, platform: str, remote_id: str, role: str = "scan") -> StoreId | None:
    """The store with this id at its platform; a domain may change, this does not."""
    row = database.run(
        role, "SELECT id FROM stores WHERE platform = %s AND remote_id = %s", (platform, remote_id)
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
             earlier_domain = CASE WHEN stores.domain IN (excluded.domain, '') THEN stores.earlier_domain ELSE stores.domain END,
             domain_since = CASE WHEN stores.domain = excluded.domain THEN stores.domain_since ELSE excluded.installed_at END,
             told_at = excluded.installed_at, paused_at = NULL,
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
    tx: Transaction, name: str | None, domain: str | None, timezone: str | None, currency: str | None, at: datetime
) -> bool:
    """What the platform said of the store at the moment; None leaves a value as it is. False for what is older news."""
    return (
        tx.execute(
            """UPDATE stores SET name = coalesce(%(name)s, name), domain = coalesce(%(domain)s, domain),
                 earlier_domain = CASE WHEN domain <> %(domain)s THEN domain ELSE earlier_domain END,
                 domain_since = CASE WHEN domain <> %(domain)s THEN %(at)s ELSE domain_since END,
                 timezone = coalesce(%(timezone)s, timezone), currency = coalesce(%(currency)s, currency), told_at = %(at)s
               WHERE id = %(id)s AND told_at <= %(at)s""",
            {"name": name, "domain": domain, "timezone": timezone, "currency": currency, "at": at, "id": tx.store_id},
        ).rowcount
        == 1
    )


def pause(tx: Transaction, now: datetime) -> None:
    """The platform is not called for this store, but for a try a day; since now, if it was not so before."""
    tx.execute("UPDATE stores SET paused_at = coalesce(paused_at, %s) WHERE id = %s", (now, tx.store_id))


def resume(tx: Transaction) -> None:
    """The store can be called again."""
    tx.execute("UPDATE stores SET paused_at = NULL WHERE id = %s", (tx.store_id,))


def set_scopes(tx: Transaction, scopes: tuple[str, ...]) -> None:
    """What the merchant grants."""
    tx.execute("UPDATE stores SET scopes = %s WHERE id = %s", (list(scopes), tx.store_id))


def put_hook_digest(tx: Transaction, digest: bytes) -> None:
    """Deliveries are proven by this from now on, and by the one before it: what is on its way still carries that."""
    tx.execute("UPDATE stores SET hook_digests = (array[%s] || hook_digests)[:2] WHERE id = %s", (digest, tx.store_id))


def end_hook_digest(tx: Transaction) -> None:
    """What proved deliveries before the present digest proves nothing any more."""
    tx.execute(
        "UPDATE stores SET hook_digests = hook_digests[:1] WHERE id = %s AND cardinality(hook_digests) > 1",
        (tx.store_id,),
    )


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


def doubt_amounts(tx: Transaction) -> None:
    """From now on rules ask of every amount of an order whether it is known."""
    tx.execute("UPDATE stores SET amounts_unsure = true WHERE id = %s AND NOT amounts_unsure", (tx.store_id,))


def weigh_amounts(tx: Transaction) -> None:
    """Rules ask whether amounts are known where there is an order of which they are not, and nowhere else."""
    tx.execute(
        """UPDATE stores SET amounts_unsure =
             EXISTS (SELECT 1 FROM orders WHERE store_id = %(store)s AND unknown && %(amounts)s::text[])
           WHERE id = %(store)s AND amounts_unsure""",
        {"store": tx.store_id, "amounts": sorted(AMOUNTS)},
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
