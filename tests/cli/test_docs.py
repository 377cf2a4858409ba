"""What the documents promise about settings, commands and problems is so."""

import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest

from plugin.cli import main
from plugin.settings import Settings
from plugin.web.api.plan import OURS
from plugin.web.plan_words import PROBLEMS as PLANS
from plugin.web.words import PROBLEMS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ("README.md", "docs/settings.md", "docs/runbook.md", "docs/privacy.md", "docs/replay.md", "docs/store-file.md")

WORDED_OTHERWISE = {"data_requested_of_nobody"}
"""Words for a problem that has a code of its own."""


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.metadata["name"])
def test_every_setting_is_documented_as_it_is(field: object) -> None:
    told = field.metadata  # type: ignore[attr-defined]
    missing = "**must be given**" if told["default"] is None else f"`{told['default']}`" if told["default"] else "–"
    lock = " 🔒" if told["secret"] else ""

    row = f"| `{told['name']}`{lock} | {told['sentence']} | {missing} |"

    assert row in (ROOT / "docs/settings.md").read_text().splitlines()


def test_no_setting_is_documented_that_does_not_exist() -> None:
    documented = re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)

    assert documented == [field.metadata["name"] for field in fields(Settings)]


@pytest.mark.parametrize("document", DOCS)
def test_every_command_a_document_names_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    named = re.findall(r"`regulars ([^`]+)`", text) + re.findall(r"^regulars (.+)$", text, re.MULTILINE)

    for words in map(shlex.split, named):
        _check(words)


def _check(words: list[str]) -> None:
    """Nouns and verbs are commands, and each option is one of theirs."""
    command: click.Command = main
    context = click.Context(main)
    for word in words:
        if isinstance(command, click.Group) and not word.startswith("-"):
            found = command.get_command(context, word)
            assert found is not None, f"no command `{word}` in {words}"
            command = found
    options = {option for parameter in (*command.params, *main.params) for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options, words


def test_the_runbook_has_every_problem_a_store_can_show() -> None:
    listed = (ROOT / "docs/runbook.md").read_text().partition("## Problem codes")[2]

    assert set(re.findall(r"`(\w+)`", listed)) == {*PROBLEMS, *OURS, *PLANS} - WORDED_OTHERWISE


def test_every_problem_that_is_reported_has_words() -> None:
    sources = [path.read_text() for path in (ROOT / "plugin/flow").glob("*.py")]
    codes = {code for text in sources for code in re.findall(r"problems\.report\(\s*\w+,\s*\"(\w+)\"", text)}

    assert codes
    assert codes <= {*PROBLEMS, *OURS, *PLANS}
