"""The only door to a connection: one per thread and role, one store per transaction.

A transaction of a store runs as ``regulars_app`` with the store's id set for its length, so that
row-level security shows that store and nothing else. ``receive`` and ``scan`` are the two other
roles a process may take; the owner migrates and is never used here.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus, Format
from psycopg.rows import TupleRow

from plugin.domain.errors import RegularsError
from plugin.domain.ids import StoreId

OPTIONS = " ".join(
    (
        "-c jit=off",  # It compiles for seconds what runs for milliseconds.
        "-c plan_cache_mode=force_custom_plan",  # A plan kept from when tables were small stays for a minute, 100 times too slow.
        "-c statement_timeout=240000",  # A hanging statement ends before the task that waits for it.
        "-c idle_in_transaction_session_timeout=300000",  # A hanging worker lets go of its locks.
        "-c client_connection_check_interval=2000",  # A killed one too, though its statement still runs or waits.
    )
)
ALSO = {"receive": " -c statement_timeout=3000"}  # A platform waits five seconds, and sends again what had no answer.
Parameters = Sequence[Any] | Mapping[str, Any]
Cursor = psycopg.Cursor[TupleRow]
Connection = psycopg.Connection[TupleRow]
NOT_PREPARED, CONNECTION_FAILED = b"26000", b"08006"


@dataclass(frozen=True)
class Bare:
    """A statement with ``$1``, ``$2``, …, and the form in which each of its values is given."""

    name: bytes
    text: bytes
    formats: tuple[Format, ...]


_here = threading.local()


def in_transaction() -> bool:
    """Whether this thread holds an open transaction; platform clients refuse to run while it does."""
    return bool(getattr(_here, "depth", 0))


class Unavailable(RegularsError):
    """PostgreSQL can't be reached; the platform is asked to deliver again."""

    code = "database_unavailable"


class Transaction:
    """An open transaction of one store."""

    def __init__(self, connection: Connection, store_id: StoreId) -> None:
        self.connection = connection
        self.store_id = store_id
        self._after: list[Callable[[], None]] = []

    def execute(self, statement: str, parameters: Parameters | None = None, prepare: bool | None = None) -> Cursor:
        """The statement's cursor. ``statement`` is ours, never a person's text."""
        # Bodies as text would travel as hexadecimal digits, twice as long, and be read back one by one.
        return self.connection.execute(statement, parameters, prepare=prepare, binary=True)

    def rows(self, statement: str, parameters: Parameters | None = None) -> list[TupleRow]:
        """All rows of the statement."""
        return self.execute(statement, parameters).fetchall()

    def row(self, statement: str, parameters: Parameters | None = None) -> TupleRow | None:
        """The first row, or None."""
        return self.execute(statement, parameters).fetchone()

    def value(self, statement: str, parameters: Parameters | None = None) -> Any:
        """The first column of the first row, or None."""
        found = self.row(statement, parameters)
        return None if found is None else found[0]

    def snapshot(self) -> str:
        """A name under which other transactions see what this REPEATABLE READ one sees, while it is open."""
        return str(self.value("SELECT pg_export_snapshot()"))

    def limit(self, seconds: float) -> None:
        """From here on each statement of this transaction ends after so many seconds (psycopg's QueryCanceled)."""
        self.execute("SELECT set_config('statement_timeout', %s, true)", (f"{int(seconds * 1000)}ms",))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the transaction that may fail alone: an exception undoes it and goes on up."""
        with self.connection.transaction():
            yield

    def after_commit(self, action: Callable[[], None]) -> None:
        """Runs ``action`` once the transaction stands; it vanishes with a rollback."""
        self._after.append(action)

    def committed(self) -> None:
        """Runs what waited for the commit."""
        for action in self._after:
            action()


class Database:
    """Connections to one PostgreSQL, in three roles."""

    def __init__(self, role_url: Callable[[str], str], application: str = "regulars", options: str = "") -> None:
        """``options``: more of what each connection sets, as ``-c search_path=…``."""
        self._role_url = role_url
        self._application = application
        self._options = f"{OPTIONS} {options}".rstrip()
        self._threads = threading.local()

    @contextmanager
    def store(
        self, store_id: StoreId, isolation: str = "READ COMMITTED", flush: bool = True, snapshot: str | None = None
    ) -> Iterator[Transaction]:
        """One transaction of one store as ``app``; committed at the end, undone by an exception.

        ``snapshot``: it sees what the transaction sees that exported it; for that it must be REPEATABLE READ.

        ``flush=False``: the commit does not wait for the disk. Only for work that, if the server's crash takes
        it back, is found waiting and done again; every later commit that does wait brings it to disk as well.
        """
        if in_transaction():
            raise RuntimeError("this thread holds a transaction already: one at a time")
        connection = self._begin(store_id, isolation, flush=flush, snapshot=snapshot)
        transaction = Transaction(connection, store_id)
        _here.depth = 1
        try:
            yield transaction
            connection.execute("COMMIT")
        except BaseException:
            self._abandon(connection)
            raise
        finally:
            _here.depth = 0
        transaction.committed()

    @contextmanager
    def aside(self, store_id: StoreId, flush: bool = True) -> Iterator[Transaction]:
        """A short transaction of the same store on a second connection, committed whatever becomes of
        the one that is open: for what must be known even if this process dies in its work."""
        connection = self._begin(store_id, "READ COMMITTED", "aside", flush)
        transaction = Transaction(connection, store_id)
        try:
            yield transaction
            connection.execute("COMMIT")
        except BaseException:
            self._abandon(connection, "aside")
            raise

    def _begin(
        self, store_id: StoreId, isolation: str, name: str = "app", flush: bool = True, snapshot: str | None = None
    ) -> Connection:
        seen = f"SET TRANSACTION SNAPSHOT '{snapshot}'; " if snapshot else ""
        begin = (
            f"BEGIN ISOLATION LEVEL {isolation}; {seen}SELECT set_config('regulars.store_id', '{int(store_id)}', true)"
        )
        if not flush:
            begin += ", set_config('synchronous_commit', 'off', true)"
        return self._try_twice(name, lambda connection: connection.execute(begin))

    def autocommit(self, role: str) -> Connection:
        """This thread's connection as ``receive`` or ``scan``, each statement a transaction of its own."""
        return self._connection(role)

    def run(self, role: str, statement: str, parameters: Parameters | None = None) -> Cursor:
        """One statement as ``receive`` or ``scan``; a connection that died meanwhile is replaced once.

        Raises Unavailable when PostgreSQL can't be reached. Safe to try twice only for statements
        that end the same when run twice; all of ours do.
        """
        found: list[Cursor] = []
        self._try_twice(
            role,
            lambda connection: found.append(connection.execute(statement, parameters)),
        )
        return found[-1]

    def run_bare(self, role: str, statement: Bare, values: Sequence[bytes]) -> int:
        """As ``run``, for the one statement of the hot path, at half its price: how many rows it touched.

        No cursor, no adaptation, no query rewritten: those cost more here than the rest of an INSERT.
        """
        found: list[int] = []
        self._try_twice(role, lambda connection: found.append(_touched(connection, statement, values)))
        return found[-1]

    def _try_twice(self, role: str, action: Callable[[Connection], Any]) -> Connection:
        for attempt in (1, 2):
            try:
                connection = self._connection(role)
                action(connection)
                return connection
            except psycopg.OperationalError as error:
                self.forget(role)
                if attempt == 2 or isinstance(error, psycopg.errors.QueryCanceled):
                    raise Unavailable(str(error)) from error
        raise AssertionError("unreachable")

    def _connection(self, role: str) -> Connection:
        connections: dict[str, Connection] = self._threads.__dict__.setdefault("connections", {})
        connection = connections.get(role)
        if connection is None or connection.closed:
            connection = psycopg.connect(
                self._role_url("app" if role == "aside" else role),
                autocommit=True,
                connect_timeout=3,
                application_name=f"{self._application} {role}",
                options=self._options + ALSO.get(role, ""),
            )
            connections[role] = connection
        return connection

    def _abandon(self, connection: Connection, name: str = "app") -> None:
        try:
            connection.execute("ROLLBACK")
        except psycopg.Error:
            self.forget(name)

    def forget(self, role: str) -> None:
        """Closes this thread's connection in the role; the next use opens a new one."""
        connection = self._threads.__dict__.setdefault("connections", {}).pop(role, None)
        if connection is not None:
            connection.close()

    def close(self) -> None:
        """Closes this thread's connections."""
        for role in ("app", "aside", "receive", "scan"):
            self.forget(role)


def _touched(connection: Connection, statement: Bare, values: Sequence[bytes]) -> int:
    """Rows touched by the statement; it is prepared where this connection does not know it yet."""
    run = connection.pgconn.exec_prepared
    result = run(statement.name, values, statement.formats)
    if result.error_field(DiagnosticField.SQLSTATE) == NOT_PREPARED:
        result = connection.pgconn.prepare(statement.name, statement.text)
        if result.status == ExecStatus.COMMAND_OK:
            result = run(statement.name, values, statement.formats)
    if result.status != ExecStatus.COMMAND_OK:
        state = result.error_field(DiagnosticField.SQLSTATE) or CONNECTION_FAILED
        raise psycopg.errors.lookup(state.decode())(result.error_message.decode(errors="replace"))
    return result.command_tuples or 0
