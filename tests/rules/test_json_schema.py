"""docs/schema holds the JSON Schemas of rules and definitions as the code reads them."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from plugin.rules import json_schema
from plugin.rules.schema import dump
from plugin.rules.segment import Definition
from plugin.rules.tree import Rule
from plugin.rules.tree_schema import to_json
from tests.rules.strategies import definitions, rules

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
WRITE = os.environ.get("WRITE_SCHEMAS") == "1"
"""Set to publish what the code says now."""

PUBLISHED: dict[str, Callable[[], dict[str, Any]]] = {
    "rule": json_schema.rule,
    "definition": json_schema.definition,
}
TREES = Draft202012Validator(json_schema.rule())
DEFINITIONS = Draft202012Validator(json_schema.definition())
bounded = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_published_is_what_is_read(name: str) -> None:
    path, schema = FOLDER / f"{name}.json", PUBLISHED[name]()
    if WRITE:
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

    Draft202012Validator.check_schema(schema)
    assert json.loads(path.read_text(encoding="utf-8")) == schema


@given(rules(levels=1))
@bounded
def test_every_tree_fits_the_schema(rule: Rule) -> None:
    TREES.validate(json.loads(json.dumps(to_json(rule))))


@given(definitions())
@bounded
def test_every_definition_fits_the_schema(definition: Definition) -> None:
    DEFINITIONS.validate(dump(definition))


@pytest.mark.parametrize(
    "tree",
    [
        {},
        {"kind": "nonsense"},
        {"kind": "in_segment"},
        {"kind": "in_segment", "name": "a", "more": 1},
        {"kind": "not", "part": {"kind": "number", "value": "1"}},
        {"kind": "at_least", "count": 0, "parts": [{"kind": "in_segment", "name": "a"}]},
    ],
)
def test_what_is_no_tree_does_not_fit(tree: dict[str, Any]) -> None:
    assert not TREES.is_valid(tree)
