"""``regulars stores``: which stores have the app, and how each of them stands."""

from collections.abc import Iterator
from typing import Any

import click

from plugin.cli import doors, speak
from plugin.db import backfills, customers, inbox, problems, reconciles, repairs, segments, stores

COLUMNS = ("id", "platform", "domain", "state", "installed_at")


@click.group("stores", invoke_without_command=True)
@speak.json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """The stores that have the app: list them, or show one."""
    if ctx.invoked_subcommand is None:
        _list(as_json)


@command.command("list")
@speak.json_option
def listed(as_json: bool) -> None:
    """List the stores, newest last."""
    _list(as_json)


def _list(as_json: bool) -> None:
    rows = [{name: getattr(store, name) for name in COLUMNS} for store in stores.every(doors.database())]
    if as_json:
        speak.say_json(rows)
    else:
        speak.say_table(COLUMNS, rows, "No store has installed the app yet.")


@command.command("show")
@click.argument("store")
@speak.json_option
def show(store: str, as_json: bool) -> None:
    """Show how STORE (its id or domain) stands: state, counts, history, problems."""
    told = _particulars(store)
    if as_json:
        speak.say_json(told)
        return
    for label, value in _lines(told):
        click.echo(f"{label.replace('_', ' ') + ':':22} {value}")


def _lines(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in ("id", "domain", "name", "state", "timezone", "currency", "orders_known_from", "installed_at"):
        yield name, told[name]
    yield from told["counts"].items()
    for reading in told["history"]:
        yield "history", f"{reading['kind']} {reading['state']}, {reading['loaded']} of {reading['objects']} read"
    yield "compared", told["compared_at"] or "not yet"
    for row in told["repairs"]:
        yield (
            "repaired",
            f"{row['count']} {row['kind']} {row['what']}, at {row['at']}: {', '.join(map(str, row['ids']))}",
        )
    for problem in told["problems"]:
        yield "problem", f"{problem['code']} {problem['subject']} {problem['particulars']}, since {problem['first_at']}"


def _particulars(asked: str) -> dict[str, Any]:
    database = doors.database()
    found = doors.find_store(database, asked)
    with database.store(found.id) as tx:
        deliveries = inbox.counts(tx)
        return {
            **{name: getattr(found, name) for name in found.__dataclass_fields__},
            "counts": {
                "customers": customers.count(tx),
                "customers_due": customers.count_due(tx),
                "segments": len(segments.newest(tx)),
                "deliveries_waiting": deliveries["waiting"],
                "deliveries_set_aside": deliveries["set_aside"],
            },
            "history": [
                {"kind": str(r.kind), "state": str(r.state), "objects": r.objects, "loaded": r.loaded, "error": r.error}
                for r in backfills.listed(tx)
            ],
            "compared_at": reconciles.compared_at(tx),
            "repairs": repairs.latest(tx, 10),
            "problems": problems.listed(tx),
        }
