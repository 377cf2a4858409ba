"""The owner role and databases of an embedded server. The product's own roles are made by its migrations."""

import psycopg
from psycopg import sql

from embedded.postgres import Postgres

OWNER = "regulars_owner"


def owner_database(server: Postgres, name: str = "regulars") -> str:
    """The database exists and belongs to the owner, who is no superuser; gives the owner's URL."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", OWNER):
            role = sql.Identifier(OWNER)
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB").format(role))
        if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s", name):
            _create(connection, name, "template1")
    return server.url(name, OWNER)


def clone_database(server: Postgres, name: str, template: str) -> str:
    """The database is a copy of the template, to which nobody is connected; gives the owner's URL."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        _create(connection, name, template)
    return server.url(name, OWNER)


def drop_database(server: Postgres, name: str) -> None:
    """The database is gone; whoever was connected to it is not any more."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _create(connection: psycopg.Connection, name: str, template: str) -> None:
    """The database is a copy of the template and belongs to the owner."""
    # A copy of files instead of a log of every page: faster for a template of some megabytes without fsync.
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy")
    connection.execute(statement.format(*(sql.Identifier(word) for word in (name, template, OWNER))))


def _exists(connection: psycopg.Connection, query: str, name: str) -> bool:
    """True when the query about the name finds a row."""
    return connection.execute(query, (name,)).fetchone() is not None
