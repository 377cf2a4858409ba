"""A house over a fresh database and a fresh Redis, with a bell that is only listened to."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from plugin.domain.ids import StoreId
from plugin.flow.bell import Bell, Work
from plugin.flow.house import House, open_house
from plugin.settings import Settings
from tests.database import Database
from tests.recording import recording

KEY = "ZmDfcTF7_60GrrY167zsiPd67pEvs0aGOv2oasOM1Pg="
SECRET = "test-client-secret"


class Rings:
    """What was rung for, in order."""

    def __init__(self) -> None:
        self.heard: list[tuple[Work, StoreId]] = []

    def __call__(self, work: Work, store_id: StoreId, wait: float) -> None:
        self.heard.append((work, store_id))


def settings_for(database: Database, redis_url: str, **more: str) -> Settings:
    """Settings of an app over these servers."""
    return Settings.from_environment(
        {
            "PUBLIC_URL": "http://127.0.0.1:1",
            "REDIS_URL": redis_url,
            "ENCRYPTION_KEYS": KEY,
            "SHOPIFY_CLIENT_ID": "test-client-id",
            "SHOPIFY_CLIENT_SECRET": SECRET,
            **database.environment,
            **recording(),
            **more,
        }
    )


@pytest.fixture
def rings() -> Rings:
    return Rings()


@pytest.fixture
def house(database: Database, redis_url: str, rings: Rings) -> Iterator[House]:
    """A house whose bell publishes nothing; tests call the flows themselves."""
    opened = open_house(settings_for(database, redis_url))
    yield replace(opened, bell=Bell(opened.redis, rings))
    opened.database.close()
