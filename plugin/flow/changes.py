"""The hourly look at one kind of thing: what changed at the store since the last one, and do we know of it?

Pages of ids and moments; where there are very many, an export of everything that changed, of which only what
differs goes on. What moves no moment is told beside them. ``known_to`` moves only when a look is complete.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from plugin.db import doubts, inbox, leases, observations, outputs, reads, reconciles, versions
from plugin.db.outputs import Kind as Showing
from plugin.db.reconciles import NOTHING_UNDER_WAY, Reconcile
from plugin.db.repairs import What
from plugin.db.transaction import Transaction
from plugin.domain.errors import PlatformError
from plugin.domain.ids import CustomerId
from plugin.domain.text import fold
from plugin.flow import metrics
from plugin.flow.alarming import judge
from plugin.flow.bell import Work
from plugin.flow.differences import Asking, Differences, count, differences, mend, note
from plugin.platforms import platform
from plugin.platforms.base import Chunk, Export, ExportState, Listing, Stamp

LEASE, LEASE_SECONDS = "reconcile", 120
OVERLAP = timedelta(minutes=10)
"""A look begins so long before the last one ended: a search knows of changes a little later than the store."""
MOST_LISTED = 5_000
"""Things seen in pages; for more an export is made: some platforms' pages end at 25,000."""
MOST_MISSED = 500
"""Things to be read one by one; more come faster by the export."""
LONGEST = 20.0
"""Seconds after which a run leaves the rest to the next."""
SOON, BUSY, HOUR = timedelta(seconds=2), timedelta(seconds=30), timedelta(hours=1)


def look(asking: Asking, row: Reconcile) -> None:
    """The look has gone some steps further. Raises PlatformError; it is begun anew later then."""
    if row.began_at is None:
        begun = begin(asking, row)
        if begun is not None:
            _page(asking, begun)
    elif row.remote_id is None:
        _page(asking, row)
    elif row.url is None:
        _poll(asking, row)
    else:
        _load(asking, row)


def quiet_until(asking: Asking, began_at: datetime) -> datetime:
    """Of what changed later the message may still be on its way: it is looked at the next time."""
    return began_at - asking.house.settings.patience


def begin(asking: Asking, row: Reconcile) -> Reconcile | None:
    """The look begins, unless messages wait that may tell it all: then it comes again soon."""
    now, patience = asking.house.now(), asking.house.settings.patience
    with asking.house.database.store(asking.store.id) as tx:
        oldest = inbox.waiting_since(tx)
        if oldest is not None and oldest < now - patience / 2:
            reconciles.change(tx, row, due_at=now + BUSY)
            return None
        reconciles.change(tx, row, **NOTHING_UNDER_WAY | {"began_at": now})
        return reconciles.get(tx, row.kind, row.look)


def poll(asking: Asking, row: Reconcile) -> Export | None:
    """The export that the look waits for, once it is done; None while it is not. Raises PlatformError for one
    that failed."""
    assert row.remote_id is not None
    with metrics.calling("export"):
        export = platform(asking.store.platform).poll_export(asking.calls, row.remote_id)
    if export.state is ExportState.FAILED:
        raise PlatformError(export.error or "the export failed")
    with asking.house.database.store(asking.store.id) as tx:
        if export.state is ExportState.RUNNING:
            reconciles.change(tx, row, due_at=asking.house.now() + SOON)
            return None
        reconciles.change(tx, row, url=export.url, objects=export.objects)
    return export


def _page(asking: Asking, row: Reconcile) -> None:
    assert row.began_at is not None
    began, since, looked = time.monotonic(), row.known_to - OVERLAP, row.looked
    while time.monotonic() - began < LONGEST:
        with metrics.calling("reconcile"):
            listing = platform(asking.store.platform).changed(asking.calls, row.kind, since, row.cursor)
        looked += len(listing.stamps)
        with asking.house.database.store(asking.store.id) as tx:
            if not leases.take(tx, LEASE, asking.owner, LEASE_SECONDS):
                return
            found = differences(tx, row.kind, listing.stamps, quiet_until(asking, row.began_at))
            mend(tx, row.kind, found, row.began_at)
            untold = _untold(tx, row, listing)
            row = reconciles.seen(tx, row, len(listing.stamps), found.untold, listing.cursor)
            if row.cursor is None:
                done(asking, tx, row)
        if found.ids or untold:
            asking.house.bell.ring(Work.FETCH, asking.store.id)
        if row.cursor is None:
            return
        if looked >= MOST_LISTED or row.missed >= MOST_MISSED:
            _export(asking, row, since)
            return


def _untold(tx: Transaction, row: Reconcile, listing: Listing) -> bool:
    """What the platform tells of nobody is to be read, and whose tags are others than we know; whether anything is."""
    assert row.began_at is not None
    if not (listing.unheard or listing.carried):
        return False
    known = observations.tags_now(tx, [CustomerId(each) for each in listing.carried])
    theirs = {each: {fold(tag) for tag in tags} for each, tags in listing.carried.items()}
    differ = {each for each in theirs if theirs[each] != {fold(tag) for tag in known.get(CustomerId(each), ())}}
    wanted = differ | set(listing.unheard) - _ours(tx, listing)
    wanted -= versions.settled(tx, row.kind, list(wanted)) if wanted else set()
    reads.want(tx, [(row.kind, each) for each in wanted], urgent=True)
    count(tx, row.began_at, row.kind, What.TAGS, doubts.lost(tx, listing.carried, row.began_at))
    return bool(wanted)


def _ours(tx: Transaction, listing: Listing) -> set[int]:
    """Of whom nothing changed but what attributes of ours say (plugin/flow/enroll.py): that is known."""
    if not listing.through:
        return set()
    written = {each.remote_id for each in outputs.every(tx) if each.kind is Showing.ATTRIBUTE}
    return {each for each, attributes in listing.through.items() if attributes <= written}


def _export(asking: Asking, row: Reconcile, since: datetime) -> None:
    """All that changed is being written out. What the pages have shown is looked at once more, and found known."""
    with metrics.calling("export"):
        remote_id = platform(asking.store.platform).start_export(asking.calls, row.kind, since)
    with asking.house.database.store(asking.store.id) as tx:
        reconciles.change(tx, row, remote_id=remote_id, cursor=None, due_at=asking.house.now() + SOON)


def _poll(asking: Asking, row: Reconcile) -> None:
    export = poll(asking, row)
    if export is not None and export.url is None:
        with asking.house.database.store(asking.store.id) as tx:
            done(asking, tx, row)


def _load(asking: Asking, row: Reconcile) -> None:
    """Chunk after chunk, only what differs waits in the inbox; each commits with how far the file is read."""
    assert row.url is not None
    loaded = row.loaded
    there = platform(asking.store.platform)
    for chunk in there.export_chunks(asking.calls, asking.house.http, row.url, row.read_to):
        loaded += chunk.objects
        with asking.house.database.store(asking.store.id) as tx:
            if not leases.take(tx, LEASE, asking.owner, LEASE_SECONDS):
                return
            stamps = there.stamps(chunk.body)
            found = _compared(asking, tx, row, chunk, stamps)
            row = reconciles.seen(tx, row, len(stamps), found.untold, None)
            reconciles.change(tx, row, read_to=chunk.position, loaded=loaded)
        if found.ids:
            asking.house.bell.ring(Work.DRAIN, asking.store.id)
    if row.objects is not None and loaded != row.objects:
        raise PlatformError(f"the export has {loaded} lines, and should have {row.objects}")
    with asking.house.database.store(asking.store.id) as tx:
        done(asking, tx, reconciles.get(tx, row.kind, row.look))


def _compared(asking: Asking, tx: Transaction, row: Reconcile, chunk: Chunk, stamps: Sequence[Stamp]) -> Differences:
    """What of the chunk differs, which waits in the inbox now, is counted."""
    assert row.began_at is not None
    found = differences(tx, row.kind, stamps, quiet_until(asking, row.began_at))
    if found.ids:
        body = platform(asking.store.platform).only(chunk.body, set(found.ids))
        inbox.add(tx, f"export/{row.kind.value}s", row.began_at, body)
        note(tx, row.kind, found, row.began_at)
    return found


def done(asking: Asking, tx: Transaction, row: Reconcile) -> None:
    """The look is complete: up to where it looked nothing is missing. The next is in an hour."""
    assert row.began_at is not None
    known_to = max(row.known_to, quiet_until(asking, row.began_at))
    due_at = asking.house.now() + HOUR
    ended = {"known_to": known_to, "due_at": due_at, "failures": 0, "error": None, "finished_at": asking.house.now()}
    reconciles.change(tx, row, **NOTHING_UNDER_WAY | ended)
    judge(asking, tx, row)
