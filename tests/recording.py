"""RECORD_REQUESTS for the suite: what tests ask a platform is written where the person's setting says."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from plugin.platforms.recorder import recorder

NAME = "RECORD_REQUESTS"


def recording() -> dict[str, str]:
    """The setting, for a process or a house of a test; nothing where it is not set."""
    return {NAME: os.environ[NAME]} if os.environ.get(NAME) else {}


def the_recorder() -> Callable[[Mapping[str, Any]], None] | None:
    """What an ``Http`` of a test writes with."""
    return recorder(os.environ.get(NAME, ""))
