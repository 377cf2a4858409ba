"""The reading of one kind of a store's history: an export is asked for, waited for, and loaded into the inbox.

Each step starts from what is stored. An export that failed, stands still, expired or came short is asked for
anew; after several in a row the merchant is told, and it is tried again every hour.
"""

from datetime import timedelta

import structlog

from plugin.db import backfills, inbox, leases, problems
from plugin.db.backfills import Backfill, State
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.platforms import platform
from plugin.platforms.base import Calls, Chunk, Export, ExportLost, ExportState
from plugin.platforms.http import CallFailed

log = structlog.get_logger()
LEASE = "backfill"
LEASE_SECONDS = 120
MOST_ATTEMPTS = 5
AGAIN = timedelta(hours=1)
"""After so many failures in a row it is tried again this often."""
STILL = timedelta(hours=6)
"""An export of which nothing was heard for so long is given up, and another is asked for."""


def read_on(house: House, store: Store, calls: Calls, reading: Backfill, owner: str) -> None:
    """The reading is one step further. Raises PlatformError, and the same step is made again."""
    if reading.state is State.FAILED and reading.changed_at <= house.now() - AGAIN:
        with house.database.store(store.id) as tx:
            backfills.begin(tx, (reading.kind,))
    elif reading.state is State.WAITING:
        _ask(house, store, calls, reading)
    elif reading.state is State.EXPORTING:
        _poll(house, store, calls, reading)
    elif reading.state is State.LOADING:
        _load(house, store, calls, reading, owner)


def _ask(house: House, store: Store, calls: Calls, reading: Backfill) -> None:
    began, there = house.now(), platform(store.platform)
    with metrics.calling("export"):
        expected = there.how_many(calls, reading.kind)
        remote_id = there.start_export(calls, reading.kind, None)
    with house.database.store(store.id) as tx:
        backfills.change(
            tx,
            reading.kind,
            state=State.EXPORTING.value,
            remote_id=remote_id,
            read_began_at=began,
            expected=expected,
            attempts=reading.attempts + 1,
        )


def _poll(house: House, store: Store, calls: Calls, reading: Backfill) -> None:
    assert reading.remote_id is not None
    with metrics.calling("export"):
        export = platform(store.platform).poll_export(calls, reading.remote_id)
    if export.state is ExportState.RUNNING and _stands_still(house, reading, export):
        with metrics.calling("export"):
            platform(store.platform).stop_export(calls, reading.remote_id)
        export = export._replace(state=ExportState.FAILED, error="the export stands still")
    with house.database.store(store.id) as tx:
        if export.state is ExportState.FAILED:
            _failed(tx, reading, export.error or "the export failed")
        elif export.state is ExportState.RUNNING:
            if (export.objects, export.roots) != (reading.objects, reading.roots):
                backfills.change(tx, reading.kind, objects=export.objects, roots=export.roots)
        else:
            state = State.DONE if export.url is None else State.LOADING
            roots = (reading.expected or 0) if export.objects is None else export.roots
            written = {"objects": export.objects, "roots": roots, "url": export.url}
            backfills.change(tx, reading.kind, state=state.value, loading_at=house.now(), **written)


def _stands_still(house: House, reading: Backfill, export: Export) -> bool:
    moved = (export.objects, export.roots) != (reading.objects, reading.roots)
    return not moved and reading.changed_at < house.now() - STILL


def _failed(tx: Transaction, reading: Backfill, error: str) -> None:
    """Another export will be asked for, at once or, after several, in a while; what has come stays true."""
    gives_up = reading.attempts >= MOST_ATTEMPTS
    state = State.FAILED if gives_up else State.WAITING
    log.warning("history.export_failed", store=tx.store_id, kind=reading.kind.value, reason=error)
    anew = {"read_to": "", "loaded": 0, "chunks": 0, "objects": 0, "roots": 0, "url": None, "remote_id": None}
    backfills.change(tx, reading.kind, state=state.value, error=error[:500], **anew)
    if gives_up:
        problems.report(tx, "history_failed", reading.kind.value, reason=error)


def _load(house: House, store: Store, calls: Calls, reading: Backfill, owner: str) -> None:
    """Chunk after chunk waits in the inbox; each commits with how far the export is read."""
    assert reading.url is not None
    loaded, chunks, position = reading.loaded, reading.chunks, reading.read_to
    there = platform(store.platform)
    try:
        for chunk in there.export_chunks(calls, house.http, reading.url, reading.read_to):
            loaded, chunks, position = loaded + chunk.objects, chunks + bool(chunk.objects), chunk.position
            with house.database.store(store.id) as tx:
                if not leases.take(tx, LEASE, owner, LEASE_SECONDS):
                    return
                _keep(tx, reading, chunk)
                backfills.change(tx, reading.kind, read_to=position, loaded=loaded, chunks=chunks)
            house.bell.ring(Work.DRAIN, store.id)
    except (ExportLost, CallFailed) as error:
        stuck = position == reading.read_to and reading.changed_at < house.now() - STILL
        if isinstance(error, CallFailed) and not stuck:
            raise
        with house.database.store(store.id) as tx:
            _failed(tx, reading, error.message)
        return
    with house.database.store(store.id) as tx:
        _loaded(tx, reading, loaded)


def _keep(tx: Transaction, reading: Backfill, chunk: Chunk) -> None:
    assert reading.read_began_at is not None
    if chunk.objects:
        inbox.add(tx, f"export/{reading.kind.value}s", reading.read_began_at, chunk.body)


def _loaded(tx: Transaction, reading: Backfill, loaded: int) -> None:
    """All of it is in the inbox, or, where the platform counted more lines or fewer, it is asked for anew."""
    if reading.objects is not None and loaded != reading.objects:
        _failed(tx, reading, f"the file has {loaded} lines, and should have {reading.objects}")
        return
    backfills.change(tx, reading.kind, state=State.DONE.value, objects=loaded, error=None)
    problems.clear(tx, "history_failed", reading.kind.value)
