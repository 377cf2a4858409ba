"""A file tells a store what its platform does not know."""

from pathlib import Path

import pytest

from plugin.db import inbox
from plugin.db.transaction import Database as Doors
from plugin.platforms import platform
from tests.builders import a_store
from tests.cli.conftest import Regulars

DOCS = Path(__file__).resolve().parents[2] / "docs" / "facts.md"


@pytest.fixture
def example() -> str:
    """The file that the documentation shows."""
    return DOCS.read_text().partition("```yaml\n")[2].partition("```")[0]


def test_the_file_of_the_documentation_becomes_facts(regulars: Regulars, at: Doors, example: str) -> None:
    store_id = a_store(at, "tea.myshopify.com")

    done = regulars("facts", "give", "tea", "-", given=example)

    assert (done.exit_code, done.output) == (
        0,
        "tea.myshopify.com was told of 1 customers; it takes effect within seconds.\n",
    )
    with at.store(store_id) as tx:
        (delivery,) = inbox.waiting(tx, 10)
    facts = platform("shopify").translate(delivery.topic, delivery.body, delivery.triggered_at)
    assert [type(fact).__name__ for fact in facts] == ["AttributeSeen"] * 6 + ["EventHappened", "AnswerGiven"]


def test_mistakes_are_told_with_their_places(regulars: Regulars, at: Doors) -> None:
    a_store(at, "tea.myshopify.com")

    done = regulars("facts", "give", "tea", "-", given="customers: [{id: 1, events: [{at: 2026-01-01}]}]")

    assert done.exit_code == 2
    assert done.stderr == "customers[0].events[0].name: This is missing.\n"
