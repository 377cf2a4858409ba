"""bundle: the changes of very many customers are handed to the platform in one file, step by step.

Each step is committed before the next, so whoever comes after a killed worker goes on from there; the caller
holds the store's lease of writing. Whoever is not in the bundle is written to meanwhile as always: a purchase
must not wait for the thousand customers that a new rule moved.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from plugin.db import bundles, outbox
from plugin.db.bundles import Bundle, Line, State
from plugin.db.outbox import Entry, Standing
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import NeedsReauthorisation, PlatformError, PlatformRefused, StoreUnavailable, Throttled
from plugin.domain.ids import StoreId
from plugin.flow import metrics
from plugin.flow.house import House
from plugin.flow.settle import Answered, note_lags, settle_answers
from plugin.flow.tokens import client
from plugin.platforms import Bundles, platform
from plugin.platforms.base import BundleBusy, BundleLost, Calls, ExportState, TagDelta
from plugin.platforms.http import CallFailed

log = structlog.get_logger()
SHARE = 0.9
BUSY_WAIT, PATIENCE = timedelta(seconds=30), timedelta(minutes=10)
"""Between two tries to begin while the platform has no room, and how long in all: then they are sent one by one."""
TRIES = 3
"""Of one step, before the bundle is given up."""
RETRY_FIRST, RETRY_LONGEST = timedelta(seconds=10), timedelta(minutes=10)
LONGEST = timedelta(days=1)
"""A platform ends one that takes longer."""
SOONEST, LATEST = timedelta(seconds=1), timedelta(seconds=15)
"""Between two looks at one that runs; its end is told too."""
ASKED_AGAIN = timedelta(seconds=5)
"""After its beginning had no answer, before it is looked for."""
REST_FIRST, REST_LONGEST = timedelta(minutes=10), timedelta(days=1)
"""How long none is begun after one that failed."""


class Overtaken(Exception):
    """The lease of writing is another's by now: they go on."""


class _Step:
    """What every step needs."""

    def __init__(self, house: House, store: Store, keep: Callable[[Transaction], bool]) -> None:
        self.house, self.store, self.keep = house, store, keep
        self.calls: Calls = client(house, store, share=SHARE)
        bundled = platform(store.platform).bundles
        assert bundled is not None  # Or none was gathered.
        self.platform: Bundles[Calls] = bundled

    def put(self, bundle: Bundle) -> None:
        """The bundle stands so. Raises Overtaken."""
        with self.transaction() as tx:
            bundles.put(tx, bundle)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction in which the lease of writing is still ours. Raises Overtaken."""
        with self.house.database.store(self.store.id) as tx:
            if not self.keep(tx):
                raise Overtaken
            yield tx


def bundle(house: House, store: Store, found: Bundle, keep: Callable[[Transaction], bool]) -> int:
    """The bundle under way is one step further; how many customers it settled.

    ``keep`` keeps the caller's lease, or says that it is another's. Raises PlatformError where the whole
    store has to wait.
    """
    step = _Step(house, store, keep)
    try:
        return _STEPS[found.state](step, found)
    except (Throttled, NeedsReauthorisation, StoreUnavailable):
        raise
    except PlatformError as error:
        _again(step, found, error.message)
    except Overtaken:
        log.info("bundle.overtaken", store=store.id)
    return 0


def _upload(step: _Step, found: Bundle) -> int:
    with step.house.database.store(step.store.id) as tx:
        lines = bundles.lines(tx)
    if not lines:  # Everyone in it was forgotten meanwhile.
        return _finish(step, found, None)
    with metrics.calling("bundle"):
        key = step.platform.upload(step.calls, step.house.http, [_delta(found, line) for line in lines])
    step.put(replace(found, state=State.UPLOADED, upload=key, due_at=None))
    return 0


def _start(step: _Step, found: Bundle) -> int:
    """Begun, and known as begun even if the answer or this worker is lost on the way."""
    assert found.upload is not None
    step.put(replace(found, state=State.STARTING))
    now = step.house.now()
    try:
        with metrics.calling("bundle"):
            remote_id = step.platform.start(step.calls, found.adds, found.upload, _mark(step.store.id, found))
    except BundleBusy as error:
        if found.began_at is not None and now - found.began_at > PATIENCE:
            return _give_up(step, found, error.message)
        step.put(replace(found, due_at=now + BUSY_WAIT))
    except BundleLost as error:
        return _again(step, replace(found, state=State.GATHERED), error.message)
    except PlatformRefused as error:
        return _give_up(step, found, error.message)
    except PlatformError as error:
        if not (isinstance(error, CallFailed) and error.sent):
            step.put(found)
            raise
        step.put(replace(found, state=State.STARTING, due_at=now + ASKED_AGAIN))
    else:
        log.info("bundle.begun", store=step.store.id, bundle=remote_id)
        step.put(replace(found, state=State.RUNNING, remote_id=remote_id, attempts=0, due_at=now + SOONEST))
    return 0


def _find(step: _Step, found: Bundle) -> int:
    """Whether it was begun. Begun twice it would do the same twice, which changes nothing."""
    remote_id = step.platform.find(step.calls, _mark(step.store.id, found))
    state = State.UPLOADED if remote_id is None else State.RUNNING
    step.put(replace(found, state=state, remote_id=remote_id, due_at=None))
    return 0


def _poll(step: _Step, found: Bundle) -> int:
    assert found.remote_id is not None
    with metrics.calling("bundle"):
        export = step.platform.poll(step.calls, found.remote_id)
    now = step.house.now()
    if export.state is ExportState.RUNNING:
        age = now - (found.began_at or now)
        step.put(replace(found, attempts=0, due_at=now + min(max(age / 10, SOONEST), LATEST)))
    elif export.url is None:
        _finish(step, found, export.error or "it did nothing")
    else:
        step.put(replace(found, state=State.ENDED, url=export.url, error=export.error, attempts=0, due_at=None))
    return 0


def _settle(step: _Step, found: Bundle) -> int:
    """Each customer's row says what came of their line; piece by piece, each committed with how far it is read."""
    assert found.url is not None
    house, settled = step.house, 0
    with house.database.store(step.store.id) as tx:
        waiting = {line.line: line for line in bundles.lines(tx)}
    deltas = {number: _delta(found, line) for number, line in waiting.items()}
    try:
        for told in step.platform.results(house.http, found.url, deltas, found.read_to):
            answered = [(_entry(waiting[n]), deltas[n], result) for n, result in told.results.items()]
            found = replace(found, read_to=told.offset, attempts=0)
            _put_results(step, found, answered)
            settled += len(answered)
    except PlatformError as error:  # The file's, not the store's: an address that has expired says 403.
        _again(step, found, error.message)
        return settled
    _finish(step, found, found.error)
    return settled


def _put_results(step: _Step, found: Bundle, answered: Sequence[Answered]) -> None:
    with step.transaction() as tx:
        settle_answers(step.house, tx, answered, found.began_at or step.house.now())
        bundles.remove_lines(tx, [entry.customer_id for entry, _, _ in answered])
        bundles.put(tx, found)
    note_lags(step.house, answered)


def _again(step: _Step, found: Bundle, error: str) -> int:
    """The step is tried again in a while, or the bundle is over. One that may be running is asked for until
    it can't be any more: nobody else writes to its customers before."""
    now, attempts = step.house.now(), found.attempts + 1
    log.warning("bundle.step_failed", store=step.store.id, state=found.state, attempts=attempts, error=error)
    if found.state in (State.STARTING, State.RUNNING):
        tired = now - (found.began_at or now) > LONGEST
    else:
        tired = attempts >= TRIES
    if not tired:
        wait = min(RETRY_FIRST * 3 ** min(attempts - 1, 8), RETRY_LONGEST)
        step.put(replace(found, attempts=attempts, due_at=now + wait))
        return 0
    return (_give_up if found.state in (State.GATHERED, State.UPLOADED) else _finish)(step, found, error)


def _give_up(step: _Step, found: Bundle, error: str) -> int:
    """Nothing of it was done: its customers are sent the ordinary way."""
    log.warning("bundle.given_up", store=step.store.id, error=error)
    with step.transaction() as tx:
        lines = bundles.lines(tx)
        ids = [line.customer_id for line in lines]
        outbox.lock(tx, ids)
        rows = outbox.of(tx, ids)
        outbox.not_sent(tx, [_as_before(rows[line.customer_id], line) for line in lines if line.customer_id in rows])
        bundles.remove_lines(tx, ids)
        bundles.put(tx, _resting(found, error, step.house.now()))
    return 0


def _finish(step: _Step, found: Bundle, error: str | None) -> int:
    """It is over. Of whom it says nothing it is not known what was done: they are read back, then sent again."""
    with step.transaction() as tx:
        left = [line.customer_id for line in bundles.lines(tx)]
        outbox.lock(tx, left)
        outbox.read_back_now(tx, left)
        bundles.remove_lines(tx, left)
        bundles.put(tx, _resting(found, error, step.house.now()))
    log.info("bundle.ended", store=step.store.id, unsaid=len(left), error=error)
    return 0


def _resting(found: Bundle, error: str | None, now: datetime) -> Bundle:
    failures = 0 if error is None else found.failures + 1
    rest = min(REST_FIRST * 4 ** min(failures - 1, 8), REST_LONGEST) if failures else timedelta()
    return Bundle(number=found.number, failures=failures, error=error, due_at=now + rest)


def _mark(store_id: StoreId, found: Bundle) -> str:
    return f"R{store_id}x{found.number}"


def _delta(found: Bundle, line: Line) -> TagDelta:
    return TagDelta(line.customer_id, *((line.changed, ()) if found.adds else ((), line.changed)))


def _entry(line: Line) -> Entry:
    """The customer's row as it stood before the bundle."""
    return Entry(line.customer_id, (), line.before, (), True, line.caused_at, line.cause, 0)


def _as_before(row: Entry, line: Line) -> Standing:
    """Without what the bundle would have added. What was to be removed is ours still."""
    added = set(line.changed) - set(line.before)
    return Standing(row.customer_id, [tag for tag in row.written if tag not in added], row.foreign)


_STEPS: dict[State, Callable[[_Step, Bundle], int]] = {
    State.GATHERED: _upload,
    State.UPLOADED: _start,
    State.STARTING: _find,
    State.RUNNING: _poll,
    State.ENDED: _settle,
}
