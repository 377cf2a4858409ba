"""One purchase history, told to each platform, read as history and heard as messages: the same people by each rule."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from plugin.rules.fields import ATTRIBUTES, ROWS
from plugin.rules.tree import Source
from tests.contract.platform.beliefs import Beliefs
from tests.contract.platform.bigcommerce import BigCommerce
from tests.contract.platform.rules import BY_HAND, MORE, OWN, TIERS, TWO_SIDED, UNTOLD, rule
from tests.contract.platform.shopify import Shopify
from tests.contract.platform.story import PEOPLE, Story, a_story
from tests.contract.platform.telling import tell
from tests.contract.platform.theatre import Installed, Theatre

MARKETS = (Shopify, BigCommerce)
WAYS = ("history", "messages")
EVERYWHERE = [(market.platform, way) for market in MARKETS for way in WAYS]
everywhere = pytest.mark.parametrize("where", EVERYWHERE, ids=" ".join)
Where = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """The stores with the story in them, what should be believed of it, and the moment as of which all is asked."""

    stores: Mapping[Where, Installed]
    beliefs: Beliefs
    story: Story
    at: datetime


@pytest.fixture(scope="module")
def asked(stage: Theatre) -> Asked:
    """Told before the app came, and after it."""
    story, found = a_story(datetime.now(UTC)), {}
    for make in MARKETS:
        before, after = (make(stage.sandbox, str(story.zone)) for _ in WAYS)
        tell(before, stage.sandbox, story)
        found[make.platform, "history"] = Installed.on(stage.house, before)
        found[make.platform, "messages"] = Installed.on(stage.house, after)
        tell(after, stage.sandbox, story)
        found[make.platform, "messages"].hear()
    return Asked(found, Beliefs(story), story, datetime.now(UTC))


@pytest.fixture(scope="module")
def expected(asked: Asked) -> dict[str, str]:
    """What the oracle says."""
    return {text: inside(asked.beliefs.answers(rule(text), asked.at)) for text in MORE}


def inside(answers: Mapping[str, str | None] | str) -> str:
    """Who is in, in the order of the alphabet, with a question mark behind whom nobody can know of."""
    assert not isinstance(answers, str), answers
    found = {name: "?" if label == "?" else "" for name, label in sorted(answers.items()) if label is not None}
    return " ".join(name + mark for name, mark in found.items())


@everywhere
def test_who_is_in_is_who_the_story_says(asked: Asked, where: Where) -> None:
    store = asked.stores[where]

    assert {text: inside(store.answers(rule(text), asked.at)) for text in BY_HAND} == BY_HAND


def test_the_oracle_reads_the_story_as_a_person_does(asked: Asked) -> None:
    assert {text: inside(asked.beliefs.answers(rule(text), asked.at)) for text in BY_HAND} == BY_HAND


@everywhere
def test_who_is_in_is_who_the_oracle_says(asked: Asked, where: Where, expected: dict[str, str]) -> None:
    store = asked.stores[where]

    assert {text: inside(store.answers(rule(text), asked.at)) for text in MORE} == expected


@everywhere
def test_the_hour_that_comes_twice_has_both_its_orders(asked: Asked, where: Where) -> None:
    wall = asked.story.night[0].astimezone(asked.story.zone)
    text = f"count(orders WHERE day = '{wall:%Y-%m-%d}' AND hour = {wall.hour}) = 2"

    assert inside(asked.stores[where].answers(rule(text), asked.at)) == "dora"


@everywhere
def test_labels_of_tiers_are_the_same(asked: Asked, where: Where) -> None:
    found = asked.stores[where].answers(TIERS, asked.at)

    assert not isinstance(found, str), found
    assert {name: label for name, label in found.items() if label} == {
        "nia": "gold",
        "ana": "silver",
        "jun": "silver",
    }
    assert found == asked.beliefs.answers(TIERS, asked.at)


@everywhere
def test_live_segments_have_the_same_members(asked: Asked, where: Where) -> None:
    store = asked.stores[where]
    loyal = store.live("Loyal", TWO_SIDED, {"": "loyal"})
    level = store.live("Level", TIERS, {"gold": "Gold", "silver": "Silver"})
    both = store.live("Both", rule("IN SEGMENT 'Loyal' AND label('Level') = 'silver'"), {})

    assert set(store.members(loyal)) == {"ana", "dora", "nia"}
    assert store.members(level) == {"nia": "gold", "ana": "silver", "jun": "silver"}
    assert set(store.members(both)) == {"ana"}


@pytest.mark.parametrize("text", UNTOLD)
def test_what_a_platform_cannot_tell_is_refused_or_undecided_there_and_decided_elsewhere(
    asked: Asked, text: str
) -> None:
    found = {where: store.answers(rule(text), asked.at) for where, store in asked.stores.items()}

    for (platform, way), answers in found.items():
        if platform in UNTOLD[text].where:
            assert isinstance(answers, str) or "?" in answers.values(), (platform, way, answers)
            assert isinstance(answers, str) or set(answers.values()) <= {"?", None}, (platform, way, answers)
        elif way == "messages":
            assert not isinstance(answers, str), (platform, way, answers)
            assert "?" not in answers.values(), (platform, way, answers)


@pytest.mark.parametrize("text", ["changed(country) >= -10d", "changed(note) >= -10d", "tag_date('x') >= -10d"])
@pytest.mark.parametrize("platform", [market.platform for market in MARKETS])
def test_what_stood_there_when_the_app_came_is_no_change(asked: Asked, platform: str, text: str) -> None:
    found = asked.stores[platform, "history"].answers(rule(text), asked.at)

    assert not isinstance(found, str), found
    assert "" not in found.values()


def test_every_field_is_asked_about() -> None:
    texts = " ".join((*BY_HAND, *MORE, *UNTOLD))
    words = set(re.findall(r"\w+", texts))
    known = {name for name in ATTRIBUTES if "." not in name}
    for source in (Source.ORDERS, Source.LINES, Source.REFUNDS, Source.ADDRESSES):
        known |= {f"{source.value}.{name}" for name in ROWS[source].fields}

    assert {name for name in known if name.rpartition(".")[2] not in words} - set(OWN) == set()
    assert {name for name in OWN if name not in known} == set()


def test_everybody_of_the_story_is_told_apart() -> None:
    texts = BY_HAND.values()

    alike = [(one, other) for one in PEOPLE for other in PEOPLE if one < other and _same(one, other, list(texts))]
    assert alike == []


def _same(one: str, other: str, lists: list[str]) -> bool:
    return all((one in each.split()) == (other in each.split()) for each in lists)
