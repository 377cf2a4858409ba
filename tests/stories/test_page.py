"""docs/rules.md: who it says is in is in, and who just misses is out, through `regulars try`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from plugin.cli import main
from plugin.rules.parse import parse
from plugin.rules.tree import Banded, Ranked, Rfm, StoreAverage
from plugin.rules.walk import walk
from tests.database import Database

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT.joinpath("docs", "rules.md").read_text(encoding="utf-8")
EXAMPLES = tuple(text.strip() for text in re.findall(r"```rule\n(.*?)```", PAGE, re.DOTALL))
STORIES: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(Path(__file__).with_name("page.yaml"))
MOMENT = "2026-07-15T12:00"

PERSON: dict[str, Any] = {
    "created": "2020-01-01",
    "email": None,
    "language": None,
    "account_state": None,
    "note": None,
    "addresses": [],
    "companies": [],
    "groups": [],
    "tags": [],
    "consent": {"email": None, "sms": None},
    "birth_date": None,
    "metafields": {},
    "attributes": {},
    "predicted_spend_tier": None,
    "expected_order": [],
    "credits": [],
    "checkouts": [],
    "events": [],
    "answers": [],
    "orders": [],
}
"""Somebody of whom everything is known, and nothing is there."""

BESIDE = [
    {"name": "regulars", "rule": "customer_tags CONTAINS 'regular'"},
    {"name": "returners", "rule": "customer_tags CONTAINS 'returner'"},
    {"name": "VIP", "rule": "customer_tags CONTAINS 'in-vip'"},
    {
        "name": "Tiers",
        "cases": [
            {"label": "Gold", "rule": "customer_tags CONTAINS 'gold'"},
            {"label": "Silver", "rule": "customer_tags CONTAINS 'silver'"},
        ],
    },
]
"""The segments that the page speaks of."""


def _is_relative(text: str) -> bool:
    return any(isinstance(node, (Ranked, Banded, StoreAverage, Rfm)) for node in walk(parse(text)))


def test_every_example_has_its_people() -> None:
    told = [story["rule"] for story in STORIES]

    assert [text for text in EXAMPLES if not _is_relative(text)] == told
    assert {text for text in EXAMPLES if _is_relative(text)} == {*AMONG_SIXTY, BESIDE_THE_AVERAGE}


def _file() -> dict[str, Any]:
    people, segments, expected = [], [*BESIDE], []
    for number, story in enumerate(STORIES):
        name = f"example {number}"
        segments.append({"name": name, "rule": story["rule"]})
        for fate in ("in", "misses", "undecided"):
            for which, person in enumerate(story.get(fate, [])):
                people.append({"id": f"{number} {fate} {which}", **PERSON, **person})
        ids = {fate: [f"{number} {fate} {n}" for n in range(len(story.get(fate, [])))] for fate in ("in", "misses")}
        expected.append({"segment": name, "includes": ids["in"], "not_members": ids["misses"]})
    return {"customers": people, "segments": segments, "moments": [MOMENT], "expect": expected}


@pytest.fixture(scope="module")
def answered(module_database: Database) -> dict[str, Any]:
    """What comes out."""
    return _attempt(module_database, _file())


def test_the_page_says_who_is_in_and_who_just_misses(answered: dict[str, Any]) -> None:
    assert answered["expectations"]["differences"] == []


def test_only_who_shall_be_is_undecided(answered: dict[str, Any]) -> None:
    [moment] = answered["moments"]

    undecided = {
        person["customer"]
        for segment in moment["segments"]
        for person in segment.get("undecided", [])
        if segment["name"] == f"example {person['customer'].split()[0]}"
    }

    assert undecided == {
        f"{number} undecided {which}"
        for number, story in enumerate(STORIES)
        for which in range(len(story.get("undecided", [])))
    }


AMONG_SIXTY = {
    "TOP 10% BY sum(orders.net WHERE date >= -365d)": ([55, 60], [54]),
    "TOP 50 BY sum(orders.net) AMONG (country = 'IE')": ([2, 51], [1, 60]),
    "BOTTOM 10% BY avg(orders.net)": ([1, 6], [7, 0]),
    "score(5 BY sum(orders.net)) = 5": ([49, 60], [48]),
    "recency_score >= 4 AND frequency_score >= 4 AND monetary_score(-365d) <= 2": ([1, 24], [25, 0]),
    "rfm_segment IN ('CHAMPIONS', 'LOYAL')": ([25, 60], [24]),
}
"""Of sixty customers, the n-th of whom spent n × 10 on the same day, and one who never bought: in, and just missing."""

BESIDE_THE_AVERAGE = "sum(orders.net) >= 2 * store_average(sum(orders.net))"


def _buyer(number: int, amount: object) -> dict[str, Any]:
    orders = [{"placed": "2026-07-01", "amount": amount}] if amount else []
    country = "IE" if number <= 51 else "FR"
    given = {"addresses": [{"country": country}], "rfm_group": "CHAMPIONS", "orders": orders}
    return {"id": str(number), **PERSON, **given}


def _attempt(database: Database, file: dict[str, Any]) -> dict[str, Any]:
    around = {"DATABASE_URL": database.owner, "DATABASE_APP_URL": database.app, "ENCRYPTION_KEYS": None}
    done = CliRunner().invoke(main, ["--debug", "try", "-"], input=json.dumps(file, default=str), env=around)
    assert done.exit_code in (0, 1), done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_place_among_sixty_is_as_the_page_says(module_database: Database) -> None:
    segments = [{"name": rule, "rule": rule} for rule in AMONG_SIXTY]
    expected = [
        {"segment": rule, "includes": [*map(str, inside)], "not_members": [*map(str, outside)]}
        for rule, (inside, outside) in AMONG_SIXTY.items()
    ]
    people = [_buyer(number, number * 10) for number in range(61)]

    file = {"customers": people, "segments": segments, "moments": [MOMENT], "expect": expected}

    assert _attempt(module_database, file)["expectations"]["differences"] == []


def test_twice_the_average_is_as_the_page_says(module_database: Database) -> None:
    people = [_buyer(number, amount) for number, amount in enumerate(["60", "59.99", "0.005", "0.005", 0])]
    expected = [{"segment": "S", "members": ["0"]}]
    segments = [{"name": "S", "rule": BESIDE_THE_AVERAGE}]

    file = {"customers": people, "segments": segments, "moments": [MOMENT], "expect": expected}

    assert _attempt(module_database, file)["expectations"]["differences"] == []
