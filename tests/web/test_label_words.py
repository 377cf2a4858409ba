"""Where a store has no tags, nothing speaks of them."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.extract import extract_from_file

from plugin.web.label_words import LABELS
from tests.conftest import ROOT

NOT_SAID_THERE = {
    "Purchases still come in, but tags can't be changed. Reload this page to connect again.",
    "Orders, answers and tags then follow the person as soon as you merge two customers.",
    "A customer got a tag",
    "A customer lost a tag",
    "Give the segment a tag first: its rule can't be said in {platform}'s own words.",
    "{platform} can have it too, for e-mails and discounts: it holds whoever carries our tag.",
}
"""It has other words for the first, and no merging, tag messages or segments that follow a rule."""


def sentences() -> Iterator[str]:
    """What the server may say on the page."""
    for path in sorted((ROOT / "plugin/web").glob("*.py")):
        if path.name != "label_words.py":
            for _, text, *_ in extract_from_file("python", path, {"mark": None, "_mark": None, "say": None}):
                yield str(text)


def test_every_sentence_about_tags_is_said_of_labels() -> None:
    about_tags = {text for text in sentences() if re.search(r"\btags?\b", text.replace("{tags}", ""), re.IGNORECASE)}

    assert about_tags == set(LABELS) | NOT_SAID_THERE


@pytest.mark.parametrize("there", LABELS.values())
def test_no_sentence_about_labels_speaks_of_tags(there: str) -> None:
    assert re.search(r"\btags?\b", there.replace("{tags}", ""), re.IGNORECASE) is None


@pytest.mark.parametrize(("elsewhere", "there"), LABELS.items())
def test_both_have_the_same_parts(elsewhere: str, there: str) -> None:
    assert set(re.findall(r"{\w+}", elsewhere)) == set(re.findall(r"{\w+}", there))


def test_whoever_fights_with_another_app_is_told_of_everything_that_both_may_write() -> None:
    (said,) = (there for elsewhere, there in LABELS.items() if "with the same tag" in elsewhere)

    assert all(thing in said for thing in ("attribute Segments", "group"))
