"""A schema of its own for a run that leaves nothing behind: the tables, walls and roles of production, gone afterwards.

Nothing outside it is written. A run that was killed leaves its schema; the next run takes it away, once it is
a minute old and nobody holds its lock. Roles a run had to make (on a server that never saw `regulars migrate`)
carry a mark and go with the last run that used them.
"""

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psycopg
from psycopg import sql

from plugin.db.migrate import fill
from plugin.db.roles import ROLES, RoleMissing
from plugin.db.tables import metadata
from plugin.db.transaction import Database, Unavailable
from plugin.domain.ids import StoreId

PREFIX = "regulars_try_"
OLD_SECONDS = 60
LOCKS, USERS = 7_305_114, 7_305_115
"""Advisory locks of two numbers, which no store's lock can meet: LOCKS and a run's own, USERS and 0 for the roles."""
MARK = "made by regulars try"
Owner = psycopg.Connection[tuple[object, ...]]


@dataclass(frozen=True)
class Scratch:
    """An empty place: ``database`` sees only it, as the role of the product."""

    database: Database
    schema: str
    store_id: StoreId
    """An id no real store has, so that no lock of this run meets one of theirs."""
    owner: Owner

    def analyze(self) -> None:
        """PostgreSQL knows how much there is of what: its plans are made for these facts."""
        for table in metadata.sorted_tables:
            self.owner.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(self.schema, table.name)))


@contextmanager
def scratch(owner_url: str, app_url: str | None = None) -> Iterator[Scratch]:
    """An empty place at this server; it is gone afterwards, whatever happens inside.

    ``app_url``: how the product's role logs in; None: the owner takes that role. Raises Unavailable,
    RoleMissing.
    """
    with _connected(owner_url) as owner:
        schema, number = _name()
        owner.execute("SELECT pg_advisory_lock(%s, %s), pg_advisory_lock_shared(%s, 0)", (LOCKS, number, USERS))
        try:
            _sweep(owner)
            _make_roles(owner)
            owner.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
            fill(owner_url, schema)
            role = "" if app_url else " -c role=regulars_app"
            database = Database(lambda _: app_url or owner_url, schema, f"-c search_path={schema}{role}")
            try:
                yield Scratch(database, schema, StoreId(-1 - secrets.randbelow(2**62)), owner)
            finally:
                database.close()
        finally:
            _drop(owner, schema)
            _drop_roles(owner)


@contextmanager
def _connected(owner_url: str) -> Iterator[Owner]:
    try:
        owner = psycopg.connect(
            owner_url, autocommit=True, connect_timeout=3, options="-c lock_timeout=20s -c client_min_messages=warning"
        )
    except psycopg.OperationalError as error:
        raise Unavailable(f"DATABASE_URL can't be reached: {str(error).strip()}") from error
    with owner:
        yield owner


def _name() -> tuple[str, int]:
    """A name that tells its age, and the number of its lock."""
    number = secrets.randbelow(2**31)
    return f"{PREFIX}{int(time.time())}_{number}", number


def _sweep(owner: Owner) -> None:
    """What killed runs left is gone: by name and age, and only where nobody is at work."""
    found = owner.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", (PREFIX,)).fetchall()
    for (name,) in found:
        told = re.fullmatch(rf"{PREFIX}(\d+)_(\d+)", str(name))
        if told is None or time.time() - int(told[1]) < OLD_SECONDS:
            continue
        number = int(told[2])
        if _value(owner, "SELECT pg_try_advisory_lock(%s, %s)", (LOCKS, number)):
            with suppress(psycopg.errors.InsufficientPrivilege, psycopg.errors.LockNotAvailable):
                _drop(owner, str(name))
            owner.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCKS, number))


def _drop(owner: Owner, schema: str) -> None:
    owner.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


def _make_roles(owner: Owner) -> None:
    """The three roles exist; those that did not are marked as ours."""
    for role in ROLES:
        name = f"regulars_{role}"
        if _value(owner, "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", (name,)):
            continue
        try:
            owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
            owner.execute(sql.SQL("COMMENT ON ROLE {} IS {}").format(sql.Identifier(name), MARK))
        except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            continue  # Another run was faster, and marks it.
        except psycopg.errors.InsufficientPrivilege as error:
            raise RoleMissing(f"create role {name} (LOGIN) first: the owner of DATABASE_URL may not") from error


def _drop_roles(owner: Owner) -> None:
    """The marked roles are gone, unless another run is at work or something came to depend on them."""
    owner.execute("SELECT pg_advisory_unlock_shared(%s, 0)", (USERS,))
    if not _value(owner, "SELECT pg_try_advisory_lock(%s, 0)", (USERS,)):
        return
    marked = (
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'regulars\\_%%' AND shobj_description(oid, 'pg_authid') = %s"
    )
    for (name,) in owner.execute(marked, (MARK,)).fetchall():
        with suppress(psycopg.errors.DependentObjectsStillExist, psycopg.errors.InsufficientPrivilege):
            owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(str(name))))


def _value(owner: Owner, statement: str, parameters: tuple[object, ...]) -> bool:
    row = owner.execute(statement, parameters).fetchone()
    return bool(row and row[0])
