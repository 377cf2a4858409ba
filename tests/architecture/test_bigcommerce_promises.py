"""What BigCommerce's page promises is proved where it says so, and it names no other platform."""

import ast
import re

import pytest

from plugin.platforms.bigcommerce import statuses
from plugin.platforms.bigcommerce.translate import TOPICS
from plugin.platforms.manifest import asked, manifest
from tests.conftest import ROOT

PAGE = (ROOT / "docs/platforms/bigcommerce.md").read_text()
ASKED = asked("bigcommerce")
TROUBLES = re.findall(r"^\| (\d+) \| .* \| `([^`]+::\w+)` \| `([^`]+::\w+)` \|$", PAGE, re.MULTILINE)
PROOFS = sorted(set(re.findall(r"`(tests/[\w/.]+)::(\w+)`", PAGE)))
NAMED = sorted(set(re.findall(r"`((?:tests|plugin)/[\w/.]+)", PAGE)))


def test_every_trouble_others_had_has_a_story_and_a_proof_of_its_own() -> None:
    assert [int(number) for number, _, _ in TROUBLES] == list(range(1, 28))
    assert all(story.startswith("tests/stories/bigcommerce/") for _, _, story in TROUBLES)
    named = [proof for _, part, story in TROUBLES for proof in (part, story)]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize(("path", "name"), PROOFS)
def test_a_proof_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text())

    assert name in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize("path", NAMED)
def test_what_the_page_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize("anchor", sorted(set(re.findall(r"\]\(#([\w-]+)\)", PAGE))))
def test_what_the_page_leads_to_is_on_it(anchor: str) -> None:
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)

    assert anchor in {re.sub(r"[^\w -]", "", heading).casefold().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([\w./]+\.md)", PAGE))))
def test_a_page_it_leads_to_exists(path: str) -> None:
    assert (ROOT / "docs/platforms" / path).exists()


@pytest.mark.parametrize("name", [*ASKED.scopes, *ASKED.optional_scopes, *ASKED.topics, *ASKED.needed_topics])
def test_the_page_says_why_a_scope_or_a_topic_is_asked_for(name: str) -> None:
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("topic", ASKED.topics)
def test_every_topic_that_is_asked_for_is_understood(topic: str) -> None:
    assert topic in TOPICS


def test_no_other_platform_is_named() -> None:
    others = [name for name in manifest().platforms if name != "bigcommerce"]

    assert others
    assert [name for name in others if name in PAGE.casefold()] == []


STATUSES = {
    number: name.replace("_", " ").title()
    for name, number in vars(statuses).items()
    if name.isupper() and isinstance(number, int)
}


@pytest.mark.parametrize("status", statuses.STANDINGS)
def test_the_page_says_of_every_status_whether_it_counts(status: int) -> None:
    table = PAGE.partition("| status | counts |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in table.splitlines()]

    (says,) = (counts for named, counts in rows if STATUSES[status] in re.split(", | and ", named))

    assert says.startswith("yes") == (status in statuses.COUNTED)
