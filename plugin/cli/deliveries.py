"""``regulars deliveries``: what came in, and another try for what was set aside."""

import click

from plugin.cli import doors, speak
from plugin.db import inbox, problems
from plugin.domain.errors import NotFound
from plugin.domain.ids import DeliveryId
from plugin.flow.bell import Work
from plugin.flow.house import open_house

COLUMNS = ("id", "topic", "state", "triggered_at", "received_at", "bytes", "reason")
PROBLEM = "delivery_set_aside"


@click.group("deliveries")
def command() -> None:
    """What came in, and what was set aside."""


@command.command("list")
@click.argument("store")
@click.option("--most", default=50, show_default=True, help="How many.")
@speak.json_option
def listed(store: str, most: int, as_json: bool) -> None:
    """List the newest deliveries of STORE, without their bodies."""
    database = doors.database()
    with database.store(doors.find_store(database, store).id) as tx:
        rows = inbox.latest(tx, most)
    if as_json:
        speak.say_json(rows)
    else:
        speak.say_table(COLUMNS, rows, "Nothing has come in yet.")


@command.command("retry")
@click.argument("store")
@click.argument("delivery", type=int, required=False)
def retry(store: str, delivery: int | None) -> None:
    """Let set-aside deliveries of STORE (or the one DELIVERY) wait to be absorbed again."""
    house = open_house(doors.settings())
    found = doors.find_store(house.database, store)
    with house.database.store(found.id) as tx:
        count = inbox.retry(tx, None if delivery is None else DeliveryId(delivery))
        for problem in problems.listed(tx):
            if problem["code"] == PROBLEM and delivery in (None, int(problem["subject"])):
                problems.clear(tx, PROBLEM, problem["subject"])
    if delivery is not None and count == 0:
        raise NotFound(
            f"Delivery {delivery} of {found.domain} is not set aside. `regulars deliveries list` shows which are."
        )
    house.bell.ring(Work.DRAIN, found.id)
    click.echo(f"{count} deliveries of {found.domain} wait to be absorbed.")
