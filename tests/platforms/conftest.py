"""Fixtures of the platforms' tests."""

from collections.abc import Iterator

import pytest

from plugin.platforms.http import Http, Timeout
from tests.platforms.server import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    """A real HTTP server on this machine."""
    with serving() as running:
        yield running


@pytest.fixture
def http() -> Http:
    """The door out, outside every transaction."""
    return Http(Timeout(connect=1.0, read=0.5, total=2.0), None, lambda: False)
