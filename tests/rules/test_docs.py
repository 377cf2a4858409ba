"""docs/rules.md keeps its promises: every example is read, every name is listed."""

import json
import re
from pathlib import Path

import pytest

from plugin.rules import fields
from plugin.rules.describe import describe
from plugin.rules.parse import parse
from plugin.rules.print import print_rule
from plugin.rules.rfm import TABLE
from plugin.rules.schema import dump, load
from plugin.rules.tree import Affix, Calendar, Function, Passage, Score, Source, State
from plugin.rules.words import CALLS

PAGE = Path(__file__).parents[2].joinpath("docs", "rules.md").read_text(encoding="utf-8")
EXAMPLES = [text.strip() for text in re.findall(r"```rule\n(.*?)```", PAGE, re.DOTALL)]
DEFINITIONS = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
OLDER = re.findall(r"^\| `(.+?)` \| `(.+?)` \|$", PAGE.split("## Older spellings")[1], re.MULTILINE)


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_a_rule_in_its_canonical_spelling(text: str) -> None:
    assert print_rule(parse(text)) == text


@pytest.mark.parametrize(("older", "printed"), OLDER)
def test_every_older_spelling_is_printed_as_the_page_says(older: str, printed: str) -> None:
    assert print_rule(parse(older)) == printed


@pytest.mark.parametrize("text", DEFINITIONS)
def test_every_definition_on_the_page_can_be_saved(text: str) -> None:
    definition = load(json.loads(text))

    assert load(dump(definition)) == definition


def test_every_example_of_an_operator_says_who_is_in_and_who_just_misses() -> None:
    worked = PAGE.split("## Operators")[1].split("## Same name")[0]

    for after in re.findall(r"```rule\n.*?```\n(.*)", worked):
        assert after.startswith("In: ")
        assert "Just misses: " in after


def test_the_page_has_examples_of_all_kinds() -> None:
    assert len(EXAMPLES) >= 80
    assert len(OLDER) >= 5
    assert len(DEFINITIONS) == 3


NAMES = {
    *fields.ATTRIBUTES,
    *fields.FUNCTIONS,
    *(parameter for function in fields.FUNCTIONS.values() for parameter in function.parameters),
    *(name for rows in fields.ROWS.values() for name in rows.fields),
    *(str(word) for words in (Source, State, Function) for word in words),
}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_name_of_the_catalogue_is_on_the_page(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("word", sorted({*CALLS, *Affix, *Passage, *Score, *Calendar} - {"option", "property"}))
def test_every_word_of_the_language_is_on_the_page(word: str) -> None:
    assert word in PAGE


def test_the_groups_of_rfm_are_as_on_the_page() -> None:
    for recency, groups in TABLE.items():
        assert f"| {recency} | {' | '.join(groups)} |" in PAGE


SHOPIFYS = PAGE.split("## Shopify's names")[1].split("## Older spellings")[0]


@pytest.mark.parametrize("name", [n for n, known in fields.ATTRIBUTES.items() if known.shopify] + [*fields.FUNCTIONS])
def test_every_name_of_shopifys_says_where_it_works(name: str) -> None:
    assert f"`{name}`" in SHOPIFYS


def test_the_first_example_reads_as_the_page_says() -> None:
    assert describe(parse(EXAMPLES[0])) in PAGE
