"""Where everything is required, a green run has left nothing out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUITE = """
import pytest

def test_that_skips() -> None:
    pytest.skip({reason!r})
"""


def outcome(folder: Path, reason: str, require_all: str) -> int:
    """The exit code of a run of one test that skips for the reason."""
    (folder / "test_it.py").write_text(SUITE.format(reason=reason))
    (folder / "pytest.ini").write_text("[pytest]\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "REQUIRE_ALL": require_all}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize(
    ("reason", "require_all", "code"),
    [
        ("needs real data: no folder", "", 0),
        ("needs real data: no folder", "1", 1),
        ("only as root: others run the servers as themselves", "1", 0),
    ],
)
def test_a_skip_fails_where_all_is_required(tmp_path: Path, reason: str, require_all: str, code: int) -> None:
    assert outcome(tmp_path, reason, require_all) == code
