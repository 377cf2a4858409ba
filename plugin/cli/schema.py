"""``regulars schema``: the published JSON Schemas, as this version has them."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from plugin.cli import speak
from plugin.flow import told
from plugin.platforms.given import reference
from plugin.rules import json_schema

SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "definition": json_schema.definition,
    "rule": json_schema.rule,
    "store-file": reference.json_schema,
    "try-output": told.json_schema,
}
"""By name: docs/schema/<name>.json holds the same."""


@click.command("schema")
@click.argument("name", type=click.Choice(sorted(SCHEMAS)))
def command(name: str) -> None:
    """Print the JSON Schema NAME: of definitions, rules as trees, store files, or what `regulars try` prints."""
    speak.say_json(SCHEMAS[name]())
