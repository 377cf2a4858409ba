"""The app is called the same wherever somebody reads its name, and nothing is added to it."""

import re

import pytest

from plugin.platforms.manifest import manifest
from tests.conftest import ROOT

NAME = manifest().name
PLACES = {
    "README.md": r"\A# (.+)$",
    "plugin/web/templates/shell.html": r"<title>(.+)</title>",
    "plugin/web/templates/leave.html": r"<title>(.+)</title>",
    "plugin/web/templates/bounce.html": r"<title>(.+)</title>",
    "plugin/web/static/lib/router.js": r"\$\{heading\.textContent\} · (\w+)`",
    "plugin/web/static/views/help.js": r"What does (.+) do\?",
}


@pytest.mark.parametrize("path", PLACES)
def test_it_is_the_manifest_s(path: str) -> None:
    found = re.findall(PLACES[path], (ROOT / path).read_text(), re.MULTILINE)

    assert found == [NAME]
