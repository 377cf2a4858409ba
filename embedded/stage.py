"""Everything a store needs to be real on one machine: servers, sandbox, our own roles. Demo and stories use it."""

import base64
import contextlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded.children import Children
from embedded.postgres import DURABLE, Postgres, postgres
from embedded.procfile import BEAT, RELEASE, ROOT, read
from embedded.roles import drop_database, owner_database
from embedded.valkey import Valkey, valkey

DATABASE = "regulars"
PROCESSES = {"WEB_PROCESSES": "1", "INTAKE_PROCESSES": "1", "REMOTE_PROCESSES": "1", "BATCH_PROCESSES": "1"}
# What opens the sandbox's Partner API. Nothing is billed before BILLING=on is among the stage's settings.
PARTNER = {
    "SHOPIFY_PARTNER_ORGANISATION": "4217",
    "SHOPIFY_PARTNER_TOKEN": "prtapi_of_the_sandbox",
    "SHOPIFY_APP_ID": "70001",
}
# What opens its Account API; there nothing is billed before manifest.json names prices, either.
ACCOUNT = {
    "BIGCOMMERCE_ACCOUNT_UUID": "6f1d2b58-0d2c-4a2b-9a57-3c0c8a4f7e10",
    "BIGCOMMERCE_ACCOUNT_TOKEN": "account_token_of_the_sandbox",
    "BIGCOMMERCE_APP_ID": "48101",
}
# Of the person's environment; a DATABASE_URL of theirs must not reach the demo.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "BILLING", "LOG_LEVEL", "RECORD_REQUESTS", "WEBHOOK_BODY_LIMIT")


class ReleaseFailed(Exception):
    """The release step ended with an error; the message is what it wrote."""


@dataclass(frozen=True)
class Addresses:
    """Where the sandbox and our web server listen."""

    sandbox_port: int
    web_port: int

    @property
    def sandbox(self) -> str:
        """The sandbox's address."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def web(self) -> str:
        """Our own address."""
        return f"http://127.0.0.1:{self.web_port}"


@dataclass(frozen=True)
class Stage:
    """What runs."""

    addresses: Addresses
    postgres: Postgres
    valkey: Valkey
    children: Children
    environment: Mapping[str, str]


@contextlib.contextmanager
def stage(
    folder: Path,
    addresses: Addresses,
    settings: Mapping[str, str] | None = None,
    told: Callable[[str], None] = lambda sentence: None,
) -> Iterator[Stage]:
    """Servers, sandbox, web, workers and beat run and answer, over an empty, migrated database.

    The database is new each time, because the sandbox's shops live in memory. `settings` adds to the
    environment of every process; `told` hears what has been done.
    """
    shutil.rmtree(folder / "log", ignore_errors=True)
    with (
        postgres(folder, DURABLE) as database,
        valkey(folder) as redis,
        Children(folder / "log") as children,
    ):
        children.adopt(database.process)
        children.adopt(redis.process)
        drop_database(database, DATABASE)
        told("PostgreSQL and Valkey run")
        environment = surroundings(addresses, owner_database(database, DATABASE), redis.url)
        environment["PROMETHEUS_MULTIPROC_DIR"] = fresh(folder / "metrics")
        environment.update(settings or {})
        _start_sandbox(children, addresses, environment)
        roles = read(environment)
        release, beat = roles.pop(RELEASE), roles.pop(BEAT)
        for name, command in roles.items():  # They load while the database is migrated; beat gives the first work.
            children.start(name, command, environment=environment, folder=ROOT)
        _release(release, environment)
        told("The database is migrated")
        children.start(BEAT, beat, environment=environment, folder=ROOT)
        children.wait_http("sandbox", addresses.sandbox_port, "/_sandbox/health")
        children.wait_http("web", addresses.web_port, "/healthz")
        told("Sandbox and web server answer; workers are starting")
        yield Stage(addresses, database, redis, children, environment)


def surroundings(addresses: Addresses, database_url: str, redis_url: str) -> dict[str, str]:
    """The environment of our processes: the settings of production, pointing at this machine."""
    return {
        **{name: os.environ[name] for name in INHERITED if name in os.environ},
        **PROCESSES,
        "PYTHONUNBUFFERED": "1",
        "PUBLIC_URL": addresses.web,
        "BIND_ADDRESS": "127.0.0.1",
        "PORT": str(addresses.web_port),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SHOPIFY_CLIENT_ID": secrets.token_hex(16),
        "SHOPIFY_CLIENT_SECRET": secrets.token_hex(16),
        "SHOPIFY_SHOP_URL": f"{addresses.sandbox}/{{shop}}",
        "SHOPIFY_FRAME_ANCESTORS": addresses.sandbox,
        "SHOPIFY_ADMIN_URL": f"{addresses.sandbox}/admin",
        "SHOPIFY_PARTNER_URL": f"{addresses.sandbox}/partners",
        **PARTNER,
        **ACCOUNT,
        "SHOPIFY_APP_BRIDGE_URL": f"{addresses.sandbox}/app-bridge.js",
        "SHOPIFY_POLARIS_URL": f"{addresses.sandbox}/polaris.js",
        "BIGCOMMERCE_CLIENT_ID": secrets.token_hex(16),
        "BIGCOMMERCE_CLIENT_SECRET": secrets.token_hex(32),
        "BIGCOMMERCE_API_URL": f"{addresses.sandbox}/bigcommerce",
        "BIGCOMMERCE_LOGIN_URL": f"{addresses.sandbox}/bigcommerce/login",
        "BIGCOMMERCE_FRAME_ANCESTORS": addresses.sandbox,
        "BIGCOMMERCE_SDK_URL": f"{addresses.sandbox}/bigcommerce/bc-sdk.js",
    }


def fresh(folder: Path) -> str:
    """The folder is there and empty: what processes of an earlier run counted is not ours."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return str(folder)


def _start_sandbox(children: Children, addresses: Addresses, environment: Mapping[str, str]) -> None:
    """The sandbox is starting, with the app's address and secret."""
    command = [sys.executable, "-m", "sandbox", "--port", str(addresses.sandbox_port), "--app-url", addresses.web]
    command += ["--client-id", environment["SHOPIFY_CLIENT_ID"]]
    command += ["--client-secret", environment["SHOPIFY_CLIENT_SECRET"]]
    command += ["--bigcommerce-client-id", environment["BIGCOMMERCE_CLIENT_ID"]]
    command += ["--bigcommerce-client-secret", environment["BIGCOMMERCE_CLIENT_SECRET"]]
    command += ["--topics-file", str(ROOT / "manifest.json")]
    children.start("sandbox", command, environment=environment, folder=ROOT)


def _release(command: list[str], environment: Mapping[str, str]) -> None:
    """The release step is done; raises ReleaseFailed."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ReleaseFailed(f"{' '.join(command[1:])} failed:\n{done.stdout}{done.stderr}")
