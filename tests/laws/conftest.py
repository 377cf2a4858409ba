"""One database for all laws of a module; every example is a store of its own in it."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings

from plugin.db.transaction import Database
from plugin.domain.ids import StoreId
from tests.database import Database as TestDatabase
from tests.engine.builders import doors

# `pytest --hypothesis-profile=unshrunk` says at once that a law is broken, with the example as it was drawn.
settings.register_profile("unshrunk", phases=[Phase.explicit, Phase.reuse, Phase.generate])

_numbers = itertools.count(1_000)


def a_store() -> StoreId:
    """An id that no other example has."""
    return StoreId(next(_numbers))


@pytest.fixture(scope="module")
def door(module_database: TestDatabase) -> Iterator[Database]:
    """The product's door to the module's database."""
    database = doors(module_database)
    yield database
    database.close()
