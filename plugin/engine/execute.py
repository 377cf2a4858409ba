"""Runs a compiled statement over an asked relation."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from psycopg.rows import TupleRow

from plugin.db.transaction import Transaction
from plugin.domain.ids import CustomerId, StoreId
from plugin.domain.text import fold
from plugin.engine.asked import Asked
from plugin.engine.labels import SPELLINGS
from plugin.engine.statement import Statement

FEW = 8
"""Asked rows up to which a plan is kept."""
SORTING = "64MB"
"""For each sort of a range of everyone."""


class Answer(NamedTuple):
    """One asked row. ``states`` is None for a customer who did not exist yet."""

    n: int
    customer_id: CustomerId
    as_of: datetime
    states: str | None
    due_at: datetime | None


def answers(tx: Transaction, statement: Statement, asked: Asked, store_id: StoreId) -> Iterator[Answer]:
    """The rows of those who have a row among the customers, in the order of ``n``."""
    text = asked.relation + (statement.everyone if asked.is_everyone else statement.text)
    parameters = {"store": store_id, **statement.parameters, **asked.parameters()}
    if statement.reads_own_tags:
        parameters |= _spellings(tx)
    if not asked.is_everyone:
        yield from map(Answer._make, prepared(tx, text, parameters, len(asked.ids)))
        return
    tx.execute("SELECT set_config('work_mem', %s, true)", (SORTING,))
    yield from map(Answer._make, tx.rows(text, parameters))


def prepared(tx: Transaction, text: str, parameters: Mapping[str, object], asked: int) -> list[TupleRow]:
    """All rows of a statement that is asked again and again.

    For a few customers planning takes several times as long as answering, so their plan is made once a
    connection. For a batch it is made each time: one that is kept from when a new store's tables were
    small would be slow for as long as PostgreSQL has not counted them again.
    """
    if asked > FEW:
        return tx.execute(text, parameters, prepare=True).fetchall()
    tx.execute("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)")
    rows = tx.execute(text, parameters, prepare=True).fetchall()
    tx.execute("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
    return rows


def _spellings(tx: Transaction) -> dict[str, object]:
    spelt = [row[0] for row in tx.rows(SPELLINGS, (tx.store_id,))]
    return {"spelt": spelt, "folded": [fold(tag) for tag in spelt]}
