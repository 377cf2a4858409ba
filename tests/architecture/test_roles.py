"""Every queue has a worker, and production starts the same roles however it is started."""

import re
from pathlib import Path

from embedded.procfile import RELEASE, read
from workers import queues

ROOT = Path(__file__).resolve().parents[2]


def served() -> list[str]:
    """The queues that the Procfile's workers take from."""
    commands = read({}).values()
    return [name for words in commands if "-Q" in words for name in words[words.index("-Q") + 1].split(",")]


def test_every_queue_has_exactly_one_role_that_serves_it() -> None:
    assert sorted(served()) == sorted(queues.ALL)


def test_compose_starts_the_roles_of_the_procfile() -> None:
    text = (ROOT / "compose.yaml").read_text()

    assert sorted(re.findall(r"command: \[(\w+)\]", text)) == sorted(read({}))


def test_there_is_one_release_and_one_beat() -> None:
    roles = list(read({}))

    assert roles[0] == RELEASE
    assert roles.count("beat") == 1
