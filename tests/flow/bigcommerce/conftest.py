"""A pretend BigCommerce for the module, which knows our app; the app itself for each test, over a fresh database."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from embedded.json_client import JsonClient
from embedded.ports import free_port
from plugin.flow.bell import Bell
from plugin.flow.house import House, open_house
from plugin.web.app import create_app
from sandbox.server import running
from tests.database import Database
from tests.flow.bigcommerce.panel import Panel
from tests.flow.bigcommerce.selling import PRICES, Payer, priced
from tests.flow.conftest import Rings, settings_for

CLIENT_ID, SECRET = "test-client-id", "test-client-secret-of-32-characters"


@pytest.fixture(scope="module")
def app_url() -> str:
    """Where the app answers, whenever there is one."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def sandbox(app_url: str) -> Iterator[JsonClient]:
    """A running sandbox."""
    with running(app_url, CLIENT_ID, SECRET, retries=(0.05, 0.05)) as url:
        yield JsonClient(url)


@pytest.fixture
def more() -> dict[str, str]:
    """Settings of the house that a module wants beside the usual ones."""
    return {}


@pytest.fixture
def house(
    database: Database, redis_url: str, rings: Rings, sandbox: JsonClient, app_url: str, more: dict[str, str]
) -> Iterator[House]:
    """A house whose BigCommerce is the sandbox, answering at its address."""
    settings = settings_for(
        database,
        redis_url,
        PUBLIC_URL=app_url,
        BIGCOMMERCE_CLIENT_ID=CLIENT_ID,
        BIGCOMMERCE_CLIENT_SECRET=SECRET,
        BIGCOMMERCE_API_URL=f"{sandbox.base}/bigcommerce",
        BIGCOMMERCE_LOGIN_URL=f"{sandbox.base}/bigcommerce/login",
        BIGCOMMERCE_SDK_URL=f"{sandbox.base}/bigcommerce/bc-sdk.js",
        **more,
    )
    opened = open_house(settings)
    house = replace(opened, bell=Bell(opened.redis, rings))
    server = make_server("127.0.0.1", int(app_url.rpartition(":")[2]), create_app(house), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield house
    server.shutdown()
    thread.join()
    server.server_close()
    opened.database.close()


@pytest.fixture
def panel(house: House, sandbox: JsonClient) -> Panel:
    """A store that has not got the app yet."""
    return Panel.of(house, sandbox)


@pytest.fixture
def installed(panel: Panel) -> Panel:
    """A store whose merchant has installed the app, its history read."""
    assert panel.install().answer.status_code == 200
    panel.read_history()
    return panel


@pytest.fixture
def prices() -> dict[str, Any]:
    """What manifest.json names for BigCommerce where a test sells."""
    return PRICES


@pytest.fixture
def named(tmp_path: Path, prices: dict[str, Any]) -> Iterator[None]:
    """manifest.json names these prices."""
    with priced(tmp_path, prices):
        yield


@pytest.fixture
def payer(named: None, installed: Panel) -> Payer:
    """A merchant with the free plan, whose store's history is read, at the beginning of an hour. The module's ``more``
    says that plans are sold."""
    payer = Payer(installed)
    payer.hour_passes()
    assert payer.when_due()
    return payer
