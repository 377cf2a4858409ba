"""Credentials: a store's tokens, encrypted, both of a pair in one row; and what its webhooks carry as a proof."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import DateTime, LargeBinary

from plugin.db.crypto import Keys
from plugin.db.schema import NONE, column, tenant_table
from plugin.db.transaction import Transaction

MOMENT = DateTime(timezone=True)

credentials = tenant_table(
    "credentials",
    (),
    column("access_token", LargeBinary, NONE),
    column("refresh_token", LargeBinary, NONE, nullable=True),
    column("previous_refresh_token", LargeBinary, NONE, nullable=True),
    column("expires_at", MOMENT, NONE, nullable=True),
    column("refresh_expires_at", MOMENT, NONE, nullable=True),
    column("hook_secret", LargeBinary, NONE, nullable=True),
    column("updated_at", MOMENT, NONE, server_default="now()"),
)


@dataclass(frozen=True)
class Credential:
    """A token pair in clear; it never shows in a ``repr``."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    previous_refresh_token: str | None = field(repr=False)
    expires_at: datetime | None
    refresh_expires_at: datetime | None
    updated_at: datetime


def put(
    tx: Transaction,
    keys: Keys,
    access_token: str,
    refresh_token: str | None,
    expires_at: datetime | None,
    refresh_expires_at: datetime | None,
) -> None:
    """The pair stands; the refresh token before it stays beside until this one has been used."""
    tx.execute(
        """INSERT INTO credentials AS c (store_id, access_token, refresh_token, expires_at, refresh_expires_at)
           VALUES (%s, %s, %s, %s, %s)
           ON CONFLICT (store_id) DO UPDATE SET access_token = excluded.access_token,
             previous_refresh_token = c.refresh_token, refresh_token = excluded.refresh_token,
             expires_at = excluded.expires_at, refresh_expires_at = excluded.refresh_expires_at, updated_at = now()""",
        (
            tx.store_id,
            keys.encrypt(tx.store_id, access_token),
            None if refresh_token is None else keys.encrypt(tx.store_id, refresh_token),
            expires_at,
            refresh_expires_at,
        ),
    )


def get(tx: Transaction, keys: Keys) -> Credential | None:
    """The store's pair."""
    row = tx.row(
        """SELECT access_token, refresh_token, previous_refresh_token, expires_at, refresh_expires_at, updated_at
           FROM credentials WHERE store_id = %s""",
        (tx.store_id,),
    )
    if row is None:
        return None
    secrets = [None if value is None else keys.decrypt(tx.store_id, value) for value in row[:3]]
    assert secrets[0] is not None
    return Credential(secrets[0], secrets[1], secrets[2], row[3], row[4], row[5])


def hook_secret(tx: Transaction, keys: Keys) -> str | None:
    """What the store's webhooks carry; nobody else makes one meanwhile. Raises LookupError without tokens."""
    row = tx.row("SELECT hook_secret FROM credentials WHERE store_id = %s FOR UPDATE", (tx.store_id,))
    if row is None:
        raise LookupError(f"store {tx.store_id} has no tokens")
    return None if row[0] is None else keys.decrypt(tx.store_id, row[0])


def put_hook_secret(tx: Transaction, keys: Keys, secret: str) -> None:
    """The store's webhooks are to carry this."""
    tx.execute(
        "UPDATE credentials SET hook_secret = %s WHERE store_id = %s", (keys.encrypt(tx.store_id, secret), tx.store_id)
    )


def end_hook_secret(tx: Transaction) -> None:
    """A store that left the app has another secret when it comes back."""
    tx.execute(
        """UPDATE credentials SET hook_secret = NULL WHERE store_id = %(id)s
             AND EXISTS (SELECT 1 FROM stores WHERE id = %(id)s AND state = 'uninstalled')""",
        {"id": tx.store_id},
    )


def remove(tx: Transaction) -> None:
    """The tokens are gone."""
    tx.execute("DELETE FROM credentials WHERE store_id = %s", (tx.store_id,))


def rotate(tx: Transaction, keys: Keys) -> bool:
    """Everything is encrypted under the newest key; False when the store has none."""
    row = tx.row(
        """SELECT access_token, refresh_token, previous_refresh_token, hook_secret FROM credentials
           WHERE store_id = %s FOR UPDATE""",
        (tx.store_id,),
    )
    if row is None:
        return False
    rotated = [None if value is None else keys.rotate(value) for value in row]
    tx.execute(
        """UPDATE credentials SET access_token = %s, refresh_token = %s, previous_refresh_token = %s, hook_secret = %s
           WHERE store_id = %s""",
        (*rotated, tx.store_id),
    )
    return True
