"""Preferences: what a store's people chose of how the app works for them; one row a store."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import LargeBinary
from sqlalchemy.dialects.postgresql import JSONB

from plugin.db.schema import ID, NONE, column, tenant_table
from plugin.db.transaction import Transaction

preferences = tenant_table(
    "preferences",
    (),
    column("choices", JSONB, NONE),
    column("linked_to", LargeBinary, ID, nullable=True),
)
"""``linked_to``: how far a change of ``guest_orders_by_email`` has got (plugin/db/guests.py)."""


@dataclass(frozen=True)
class Preferences:
    """What holds where nobody chose. A new switch is a field here and its words in plugin/web/words.py."""

    guest_orders_by_email: bool = False
    """Orders of nobody count for the customer with their e-mail address."""
    customer_metafield: bool = False
    """The store keeps a document about each customer's segments."""


COUNTED = "counted_statuses"
"""A choice that is no switch: in which statuses an order counts as a purchase."""
NAMES = frozenset(field.name for field in fields(Preferences))


def get(tx: Transaction) -> Preferences:
    """What the store's people chose, and what holds where they did not."""
    chosen = tx.value("SELECT choices FROM preferences WHERE store_id = %s", (tx.store_id,)) or {}
    return Preferences(**{name: value for name, value in chosen.items() if name in NAMES})


def change(tx: Transaction, **choices: bool) -> Preferences:
    """These choices hold from now on; all of them come back. Raises TypeError for a name there is none of."""
    changed = replace(get(tx), **choices)
    _put(tx, {name: asdict(changed)[name] for name in choices})
    return changed


def counted(tx: Transaction) -> tuple[str, ...] | None:
    """In which statuses, by the platform's ids, an order counts as a purchase; None: nobody chose."""
    found = tx.value("SELECT choices -> %s FROM preferences WHERE store_id = %s", (COUNTED, tx.store_id))
    return None if found is None else tuple(found)


def count(tx: Transaction, statuses: Collection[str] | None) -> None:
    """In these statuses an order counts from now on; None: as it usually is."""
    _put(tx, {COUNTED: None if statuses is None else sorted(statuses)})


def _put(tx: Transaction, choices: Mapping[str, Any]) -> None:
    tx.execute(
        """INSERT INTO preferences (store_id, choices) VALUES (%s, %s)
           ON CONFLICT (store_id) DO UPDATE SET choices = preferences.choices || excluded.choices""",
        (tx.store_id, Jsonb(choices)),
    )
