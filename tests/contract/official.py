"""Shopify's own library for Node as a process that judges and signs; installed once into a cache folder."""

import json
import os
import shutil
import subprocess
import uuid
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

SOURCE = Path(__file__).parent / "node"
FILES = ("package.json", "package-lock.json", ".npmrc", "judge.mjs")
"""The last where there is something to judge."""
OLDEST_NODE = 20
INSTALL_SECONDS = 300


class NotHere(Exception):
    """Node, npm or the registry is missing; the message says which."""


class Judge:
    """The running library of an app with this id and secret."""

    def __init__(self, folder: Path, client_id: str, secret: str) -> None:
        command = ["node", "judge.mjs", client_id, secret]
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def ask(self, do: str, **more: Any) -> dict[str, Any]:
        """What the library says; its ``ok`` is the verdict."""
        self._stdin.write(json.dumps({"do": do, **more}) + "\n")
        self._stdin.flush()
        told = self._stdout.readline()
        assert told, f"the library's process ended with {self._process.wait(10)}"
        answer: dict[str, Any] = json.loads(told)
        return answer

    def close(self) -> None:
        """The process has ended."""
        self._stdin.close()
        self._process.wait(10)
        self._stdout.close()

    @property
    def _stdin(self) -> IO[str]:
        assert self._process.stdin
        return self._process.stdin

    @property
    def _stdout(self) -> IO[str]:
        assert self._process.stdout
        return self._process.stdout


def installed(source: Path = SOURCE) -> Path:
    """A folder outside the source with the library as its lock names it; raises NotHere."""
    _require_node()
    made_of = b"".join((source / name).read_bytes() for name in FILES if (source / name).exists())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "regulars"
    folder = cache / f"official-{sha256(made_of).hexdigest()[:16]}"
    if not folder.exists():
        fresh = cache / f"official-{uuid.uuid4().hex}"
        try:
            _install(source, fresh)
            fresh.rename(folder)
        except OSError as error:  # Another session was faster.
            if not folder.exists():
                raise NotHere(f"{cache} can't be written: {error}") from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return folder


def _install(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    for name in FILES:
        if (source / name).exists():
            shutil.copy(source / name, folder / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.CalledProcessError as error:
        raise NotHere(f"npm can't install it: {error.stderr[-500:]}") from error
    except subprocess.TimeoutExpired as error:
        raise NotHere(f"npm did not install it within {INSTALL_SECONDS} seconds") from error


def _require_node() -> None:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise NotHere(f"no {program} on PATH")
    version = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0]) < OLDEST_NODE:
        raise NotHere(f"node is {version}, and {OLDEST_NODE} is the oldest that runs it")
