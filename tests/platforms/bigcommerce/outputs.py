"""What the tests of groups, marks and native segments share: a sandbox, its stores, and who is in them."""

from collections.abc import Iterator
from typing import Any

import pytest

from plugin.domain.ids import CustomerId
from tests.platforms.bigcommerce.doors import Pretended, pretending
from tests.platforms.bigcommerce.reading import a_past, asked
from tests.platforms.server import Reply, Server, serving


@pytest.fixture(scope="module")
def sandbox() -> Iterator[tuple[str, Server]]:
    """A sandbox, and the app it calls."""
    with serving() as app:
        app.replies.append(Reply())
        with pretending(app) as url:
            yield url, app


@pytest.fixture
def store(sandbox: tuple[str, Server]) -> Pretended:
    """A store of this test's own, on the largest plan; its customers are in no group."""
    made = a_past(*sandbox, customers=12, years=0.1, plan="enterprise")
    for each in people(made):
        made.control("PATCH", f"/customers/{each}", {"group_id": 0})
    return made


def people(store: Pretended) -> list[CustomerId]:
    """The store's customers."""
    return [CustomerId(row["id"]) for row in store.control("GET", "/customers")]


def customer(store: Pretended, who: int) -> dict[str, Any]:
    """A customer, as the store has it."""
    found: dict[str, Any] = store.control("GET", f"/customers/{who}")
    return found


def faults(store: Pretended, **api: Any) -> None:
    """The API fails so."""
    store.control("PUT", "/faults", {"api": api})


def writes(store: Pretended) -> list[str]:
    """The calls that changed something, as method and path."""
    return [call for call in asked(store) if not call.startswith("GET")]
