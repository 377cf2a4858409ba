"""Everyone is decided in ranges of customers, which two connections share: one snapshot, answers in order.

A range is a statement of its own, so its sorts fit into memory, however large the store. The second
connection takes every other range that waits; where there is none, everything is slower and not different.
"""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

import psycopg

from plugin.db.transaction import Database, Transaction, Unavailable
from plugin.domain.ids import CustomerId
from plugin.engine.asked import Asked

LEAST, MOST = 2_500, 25_000
"""Customers of a range: enough to be worth planning a statement, few enough for memory."""
SHARES = 8
"""Ranges of a store between these sizes. More than two: who came first has more orders, so halves are not even."""
AHEAD = 4
"""Ranges that may be decided before their answers are read."""

_STARTS = """SELECT id FROM (
  SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS total
  FROM customers WHERE store_id = %(store)s AND id BETWEEN %(first)s AND %(last)s) c
WHERE place %% least(greatest(total / %(shares)s, %(least)s), %(most)s) = 0 ORDER BY id"""

T = TypeVar("T")


def ranges(tx: Transaction, asked: Asked) -> list[Asked]:
    """Everyone who is asked, in parts of about the same number of customers, by id."""
    assert asked.as_of is not None
    limits = {"store": tx.store_id, "first": asked.first, "last": asked.last}
    starts = [CustomerId(row[0]) for row in tx.rows(_STARTS, limits | {"shares": SHARES, "least": LEAST, "most": MOST})]
    ends = [CustomerId(start - 1) for start in starts[1:]] + [asked.last]
    return [Asked.everyone(asked.as_of, start, end) for start, end in zip(starts, ends, strict=False)]


def shared(
    tx: Transaction, beside: Database | None, parts: Sequence[Asked], work: Callable[[Transaction, Asked], list[T]]
) -> Generator[T]:
    """What the work makes of each part, in order. ``beside``: where a second connection comes from, which
    sees what ``tx`` sees and does its share; ``tx`` must then be REPEATABLE READ and in no savepoint."""
    if beside is None or len(parts) < 2:
        for part in parts:
            yield from work(tx, part)
        return
    hands = _Hands(parts, work)
    with hands.second(tx, beside):
        for number in range(len(parts)):
            yield from hands.result(tx, number)


class _Hands(Generic[T]):
    """Parts that wait, parts that are done, and who is told."""

    def __init__(self, parts: Sequence[Asked], work: Callable[[Transaction, Asked], list[T]]) -> None:
        self._work = work
        self._waiting = deque(enumerate(parts))
        self._done: dict[int, list[T]] = {}
        self._read = 0
        self._changed = threading.Condition()
        self._error: BaseException | None = None
        self._ended = False
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def result(self, tx: Transaction, number: int) -> list[T]:
        """What became of the part; the caller's own connection works while it waits. Raises what the other raised."""
        while True:
            with self._changed:
                self._read = number
                self._changed.notify_all()
                if self._error is not None:
                    raise self._error
                if number in self._done:
                    return self._done.pop(number)
                if not self._waiting:
                    self._changed.wait()
                    continue
                taken, part = self._waiting.popleft()
            self._put(taken, self._work(tx, part))

    @contextmanager
    def second(self, tx: Transaction, database: Database) -> Iterator[None]:
        """A second connection works meanwhile; at the end it is gone, whatever it was doing."""
        snapshot, timeout = tx.snapshot(), str(tx.value("SELECT current_setting('statement_timeout')"))
        thread = threading.Thread(target=self._help, args=(database, tx, snapshot, timeout), daemon=True)
        thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()
                connection = self._connection
            if connection is not None:
                with suppress(psycopg.Error):
                    connection.cancel_safe()
            thread.join()

    def _help(self, database: Database, tx: Transaction, snapshot: str, timeout: str) -> None:
        try:
            with database.store(tx.store_id, "REPEATABLE READ", snapshot=snapshot) as mine:
                mine.execute("SELECT set_config('statement_timeout', %s, true)", (timeout,))
                self._connection = mine.connection
                while (taken := self._take()) is not None:
                    self._put(taken[0], self._work(mine, taken[1]))
                self._connection = None
        except Unavailable:
            pass  # The first connection does all of it.
        except BaseException as error:
            self._fail(error)  # Raised where the answers are read.
        finally:
            self._connection = None
            database.close()

    def _take(self) -> tuple[int, Asked] | None:
        with self._changed:
            while not self._ended and self._waiting and self._waiting[0][0] > self._read + AHEAD:
                self._changed.wait()
            return None if self._ended or not self._waiting else self._waiting.popleft()

    def _put(self, number: int, found: list[T]) -> None:
        with self._changed:
            self._done[number] = found
            self._changed.notify_all()

    def _fail(self, error: BaseException) -> None:
        with self._changed:
            self._error = error
            self._changed.notify_all()
