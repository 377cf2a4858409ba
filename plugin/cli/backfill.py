"""``regulars backfill``: a store's history is read again."""

import click

from plugin.cli import doors
from plugin.flow.house import open_house
from plugin.flow.restart import restart


@click.command("backfill")
@click.argument("store")
def command(store: str) -> None:
    """Read the history of STORE again, from the start.

    Subscriptions are renewed too. Nothing is decided before the history is whole; then everyone is.
    """
    house = open_house(doors.settings())
    found = doors.find_store(house.database, store)
    restart(house, found.id)
    click.echo(
        f"The history of {found.domain} is read again; `regulars stores show {found.domain}` tells how far it is."
    )
