"""``regulars reconcile``: a store's books are compared with ours, now."""

import click

from plugin.cli import doors
from plugin.db.stores import State
from plugin.flow.house import open_house
from plugin.flow.reconcile import ask


@click.command("reconcile")
@click.argument("store")
@click.option("--everything", is_flag=True, help="Look at all there is, not only at what changed.")
def command(store: str, everything: bool) -> None:
    """Compare what STORE has with what is here, and read what differs.

    It happens hourly by itself, and weekly for everything.
    """
    house = open_house(doors.settings())
    found = doors.find_store(house.database, store)
    if found.state is not State.READY:
        raise click.ClickException(f"{found.domain} is {found.state}: its history must be read first.")
    ask(house, found.id, everything=everything)
    click.echo(f"{found.domain} is compared; `regulars stores show {found.domain}` tells what was missing.")
