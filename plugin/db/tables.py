"""Every table, for migrations and for tests that read the catalogue."""

from plugin.db import (
    backfills,
    credentials,
    customers,
    drains,
    inbox,
    leases,
    memberships,
    observations,
    orders,
    outbox,
    plans,
    problems,
    products,
    reads,
    segments,
    stores,
    tombstones,
    writes,
)
from plugin.db.schema import metadata

__all__ = ["metadata"]

NOUNS = (
    backfills,
    credentials,
    customers,
    drains,
    inbox,
    leases,
    memberships,
    observations,
    orders,
    outbox,
    plans,
    problems,
    products,
    reads,
    segments,
    stores,
    tombstones,
    writes,
)
"""The modules whose import declares the tables."""
