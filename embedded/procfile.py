"""The Procfile: the one place that says how each role is started, in production, demo and tests."""

import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROCFILE = ROOT / "Procfile"
RELEASE = "release"  # runs once and ends, before anyone works
BEAT = "beat"  # gives the first work

_LINE = re.compile(r"^([A-Za-z0-9_-]+):\s*(\S.*)$")
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)")


class ProcfileError(Exception):
    """A line that is no `name: command`, or a variable that nothing gives a value."""


def commands(text: str, environment: Mapping[str, str]) -> dict[str, list[str]]:
    """Each role's command as words, in the file's order, with $NAME and ${NAME:-default} filled in."""
    roles: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.match(line)
        if match is None:
            raise ProcfileError(f"Procfile line {number} is no `name: command`: {line}")
        roles[match[1]] = [_word(word, environment) for word in shlex.split(match[2])]
    return roles


def read(environment: Mapping[str, str]) -> dict[str, list[str]]:
    """The commands of this checkout's Procfile, with `python` standing for the Python that runs now."""
    roles = commands(PROCFILE.read_text(), environment)
    return {name: [sys.executable if word == "python" else word for word in words] for name, words in roles.items()}


def _word(word: str, environment: Mapping[str, str]) -> str:
    """The word with its variables filled in."""

    def value(match: re.Match[str]) -> str:
        name, default = match[1] or match[3], match[2]
        found = environment.get(name) or default
        if found is None:
            raise ProcfileError(f"the Procfile needs the setting {name}")
        return found

    return _VARIABLE.sub(value, word)
