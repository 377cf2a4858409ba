"""A store for each test; the tests of a module share a database."""

from collections.abc import Iterator

import pytest

from plugin.db.transaction import Database
from tests.database import Database as TestDatabase
from tests.engine.builders import Shop, doors


@pytest.fixture(scope="module")
def door(module_database: TestDatabase) -> Iterator[Database]:
    """The product's door to the module's database."""
    database = doors(module_database)
    yield database
    database.close()


@pytest.fixture
def shop(door: Database) -> Shop:
    """An empty store in UTC."""
    return Shop(door)
