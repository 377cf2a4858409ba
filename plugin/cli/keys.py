"""``regulars keys``: keys that protect the stores' tokens, and putting the tokens under the newest."""

import click

from plugin.cli import doors, speak
from plugin.db import credentials, stores
from plugin.db.crypto import Keys, SecretUnreadable, new_key
from plugin.db.stores import Store
from plugin.db.transaction import Database

UNREADABLE = (
    "No key fits the tokens of {stores}. Put the key they were written with back into ENCRYPTION_KEYS, at the end."
)


@click.group("keys")
def command() -> None:
    """The keys that protect the stores' tokens."""


@command.command("new")
def new() -> None:
    """Print a fresh key: put it in front of ENCRYPTION_KEYS, then run `regulars keys rotate`."""
    click.echo(new_key())


@command.command("rotate")
@speak.json_option
def rotate(as_json: bool) -> None:
    """Put every store's tokens under the newest key. One transaction a store: stop and repeat as you like."""
    database, keys = doors.database(), Keys(doors.settings().keys)
    counts = {"rotated": 0, "without_tokens": 0}
    unreadable = []
    for store in stores.every(database):
        outcome = _rotated(database, keys, store)
        if outcome is None:
            unreadable.append(store.domain)
        else:
            counts["rotated" if outcome else "without_tokens"] += 1
    if as_json:
        speak.say_json({**counts, "unreadable": unreadable})
    else:
        click.echo(f"{counts['rotated']} stores are under the newest key; {counts['without_tokens']} have no tokens.")
    if unreadable:
        raise click.ClickException(UNREADABLE.format(stores=", ".join(unreadable)))


def _rotated(database: Database, keys: Keys, store: Store) -> bool | None:
    """Whether the store had tokens to rotate; None when no key fits them."""
    try:
        with database.store(store.id) as tx:
            return credentials.rotate(tx, keys)
    except SecretUnreadable:
        return None
