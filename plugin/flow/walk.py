"""The weekly look at one kind of thing: is everything the store has here, and does it still have all that is?

Where the store's count is as far from ours as it was when all was settled, there is nothing to look for, unless
tags of ours stand at the store: those are compared as well. A list of all ids is streamed and compared; who is here
and not in it is asked for by id, and gone only if the answer is no as well.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from plugin.db import doubts, inbox, leases, reads, reconciles, versions
from plugin.db.reconciles import NOTHING_UNDER_WAY, Reconcile
from plugin.db.repairs import What
from plugin.db.transaction import Transaction
from plugin.domain.errors import PlatformError, Throttled
from plugin.domain.facts import Kind
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.changes import LEASE, LEASE_SECONDS, SOON, begin, poll, quiet_until
from plugin.flow.differences import Asking, count, differences, mend
from plugin.platforms import platform
from plugin.platforms.base import Stamp

log = structlog.get_logger()
WEEK = timedelta(days=7)
EDGE = timedelta(days=5)
"""Where a store lists its younger orders alone, the oldest of these may leave the list while it is read."""
AT_ONCE = 1_000
ASKED_AT_ONCE = 25
"""Things whose ids are asked for before what came of it is kept: some platforms want a call for each."""


def walk(asking: Asking, row: Reconcile) -> None:
    """The look has gone a step further. Raises PlatformError; it is begun anew later then."""
    if row.remote_id is None:  # The platform may have made us wait before there was a list to wait for.
        _begin(asking, row)
    elif row.url is None:
        export = poll(asking, row)
        if export is not None and export.url is None:
            _compare(asking, row, array("q"))
    else:
        _load(asking, row)


def _begin(asking: Asking, row: Reconcile) -> None:
    begun = begin(asking, row)
    if begun is None:
        return
    with metrics.calling("reconcile"):
        theirs = platform(asking.store.platform).how_many(asking.calls, row.kind)
    knows_all = _back(asking, row.kind) is None
    with asking.house.database.store(asking.store.id) as tx:
        apart = None if theirs is None else theirs - versions.count(tx, row.kind)
        has_tags = row.kind is Kind.CUSTOMER and doubts.any_written(tx)
        if knows_all and apart is not None and apart == row.apart and not has_tags:
            _done(asking, tx, row, apart)
            return
    with metrics.calling("export"):
        remote_id = platform(asking.store.platform).start_walk(asking.calls, row.kind)
    with asking.house.database.store(asking.store.id) as tx:
        reconciles.change(tx, begun, remote_id=remote_id, due_at=asking.house.now() + SOON)


def _back(asking: Asking, kind: Kind) -> timedelta | None:
    """How far back the store lists what we have; None: all of it. Some lists forget orders day by day.

    The store is asked, for a scope that was taken back a moment ago would make every old order look deleted.
    """
    if kind is not Kind.ORDER:
        return None
    there = platform(asking.store.platform)
    with metrics.calling("reconcile"):
        return there.orders_back(there.store_info(asking.calls).scopes)


def _load(asking: Asking, row: Reconcile) -> None:
    """The whole list is compared. Where the platform makes us wait it goes on from there. Killed, it is read again from
    the last such place, or the start: what was marked then is marked already."""
    assert row.url is not None
    with asking.house.database.store(asking.store.id) as tx:
        listed = reconciles.listed_ids(tx, row)
    lines, position = row.loaded, row.read_to
    there = platform(asking.store.platform)
    try:
        for chunk in there.export_chunks(asking.calls, asking.house.http, row.url, position):
            stamps = there.stamps(chunk.body)
            with asking.house.database.store(asking.store.id) as tx:
                if not leases.take(tx, LEASE, asking.owner, LEASE_SECONDS):
                    return
                _chunk(asking, tx, row, stamps)
            listed.extend(stamp.id for stamp in stamps)
            lines, position = lines + chunk.objects, chunk.position
        if row.objects is not None and lines != row.objects:
            raise PlatformError(f"the list has {lines} lines, and should have {row.objects}")
        _compare(asking, row, listed)
    except Throttled:
        with asking.house.database.store(asking.store.id) as tx:
            reconciles.keep_listed(tx, row, listed, position, lines)
        raise


def _chunk(asking: Asking, tx: Transaction, row: Reconcile, stamps: Sequence[Stamp]) -> None:
    """What differs is to be read, and whoever lacks a tag of ours: what is told then is restored or left (restore)."""
    assert row.began_at is not None
    found = differences(tx, row.kind, stamps, quiet_until(asking, row.began_at))
    mend(tx, row.kind, found, row.began_at)
    carried = {stamp.id: stamp.tags for stamp in stamps if stamp.tags is not None}
    lost = doubts.lost(tx, carried, row.began_at) if carried else []
    if lost:
        reads.want(tx, [(row.kind, customer_id) for customer_id in lost], urgent=True)
        count(tx, row.began_at, row.kind, What.TAGS, lost)
    if found.ids or lost:
        tx.after_commit(lambda: _ring(asking))


def _ring(asking: Asking) -> None:
    asking.house.bell.ring(Work.FETCH, asking.store.id)


def _compare(asking: Asking, row: Reconcile, listed: "array[int]") -> None:
    """Who is here and not in the list, and not at the store when asked for, is gone."""
    assert row.began_at is not None
    every = array("q", sorted(listed))
    gone = 0
    for some in _unlisted(asking, row, every):
        with metrics.calling("reconcile"):
            ids, body = platform(asking.store.platform).gone_among(asking.calls, row.kind, some)
        if ids:
            gone += len(ids)
            _bury(asking, row, ids, body)
    with asking.house.database.store(asking.store.id) as tx:
        row = reconciles.get(tx, row.kind, row.look)
        wanted = [id_ for id_ in reads.of_kind(tx, row.kind) if _among(every, id_)]
        coming = len(wanted) - len(versions.known(tx, row.kind, wanted))
        _done(asking, tx, row, len(every) - (versions.count(tx, row.kind) + coming - gone))


def _unlisted(asking: Asking, row: Reconcile, every: "array[int]") -> list[list[int]]:
    """Ids of things that were here before the list was asked for and are not in it, some at a time."""
    assert row.began_at is not None
    back = _back(asking, row.kind)
    since = None if back is None else asking.house.now() - (back - EDGE)
    found: list[int] = []
    last = 0
    while True:
        with asking.house.database.store(asking.store.id) as tx:
            if not leases.take(tx, LEASE, asking.owner, LEASE_SECONDS):
                raise PlatformError("another worker walks this store")
            ids = versions.after(tx, row.kind, last, AT_ONCE, row.began_at, since)
        if not ids:
            return [found[start : start + ASKED_AT_ONCE] for start in range(0, len(found), ASKED_AT_ONCE)]
        found += [id_ for id_ in ids if not _among(every, id_)]
        last = ids[-1]


def _among(every: "array[int]", id_: int) -> bool:
    at = bisect_left(every, id_)
    return at < len(every) and every[at] == id_


def _bury(asking: Asking, row: Reconcile, ids: Sequence[int], body: bytes) -> None:
    """That they are gone waits in the inbox."""
    assert row.began_at is not None
    with asking.house.database.store(asking.store.id) as tx:
        inbox.add(tx, "api/gone", asking.house.now(), body)
        count(tx, row.began_at, row.kind, What.GONE, ids)
    log.warning("reconcile.gone", store=asking.store.id, kind=row.kind.value, count=len(ids))
    asking.house.bell.ring(Work.DRAIN, asking.store.id)


def _done(asking: Asking, tx: Transaction, row: Reconcile, apart: int) -> None:
    """The look is complete; the next is in a week."""
    now: datetime = asking.house.now()
    ended = {"apart": apart, "due_at": now + WEEK, "failures": 0, "error": None, "finished_at": now}
    reconciles.change(tx, row, **NOTHING_UNDER_WAY | ended)
