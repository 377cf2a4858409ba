"""The whole way of a webhook, from the signed POST to committed memberships, with the processes of the Procfile."""

import time
from collections.abc import Callable

from benchmarks import history, segments
from benchmarks.load import Load, blast
from benchmarks.place import Place, a_store, analyze, cpu_seconds, place, start_roles
from benchmarks.table import Row
from benchmarks.webhooks import Message, mixed, orders, signed
from plugin.domain.ids import StoreId
from plugin.flow.house import House

PATH = "/webhooks/shopify"
TABLE = "Pipeline: POST to committed membership; web, intake, beat, PostgreSQL, Valkey and the load on this machine"
LIVE, CUSTOMERS, CONNECTIONS = 20, 5_000, 16
ROLES = ("web", "intake", "beat")


def run(scale: float = 1.0) -> list[Row]:
    """Webhooks a second: only orders/create, and the five webhooks that an order really causes."""
    count = max(1_000, int(8_000 * scale))
    kinds: dict[str, Callable[[int], list[Message]]] = {
        "orders/create only": lambda first: list(orders(count, CUSTOMERS, first)),
        "the five webhooks of an order": lambda first: list(mixed(count // 5, CUSTOMERS, first)),
    }
    rows: list[Row] = []
    with place() as at:
        domains = {kind: f"pipeline-{number}.myshopify.com" for number, kind in enumerate(kinds)}
        ids = {kind: _prepared(at, domain) for kind, domain in domains.items()}
        start_roles(at, ROLES)
        for kind, make in kinds.items():
            through(at, ids[kind], domains[kind], make(1)[:500])  # Each process has seen what it does.
            rows += _measured(at, kind, ids[kind], domains[kind], make(1_000_000))
    return rows


def _prepared(at: Place, domain: str) -> StoreId:
    store_id = a_store(at.house, domain)
    history.live(at.house, store_id, CUSTOMERS)
    analyze(at)
    segments.go(at.house, store_id, LIVE)
    return store_id


def _measured(at: Place, kind: str, store_id: StoreId, domain: str, messages: list[Message]) -> list[Row]:
    before = spent(at)
    load, seconds = through(at, store_id, domain, messages)
    assert set(load.statuses) == {200}
    count = len(messages)
    cost = {name: (after - before[name]) / count * 1e6 for name, after in spent(at).items()}
    parts = ", ".join(f"{name} {micros:.0f}" for name, micros in cost.items())
    return [
        Row(TABLE, f"{kind}: POST to membership", count / seconds, "webhooks/s", note=f"{parts} µs of processor each"),
        Row(TABLE, f"{kind}: answered", load.per_second, "webhooks/s", load.per_second / (count / seconds)),
    ]


def through(at: Place, store_id: StoreId, domain: str, messages: list[Message]) -> tuple[Load, float]:
    """What the load saw, and the seconds from the first POST until nothing waits and nobody is due."""
    requests = signed(PATH, domain, messages)
    began = time.perf_counter()
    load = blast("127.0.0.1", at.web_port, requests, CONNECTIONS)
    while not quiet(at.house, store_id):
        if time.perf_counter() - began > 120:
            raise TimeoutError("the deliveries are not drained")
        time.sleep(0.01)
    return load, time.perf_counter() - began


def quiet(house: House, store_id: StoreId) -> bool:
    """Whether every delivery is absorbed and everyone decided."""
    with house.database.store(store_id) as tx:
        return not tx.value(
            """SELECT EXISTS (SELECT 1 FROM inbox_open WHERE store_id = %(store)s)
                   OR EXISTS (SELECT 1 FROM customers WHERE store_id = %(store)s AND due_at <= now())""",
            {"store": store_id},
        )


def spent(at: Place) -> dict[str, float]:
    """Processor seconds of each part so far."""
    pids = {role: at.children[role].pid for role in ROLES}
    pids |= {"PostgreSQL": at.postgres.process.pid, "Valkey": at.valkey.process.pid}
    return {name: cpu_seconds(pid) for name, pid in pids.items()} | {"load": time.process_time()}
