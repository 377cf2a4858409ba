"""A scratch place: walled as production is, gone afterwards, and nothing else is touched."""

import psycopg
import pytest

from embedded.postgres import Postgres
from plugin.db import stores
from plugin.db.scratch import scratch
from plugin.db.tables import metadata
from tests.database import Database

CATALOGUE = """SELECT 'schema', nspname FROM pg_namespace UNION ALL
SELECT 'role', rolname || coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles UNION ALL
SELECT 'table', oid::text || coalesce(relacl::text, '') FROM pg_class WHERE relkind IN ('r', 'S') ORDER BY 1, 2"""


def catalogue(url: str) -> list[tuple[object, ...]]:
    """What there is in the database and around it."""
    with psycopg.connect(url) as connection:
        return connection.execute(CATALOGUE).fetchall()


def fails_inside(database: Database) -> None:
    """A run that breaks with a transaction open."""
    with scratch(database.owner, database.app) as place, place.database.store(place.store_id) as tx:
        stores.lock(tx)
        raise ZeroDivisionError


def test_it_sees_only_its_own_tables_as_the_role_of_production(database: Database) -> None:
    with scratch(database.owner, database.app) as place, place.database.store(place.store_id) as tx:
        [(role, schema, walled)] = tx.rows(
            """SELECT current_user, current_schema(), (SELECT count(*) FROM pg_class WHERE relrowsecurity
               AND relforcerowsecurity AND relnamespace = current_schema()::regnamespace)"""
        )

        assert (role, schema) == ("regulars_app", place.schema)
        assert walled == len(metadata.tables)


def test_whatever_happens_inside_everything_is_as_before(database: Database) -> None:
    before = catalogue(database.owner)

    with pytest.raises(ZeroDivisionError):
        fails_inside(database)

    assert catalogue(database.owner) == before


def test_on_a_server_that_never_saw_the_product_not_even_a_role_is_left(durable_postgres: Postgres) -> None:
    url = durable_postgres.url()
    before = catalogue(url)

    with scratch(url) as outer, scratch(url) as inner:
        for place in (outer, inner):
            with place.database.store(place.store_id) as tx:
                assert tx.value("SELECT current_user") == "regulars_app"

    assert catalogue(url) == before
