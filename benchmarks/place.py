"""Where a benchmark runs: real servers of its own, one store whose history is known, segments that are live."""

import contextlib
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.webhooks import SECRET
from embedded.children import Children
from embedded.home import scratch
from embedded.ports import free_port
from embedded.postgres import DURABLE, Postgres, postgres
from embedded.procfile import ROOT, read
from embedded.roles import OWNER, owner_database
from embedded.stage import Addresses, surroundings
from embedded.valkey import Valkey, valkey
from plugin.db import stores
from plugin.db.migrate import migrate
from plugin.db.stores import State
from plugin.domain.ids import StoreId
from plugin.flow.house import House, open_house
from plugin.settings import Settings

SHOP = "bench.myshopify.com"
DATABASE = "regulars"
WEB = "plugin.web.wsgi:app"
TUNED = {"shared_buffers": "512MB", "max_connections": "100"}


@dataclass(frozen=True)
class Place:
    """The servers, the environment of our processes, and a house in this one."""

    postgres: Postgres
    valkey: Valkey
    environment: Mapping[str, str]
    house: House
    children: Children
    web_port: int


@contextlib.contextmanager
def place(durable: bool = True) -> Iterator[Place]:
    """Fresh servers and a migrated database; everything is gone afterwards."""
    with scratch() as folder:
        options = DURABLE | TUNED | ({} if durable else {"fsync": "off"})
        with postgres(folder, options) as server, valkey(folder) as redis, Children(folder / "log") as children:
            owner = owner_database(server, DATABASE)
            migrate(owner)
            addresses = Addresses(free_port(), free_port())
            environment = surroundings(addresses, owner, redis.url)
            environment["SHOPIFY_CLIENT_SECRET"] = SECRET
            for role in ("app", "receive", "scan"):
                environment[f"DATABASE_{role.upper()}_URL"] = owner.replace(f"//{OWNER}@", f"//regulars_{role}@")
            house = open_house(Settings.from_environment(environment))
            yield Place(server, redis, environment, house, children, addresses.web_port)
            house.database.close()


def a_store(house: House, domain: str = SHOP, timezone: str = "Europe/London") -> StoreId:
    """A store that is ready, with nothing in it."""
    store_id = stores.next_id(house.database)
    now = datetime.now(UTC)
    with house.database.store(store_id) as tx:
        stores.put(tx, "shopify", f"bench-{store_id}", domain, domain, timezone, "GBP", ("read_all_orders",), now)
        stores.set_state(tx, State.READY, now)
        tx.execute("UPDATE stores SET labels_known_from = '-infinity' WHERE id = %s", (store_id,))
    return store_id


def analyze(at: Place) -> None:
    """PostgreSQL knows how its tables are filled, as autovacuum would have told it by and by."""
    with psycopg.connect(at.postgres.url(DATABASE), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def start_roles(at: Place, roles: Sequence[str]) -> None:
    """These roles of the Procfile run and are ready."""
    commands = read(at.environment)
    for role in roles:
        at.children.start(role, commands[role], environment=at.environment, folder=ROOT)
    if "web" in roles:
        at.children.wait_http("web", at.web_port, "/healthz")
    for role in set(roles) - {"web", "beat"}:
        at.children.wait_line(role, " ready.")


def serve_instead(at: Place, name: str, application: str, port: int) -> None:
    """Another application runs as the role ``web`` would."""
    command = [application if word == WEB else word for word in read(dict(at.environment) | {"PORT": str(port)})["web"]]
    at.children.start(name, command, environment=at.environment, folder=ROOT)
    at.children.wait_until(name, lambda: _listens(port))


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its children so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    total = 0.0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, IndexError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(entry.name) == pid or int(fields[1]) == pid:
                total += (int(fields[11]) + int(fields[12])) / ticks
    return total
