"""A pretend BigCommerce and the app over one database for a module, and one store for its stories."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.serving import make_server

from embedded.json_client import JsonClient
from embedded.ports import free_port
from embedded.valkey import Valkey
from plugin.flow.bell import Bell
from plugin.flow.house import House, open_house
from plugin.web.app import create_app
from sandbox.server import running
from tests.database import Database
from tests.flow.bigcommerce.conftest import CLIENT_ID, SECRET
from tests.flow.conftest import Rings, settings_for
from tests.stories.bigcommerce.bazaar import Bazaar, Door


@pytest.fixture(scope="module")
def app_url() -> str:
    """Where the app answers."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def sandbox(app_url: str) -> Iterator[JsonClient]:
    """A running sandbox, which tries a delivery three times within a blink."""
    with running(app_url, CLIENT_ID, SECRET, retries=(0.05, 0.05)) as url:
        yield JsonClient(url)


@pytest.fixture(scope="module")
def house(module_database: Database, _session_redis: Valkey, sandbox: JsonClient, app_url: str) -> Iterator[House]:
    """A house whose BigCommerce is the sandbox; its bell is not listened to."""
    settings = settings_for(
        module_database,
        _session_redis.url,
        PUBLIC_URL=app_url,
        BIGCOMMERCE_CLIENT_ID=CLIENT_ID,
        BIGCOMMERCE_CLIENT_SECRET=SECRET,
        BIGCOMMERCE_API_URL=f"{sandbox.base}/bigcommerce",
        BIGCOMMERCE_LOGIN_URL=f"{sandbox.base}/bigcommerce/login",
        BIGCOMMERCE_FRAME_ANCESTORS=sandbox.base.replace("127.0.0.1", "localhost"),
        MESSAGE_PATIENCE="0",
    )
    opened = open_house(settings)
    yield replace(opened, bell=Bell(opened.redis, Rings()))
    opened.database.close()


@pytest.fixture(scope="module")
def door(house: House, app_url: str) -> Iterator[Door]:
    """The app answers at its address, behind a door."""
    door = Door(create_app(house))
    server = make_server("127.0.0.1", int(app_url.rpartition(":")[2]), door, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield door
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def _bazaar(house: House, sandbox: JsonClient, door: Door) -> Bazaar:
    return Bazaar.open(house, sandbox, door, "bazaar")


@pytest.fixture
def bazaar(_bazaar: Bazaar) -> Iterator[Bazaar]:
    """The store that a module's stories share: each has people and labels of its own, and leaves no fault behind."""
    yield _bazaar
    _bazaar.heal()
    _bazaar.door.shut = False
