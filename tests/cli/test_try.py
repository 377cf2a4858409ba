"""`regulars try`: what it prints, how it ends, and that it leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from embedded.postgres import Postgres
from plugin.cli import main
from plugin.db import scratch
from plugin.flow import told
from tests.database import Database
from tests.platforms.given.test_reference import WRITE, example, plain

ROOT = Path(__file__).resolve().parents[2]
SHOP = """
store: {timezone: Europe/London, currency: GBP}
customers:
  - {id: ann, created: 2025-01-01, tags: [vip], orders: [{placed: 2026-01-05, amount: 600}]}
  - {id: 7, created: 2025-01-01, tags: [], orders: []}
  - {id: bob, created: 2025-01-01}
"""


@pytest.fixture
def surroundings(database: Database) -> dict[str, str | None]:
    """Only what a scratch run needs."""
    return {"DATABASE_URL": database.owner, "DATABASE_APP_URL": database.app, "ENCRYPTION_KEYS": None}


@pytest.fixture
def attempt(surroundings: dict[str, str | None]) -> Iterator[Any]:
    """Runs `regulars try` on a text; nothing is left in the database afterwards."""

    def run(text: str, *words: str) -> Result:
        return CliRunner().invoke(main, ["--debug", "try", "-", *words], input=text, env=surroundings)

    yield run
    assert schemas(str(surroundings["DATABASE_URL"])) == []


def schemas(url: str) -> list[str]:
    """The scratch schemas that stand in the database."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'regulars_try%'").fetchall()
    return [str(row[0]) for row in found]


def test_the_page_s_example_comes_out_as_it_says(attempt: Any) -> None:
    done = attempt(example(), "--explain")

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["expectations"] == {"checked": 6, "differences": []}


def test_the_same_file_as_json_comes_out_the_same(attempt: Any) -> None:
    written = json.dumps(plain(example()), indent=1)

    assert json.loads(attempt(written).stdout) == json.loads(attempt(example()).stdout)


def test_what_it_prints_is_as_published(attempt: Any) -> None:
    path = ROOT / "docs/schema/try-output.json"
    if WRITE:
        path.write_text(json.dumps(told.json_schema(), ensure_ascii=False, indent=2) + "\n")
    published = json.loads(path.read_text())
    check = Draft202012Validator(published)

    assert published == told.json_schema()
    check.validate(json.loads(attempt(example(), "--explain").stdout))
    check.validate(json.loads(attempt("customers: [{}]").stdout))
    rule = "segments: [{name: A, rule: recency_score >= 1}]\nexpect: [{segment: A, members: [7]}]"
    check.validate(json.loads(attempt(f"{SHOP}{rule}").stdout))


def test_ids_are_printed_as_they_were_written(attempt: Any) -> None:
    done = attempt(f"{SHOP}segments: [{{name: All, rule: count(orders) < 100}}]\nmoments: [2026-02-01]")

    [moment] = json.loads(done.stdout)["moments"]
    assert moment["moment"] == "2026-02-01T00:00:00+00:00"
    assert moment["segments"][0]["members"] == ["ann", 7]
    assert [row["customer"] for row in moment["segments"][0]["undecided"]] == ["bob"]


def test_a_difference_ends_with_1_and_says_which(attempt: Any) -> None:
    text = f"{SHOP}segments: [{{name: Big, rule: sum(orders.net) > 500}}]\n"
    done = attempt(f"{text}expect: [{{at: 2026-02-01, segment: big, members: [7], not_members: [ann, bob]}}]")

    assert done.exit_code == 1
    first, second = json.loads(done.stdout)["expectations"]["differences"]
    assert first == {
        "path": "expect[0].members",
        "moment": "2026-02-01T00:00:00+00:00",
        "segment": "big",
        "expected": [7],
        "actual": ["ann"],
    }
    assert second["actual"] == {"differs_for": ["ann", "bob"], "undecided": ["bob"]}
    assert "expect[0].members: big at 2026-02-01T00:00:00+00:00: expected [7], is ['ann']" in done.stderr


def test_a_rule_that_makes_no_sense_ends_with_2_and_its_place(attempt: Any) -> None:
    done = attempt(f"{SHOP}segments: [{{name: Odd, rule: number_of_order > 3}}]")

    assert done.exit_code == 2
    [error] = json.loads(done.stdout)["errors"]
    assert (error["path"], error["line"], error["column"]) == ("segments[0].rule", 1, 1)
    assert error["suggestion"] == "number_of_orders"


def test_mistakes_are_told_together_with_their_paths(attempt: Any) -> None:
    text = """
customers:
  - {id: a, orders: [{placd: 2026-01-01, amount: 1}, {placed: tomorrow, amount: 1}]}
  - {id: a}
segments: [{name: A, cases: [{label: x, rule: count(orders) > 1}], grace: 1d}]
"""
    done = attempt(text)

    assert done.exit_code == 2
    told_ = {error["path"]: error["message"] for error in json.loads(done.stdout)["errors"]}
    assert "Did you mean `placed`?" in told_["customers[0].orders[0].placd"]
    assert told_["customers[0].orders[0].placed"] == "This is missing."
    assert told_["customers[0].orders[1].placed"].startswith("Write a moment as 2026-01-31")
    assert told_["segments[0].grace"] == "This goes with `join`, not with `cases`."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("customers: [", "line 1"),
        ("- 1", "A store file is an object"),
        ("customers: [{id: a, id: b}]", "duplicate key"),
        ('{"customers": [{"id": "a", "id": "b"}]}', "stands twice"),
        ("customers: [{id: a}, {id: A1, merged_into: {customer: z, at: 2026-01-01}}]", "no customer z"),
        ("customers: []\nsegments: [{name: A, rule: IN SEGMENT 'A'}]", "A"),
        ("customers: []\nsegments: [{name: A, rule: IN SEGMENT 'B'}]", "does not exist"),
        ("customers: []\nsegments: [{name: A, rule: ''}]", "would not say who is meant"),
        ("customers: []\nstore: {timezone: Mars/North}", "no time zone"),
        ("customers: []\nstore: {currency: pounds}", "three letters"),
        ("customers: [{id: a, merged_into: {customer: a, at: 2026-01-01}}]", "into themselves"),
        (
            "customers: []\nsegments: [{name: A, cases: [{label: x, rule: count(orders) = 0}], tags: {y: z}}]",
            "Labels here: x",
        ),
        ("customers: &all [{id: a, orders: *all}]", "too deep"),
        ("customers: [{id: a, orders: [{placed: 2026-01-01, amount: 5, discounts: [{amount: 6}]}]}]", "more than"),
    ],
)
def test_what_can_t_be_used_ends_with_2(attempt: Any, text: str, says: str) -> None:
    done = attempt(text)

    assert done.exit_code == 2, done.output
    assert says in done.stderr


def test_no_answer_from_the_database_ends_with_3(surroundings: dict[str, str | None]) -> None:
    elsewhere = {**surroundings, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}

    done = CliRunner().invoke(main, ["try", "-"], input=SHOP, env=elsewhere)

    assert done.exit_code == 3
    assert "can't be reached" in done.stderr


def test_no_such_file_ends_with_3(surroundings: dict[str, str | None]) -> None:
    done = CliRunner().invoke(main, ["try", "nowhere.yaml"], env=surroundings)

    assert done.exit_code == 3
    assert "nowhere.yaml can't be read" in done.stderr


def test_bytes_that_are_no_text_end_with_2(surroundings: dict[str, str | None], tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_bytes(b"customers: \xff")

    done = CliRunner().invoke(main, ["try", str(file)], env=surroundings)

    assert done.exit_code == 2
    assert "no UTF-8 text" in done.stderr


def test_without_a_database_one_is_started_for_the_run(tmp_path: Path) -> None:
    none: dict[str, str | None] = {"DATABASE_URL": None, "DATABASE_APP_URL": None, "ENCRYPTION_KEYS": None}

    done = CliRunner().invoke(main, ["--debug", "try", "-"], input=example(), env=none)

    assert done.exit_code == 0, done.output


def test_a_superuser_s_url_is_enough(postgres_server: Postgres, database: Database) -> None:
    alone: dict[str, str | None] = {
        "DATABASE_URL": postgres_server.url(database.name),
        "DATABASE_APP_URL": None,
        "ENCRYPTION_KEYS": None,
    }

    done = CliRunner().invoke(main, ["--debug", "try", "-"], input=example(), env=alone)

    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_interrupted_run_takes_its_schema_away(surroundings: dict[str, str | None], number: int) -> None:
    with running(surroundings) as process:
        process.send_signal(number)
        ended = process.wait(20)

    assert ended == 3, "1 would say that something differs"
    assert schemas(str(surroundings["DATABASE_URL"])) == []


def test_the_next_run_removes_what_a_killed_one_left(
    surroundings: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = str(surroundings["DATABASE_URL"])
    with running(surroundings) as process:
        process.kill()
        process.wait(20)
    assert len(schemas(url)) == 1

    monkeypatch.setattr(scratch, "OLD_SECONDS", -1)
    until(lambda: nobody_holds_it(url))
    done = CliRunner().invoke(main, ["--debug", "try", "-"], input=SHOP, env=surroundings)

    assert done.exit_code == 0, done.output
    assert schemas(url) == []


def test_a_run_at_work_keeps_its_schema_whatever_its_age(
    surroundings: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "OLD_SECONDS", -1)
    with running(surroundings) as process:
        done = CliRunner().invoke(main, ["--debug", "try", "-"], input=SHOP, env=surroundings)

        assert done.exit_code == 0, done.output
        assert len(schemas(str(surroundings["DATABASE_URL"]))) == 1
        process.terminate()
        process.wait(20)


class running:  # noqa: N801 - reads as what it is: a run at work
    """A run that has its schema and is busy with many moments."""

    def __init__(self, surroundings: dict[str, str | None]) -> None:
        self._environment = {key: value for key, value in surroundings.items() if value is not None}

    def __enter__(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "plugin.cli", "try", "-"]
        for day in range(2_000):
            command += ["--moment", f"2026-01-01T{day // 60 % 24:02}:{day % 60:02}"]
        environment = {**os.environ, **self._environment}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        assert self._process.stdin is not None
        self._process.stdin.write(f"{SHOP}segments: [{{name: A, rule: count(orders) > 0}}]".encode())
        self._process.stdin.close()
        until(lambda: schemas(self._environment["DATABASE_URL"]) != [])
        return self._process

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait(20)


def nobody_holds_it(url: str) -> bool:
    """The killed run's connections have ended."""
    with psycopg.connect(url) as connection:
        query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s"
        row = connection.execute(query, (scratch.LOCKS,)).fetchone()
    return row is not None and row[0] == 0


def until(true: Any) -> None:
    """Returns once the condition holds; fails after twenty seconds."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)
