"""Scripts are plain sh, say what they do, and name no machine."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted([*(ROOT / "script").iterdir(), ROOT / ".ci" / "run"])

# Places of one machine, written so that this file does not contain them.
MACHINE_PATHS = re.compile(
    "|".join(f"/{first}/{rest}" for first, rest in (("root", ""), ("work", ""), ("home/[a-z]+", "/")))
)
OF_THE_IMAGE = {"Dockerfile"}  # It makes the user whose home it names.


def tracked() -> list[Path]:
    """The files of the project: those git knows or would take up."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_what_it_does(script: Path) -> None:
    first, second, *_ = script.read_text().splitlines()

    assert first == "#!/bin/sh"
    assert re.match(r"# [A-Z].{20,}", second), f"{script.name} begins with a sentence that says what it does"
    assert os.access(script, os.X_OK)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_parses_as_posix_sh(script: Path) -> None:
    shell = shutil.which("dash") or "/bin/sh"

    subprocess.run([shell, "-n", str(script)], check=True)

    assert not re.search(r"\[\[|\bfunction \w|\blocal \b|==|<\(|\bsource ", script.read_text())


def test_no_file_names_a_place_of_one_machine() -> None:
    named = []
    for path in tracked():
        if path.name in OF_THE_IMAGE:
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        named += [f"{path.relative_to(ROOT)}: {match[0]}" for match in MACHINE_PATHS.finditer(text)]

    assert named == []
