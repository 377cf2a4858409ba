"""``regulars segments``: a store's segments as a list, through time, and as a file that can go to another store."""

import json
from collections.abc import Mapping, Sequence
from typing import IO, Any

import click

from plugin.cli import doors, speak
from plugin.db import memberships, segments
from plugin.db.segments import Segment
from plugin.db.stores import Store
from plugin.domain.errors import Invalid, NotFound
from plugin.domain.text import fold
from plugin.engine.series import Size, Step
from plugin.flow.house import House, open_house
from plugin.flow.named import attributes, named
from plugin.flow.save import save
from plugin.flow.series import MOST, POINTS
from plugin.flow.series import series as sizes
from plugin.rules import graph, schema
from plugin.rules.graph import Named
from plugin.rules.problems import RuleError

COLUMNS = ("id", "name", "state", "version", "applied_version", "members", "stale_since")
AUTHOR = "regulars segments import"


@click.group("segments")
def command() -> None:
    """A store's segments: list, series, export, import."""


@command.command("list")
@click.argument("store")
@speak.json_option
def listed(store: str, as_json: bool) -> None:
    """List the segments of STORE with their sizes."""
    database = doors.database()
    with database.store(doors.find_store(database, store).id) as tx:
        sizes = memberships.sizes(tx)
        found = segments.newest(tx)
    rows = [_row(segment, sum(sizes.get(segment.id, {}).values())) for segment in found]
    if as_json:
        speak.say_json(rows)
    else:
        speak.say_table(COLUMNS, rows, "The store has no segments yet.")


def _row(segment: Segment, members: int) -> dict[str, Any]:
    row = {name: getattr(segment, name) for name in COLUMNS if name != "members"}
    return {**row, "members": members, "definition": segment.definition, "outputs": segment.outputs}


@command.command("export")
@click.argument("store")
def export(store: str) -> None:
    """Print the segments of STORE as JSON that `segments import` reads, each at its newest version."""
    database = doors.database()
    with database.store(doors.find_store(database, store).id) as tx:
        found = segments.newest(tx)
    speak.say_json({"segments": [{"name": s.name, "definition": s.definition, "outputs": s.outputs} for s in found]})


@command.command("import")
@click.argument("store")
@click.argument("file", type=click.File(encoding="utf-8"))
def import_(store: str, file: IO[str]) -> None:
    """Save the segments of FILE (- for stdin) in STORE: new ones in preview, known names as a new version.

    All are checked before the first is saved; one that says what the store has already is left alone.
    """
    given = _read(file)
    house = open_house(doors.settings())
    found = doors.find_store(house.database, store)
    with house.database.store(found.id) as tx:
        present = segments.newest(tx)
    ordered = _checked(given, present)
    counts = {"created": 0, "revised": 0, "unchanged": 0}
    for each in ordered:
        counts[_put(house, found, each, present)] += 1
    click.echo(", ".join(f"{count} {word}" for word, count in counts.items()) + ".")


@command.command("series")
@click.argument("store")
@click.argument("segment")
@click.option("--points", default=POINTS, show_default=True, type=click.IntRange(1, MOST), help="How many moments.")
@click.option("--step", default=Step.WEEK.value, show_default=True, type=click.Choice([s.value for s in Step]))
@speak.json_option
def series(store: str, segment: str, points: int, step: str, as_json: bool) -> None:
    """Say how large SEGMENT (its name or number) of STORE was at many moments, the present last.

    Where the facts of then can't be known, the moment has no numbers.
    """
    house = open_house(doors.settings())
    found = doors.find_store(house.database, store)
    with house.database.store(found.id) as tx:
        chosen = [s for s in segments.newest(tx) if fold(s.name) == fold(segment) or str(s.id) == segment]
    if not chosen:
        raise NotFound(f"There is no segment {segment}. `regulars segments list` shows them.")
    rows = [_size(size) for size in sizes(house, found.id, chosen[0].id, points, Step(step))]
    if as_json:
        speak.say_json(rows)
    else:
        speak.say_table(("as_of", "in", "undecided", "customers"), rows, "")


def _size(size: Size) -> dict[str, Any]:
    numbers = {"in": size.inside, "undecided": size.undecided, "customers": size.customers, "labels": size.labels}
    return {"as_of": size.as_of, **(numbers if size.known else dict.fromkeys(numbers))}


def _read(file: IO[str]) -> list[dict[str, Any]]:
    try:
        given = json.load(file)["segments"]
        return [{"name": str(s["name"]), "definition": s["definition"], "outputs": s.get("outputs", {})} for s in given]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid("This is not what `regulars segments export` prints.", field="file") from error


def _checked(given: Sequence[dict[str, Any]], present: Sequence[Segment]) -> list[dict[str, Any]]:
    """The given segments, each after those it reads; raises Invalid with every mistake in every rule."""
    mistakes, meant = [], []
    known = {fold(each.name): each for each in present}
    for each in given:
        try:
            definition = schema.load(each["definition"])
        except RuleError as error:
            mistakes.append(f"{each['name']}: {error.message}")
            continue
        tags = frozenset(map(fold, each["outputs"].values()))
        meant.append(Named(each["name"], definition, tags, attributes(known.get(fold(each["name"])))))
    if mistakes:
        raise Invalid("\n".join(mistakes), field="definition")
    names = {fold(each["name"]): each for each in given}
    others = [other for other in named(list(present)) if fold(other.name) not in names]
    return [names[fold(name)] for name in graph.order([*others, *meant]) if fold(name) in names]


def _put(house: House, store: Store, given: Mapping[str, Any], present: Sequence[Segment]) -> str:
    known = next((segment for segment in present if fold(segment.name) == fold(given["name"])), None)
    plain = schema.dump(schema.load(given["definition"]))
    if known is not None and known.definition == plain and known.outputs == given["outputs"]:
        return "unchanged"
    save(
        house,
        store.id,
        given["name"],
        given["definition"],
        given["outputs"],
        AUTHOR,
        None if known is None else known.id,
    )
    return "created" if known is None else "revised"
