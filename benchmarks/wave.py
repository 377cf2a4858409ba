"""Everyone due at one midnight while purchases arrive: what the wave costs the living, and how long it takes."""

import random
import time
from datetime import UTC, datetime
from threading import Thread

from benchmarks import history, segments
from benchmarks.load import Load, paced
from benchmarks.pipeline import quiet
from benchmarks.place import Place, a_store, analyze, place, start_roles
from benchmarks.table import Row, median, percentile
from benchmarks.webhooks import Message, message, order, signed
from plugin.db import customers
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.plan import plan
from plugin.flow.save import save

PATH, SHOP = "/webhooks/shopify", "wave.myshopify.com"
TABLE = "Wave: all customers of a store fall due at once while it sells; POST to committed membership"
CUSTOMERS, LIVE, RATE = 20_000, 3, 10
BOUGHT = "count(orders WHERE channel = 'import') >= 1"
PATIENCE = 180.0


def run(scale: float = 1.0) -> list[Row]:
    """The lag of purchases on a calm day and during the wave, and the wave's own time."""
    count = max(1_000, int(CUSTOMERS * scale))
    with place() as at:
        store_id = a_store(at.house, SHOP)
        history.live(at.house, store_id, count)
        analyze(at)
        segments.go(at.house, store_id, LIVE)
        save(at.house, store_id, "Bought in the wave", {"kind": "rule", "rule": BOUGHT}, {}, "bench")
        plan(at.house, store_id)
        start_roles(at, ("web", "intake", "beat"))
        _settled(at, store_id)
        calm = _lags(at, store_id, _buy(at, 1, 60), 1)
        load, seconds = _wave(at, store_id, count)
        busy = _lags(at, store_id, load, 1_001)
    return _rows(calm, busy, count / seconds)


def _buy(at: Place, first: int, count: int) -> Load:
    """So many purchases, each by a customer of their own, at an even pace."""
    return paced("127.0.0.1", at.web_port, signed(PATH, SHOP, [_purchase(first + n) for n in range(count)]), RATE)


def _purchase(buyer: int) -> Message:
    chance, now = random.Random(buyer), datetime.now(UTC)
    body = order(900_000_000 + buyer, buyer, now, "25.00", chance) | {"source_name": "import"}
    return message("orders/create", body, now, chance)


def _wave(at: Place, store_id: StoreId, count: int) -> tuple[Load, float]:
    """Purchases while everyone is decided: what the load saw, and the seconds until the wave was over."""
    with at.house.database.store(store_id) as tx:
        customers.all_due(tx, "wave")
    began, over = time.perf_counter(), list[float]()
    at.house.bell.ring(Work.SWEEP, store_id)
    watch = Thread(target=lambda: over.append(_swept(at, store_id) - began))
    watch.start()
    load = _buy(at, 1_001, 60)
    watch.join()
    _settled(at, store_id)
    return load, over[0]


def _swept(at: Place, store_id: StoreId) -> float:
    """When nobody was left whom the wave had made due."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with at.house.database.store(store_id) as tx:
            left = tx.value("SELECT EXISTS (SELECT 1 FROM customers WHERE due_at <= now() AND due_cause = 'wave')")
        if not left:
            return time.perf_counter()
        if time.monotonic() > deadline:
            raise TimeoutError("the wave is not over")
        time.sleep(0.05)


def _settled(at: Place, store_id: StoreId) -> None:
    deadline = time.monotonic() + PATIENCE
    while not quiet(at.house, store_id):
        if time.monotonic() > deadline:
            raise TimeoutError("the store does not come to rest")
        time.sleep(0.05)


def _lags(at: Place, store_id: StoreId, load: Load, first: int) -> list[float]:
    """Seconds from when each delivery was stored until its customer was decided, by PostgreSQL's clock."""
    assert set(load.statuses) == {200}
    _settled(at, store_id)
    with at.house.database.store(store_id) as tx:
        rows = tx.rows(
            """SELECT extract(epoch FROM l.decided_at - i.received_at)::float
               FROM inbox i JOIN membership_log l
                 ON l.customer_id = (convert_from(i.body, 'UTF8')::jsonb -> 'customer' ->> 'id')::bigint
               JOIN segments s ON s.id = l.segment_id AND s.name = 'Bought in the wave'
               WHERE i.topic = 'orders/create' AND l.entered AND l.customer_id BETWEEN %s AND %s""",
            (first, first + 59),
        )
    assert len(rows) == 60
    return [row[0] for row in rows]


def _rows(calm: list[float], busy: list[float], per_second: float) -> list[Row]:
    base = median(calm)
    return [
        Row(TABLE, f"calm, {RATE} purchases a second: median lag", base * 1000, "ms", 1.0),
        Row(TABLE, "during the wave: median lag", median(busy) * 1000, "ms", median(busy) / base),
        Row(TABLE, "calm: slowest of a hundred", percentile(calm, 0.99) * 1000, "ms"),
        Row(TABLE, "during the wave: slowest of a hundred", percentile(busy, 0.99) * 1000, "ms"),
        Row(TABLE, "the wave itself", per_second, "customers/s"),
    ]
