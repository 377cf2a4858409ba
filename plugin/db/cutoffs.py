"""Cutoffs: what a customer's value must reach to be among the store's best, as computed at a moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ARRAY, BigInteger, DateTime, Numeric, Text

from plugin.db.schema import NONE, column, tenant_table
from plugin.db.transaction import Transaction

cutoffs = tenant_table(
    "cutoffs",
    ("key", "at"),
    column("key", Text, NONE),
    column("at", DateTime(timezone=True), NONE),
    column("cuts", ARRAY(Numeric), NONE),
    column("population", BigInteger, NONE),
)


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The limits of a measure over a population of so many, since a moment."""

    key: str
    """Names the measure, its population and the bands."""
    at: datetime
    cuts: tuple[Decimal | None, ...]
    population: int


def put(tx: Transaction, cutoff: Cutoff) -> None:
    """The limits stand from their moment on; computed twice for one moment, the later word stands."""
    tx.execute(
        """INSERT INTO cutoffs (store_id, key, at, cuts, population) VALUES (%s, %s, %s, %s::numeric[], %s)
           ON CONFLICT (store_id, key, at) DO UPDATE SET cuts = excluded.cuts, population = excluded.population""",
        (tx.store_id, cutoff.key, cutoff.at, list(cutoff.cuts), cutoff.population),
    )


def latest(tx: Transaction, key: str, as_of: datetime) -> Cutoff | None:
    """The limits that stand at a moment; None before they were computed first."""
    row = tx.row(
        """SELECT key, at, cuts, population FROM cutoffs WHERE store_id = %s AND key = %s AND at <= %s
           ORDER BY at DESC LIMIT 1""",
        (tx.store_id, key, as_of),
    )
    return None if row is None else Cutoff(row[0], row[1], tuple(row[2]), row[3])


def outdated(tx: Transaction, keys: Sequence[str], timezone: str) -> bool:
    """Whether any of these limits is not of the store's present day, or older than the newest applied plan."""
    return bool(
        tx.value(
            """SELECT EXISTS (SELECT 1 FROM unnest(%(keys)s::text[]) k(key) WHERE NOT EXISTS (
                 SELECT 1 FROM cutoffs c WHERE c.store_id = %(store)s AND c.key = k.key AND c.at >= greatest(
                   date_trunc('day', now() AT TIME ZONE %(zone)s) AT TIME ZONE %(zone)s,
                   (SELECT max(p.applied_at) FROM plans p WHERE p.store_id = %(store)s))))""",
            {"keys": list(keys), "store": tx.store_id, "zone": timezone},
        )
    )
