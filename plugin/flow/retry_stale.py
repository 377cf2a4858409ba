"""retry_stale: segments that could not be decided are tried again, a little each hour, for ever."""

from plugin.db import customers, problems, segments, stores
from plugin.db.stores import State
from plugin.flow.bell import Work
from plugin.flow.house import House


def retry_stale(house: House) -> int:
    """Stale segments are part of their store's plan again; how many. One that still fails goes out again."""
    tried = 0
    for store in stores.every(house.database):
        if store.state is not State.READY:
            continue
        with house.database.store(store.id) as tx:
            stores.lock(tx)
            stale = [segment for segment in segments.applied(tx) if segment.stale_since is not None]
            for segment in stale:
                segments.clear_stale(tx, segment.id)
                problems.clear(tx, "segment_stale", str(segment.id))
            if stale:
                customers.all_due(tx, "retry")
        tried += len(stale)
        if stale:
            house.bell.ring(Work.SWEEP, store.id)
    return tried
