"""Durable ingest against bare Flask with the same signature check, on the same server, in turns."""

from benchmarks.load import Load, blast
from benchmarks.place import SHOP, Place, a_store, place, serve_instead, start_roles
from benchmarks.table import Row, median
from benchmarks.webhooks import orders, signed
from embedded.ports import free_port
from plugin.domain.ids import StoreId

PATH = "/webhooks/shopify"
TABLE = "Ingest: 8 kB webhooks, 16 connections, load from the same machine"


def run(scale: float = 1.0) -> list[Row]:
    """Requests a second of each, and ours as a share of the bare view's."""
    count, rounds = max(500, int(4000 * scale)), 3
    with place() as at:
        store_id = a_store(at.house)
        bare = free_port()
        serve_instead(at, "bare", "benchmarks.bare:app", bare)
        start_roles(at, ["web"])
        measured: dict[str, list[Load]] = {"bare": [], "ours": []}
        first = 1
        for _ in range(rounds):
            for name, port in (("bare", bare), ("ours", at.web_port)):
                measured[name].append(blast("127.0.0.1", port, signed(PATH, SHOP, orders(count, 1000, first))))
                first += count
        stored = _stored(at, store_id)
    assert all(set(load.statuses) == {200} for loads in measured.values() for load in loads)
    assert stored == count * rounds
    return _rows(measured)


def _stored(at: Place, store_id: StoreId) -> int:
    with at.house.database.store(store_id) as tx:
        return int(tx.value("SELECT count(*) FROM inbox"))


def _rows(measured: dict[str, list[Load]]) -> list[Row]:
    bare = median([load.per_second for load in measured["bare"]])
    ours = median([load.per_second for load in measured["ours"]])
    pairs = zip(measured["ours"], measured["bare"], strict=True)
    ratio = median([one.per_second / other.per_second for one, other in pairs])
    late = median([sorted(load.latencies)[int(len(load.latencies) * 0.99)] for load in measured["ours"]])
    return [
        Row(TABLE, "bare Flask view, signature only", bare, "requests/s", 1.0),
        Row(TABLE, "ours: signature, stored in PostgreSQL, bell", ours, "requests/s", ratio),
        Row(TABLE, "ours: slowest of a hundred", late * 1000, "ms"),
    ]
