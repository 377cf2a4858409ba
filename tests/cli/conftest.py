"""A command in this process with the settings of a real database and a real Redis."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from plugin.cli import main
from plugin.db.transaction import Database as Doors
from tests.builders import doors
from tests.database import Database


@dataclass(frozen=True)
class Regulars:
    """Runs `regulars …` in its surroundings."""

    environment: dict[str, str]

    def __call__(self, *words: str, given: str | None = None, **settings: str) -> Result:
        """What the command said and how it ended; ``settings`` stand in for those of the surroundings."""
        environment: dict[str, str | None] = {**self.environment, **settings}
        return CliRunner().invoke(main, words, input=given, env=environment)

    def json(self, *words: str) -> Any:
        """What the command says to a program."""
        done = self(*words, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)


@pytest.fixture
def surroundings(database: Database, redis_url: str) -> dict[str, str]:
    """Every setting the product needs."""
    return database.environment | {
        "PUBLIC_URL": "https://app.example",
        "REDIS_URL": redis_url,
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "SHOPIFY_CLIENT_ID": "the client id",
        "SHOPIFY_CLIENT_SECRET": "the client secret",
    }


@pytest.fixture
def regulars(surroundings: dict[str, str]) -> Regulars:
    """The command."""
    return Regulars(surroundings)


@pytest.fixture
def at(database: Database) -> Doors:
    """The product's way into the database."""
    return doors(database)
