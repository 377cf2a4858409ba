"""The walls between stores and between roles, read from the catalogue and tried from inside."""

from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import Table

from plugin.db import inbox
from plugin.db.forgetting import naming_customers
from plugin.db.roles import ROLES, SCANNED
from plugin.db.schema import Privacy, metadata
from plugin.db.tables import NOUNS
from plugin.db.transaction import Database as Doors
from plugin.domain.facts import TagsListed
from plugin.domain.ids import CustomerId, StoreId
from plugin.flow.facts import Sorted, put
from tests.builders import a_store, an_order, doors
from tests.database import Database

TENANT = [table for table in metadata.sorted_tables if table.info.get("tenant")]


@pytest.fixture
def at(module_database: Database) -> Doors:
    return doors(module_database)


def names(tables: list[Table]) -> list[str]:
    return [table.name for table in tables]


def test_every_noun_of_the_database_declares_a_table() -> None:
    assert all(any(value in metadata.tables.values() for value in vars(noun).values()) for noun in NOUNS)


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=names(metadata.sorted_tables))
def test_every_column_says_whether_it_is_personal(table: Table) -> None:
    assert all(isinstance(column.info.get("privacy"), Privacy) for column in table.columns)


def test_the_store_comes_first_in_every_key(module_database: Database) -> None:
    with psycopg.connect(module_database.owner) as connection:
        keys = connection.execute(
            """SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
               JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
               WHERE c.contype IN ('p', 'u') AND c.conrelid::regclass::text = ANY(%s)""",
            (names(TENANT),),
        ).fetchall()

    assert {table for table, _ in keys} == set(names(TENANT))
    assert {column for _, column in keys} == {"store_id"}


def test_row_level_security_is_forced_on_every_table(module_database: Database) -> None:
    with psycopg.connect(module_database.owner) as connection:
        walled = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relkind = 'r'"
        ).fetchall()

    assert {name for (name,) in walled} >= set(metadata.tables)


@pytest.mark.parametrize("role", ROLES)
def test_no_role_is_a_superuser_or_may_pass_the_walls_or_owns_a_table(module_database: Database, role: str) -> None:
    with psycopg.connect(module_database.owner) as connection:
        powers = connection.execute(
            """SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
                 (SELECT count(*) FROM pg_class WHERE relowner = r.oid) FROM pg_roles r WHERE rolname = %s""",
            (f"regulars_{role}",),
        ).fetchone()

    assert powers == (False, False, False, False, 0)


def test_every_table_of_a_store_s_rows_lets_app_by_for_this_store_alone(module_database: Database) -> None:
    with psycopg.connect(module_database.owner) as connection:
        walls = connection.execute(
            """SELECT tablename, qual, with_check FROM pg_policies
               WHERE roles = ARRAY['regulars_app'::name] AND permissive = 'PERMISSIVE'"""
        ).fetchall()

    walls = [wall for wall in walls if wall[0] in names(TENANT)]
    assert sorted(table for table, _, _ in walls) == sorted(names(TENANT))
    (wall,) = {(seen, written) for _, seen, written in walls}
    assert wall[0] == wall[1]
    assert wall[0].startswith("(store_id = ")


@pytest.mark.parametrize("table", names(TENANT))
def test_app_sees_nothing_without_a_store_and_nothing_of_another(at: Doors, table: str) -> None:
    one, two = a_store(at), a_store(at)
    fill(at, two)

    with psycopg.connect(at._role_url("app")) as connection:
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    with at.store(one) as tx:
        assert tx.value(f"SELECT count(*) FROM {table} WHERE store_id = %s", (two,)) == 0


def fill(at: Doors, store_id: StoreId) -> None:
    facts = Sorted()
    now = datetime.now(UTC)
    facts.add([an_order(), TagsListed(CustomerId(1), now, ("a",))], now)
    with at.store(store_id) as tx:
        put(tx, facts, urgent=True)
        inbox.add(tx, "api/customers", now, b"{}")


def test_app_writes_nothing_into_another_store(at: Doors) -> None:
    one, two = a_store(at), a_store(at)

    with pytest.raises(psycopg.errors.InsufficientPrivilege), at.store(one) as tx:
        tx.execute("INSERT INTO customers (store_id, id) VALUES (%s, 1)", (two,))


def test_a_store_does_not_outlive_its_transaction(at: Doors) -> None:
    one = a_store(at)
    fill(at, one)

    with at.store(one) as tx:
        assert tx.value("SELECT count(*) FROM orders") == 1
        connection = tx.connection

    assert connection.execute("SELECT count(*) FROM orders").fetchone() == (0,)


@pytest.mark.parametrize("table", [t.name for t in TENANT if t.info["append_only"]])
@pytest.mark.parametrize("verb", ["UPDATE {} SET store_id = store_id", "DELETE FROM {}"])
def test_what_only_grows_cannot_be_changed_by_app(at: Doors, table: str, verb: str) -> None:
    one = a_store(at)

    with pytest.raises(psycopg.errors.InsufficientPrivilege), at.store(one) as tx:
        tx.execute(verb.format(table))


def test_receive_adds_to_the_inbox_and_reads_nothing_of_it(at: Doors) -> None:
    one = a_store(at)
    assert inbox.insert(at, one, "orders/create", "a", datetime.now(UTC), b"{}")
    assert not inbox.insert(at, one, "orders/create", "a", datetime.now(UTC), b"{}")

    with psycopg.connect(at._role_url("receive")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT body FROM inbox")


@pytest.mark.parametrize("table", [name for name in names(TENANT) if name not in SCANNED])
def test_scan_reads_no_table_it_need_not(at: Doors, table: str) -> None:
    with psycopg.connect(at._role_url("scan")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(f"SELECT 1 FROM {table}")


def test_scan_reads_no_bodies(at: Doors) -> None:
    with psycopg.connect(at._role_url("scan")) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT body FROM inbox")


def test_forgetting_takes_from_what_only_grows_but_only_in_its_store(at: Doors) -> None:
    one, two = a_store(at), a_store(at)
    for store in (one, two):
        with at.store(store) as tx:
            tx.execute(
                """INSERT INTO writes (store_id, customer_id, before, added, removed, cause, ok, sent_at)
                   VALUES (%s, 1, '{}', '{x}', '{}', 'delivery', true, now())""",
                (store,),
            )

    with at.store(one) as tx:
        tx.execute("SELECT regulars_forget('writes', 1)")
        assert tx.value("SELECT count(*) FROM writes") == 0
    with at.store(two) as tx:
        assert tx.value("SELECT count(*) FROM writes") == 1


def test_forgetting_refuses_a_table_that_does_not_only_grow(at: Doors) -> None:
    one = a_store(at)

    with pytest.raises(psycopg.errors.RaiseException), at.store(one) as tx:
        tx.execute("SELECT regulars_forget('stores', 1)")


def test_every_table_that_names_a_customer_is_known_to_forgetting() -> None:
    named = {table for table, _ in naming_customers()}
    declared = {t.name for t in TENANT if "customer_id" in t.columns} | {"customers"}

    assert named == declared
