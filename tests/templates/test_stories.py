"""Every template has a story: somebody who is in, and somebody who just misses it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plugin.db.scratch import Scratch, scratch
from plugin.domain.errors import Invalid
from plugin.domain.ids import StoreId
from plugin.flow.expectations import differences
from plugin.flow.rehearse import rehearse
from plugin.flow.standings import Standings, stand
from plugin.platforms.given import whole
from plugin.platforms.given.document import read
from plugin.platforms.given.kinds import Plain
from plugin.rules import schema
from plugin.rules.check import DESCRIPTORS, check, descriptors
from plugin.rules.gallery import TEMPLATES
from plugin.rules.segment import OneRule, TwoSided, rules_of
from plugin.rules.speak import Speaker
from plugin.rules.templates import Goal, Kind, Template, blanks
from tests.database import Database

FOLDER = Path(__file__).parent
MOMENT = "2026-06-15T12:00"
IN_AND_OUT = [{"segment": "it", "members": ["in"]}]
LEAST_TEMPLATES = 40


@pytest.fixture(scope="module")
def place(module_database: Database) -> Iterator[Scratch]:
    """One scratch place for all stories; each is a store of its own in it."""
    with scratch(module_database.owner, module_database.app) as found:
        yield found


def story(template: Template) -> Plain:
    """The template's story with its segment: a store file that `regulars try` takes."""
    written = {"store": {"timezone": "Europe/London", "currency": "GBP"}, "moments": [MOMENT], "expect": IN_AND_OUT}
    return whole.load(
        {**written, **read((FOLDER / f"{template.id}.yaml").read_text()), "segments": [segment(template)]}
    )


def segment(template: Template) -> Plain:
    """The template with its defaults, as a store file has it."""
    plain = schema.dump(template.meant())
    return {key: value for key, value in plain.items() if key != "kind" and value is not None} | {"name": "it"}


def told(place: Scratch, number: int, template: Template) -> tuple[Standings, list[Plain]]:
    """What came out of the story, and what differs from what it tells."""
    staged = rehearse(replace(place, store_id=StoreId(place.store_id - 1 - number)), story(template))
    [moment] = staged.file["moments"]
    found = stand(staged, moment)
    return found, list(differences(staged, found))


@pytest.mark.parametrize(("number", "name"), list(enumerate(TEMPLATES)))
def test_its_story_comes_true(place: Scratch, number: int, name: str) -> None:
    _, wrong = told(place, number, TEMPLATES[name])

    assert wrong == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_its_story_has_somebody_who_is_in_and_somebody_who_misses(name: str) -> None:
    ids = [customer["id"] for customer in story(TEMPLATES[name])["customers"]]

    assert {"in", "misses"} <= set(ids)


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_is_complete_and_raises_no_advice(name: str) -> None:
    template = TEMPLATES[name]
    meant = template.meant()

    assert set(blanks(template.definition)) == {parameter.name for parameter in template.parameters}
    assert check(meant) == ()
    assert all(len(descriptors(rule)) <= DESCRIPTORS for _, rule in rules_of(meant))
    assert set(template.tags) == ({""} if isinstance(meant, (OneRule, TwoSided)) else set(meant.labels))
    assert template.sentence(Speaker(currency="GBP")).endswith(".")
    assert all((template.name, template.purpose, template.action, template.kpi))


def test_every_goal_has_at_least_four() -> None:
    goals = [template.goal for template in TEMPLATES.values()]

    assert all(goals.count(goal) >= 4 for goal in Goal)
    assert len(TEMPLATES) >= LEAST_TEMPLATES
    assert {type(template.meant()).__name__ for template in TEMPLATES.values()} == {"OneRule", "TwoSided", "Tiers"}


def test_every_story_belongs_to_a_template() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_parameter_takes_its_limits_and_nothing_beyond(name: str) -> None:
    template = TEMPLATES[name]
    for parameter in template.parameters:
        if parameter.kind is Kind.TEXT:
            continue
        template.meant({parameter.name: parameter.least})
        template.meant({parameter.name: parameter.most})
        for beyond in (parameter.least - 1, parameter.most + 1, "a lot"):  # type: ignore[operator]
            with pytest.raises(Invalid):
                template.filled({parameter.name: beyond})


def test_a_text_can_t_break_out_of_its_quotes() -> None:
    found = TEMPLATES["campaign-code"].filled({"code": "x') OR any(orders WHERE name = 'y"})

    assert schema.dump(schema.load(found)) == found


def test_a_parameter_that_is_not_there_is_refused() -> None:
    with pytest.raises(Invalid, match="no parameter"):
        TEMPLATES["lapsed"].filled({"weeks": 3})
