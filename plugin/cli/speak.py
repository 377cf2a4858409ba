"""What a command says: a table or a sentence for a person, JSON for a program."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def json_option(function: F) -> F:
    """The command takes ``--json`` and gets ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def say_json(what: Any) -> None:
    """The value stands on stdout as JSON; moments in ISO 8601, amounts as text."""
    click.echo(json.dumps(what, default=_plain, ensure_ascii=False, indent=2))


def say_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], empty: str) -> None:
    """One line a row under a line of column names; the sentence where there is no row."""
    lines = [[_cell(row[column]) for column in columns] for row in rows]
    if not lines:
        click.echo(empty)
        return
    heads = [column.replace("_", " ") for column in columns]
    widths = [max(len(cell) for cell in cells) for cells in zip(heads, *lines, strict=True)]
    for line in (heads, *lines):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
