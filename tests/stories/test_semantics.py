"""What rules mean, worked out by hand: every store file of ``semantics`` comes out as it expects."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from plugin.cli import main
from tests.database import Database

FILES = sorted(Path(__file__).with_name("semantics").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_was_worked_out_by_hand_comes_out(file: Path, module_database: Database) -> None:
    around = {"DATABASE_URL": module_database.owner, "DATABASE_APP_URL": module_database.app, "ENCRYPTION_KEYS": None}

    done = CliRunner().invoke(main, ["--debug", "try", str(file)], env=around)

    assert done.exit_code in (0, 1), done.output
    assert json.loads(done.stdout)["expectations"]["differences"] == []
