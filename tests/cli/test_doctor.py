"""The doctor finds what is wrong, and says the cure."""

import json
import os
from pathlib import Path
from typing import Any

import psycopg
from cryptography.fernet import Fernet

from embedded.children import Children
from embedded.procfile import ROOT, read
from plugin.db import credentials
from plugin.db.crypto import Keys
from plugin.db.transaction import Database as Doors
from tests.builders import a_store
from tests.cli.conftest import Regulars
from tests.database import Database

WORKERS = ("intake", "remote", "batch")


def wrong(regulars: Regulars, **settings: str) -> dict[str, str]:
    """What the doctor finds wrong, queues aside: subject and sentence."""
    done = regulars("doctor", **settings)
    assert done.exit_code == 1
    crosses = [line.removeprefix("✗ ").partition(": ") for line in done.output.splitlines() if line.startswith("✗")]
    return {subject: says for subject, _, says in crosses if subject != "queues"}


def test_all_is_well_where_everything_runs(regulars: Regulars, at: Doors, scratch_folder: Path) -> None:
    with at.store(a_store(at)) as tx:
        credentials.put(tx, Keys((regulars.environment["ENCRYPTION_KEYS"],)), "access", None, None, None)
    environment = {**os.environ, **regulars.environment, "INTAKE_PROCESSES": "1", "REMOTE_PROCESSES": "1"}
    with Children(scratch_folder) as children:
        for name in WORKERS:
            children.start(name, read(environment)[name], environment=environment, folder=ROOT)
        for name in WORKERS:
            children.wait_line(name, " ready.", seconds=60)

        done = regulars("doctor")

    assert done.exit_code == 0, done.output
    assert {line[0] for line in done.output.splitlines()} == {"✓"}
    assert "the tokens of 1 stores can be read" in done.output


def test_queues_that_nobody_serves_are_named(regulars: Regulars) -> None:
    done = regulars("doctor")

    assert done.exit_code == 1
    assert "✗ queues: nobody serves deliver" in done.output
    assert wrong(regulars) == {}


def test_missing_settings_are_findings(regulars: Regulars) -> None:
    assert wrong(regulars, SHOPIFY_CLIENT_ID="")["settings"].startswith("SHOPIFY_CLIENT_ID is missing")


def test_a_role_that_walls_do_not_bind_is_found(regulars: Regulars, database: Database) -> None:
    found = wrong(regulars, DATABASE_SCAN_URL=database.owner)

    assert "row-level security does not bind it" in found["roles"]


def test_an_open_wall_is_found(regulars: Regulars, database: Database) -> None:
    with psycopg.connect(database.owner) as owner:
        owner.execute("ALTER TABLE orders DISABLE ROW LEVEL SECURITY")

    assert wrong(regulars) == {"walls": "open between stores: orders"}


def test_a_row_that_shows_without_a_store_is_found(regulars: Regulars, at: Doors, database: Database) -> None:
    a_store(at)
    with psycopg.connect(database.owner) as owner:
        owner.execute("CREATE POLICY too_much ON stores TO regulars_app USING (true)")

    assert wrong(regulars) == {"walls": "open between stores: stores"}


def test_tokens_no_key_fits_are_found(regulars: Regulars, at: Doors) -> None:
    with at.store(a_store(at, "lost.myshopify.com")) as tx:
        credentials.put(tx, Keys((Fernet.generate_key().decode(),)), "access", None, None, None)

    assert wrong(regulars) == {"keys": "no key fits the tokens of lost.myshopify.com"}


def test_an_old_schema_is_found(regulars: Regulars, database: Database) -> None:
    with psycopg.connect(database.owner) as owner:
        owner.execute("UPDATE alembic_version SET version_num = '0000'")

    assert wrong(regulars)["migrations"].startswith("the schema is at 0000")


def test_a_redis_that_is_away_is_found(regulars: Regulars) -> None:
    assert "redis" in wrong(regulars, REDIS_URL="redis://127.0.0.1:1/0")


def test_a_program_reads_the_same(regulars: Regulars) -> None:
    done = regulars("doctor", "--json")

    findings: list[dict[str, Any]] = json.loads(done.stdout)
    assert {"subject", "ok", "says", "cure"} == set(findings[0])
