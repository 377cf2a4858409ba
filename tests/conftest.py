"""Fixtures of the whole suite: real servers once a session, a fresh database for each test that asks.

database          one migrated, empty database for this test   (tests.database.Database)
module_database   the same, shared by the tests of a module
redis_url         an empty Redis database                      redis_server: to pause, kill, start it
postgres_server   the session's server, without fsync          durable_postgres: one of its own, with fsync
scratch_folder    a short private folder that server users can enter (pytest's tmp_path is closed to them)
new_port          a function giving free ports
specs_dir, data_dir   published specifications and real data; a test that asks skips where they are absent
"""

import itertools
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis

from embedded.home import scratch
from embedded.ports import free_port
from embedded.postgres import DURABLE, FAST, Postgres, postgres
from embedded.roles import clone_database, drop_database, owner_database
from embedded.valkey import Valkey, valkey
from tests.database import Database
from tests.listening import _as_described, _as_described_by_processes, _listening

__all__ = ["_as_described", "_as_described_by_processes", "_listening"]  # Beside every test.

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "regulars_template"

# With REQUIRE_ALL=1 a skipped test fails, unless its reason begins with one of these.
ALLOWED_SKIPS = ("only as root", "only as an ordinary user", "only on macOS")

_numbers = itertools.count(1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skip is a failure where everything is required, so that CI cannot be green by leaving things out."""
    report = yield
    if os.environ.get("REQUIRE_ALL") == "1" and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        if not reason.removeprefix("Skipped: ").startswith(ALLOWED_SKIPS):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} was skipped, and REQUIRE_ALL=1 allows no skip: {reason}"
    return report


@pytest.fixture(scope="session")
def session_folder() -> Iterator[Path]:
    """The folder of the session's servers, gone afterwards."""
    with scratch() as folder:
        yield folder


@pytest.fixture
def scratch_folder() -> Iterator[Path]:
    """A folder for this test alone, gone afterwards."""
    with scratch() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_server(session_folder: Path) -> Iterator[Postgres]:
    """The session's PostgreSQL. A test that stops or kills a server takes `durable_postgres`."""
    with postgres(session_folder, FAST) as server:
        yield server


@pytest.fixture
def durable_postgres(scratch_folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL for this test alone, with fsync, free to be stopped, killed and started again."""
    with postgres(scratch_folder, DURABLE) as server:
        yield server


@pytest.fixture(scope="session")
def _session_redis(session_folder: Path) -> Iterator[Valkey]:
    """The session's Valkey, nothing kept on disk."""
    with valkey(session_folder, durable=False) as server:
        yield server


@pytest.fixture
def redis_url(_session_redis: Valkey) -> str:
    """The URL of an empty Redis database, for redis-py and for Celery's broker."""
    with redis.Redis.from_url(_session_redis.url) as connection:
        connection.flushall()
    return _session_redis.url


@pytest.fixture
def redis_server(scratch_folder: Path) -> Iterator[Valkey]:
    """A Valkey for this test alone, free to be paused, killed and started again."""
    with valkey(scratch_folder) as server:
        yield server


def migrated(server: Postgres, name: str) -> Database:
    """A migrated, empty database of the server."""
    from plugin.db.migrate import migrate  # Tests without a database do not wait for it.
    from plugin.db.roles import ROLES

    url = owner_database(server, name)
    migrate(url, dict.fromkeys(ROLES, "unused: the embedded server trusts its socket"))
    return Database(name, url)


@pytest.fixture(scope="session")
def _template(postgres_server: Postgres) -> str:
    """The name of the migrated database that all others are copied from."""
    return migrated(postgres_server, TEMPLATE).name


def _copy(server: Postgres, template: str) -> Iterator[Database]:
    """A copy of the template, dropped afterwards."""
    name = f"test_{next(_numbers)}"
    yield Database(name, clone_database(server, name, template))
    drop_database(server, name)


@pytest.fixture
def database(postgres_server: Postgres, _template: str) -> Iterator[Database]:
    """A migrated, empty database for this test alone."""
    yield from _copy(postgres_server, _template)


@pytest.fixture(scope="module")
def module_database(postgres_server: Postgres, _template: str) -> Iterator[Database]:
    """A migrated database shared by the tests of a module, empty at its start."""
    yield from _copy(postgres_server, _template)


@pytest.fixture
def new_port() -> Callable[[], int]:
    """Gives a free port of 127.0.0.1 at each call."""
    return free_port


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program: what CHROMIUM names, or the first found on PATH."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    pytest.skip("needs a browser: no chromium on PATH; CHROMIUM names another")


# Without these Chromium looks for hosts of its own at every start.
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser(chromium: str) -> "Iterator[Browser]":
    """The session's one browser, without a window; a test opens pages of its own in it."""
    from playwright.sync_api import sync_playwright  # Tests without a browser do not wait for it.

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        yield started
        started.close()


def _folder(setting: str, default: Path, content: str) -> Path:
    """The folder that the setting names; the test that asks skips when there is none."""
    folder = Path(os.environ.get(setting) or default)
    if not folder.is_dir():
        pytest.skip(f"needs {content}: no folder {folder}; {setting} names another")
    return folder


@pytest.fixture(scope="session")
def specs_dir() -> Path:
    """The published specifications (SPECS_DIR)."""
    return _folder("SPECS_DIR", ROOT.parent / "shared" / "specs", "the published specifications")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Real data (DATA_DIR)."""
    return _folder("DATA_DIR", ROOT.parent / "shared" / "data", "real data")
