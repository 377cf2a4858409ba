"""What each database role may do, and the wall between stores.

``app`` sees one store's rows, ``receive`` may add to the inbox, ``scan`` sees what waits but no
bodies. None of them is a superuser, owns a table or may bypass row-level security.
"""

from collections.abc import Mapping

from psycopg import sql
from sqlalchemy import Connection, MetaData, Table

from plugin.domain.errors import RegularsError

ROLES = ("app", "receive", "scan")

STORE = "nullif(current_setting('regulars.store_id', true), '')::bigint"
"""The store of the transaction; null, and so equal to nothing, when none is set."""

SCANNED = {
    "inbox_open": ("store_id", "id", "state", "received_at"),
    "customers": ("store_id", "id", "due_at"),
    "reads": ("store_id", "kind", "id", "due_at"),
    "outbox": ("store_id", "customer_id", "due_at"),
    "bundles": ("store_id", "state", "due_at"),
    "documents": ("store_id", "customer_id", "due_at"),
    "twins": ("store_id", "segment_id", "due_at"),
    "placements": ("store_id", "customer_id", "due_at"),
    "rolls": ("store_id", "customer_id", "due_at"),
    "outputs": ("store_id", "segment_id", "due_at"),
    "plans": ("store_id", "id", "state", "as_of"),
    "preferences": ("store_id", "linked_to"),
    "optional_reads": ("store_id", "name", "due_at"),
    "reconciles": ("store_id", "due_at"),
    "entitlements": ("store_id", "due_at", "paused_at"),
}
"""What ``scan`` may read of tenants' tables."""

RECEIVED = {
    "inbox": ("store_id", "topic", "delivery_id", "triggered_at", "body"),
    "inbox_open": ("store_id", "id"),
}
"""What ``receive`` may write. Of what it wrote it is told the number it got, and nothing else."""

OF_STORES = ("id", "platform", "remote_id", "domain", "domain_since", "earlier_domain", "state", "hook_digests")
"""What ``receive`` may read of stores."""


class RoleMissing(RegularsError):
    """The owner may not create roles and one of ours does not exist."""

    code = "role_missing"


def create(connection: Connection, passwords: Mapping[str, str]) -> None:
    """The three roles exist, with these passwords where any are given and the owner may set them."""
    may = connection.exec_driver_sql(
        "SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user"
    ).scalar()
    existing = set(
        connection.exec_driver_sql("SELECT rolname FROM pg_roles WHERE rolname LIKE 'regulars\\_%%'").scalars()
    )
    for role in ROLES:
        name = f"regulars_{role}"
        if not may and name not in existing:
            raise RoleMissing(f"create role {name} (LOGIN) first: the owner of DATABASE_URL may not create roles")
        if may:
            verb = "ALTER" if name in existing else "CREATE"
            password = sql.SQL(" PASSWORD {}").format(passwords[role]) if role in passwords else sql.SQL("")
            statement = sql.SQL("{} ROLE {} LOGIN{}").format(sql.SQL(verb), sql.Identifier(name), password)
            connection.exec_driver_sql(statement.as_string().replace("%", "%%"))


def grant(connection: Connection, metadata: MetaData, schema: str = "public") -> None:
    """Each table has its wall and each role exactly its rights."""
    for statement in statements(metadata, schema):
        connection.exec_driver_sql(statement.replace("%", "%%"))


def statements(metadata: MetaData, schema: str = "public") -> list[str]:
    """The SQL of every right and policy, derived from the declared tables; ``schema`` is where they stand."""
    every = [f"GRANT USAGE ON SCHEMA {schema} TO regulars_app, regulars_receive, regulars_scan"]
    every.append("GRANT SELECT ON alembic_version TO regulars_scan")
    every.append(FORGET.replace("search_path = public", f"search_path = {schema}"))
    every.append("REVOKE ALL ON FUNCTION regulars_forget(text, bigint) FROM PUBLIC")
    every.append("GRANT EXECUTE ON FUNCTION regulars_forget(text, bigint) TO regulars_app")
    every.append(UNSAY.replace("search_path = public", f"search_path = {schema}"))
    every.append("REVOKE ALL ON FUNCTION regulars_unsay(bigint, integer) FROM PUBLIC")
    every.append("GRANT EXECUTE ON FUNCTION regulars_unsay(bigint, integer) TO regulars_app")
    for table in metadata.sorted_tables:
        every += _tenant(table) if table.info.get("tenant") else _stores(table)
    return every


FORGET = f"""
CREATE OR REPLACE FUNCTION regulars_forget(which text, customer bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
  IF which NOT IN (SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'owner') THEN
    RAISE EXCEPTION 'not an append-only table: %', which;
  END IF;
  IF customer IS NULL THEN
    EXECUTE format('DELETE FROM %I WHERE store_id = $1', which) USING {STORE};
  ELSE
    EXECUTE format('DELETE FROM %I WHERE store_id = $1 AND customer_id = $2', which) USING {STORE}, customer;
  END IF;
END $body$"""
"""Forgetting takes rows from append-only tables: only of the transaction's store, only whole people or all."""


UNSAY = f"""
CREATE OR REPLACE FUNCTION regulars_unsay(segment bigint, number integer) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
  UPDATE segment_versions SET definition = '{{}}', outputs = '{{}}'
  WHERE store_id = {STORE} AND segment_id = segment AND version = number
$body$"""
"""A former version of a rule that names somebody who was forgotten is emptied: only of the transaction's store."""


def _walled(table: Table) -> list[str]:
    every = [
        f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY",
        f"REVOKE ALL ON {table.name} FROM PUBLIC, regulars_app, regulars_receive, regulars_scan",
    ]
    every += [f"DROP POLICY IF EXISTS {role} ON {table.name}" for role in (*ROLES, "owner", "told")]
    return every


def _tenant(table: Table) -> list[str]:
    rights = "SELECT, INSERT" if table.info.get("append_only") else "SELECT, INSERT, UPDATE, DELETE"
    every = _walled(table)
    every += [
        f"GRANT {rights} ON {table.name} TO regulars_app",
        f"CREATE POLICY app ON {table.name} TO regulars_app USING (store_id = {STORE}) WITH CHECK (store_id = {STORE})",
    ]
    if table.info.get("append_only"):
        every.append(f"CREATE POLICY owner ON {table.name} TO CURRENT_USER USING (store_id = {STORE})")
    if table.name in SCANNED:
        every.append(f"GRANT SELECT ({', '.join(SCANNED[table.name])}) ON {table.name} TO regulars_scan")
        every.append(f"CREATE POLICY scan ON {table.name} FOR SELECT TO regulars_scan USING (true)")
    if table.name in RECEIVED:
        every.append(f"GRANT INSERT ({', '.join(RECEIVED[table.name])}) ON {table.name} TO regulars_receive")
        every.append(f"CREATE POLICY receive ON {table.name} FOR INSERT TO regulars_receive WITH CHECK (true)")
    if table.name == "inbox":
        every.append("GRANT SELECT (id) ON inbox TO regulars_receive")
        every.append("CREATE POLICY told ON inbox FOR SELECT TO regulars_receive USING (true)")
    return every


def _stores(table: Table) -> list[str]:
    return [
        *_walled(table),
        f"GRANT SELECT, INSERT, UPDATE ON {table.name} TO regulars_app",
        f"CREATE POLICY app ON {table.name} TO regulars_app USING (id = {STORE}) WITH CHECK (id = {STORE})",
        f"GRANT SELECT ({', '.join(OF_STORES)}) ON {table.name} TO regulars_receive",
        f"CREATE POLICY receive ON {table.name} FOR SELECT TO regulars_receive USING (true)",
        f"GRANT SELECT ON {table.name} TO regulars_scan",
        f"CREATE POLICY scan ON {table.name} FOR SELECT TO regulars_scan USING (true)",
        "GRANT USAGE ON SEQUENCE stores_id_seq TO regulars_scan",
    ]
