"""A web app over a real database and a real Redis, and a store whose owner looks at it.

house       the app's surroundings        app, client   Flask's app and its test client
visit       a client that signs in as a store's owner, as App Bridge does
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient

from plugin.db.transaction import Database as Doors
from plugin.domain.ids import StoreId
from plugin.flow.house import House, open_house
from plugin.settings import Settings
from plugin.web.app import create_app
from tests.builders import a_store
from tests.database import Database
from tests.recording import recording
from tests.web.visit import Visit
from tests.web.visit import id_token as signed_id_token

CLIENT_ID = "the-client-id"
SECRET = "the-client-secret-of-32-characters"


def settings_for(database: Database, redis_url: str, **more: str) -> Settings:
    """Settings for this database and this Redis."""
    return Settings.from_environment(
        {
            "PUBLIC_URL": "https://app.example",
            **database.environment,
            **recording(),
            "REDIS_URL": redis_url,
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "SHOPIFY_CLIENT_ID": CLIENT_ID,
            "SHOPIFY_CLIENT_SECRET": SECRET,
            "WEBHOOK_BODY_LIMIT": "4096",
            **more,
        }
    )


@pytest.fixture
def settings(database: Database, redis_url: str) -> Settings:
    """The settings of `house`."""
    return settings_for(database, redis_url)


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """The surroundings of the app; nothing is published, for there are no workers."""
    opened = open_house(settings)
    yield opened
    opened.database.close()


@pytest.fixture
def at(house: House) -> Doors:
    """The product's way into the database."""
    return house.database


@pytest.fixture
def app(house: House) -> Flask:
    """The app under test."""
    return create_app(house)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody without any proof."""
    return app.test_client()


@pytest.fixture
def visit(app: Flask, at: Doors) -> Callable[..., Visit]:
    """Gives the owner of a new store (or of `store_id` under `domain`) in front of the page."""

    def visiting(domain: str = "corner.myshopify.com", store_id: StoreId | None = None) -> Visit:
        store_id = store_id or a_store(at, domain)
        return Visit(app.test_client(), store_id, domain, lambda: id_token(domain))

    return visiting


def id_token(domain: str = "corner.myshopify.com", **claims: object) -> str:
    """A token as the admin gives it for this store."""
    return signed_id_token(domain, CLIENT_ID, SECRET, **claims)


def with_settings(house: House, **changed: str) -> House:
    """The house with other settings."""
    return replace(house, settings=replace(house.settings, **changed))
