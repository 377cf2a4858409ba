"""An owner whose store has five customers."""

from collections.abc import Callable

import pytest

from plugin.db.transaction import Database as Doors
from plugin.flow.house import House
from tests.web.api.drafts import rule
from tests.web.stock import stock, work
from tests.web.visit import Visit


@pytest.fixture
def owner(visit: Callable[..., Visit], at: Doors) -> Visit:
    """In front of the page of a store with customers 1 to 5, of whom 1 to 3 have bought that often."""
    owner = visit()
    stock(at, owner.store_id)
    return owner


@pytest.fixture
def regulars(owner: Visit, house: House) -> int:
    """The id of a segment in preview, worked out: customers 2 and 3 are in it."""
    made: int = owner.post("/segments", rule("Regulars", "number_of_orders >= 2", "regular"))["id"]
    work(house, owner.store_id)
    return made
