"""Every table, for migrations and for tests that read the catalogue."""

from plugin.db import (
    addresses,
    answers,
    backfills,
    checkouts,
    credentials,
    credits,  # noqa: A004 - the table's own name
    customers,
    cutoffs,
    disputes,
    drains,
    events,
    inbox,
    leases,
    memberships,
    observations,
    orders,
    outbox,
    pins,
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
    addresses,
    answers,
    backfills,
    checkouts,
    credentials,
    credits,
    customers,
    cutoffs,
    disputes,
    drains,
    events,
    inbox,
    leases,
    memberships,
    observations,
    orders,
    outbox,
    pins,
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
