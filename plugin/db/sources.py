"""What a store has ever been told of, beyond what its platform always tells: so that a rule about something
nobody ever told can be refused when it is saved."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Text

from plugin.db.schema import NONE, column, tenant_table
from plugin.db.transaction import Transaction

sources = tenant_table(
    "sources",
    ("name", "type"),
    column("name", Text, NONE),
    column("type", Text, NONE),
)
"""``name``: an attribute, or a set of facts (answers, events, costs, …); ``type``: of an attribute, else empty."""


def put(tx: Transaction, told: Collection[tuple[str, str]]) -> None:
    """The store was told of these names, attributes with the types of their values."""
    listed = sorted(told)
    tx.execute(
        """INSERT INTO sources (store_id, name, type) SELECT %s, name, type FROM unnest(%s::text[], %s::text[]) t(name, type)
           ON CONFLICT DO NOTHING""",
        (tx.store_id, [name for name, _ in listed], [kind for _, kind in listed]),
    )


def of_store(tx: Transaction) -> dict[str, frozenset[str]]:
    """Everything the store was ever told of, with the types it was told in."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, kind in tx.rows("SELECT name, type FROM sources WHERE store_id = %s", (tx.store_id,)):
        found[name].add(kind)
    return {name: frozenset(kinds - {""}) for name, kinds in found.items()}
