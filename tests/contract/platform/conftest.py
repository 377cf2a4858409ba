"""A theatre for the module."""

from collections.abc import Iterator

import pytest
import redis

from embedded.valkey import Valkey
from tests.contract.platform.theatre import Theatre, theatre
from tests.database import Database


@pytest.fixture(scope="module")
def stage(module_database: Database, _session_redis: Valkey) -> Iterator[Theatre]:
    """Both platforms, and our app."""
    with redis.Redis.from_url(_session_redis.url) as connection:
        connection.flushall()
    with theatre(module_database, _session_redis.url) as running:
        yield running
