"""The house has the layers that the design names."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_import_goes_down_the_layers() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    assert program.exists() or shutil.which("lint-imports")

    done = subprocess.run([str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout
