"""The stage of the stories: servers, sandbox, web, workers and beat, once for a module."""

from collections.abc import Iterator

import pytest

from embedded.home import scratch
from embedded.ports import free_port
from embedded.stage import Addresses, Stage, stage


@pytest.fixture(scope="module")
def on_stage() -> Iterator[Stage]:
    """Everything a store needs, as real processes of this machine."""
    with scratch() as folder, stage(folder, Addresses(free_port(), free_port())) as running:
        yield running
