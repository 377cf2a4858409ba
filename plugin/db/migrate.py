"""Bringing a database to the newest schema, and the three roles to their rights. Runs as the owner."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, make_url

import migrations
from plugin.db import roles
from plugin.db.tables import metadata

LOCK = 7_305_113
"""Two releases at once: the second waits for the first."""
PUBLIC = "public"
"""Where the product's tables stand."""


@contextmanager
def _configured(owner_url: str, schema: str = PUBLIC) -> Iterator[tuple[Config, Connection]]:
    url = make_url(owner_url).set(drivername="postgresql+psycopg")
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    arguments = {} if schema == PUBLIC else {"options": f"-c search_path={schema}"}
    with create_engine(url, poolclass=NullPool, connect_args=arguments).connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK})")
        connection.commit()
        config.attributes["connection"] = connection
        yield config, connection
        connection.commit()


def migrate(owner_url: str, passwords: Mapping[str, str] | None = None, target: str = "head") -> None:
    """The schema is the newest (or ``target``), the roles exist; of the newest each has exactly its rights.

    ``passwords``: one for each of plugin.db.roles.ROLES; without, how they log in is the server's matter. Runs any number of times with the same end.
    """
    with _configured(owner_url) as (config, connection):
        roles.create(connection, passwords or {})
        connection.commit()
        command.upgrade(config, target)
        connection.commit()
        if target == "head":
            roles.grant(connection, metadata)


def fill(owner_url: str, schema: str) -> None:
    """The empty schema has the newest tables, their walls and the three roles' rights; the roles exist already."""
    with _configured(owner_url, schema) as (config, connection):
        command.upgrade(config, "head")
        connection.commit()
        roles.grant(connection, metadata, schema)


def downgrade(owner_url: str, target: str = "base") -> None:
    """The schema is that of an earlier revision."""
    with _configured(owner_url) as (config, _):
        command.downgrade(config, target)


def check(owner_url: str) -> None:
    """Raises alembic's CommandError when the declared tables and the migrated ones differ."""
    with _configured(owner_url) as (config, _):
        command.check(config)


def new_revision(owner_url: str, message: str) -> None:
    """A new revision file, written from the difference between the declared tables and the database."""
    with _configured(owner_url) as (config, _):
        command.revision(config, message=message, autogenerate=True)
