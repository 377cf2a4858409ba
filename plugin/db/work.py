"""What waits, across stores: the one query that looks at all of them, as role ``scan``, without bodies."""

from collections.abc import Collection
from dataclasses import dataclass

from plugin.db.transaction import Database
from plugin.domain.ids import StoreId


@dataclass(frozen=True)
class Work:
    """What one store has waiting."""

    store_id: StoreId
    inbox: bool
    due: bool
    reads: bool
    outbox: bool
    plans: bool
    backfill: bool
    guests: bool
    optional: bool
    entitlement: bool


def waiting(database: Database, *, selling: Collection[str] = ()) -> list[Work]:
    """Stores that have anything waiting; one index probe per store and kind, idle stores cost only that.

    Uninstalled ones too: the request to be forgotten comes after the end. ``selling``: the platforms whose
    stores have plans, and nothing is sent to one whose plan does not allow it.
    """
    rows = database.run(
        "scan",
        """SELECT * FROM (
             SELECT s.id,
               EXISTS (SELECT 1 FROM inbox_open i WHERE i.store_id = s.id AND i.state = 0) AS inbox,
               s.state = 'ready' AND EXISTS (SELECT 1 FROM customers c WHERE c.store_id = s.id AND c.due_at <= now()) AS due,
               s.state IN ('ready', 'backfilling') AND s.paused_at IS NULL
                 AND EXISTS (SELECT 1 FROM reads r WHERE r.store_id = s.id AND r.due_at <= now()) AS reads,
               s.state = 'ready' AND s.paused_at IS NULL
                 AND (EXISTS (SELECT 1 FROM outbox o WHERE o.store_id = s.id AND o.due_at <= now())
                   OR EXISTS (SELECT 1 FROM documents d WHERE d.store_id = s.id AND d.due_at <= now())
                   OR EXISTS (SELECT 1 FROM twins t WHERE t.store_id = s.id AND t.due_at <= now())
                   OR EXISTS (SELECT 1 FROM outputs u WHERE u.store_id = s.id AND u.due_at <= now())
                   OR EXISTS (SELECT 1 FROM placements l WHERE l.store_id = s.id AND l.due_at <= now())
                   OR EXISTS (SELECT 1 FROM rolls r WHERE r.store_id = s.id AND r.due_at <= now()))
                 AND NOT (s.platform = ANY(%(selling)s) AND EXISTS (SELECT 1 FROM entitlements e WHERE e.store_id = s.id AND e.paused_at IS NOT NULL))
                 OR s.state = 'ready' AND s.paused_at IS NULL
                   AND EXISTS (SELECT 1 FROM bundles b WHERE b.store_id = s.id AND b.state <> 'idle'
                               AND coalesce(b.due_at, now()) <= now()) AS outbox,
               s.state = 'ready' AND EXISTS (SELECT 1 FROM plans p WHERE p.store_id = s.id AND (p.state = 'waiting'
                 OR (p.state = 'running' AND p.as_of < now() - interval '5 minutes'))) AS plans,
               s.state IN ('installing', 'backfilling') AND s.paused_at IS NULL AS backfill,
               s.state IN ('ready', 'backfilling')
                 AND EXISTS (SELECT 1 FROM preferences g WHERE g.store_id = s.id AND g.linked_to IS NOT NULL) AS guests,
               s.state = 'ready' AND s.paused_at IS NULL
                 AND EXISTS (SELECT 1 FROM optional_reads a WHERE a.store_id = s.id AND a.due_at <= now()) AS optional,
               s.platform = ANY(%(selling)s)
                 AND EXISTS (SELECT 1 FROM entitlements e WHERE e.store_id = s.id AND e.due_at <= now()) AS entitlement
             FROM stores s) w
           WHERE inbox OR due OR reads OR outbox OR plans OR backfill OR guests OR optional OR entitlement""",
        {"selling": list(selling)},
    ).fetchall()
    return [Work(StoreId(row[0]), *row[1:]) for row in rows]


def depths(database: Database) -> dict[str, float]:
    """How much waits in all stores together, and how old the oldest delivery is, in seconds."""
    row = database.run(
        "scan",
        """SELECT (SELECT count(*) FROM inbox_open WHERE state = 0),
                  (SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0) FROM inbox_open WHERE state = 0),
                  (SELECT count(*) FROM inbox_open WHERE state = 2),
                  (SELECT count(*) FROM outbox WHERE due_at IS NOT NULL),
                  (SELECT count(*) FROM placements WHERE due_at IS NOT NULL),
                  (SELECT count(*) FROM rolls WHERE due_at IS NOT NULL),
                  (SELECT count(*) FROM reads),
                  (SELECT count(*) FROM customers WHERE due_at <= now())""",
    ).fetchone()
    assert row is not None
    names = (
        "inbox_waiting",
        "inbox_oldest_seconds",
        "inbox_set_aside",
        "outbox_due",
        "placements_due",
        "rolls_due",
        "reads_pending",
        "customers_due",
    )
    return {name: float(value) for name, value in zip(names, row, strict=True)}
