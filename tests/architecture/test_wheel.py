"""What `pip install` gives: the whole product, and its command."""

import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WANTED = {"plugin": (".lark", ".graphql", ".html", ".css", ".js", ".svg"), "migrations": (".py", ".mako")}


def sources() -> Iterator[Path]:
    """A copy's worth of paths: what git would give a fresh clone."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    yield from (Path(name) for name in listed.stdout.split("\0") if name)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the checkout, without downloading anything."""
    copy, out = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("dist")
    for path in sources():
        target = copy / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / path).is_symlink():
            target.symlink_to((ROOT / path).readlink())
        elif (ROOT / path).exists():
            target.write_bytes((ROOT / path).read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_every_file_the_product_reads(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())

    for package, suffixes in WANTED.items():
        here = {str(path) for path in sources() if path.parts[0] == package and path.suffix in suffixes}
        assert here <= inside
    assert {"plugin/manifest.json", "plugin/Procfile"} <= inside


def test_the_manifest_of_the_wheel_is_the_one_of_the_checkout(wheel: Path) -> None:
    assert zipfile.ZipFile(wheel).read("plugin/manifest.json") == (ROOT / "manifest.json").read_bytes()


def test_the_wheel_holds_neither_sandbox_nor_launcher_nor_tests(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"plugin", "workers", "migrations"}


def test_the_command_works_where_only_the_wheel_is_installed(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "a place with spaces"
    venv.create(place, with_pip=False)
    install = [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"), "install", "--quiet"]
    subprocess.run([*install, "--no-deps", "--no-index", str(wheel)], check=True)
    # The dependencies are this environment's: what is tried is the wheel, not the package index.
    libraries = next((place / "lib").glob("python*")) / "site-packages" / "dependencies.pth"
    libraries.write_text("\n".join(path for path in sys.path if path.endswith("site-packages")) + "\n")

    told = subprocess.run(
        [str(place / "bin" / "regulars"), "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stderr
    assert "migrate" in told.stdout
