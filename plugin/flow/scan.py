"""scan: whatever waits in any store gets a worker, whether or not its bell was heard."""

from plugin.db import work
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.platforms import selling


def scan(house: House) -> int:
    """Rings for all that waits; for how many stores."""
    found = work.waiting(house.database, selling=[each.name for each in selling(house.settings)])
    for store in found:
        for kind, waits in (
            (Work.DRAIN, store.inbox),
            (Work.SWEEP, store.due),
            (Work.FETCH, store.reads),
            (Work.DELIVER, store.outbox),
            (Work.PLANS, store.plans),
            (Work.BACKFILL, store.backfill),
            (Work.LINK, store.guests),
            (Work.OPTIONAL, store.optional),
            (Work.ENTITLE, store.entitlement),
        ):
            if waits:
                house.bell.ring(kind, store.store_id)
    return len(found)
