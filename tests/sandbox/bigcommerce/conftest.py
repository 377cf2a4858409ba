"""A running sandbox for the session, with a listening app beside it; a store of its own for each test."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from sandbox.server import running
from tests.contract.openapi import Published, published
from tests.sandbox.bigcommerce.app import App, listening
from tests.sandbox.bigcommerce.clerk import CLIENT_ID, CLIENT_SECRET, Clerk

RETRIES = (0.05, 0.05, 0.05)
NewStore = Callable[..., Clerk]

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def app() -> Iterator[App]:
    """The app, which only listens."""
    with listening() as app:
        yield app


@pytest.fixture(scope="session")
def base(app: App) -> Iterator[str]:
    """The address of the session's sandbox."""
    with running(app.url, CLIENT_ID, CLIENT_SECRET, retries=RETRIES) as address:
        yield address


@pytest.fixture(scope="session")
def judge() -> Published | None:
    """The published files, where they are; without them answers are not held against them here."""
    folder = Path(os.environ.get("SPECS_DIR") or Path(__file__).resolve().parents[4] / "shared" / "specs")
    return published(folder) if (folder / "bigcommerce").is_dir() else None


@pytest.fixture
def new_store(base: str, app: App, judge: Published | None) -> NewStore:
    """Opens a store; installed, with thirty customers and half a year of history unless said otherwise."""

    def open_store(*, installed: bool = True, **said: object) -> Clerk:
        store = f"store{next(_numbers)}"
        asked = {"hash": store, "customers": 30, "years": 0.5, "seed": 7, "plan": "pro"} | said
        answer = requests.post(f"{base}/_sandbox/bigcommerce/stores", json=asked, timeout=30)
        assert answer.status_code == 201, answer.text
        clerk = Clerk(base, store, app.url, judge)
        if installed:
            clerk.install()
        return clerk

    return open_store


@pytest.fixture
def store(new_store: NewStore) -> Clerk:
    """An installed store for this test alone."""
    return new_store()
