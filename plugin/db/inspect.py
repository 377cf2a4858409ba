"""What an operator must know of a database: who each role is, that the walls stand, which schema it has."""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, make_url

import migrations
from plugin.db.tables import metadata
from plugin.db.transaction import Database, Unavailable


@dataclass(frozen=True)
class Role:
    """Whom a connection speaks as."""

    name: str
    superuser: bool
    bypasses_walls: bool
    owned_tables: int
    server_version: str

    @property
    def harmless(self) -> bool:
        """Whether row-level security binds it."""
        return not (self.superuser or self.bypasses_walls or self.owned_tables)


def answers(url: str) -> None:
    """Returns once a connection to the URL was made; raises Unavailable with the server's words."""
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        raise Unavailable(str(error).strip()) from error


def role(database: Database, name: str) -> Role:
    """Whom the product's role is at the server. Raises Unavailable."""
    row = database.run(
        name,
        """SELECT rolname, rolsuper, rolbypassrls,
                  (SELECT count(*) FROM pg_class c WHERE c.relowner = r.oid AND c.relkind = 'r'),
                  current_setting('server_version')
           FROM pg_roles r WHERE rolname = current_user""",
    ).fetchone()
    assert row is not None
    return Role(*row)


def visible_without_store(database: Database) -> list[str]:
    """Tables of which ``app`` sees a row though no store is set: none, if the walls stand."""
    found = []
    for table in metadata.sorted_tables:
        row = database.run("app", f"SELECT EXISTS (SELECT 1 FROM {table.name})").fetchone()
        if row is not None and row[0]:
            found.append(table.name)
    return found


def unwalled(database: Database) -> list[str]:
    """Tables without forced row-level security: none, if the walls stand. An empty table needs its wall too."""
    rows = database.run(
        "app",
        """SELECT t.name FROM unnest(%s::text[]) AS t(name)
           WHERE NOT EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = to_regclass('public.' || t.name)
                             AND c.relrowsecurity AND c.relforcerowsecurity)""",
        ([table.name for table in metadata.sorted_tables],),
    ).fetchall()
    return [row[0] for row in rows]


def revisions(owner_url: str) -> tuple[str | None, str | None]:
    """The schema's revision and the newest one we know. Raises Unavailable."""
    answers(owner_url)
    newest = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
    url = make_url(owner_url).set(drivername="postgresql+psycopg")
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), newest
