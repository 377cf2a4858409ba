"""What people and programs read about store files is what the code does."""

import json
import os
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from plugin.platforms.given import reference
from plugin.platforms.given.document import read

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/store-file.md"
WRITE = os.environ.get("WRITE_DOCS") == "1"
"""With WRITE_DOCS=1 the published texts are written anew instead of being compared."""


def between(text: str, name: str) -> str:
    """What stands between the two comments of that name."""
    found = re.search(rf"<!-- {name}: start -->\n(.*?)\n?<!-- {name}: end -->", text, re.DOTALL)
    assert found is not None
    return found[1]


def example() -> str:
    """The page's example, as a file."""
    return between(PAGE.read_text(), "example").removeprefix("```yaml\n").removesuffix("\n```")


def plain(text: str) -> object:
    """As a program that checks the schema has it."""
    return json.loads(json.dumps(read(text), default=float))


def test_the_page_has_every_key_as_it_is() -> None:
    text = PAGE.read_text()
    if WRITE:
        start, rest = text.split("<!-- tables: start -->\n")
        PAGE.write_text(
            f"{start}<!-- tables: start -->\n{reference.tables()}\n{rest[rest.index('<!-- tables: end') :]}"
        )

    assert between(PAGE.read_text(), "tables") == reference.tables()


def test_the_published_schema_is_current_and_valid() -> None:
    path = ROOT / "docs/schema/store-file.json"
    if WRITE:
        path.write_text(json.dumps(reference.json_schema(), ensure_ascii=False, indent=2) + "\n")

    published = json.loads(path.read_text())

    assert published == reference.json_schema()
    Draft202012Validator.check_schema(published)


def test_the_example_passes_the_schema() -> None:
    Draft202012Validator(reference.json_schema()).validate(plain(example()))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("customers", 0, "cheated"), 1),
        (("customers", 0, "orders", 0, "placed"), None),
        (("customers", 0, "consent"), {"email": {"state": "perhaps"}}),
        (("customers", 0, "orders", 0, "lines", 0, "quantity"), 0),
        (("moments",), "today"),
    ],
)
def test_the_schema_refuses_what_the_code_refuses(path: tuple[str | int, ...], value: object) -> None:
    data = plain(example())
    place: object = data
    for key in path[:-1]:
        place = place[key]  # type: ignore[index]
    place[path[-1]] = value  # type: ignore[index]

    assert not Draft202012Validator(reference.json_schema()).is_valid(data)
