"""A sandbox for the module; a house over a fresh database whose bell is only listened to."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from embedded.children import Children
from embedded.json_client import JsonClient
from embedded.ports import free_port
from plugin.flow.bell import Bell
from plugin.flow.house import House, open_house
from tests.conftest import ROOT
from tests.database import Database
from tests.faults.shop import Merchant, Shop
from tests.flow.conftest import SECRET, Rings, settings_for


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JsonClient]:
    """A running sandbox whose app is nowhere: webhooks are lost."""
    port, folder = free_port(), tmp_path_factory.mktemp("sandbox")
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--app-url", "http://127.0.0.1:1"]
    command += ["--client-id", "test-client-id", "--client-secret", SECRET]
    with Children(Path(folder)) as children:
        children.start("sandbox", command, folder=ROOT)
        children.wait_http("sandbox", port, "/_sandbox/health")
        yield JsonClient(f"http://127.0.0.1:{port}")


@pytest.fixture
def rings() -> Rings:
    return Rings()


@pytest.fixture
def house(database: Database, redis_url: str, rings: Rings, sandbox: JsonClient) -> Iterator[House]:
    """A house whose platform is the sandbox."""
    opened = open_house(settings_for(database, redis_url, SHOPIFY_SHOP_URL=f"{sandbox.base}/{{shop}}"))
    yield replace(opened, bell=Bell(opened.redis, rings))
    opened.database.close()


@pytest.fixture
def shop(sandbox: JsonClient) -> Shop:
    """A shop for this test alone, on which the app has been opened."""
    return Shop.of(sandbox)


@pytest.fixture
def merchant(house: House, shop: Shop) -> Merchant:
    """The app on that shop, its history read."""
    return Merchant.of(house, shop)


@pytest.fixture
def new_shop(sandbox: JsonClient) -> Callable[[], Shop]:
    """Makes more shops."""
    return lambda: Shop.of(sandbox)
