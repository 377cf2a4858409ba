"""``regulars customer``: why a customer is, or is not, in a segment, since when, and all that is held about them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import click

from plugin.cli import doors, speak
from plugin.db import customers, memberships, segments
from plugin.db.segments import Segment
from plugin.db.transaction import Transaction
from plugin.domain.errors import NotFound
from plugin.domain.ids import CustomerId
from plugin.domain.text import fold
from plugin.engine.series import Passage
from plugin.flow.export import export
from plugin.flow.house import House, open_house
from plugin.flow.passages import passages
from plugin.flow.why import why

MARKS = {"in": "✓", "out": "✗", "undecided": "?"}


@click.group("customer")
def command() -> None:
    """Why a customer is, or is not, in a segment, since when, and all that is held about them."""


@command.command("explain")
@click.argument("store")
@click.argument("customer", type=int)
@click.option("--segment", help="Only this segment: its name or its number.")
@click.option("--as-of", type=click.DateTime(), help="At this moment (UTC) instead of now, as known today.")
@speak.json_option
def explain(store: str, customer: int, segment: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Say for each segment of STORE whether CUSTOMER (the platform's number) is in it, since when, and why."""
    house = open_house(doors.settings())
    found = doors.find_store(house.database, store)
    with house.database.store(found.id, isolation="REPEATABLE READ") as tx:
        if not customers.named(tx, [CustomerId(customer)]):
            raise NotFound(f"{found.domain} has no customer {customer}.")
        chosen = _chosen(segments.applied(tx), segment)
        moment = None if as_of is None else as_of.replace(tzinfo=UTC)
        told = _standings(house, tx, CustomerId(customer), chosen, moment)
    if as_json:
        speak.say_json(told)
        return
    for each in told:
        for line in _lines(each):
            click.echo(line)
    if not told:
        click.echo("The store decides by no segment yet.")


@command.command("history")
@click.argument("store")
@click.argument("customer", type=int)
@click.option("--segment", help="Only this segment: its name or its number.")
@speak.json_option
def history(store: str, customer: int, segment: str | None, as_json: bool) -> None:
    """Say when CUSTOMER entered and left each segment of STORE, from the first fact on, by what is known today."""
    house = open_house(doors.settings())
    found = doors.find_store(house.database, store)
    with house.database.store(found.id, isolation="REPEATABLE READ") as tx:
        if not customers.named(tx, [CustomerId(customer)]):
            raise NotFound(f"{found.domain} has no customer {customer}.")
        rows = [
            {"segment": each.name, "from": passage.at, "what": _what(passage), **passage._asdict()}
            for each in _chosen(segments.applied(tx), segment)
            for passage in passages(house, tx, each.id, CustomerId(customer)) or ()
        ]
    if as_json:
        speak.say_json([{key: row[key] for key in ("segment", "at", "label", "undecided")} for row in rows])
    else:
        speak.say_table(("segment", "from", "what"), rows, "The customer has never been in any of these.")


@command.command("export")
@click.argument("store")
@click.argument("customer", type=int)
def exported(store: str, customer: int) -> None:
    """Print everything STORE holds here about CUSTOMER as JSON, to be sent to them: facts, segments, reasons."""
    house = open_house(doors.settings())
    found = doors.find_store(house.database, store)
    try:
        speak.say_json(export(house, found.id, CustomerId(customer)))
    except NotFound as error:
        raise NotFound(f"Nothing is held about customer {customer} of {found.domain}.") from error


def _what(passage: Passage) -> str:
    if passage.undecided:
        return "not known"
    return "out" if passage.label is None else passage.label or "in"


def _chosen(applied: list[Segment], asked: str | None) -> list[Segment]:
    """The segments asked for; raises NotFound."""
    if asked is None:
        return applied
    found = [segment for segment in applied if fold(segment.name) == fold(asked) or str(segment.id) == asked]
    if not found:
        raise NotFound(f"There is no decided segment {asked}. `regulars segments list` shows them.")
    return found


def _standings(
    house: House, tx: Transaction, customer: CustomerId, chosen: list[Segment], as_of: datetime | None
) -> list[dict[str, Any]]:
    """What stands in the membership table, or stood at the moment, and the engine's explanation."""
    inside = {row.segment_id: row for row in memberships.of(tx, [customer])}
    told = []
    for segment in chosen:
        row, explained = inside.get(segment.id), why(house, tx, segment.id, customer, as_of)
        stands = {
            "in": row is not None,
            "label": None if row is None else row.label,
            "since": None if row is None else row.since,
        }
        if as_of is not None and explained is not None:
            outcome = explained.outcome
            stands = {"in": explained.verdict == "in", "label": outcome.label, "since": outcome.since}
        told.append({"segment": segment.name, **stands, "why": None if explained is None else explained.plain()})
    return told


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    label = f" as {told['label']}" if told["label"] else ""
    since = f" since {told['since'].isoformat(sep=' ', timespec='seconds')}" if told["in"] and told["since"] else ""
    yield f"{'in' if told['in'] else 'not in'} {told['segment']}{label}{since}"
    explained = told["why"]
    if explained is None:
        yield "  its rule can't be worked out at the moment; `regulars stores show` has the reason"
        return
    yield f"  {explained['sentence']}"
    for part in explained["parts"]:
        yield from _parts(part, 1)
    if explained["next_change"] is not None:
        yield f"  by time alone {explained['next_verdict']} from {explained['next_change']}"


def _parts(part: Mapping[str, Any], depth: int) -> Iterator[str]:
    """A part of the rule with its answer, what it saw, and its own parts."""
    place = f"{part['place']}: " if part.get("place") not in (None, "rule") else ""
    saw = "; ".join(f"{value['text']} is {_shown(value['actual'])}" for value in part.get("values", ()))
    yield f"{'  ' * depth}{MARKS[part['verdict']]} {place}{part['text']}{f' ({saw})' if saw else ''}"
    for below in part.get("parts", ()):
        yield from _parts(below, depth + 1)


def _shown(actual: Any) -> str:
    if actual is None:
        return "missing"
    if isinstance(actual, dict):
        return "not known"
    return ", ".join(map(str, actual)) if isinstance(actual, list) else str(actual)
