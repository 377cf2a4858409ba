"""A pretend BigCommerce and the app over one database for all stories, and one store for those of a module."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.serving import make_server

from embedded.json_client import JsonClient
from embedded.ports import free_port
from embedded.postgres import Postgres
from embedded.valkey import Valkey
from plugin.flow.bell import Bell
from plugin.flow.house import House, open_house
from plugin.web.app import create_app
from sandbox.server import running
from tests.conftest import _copy
from tests.database import Database
from tests.flow.conftest import Rings, settings_for
from tests.stories.bigcommerce.bazaar import Bazaar, Door

CLIENT_ID, SECRET = "test-client-id", "test-client-secret-of-32-characters"


@pytest.fixture(scope="package")
def app_url() -> str:
    """Where the app answers."""
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="package")
def sandbox(app_url: str) -> Iterator[JsonClient]:
    """A running sandbox, which tries a delivery three times within a blink."""
    with running(app_url, CLIENT_ID, SECRET, retries=(0.05, 0.05)) as url:
        yield JsonClient(url)


@pytest.fixture(scope="package")
def database_of_all(postgres_server: Postgres, _template: str) -> Iterator[Database]:
    """A migrated database, empty before the first story."""
    yield from _copy(postgres_server, _template)


@pytest.fixture(scope="package")
def house(database_of_all: Database, _session_redis: Valkey, sandbox: JsonClient, app_url: str) -> Iterator[House]:
    """A house whose BigCommerce is the sandbox; its bell is not listened to."""
    settings = settings_for(
        database_of_all,
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


@pytest.fixture(scope="package")
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
def _bazaar(request: pytest.FixtureRequest, house: House, sandbox: JsonClient, door: Door) -> Bazaar:
    name = str(request.module.__name__).rpartition("test_")[2]
    return Bazaar.open(house, sandbox, door, name)


@pytest.fixture
def bazaar(_bazaar: Bazaar) -> Iterator[Bazaar]:
    """The store that a module's stories share: each has people and labels of its own, and leaves no fault behind."""
    yield _bazaar
    _bazaar.heal()
    _bazaar.door.shut = False
    _bazaar.sandbox.call("PUT", "/_sandbox/bigcommerce/delivery", {"blocking": {}}, None)
