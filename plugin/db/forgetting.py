"""Forgetting: rows and bodies that say something of a person, found from the declared tables.

Append-only tables give ``app`` no DELETE; the function ``regulars_forget`` (plugin/db/roles.py), which
runs as the owner and looks only at the store of the transaction, is the one exception.
"""

from collections.abc import Sequence

from sqlalchemy import Table

from plugin.db import problems
from plugin.db.schema import Privacy
from plugin.db.tables import metadata
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId

KEPT = {"tombstones"}
BESIDES = {"inbox": "plugin/db/bodies.py empties them", "problems": "found by the customer in the particulars"}
"""Tables with something personal in them that no column says whose it is."""
TELLING = ("city", "postcode", "billing_city", "billing_postcode", "note", "gift_note")
"""Of an order of nobody: texts that could tell whose it was. What a later message may not say again stays."""


def naming_customers() -> list[tuple[str, str]]:
    """(table, column) of every table whose rows are about one customer."""
    found = []
    for table in metadata.sorted_tables:
        if table.name == "customers":
            found.append((table.name, "id"))
        elif "customer_id" in table.columns and table.name not in KEPT:
            found.append((table.name, "customer_id"))
    return found


def naming_orders() -> list[str]:
    """Tables whose rows are about one order, and only through it about a customer."""
    every = (table for table in metadata.sorted_tables if "order_id" in table.columns)
    return [table.name for table in every if "customer_id" not in table.columns]


def personal() -> list[Table]:
    """Every table with a column that says something of a person."""
    every = (table for table in metadata.sorted_tables if table.name != "stores")
    return [table for table in every if any(each.info["privacy"] is Privacy.PERSONAL for each in table.columns)]


def customer(tx: Transaction, customer_id: CustomerId) -> None:
    """No row is about the customer."""
    for table, column in naming_customers():
        if metadata.tables[table].info.get("append_only"):
            tx.execute("SELECT regulars_forget(%s, %s)", (table, customer_id))
        else:
            tx.execute(f"DELETE FROM {table} WHERE store_id = %s AND {column} = %s", (tx.store_id, customer_id))
    tx.execute("DELETE FROM reads WHERE store_id = %s AND kind = 'customer' AND id = %s", (tx.store_id, customer_id))
    tx.execute(
        "DELETE FROM problems WHERE store_id = %s AND particulars->>'customer' = %s", (tx.store_id, str(customer_id))
    )


def deleted(tx: Transaction, ids: Sequence[int]) -> None:
    """The store deleted these customers: their orders are nobody's and say nothing that could tell whose
    they were, all else about them is gone. The log and the journal, which only grow, keep what happened."""
    blank = {"orders": (*TELLING, "properties"), "lines": ("properties",)}
    for table, column in naming_customers():
        if table in blank:
            blanked = "".join(f", {name} = NULL" for name in blank[table])
            tx.execute(
                f"UPDATE {table} SET customer_id = NULL{blanked} WHERE store_id = %s AND customer_id = ANY(%s)",
                (tx.store_id, list(ids)),
            )
        elif not metadata.tables[table].info.get("append_only"):
            tx.execute(f"DELETE FROM {table} WHERE store_id = %s AND {column} = ANY(%s)", (tx.store_id, list(ids)))
    problems.clear_all(tx, problems.OF_A_CUSTOMER, list(map(str, ids)))


def store(tx: Transaction) -> None:
    """No row of any tenant's table is left for the store; its own row says only that it was."""
    for table in metadata.sorted_tables:
        if not table.info.get("tenant"):
            continue
        if table.info.get("append_only"):
            tx.execute("SELECT regulars_forget(%s, NULL)", (table.name,))
        else:
            tx.execute(f"DELETE FROM {table.name} WHERE store_id = %s", (tx.store_id,))
    tx.execute("UPDATE stores SET name = '', domain = '', earlier_domain = NULL WHERE id = %s", (tx.store_id,))
