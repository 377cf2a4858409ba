"""What the page for those who submit the app promises is proved where it says so."""

import ast
import re

import pytest

from plugin.platforms.manifest import asked
from plugin.platforms.shopify.translate import TOPICS
from plugin.web import words
from tests.conftest import ROOT

PAGE = (ROOT / "docs/platforms/shopify.md").read_text()
TROUBLES = re.findall(r"^\| (\d+) \| .* \| `([^`]+)` \|$", PAGE, re.MULTILINE)
NAMED = sorted(set(re.findall(r"`(tests/[\w/.]+)", PAGE)))


def test_each_trouble_others_had_has_one_proof_of_its_own() -> None:
    assert [int(number) for number, _ in TROUBLES] == list(range(1, 27))
    assert len({proof for _, proof in TROUBLES}) == len(TROUBLES)


@pytest.mark.parametrize(("number", "proof"), TROUBLES)
def test_the_proof_of_a_trouble_exists(number: str, proof: str) -> None:
    path, _, name = proof.partition("::")

    tree = ast.parse((ROOT / path).read_text())

    assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}, number


@pytest.mark.parametrize("path", NAMED)
def test_what_the_page_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("anchor", sorted(set(re.findall(r"\]\(#([\w-]+)\)", PAGE))))
def test_what_the_page_leads_to_is_on_it(anchor: str) -> None:
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)

    assert anchor in {re.sub(r"[^\w -]", "", heading).casefold().replace(" ", "-") for heading in headings}


ASKED = asked("shopify")
EVERY = (*ASKED.scopes, *ASKED.optional_scopes, *ASKED.topics, *ASKED.optional_topics, *ASKED.needed_topics)


@pytest.mark.parametrize("name", [*EVERY, *ASKED.compliance_topics])
def test_the_page_says_why_a_scope_or_a_topic_is_asked_for(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("topic", sorted({*TOPICS, *EVERY} - {*ASKED.scopes, *ASKED.optional_scopes}))
def test_a_message_has_words_for_the_merchant(topic: str) -> None:
    assert words.topic(topic) != topic


def test_each_optional_scope_can_be_allowed_on_the_page() -> None:
    assert sorted(scope for scopes in words.ACCESS for scope in scopes) == sorted(ASKED.optional_scopes)
