"""Absorb, decide, post: batches against one delivery at a time, with few and with many live segments."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from unittest.mock import patch

from benchmarks import history, segments
from benchmarks.place import Place, a_store, analyze, cpu_seconds, place
from benchmarks.table import Row, median
from benchmarks.webhooks import Message, orders
from plugin.db import drains
from plugin.domain.ids import StoreId
from plugin.flow.drain import drain

TABLE = "Drain: purchases in the inbox become facts, memberships and wanted tags; one process, one store"
CUSTOMERS = 2_000
CHUNK = 500


@dataclass(frozen=True)
class Drained:
    """What a run took: wall time, and processor time here and in PostgreSQL."""

    count: int
    seconds: float
    ours: float
    postgres: float

    @property
    def per_second(self) -> float:
        """Deliveries a second."""
        return self.count / self.seconds

    @property
    def cost(self) -> str:
        """Processor microseconds for each delivery."""
        return f"{self.ours / self.count * 1e6:.0f} + {self.postgres / self.count * 1e6:.0f} µs of processor"


def run(scale: float = 1.0) -> list[Row]:
    """Deliveries a second in batches and one by one, in turns."""
    count = max(500, int(3000 * scale))
    rows = []
    with place() as at:
        for live in segments.SETS:
            domain = f"drain-{live}.myshopify.com"
            store_id = a_store(at.house, domain)
            history.live(at.house, store_id, CUSTOMERS)
            analyze(at)
            segments.go(at.house, store_id, live)
            rows += _compared(at, store_id, live, count)
    return rows


def _compared(at: Place, store_id: StoreId, live: int, count: int) -> list[Row]:
    single: list[Drained] = []
    batched: list[Drained] = []
    first = 1
    for _ in range(3):
        few = max(100, count // 10)
        single.append(drained(at, store_id, list(orders(few, CUSTOMERS, first)), largest=1))
        batched.append(drained(at, store_id, list(orders(count, CUSTOMERS, first + few))))
        first += few + count
    slow, fast = (sorted(runs, key=lambda run: run.seconds / run.count)[1] for runs in (single, batched))
    ratio = median([many.per_second / one.per_second for many, one in zip(batched, single, strict=True)])
    return [
        Row(TABLE, f"{live} live segments, one by one", slow.per_second, "deliveries/s", 1.0, slow.cost),
        Row(
            TABLE,
            f"{live} live segments, batches of {drains.LARGEST}",
            fast.per_second,
            "deliveries/s",
            ratio,
            fast.cost,
        ),
    ]


def drained(at: Place, store_id: StoreId, messages: Sequence[Message], largest: int = drains.LARGEST) -> Drained:
    """The messages, put into the inbox first, are drained in batches of at most so many."""
    fill(at, store_id, messages)
    with patch.object(drains, "LARGEST", largest):
        _at_full_size(at, store_id, largest)
        ours, server = time.process_time(), cpu_seconds(at.postgres.process.pid)
        began, count = time.perf_counter(), 0
        while taken := drain(at.house, store_id).count:
            count += taken
        seconds = time.perf_counter() - began
    assert count == len(messages)
    return Drained(count, seconds, time.process_time() - ours, cpu_seconds(at.postgres.process.pid) - server)


def fill(at: Place, store_id: StoreId, messages: Sequence[Message]) -> None:
    """The messages wait in the inbox."""
    with at.house.database.store(store_id) as tx:
        for begin in range(0, len(messages), CHUNK):
            some = messages[begin : begin + CHUNK]
            tx.execute(
                """WITH stored AS (
                     INSERT INTO inbox (store_id, topic, delivery_id, triggered_at, body, received_at)
                     SELECT %s, *, clock_timestamp()
                     FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::bytea[]) RETURNING id)
                   INSERT INTO inbox_open (store_id, id) SELECT %s, id FROM stored""",
                (
                    store_id,
                    [message.topic for message in some],
                    [message.delivery_id for message in some],
                    [message.triggered_at for message in some],
                    [message.body for message in some],
                    store_id,
                ),
            )


def _at_full_size(at: Place, store_id: StoreId, size: int) -> None:
    """The first batch is as large as those of a drain that has run for a while."""
    with at.house.database.store(store_id) as tx:
        tx.execute(
            """INSERT INTO drains (store_id, size) VALUES (%s, %s)
               ON CONFLICT (store_id) DO UPDATE SET size = excluded.size, started_at = NULL""",
            (store_id, size),
        )
