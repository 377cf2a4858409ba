"""``regulars deliveries``: what came in, and another try for what was set aside."""

import click

from plugin.cli import doors, speak
from plugin.db import inbox
from plugin.db.inbox import State
from plugin.domain.ids import DeliveryId
from plugin.flow.house import open_house
from plugin.flow.retry import retry

COLUMNS = ("id", "topic", "state", "triggered_at", "received_at", "bytes", "reason")
MOST = 10_000
"""Set-aside deliveries retried at once."""


@click.group("deliveries")
def command() -> None:
    """What came in, and what was set aside."""


@command.command("list")
@click.argument("store")
@click.option("--set-aside", is_flag=True, help="Only those that were set aside.")
@click.option("--most", type=click.IntRange(min=1), default=50, show_default=True, help="How many.")
@speak.json_option
def listed(store: str, set_aside: bool, most: int, as_json: bool) -> None:
    """List the newest deliveries of STORE, without their bodies."""
    database = doors.database()
    with database.store(doors.find_store(database, store).id) as tx:
        rows = inbox.latest(tx, most, State.SET_ASIDE if set_aside else None)
    if as_json:
        speak.say_json(rows)
    else:
        speak.say_table(COLUMNS, rows, "None is set aside." if set_aside else "Nothing has come in yet.")


@command.command("retry")
@click.argument("store")
@click.argument("delivery", type=int, required=False)
def retry_(store: str, delivery: int | None) -> None:
    """Let set-aside deliveries of STORE (all, or the one DELIVERY) wait to be absorbed again."""
    house = open_house(doors.settings())
    found = doors.find_store(house.database, store)
    if delivery is None:
        with house.database.store(found.id) as tx:
            rows = inbox.latest(tx, MOST, State.SET_ASIDE)
        which = [int(str(row["id"])) for row in reversed(rows)]
    else:
        which = [delivery]
    for one in which:
        retry(house, found.id, DeliveryId(one))
    click.echo(f"Deliveries of {found.domain} that wait to be absorbed again: {len(which)}.")
