"""``regulars facts``: what a store's platform does not know of its customers."""

from typing import IO

import click

from plugin.cli import doors, speak
from plugin.flow.give import give
from plugin.flow.house import open_house
from plugin.platforms.given.document import read
from plugin.platforms.given.mistakes import FileUnusable


@click.group("facts")
def command() -> None:
    """Facts of a store's customers that its platform does not know: answers, events, predictions."""


@command.command("give")
@click.argument("store")
@click.argument("file", type=click.File(encoding="utf-8"))
@speak.json_option
def give_(store: str, file: IO[str], as_json: bool) -> None:
    """Tell STORE what stands in FILE (YAML or JSON, - for stdin): `customers`, each with its `id` at the platform.

    docs/facts.md says what may be told. Nothing is kept where anything in the file is wrong.
    """
    house = open_house(doors.settings())
    found = doors.find_store(house.database, store)
    try:
        given = give(house, found.id, read(file.read()))
    except FileUnusable as error:
        for mistake in error.mistakes:
            click.echo(str(mistake), err=True)
        raise click.exceptions.Exit(2) from error
    if as_json:
        speak.say_json({"customers": given.customers, "messages": given.messages})
    else:
        click.echo(f"{found.domain} was told of {given.customers} customers; it takes effect within seconds.")
