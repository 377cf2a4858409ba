"""Everything the tables say of a person, for the person: made from what each column is declared to hold."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table

from plugin.db.forgetting import BESIDES, naming_customers, naming_orders, personal
from plugin.db.packing import quoted
from plugin.db.schema import Privacy
from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId


def facts(tx: Transaction, people: Sequence[CustomerId]) -> dict[str, list[dict[str, Any]]]:
    """Table by table every row about these records of one person: what is personal, and the row's key."""
    found = {}
    for table in personal():
        if table.name in BESIDES:
            continue
        names = shown(table)
        rows = tx.rows(
            f"SELECT {quoted(names)} FROM {table.name} WHERE store_id = %(store)s AND {_theirs(table)}"
            f" ORDER BY {quoted([each.name for each in table.primary_key.columns if each.name != 'store_id'])}",
            {"store": tx.store_id, "people": list(people)},
        )
        if rows:
            found[table.name] = [_said(dict(zip(names, row, strict=True))) for row in rows]
    return found


def shown(table: Table) -> list[str]:
    """The columns a person is told: whatever is about them or points at them, and what tells rows apart."""
    return [
        each.name
        for each in table.columns
        if each.name not in ("store_id", "digest")
        and (each.primary_key or each.info["privacy"] in (Privacy.PERSONAL, Privacy.ID))
    ]


def _theirs(table: Table) -> str:
    column = dict(naming_customers()).get(table.name)
    if column is not None:
        return f"{column} = ANY(%(people)s)"
    assert table.name in naming_orders(), f"nobody knows whose rows {table.name} has"
    return "order_id IN (SELECT id FROM orders WHERE store_id = %(store)s AND customer_id = ANY(%(people)s))"


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """Without what nothing is known of."""
    return {name: value for name, value in row.items() if value not in (None, [], {})}
