"""What a purchase costs as the store grows: it must not matter how many customers there are."""

from benchmarks import history, segments
from benchmarks.drain import drained
from benchmarks.place import a_store, analyze, place
from benchmarks.table import Row
from benchmarks.webhooks import orders

TABLE = "Growth: processor time to drain a purchase, by customers with history in the store; 20 live segments"
SIZES = (1_000, 10_000, 100_000)


def run(scale: float = 1.0) -> list[Row]:
    """Processor microseconds a purchase at each size, and as a share of the smallest store's."""
    count, rows = max(500, int(2_000 * scale)), list[Row]()
    with place() as at:
        costs: list[float] = []
        for size in (max(500, int(size * scale)) for size in SIZES):
            store_id = a_store(at.house, f"growth-{size}.myshopify.com")
            history.live(at.house, store_id, size)
            analyze(at)
            segments.go(at.house, store_id, 20)
            analyze(at)
            drained(at, store_id, list(orders(count, size, 1)))  # The caches are warm.
            runs = [drained(at, store_id, list(orders(count, size, first * count + 1))) for first in (1, 2, 3)]
            middle = sorted(runs, key=lambda run: run.ours + run.postgres)[1]
            costs.append((middle.ours + middle.postgres) / count * 1e6)
            rows.append(Row(TABLE, f"{size:,} customers", costs[-1], "µs", costs[-1] / costs[0], middle.cost))
    return rows
