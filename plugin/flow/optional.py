"""optional: what some rule asks of customers beyond what we always read is read of everybody, and kept up to date.

Which data those are follows from the store's segments. Until everybody is read they are unknown: whoever's answer
depends on them is undecided, and no segment that asks for them goes live.
"""

import time
import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from plugin.db import customers, inbox, leases, optional, plans, problems, segments, stores
from plugin.db.optional import Pass
from plugin.db.segments import Segment
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import AccessDenied, Invalid, NeedsReauthorisation, PlatformError, PlatformRefused, Throttled
from plugin.domain.ids import StoreId
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.sources import readable
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.rules import schema
from plugin.rules.fields import Facts
from plugin.rules.optional import LISTS, asked, facts_of
from plugin.rules.problems import RuleError
from plugin.rules.segment import Definition

log = structlog.get_logger()
LEASE, LEASE_SECONDS = "optional", 120
LONGEST = 10.0
"""Seconds after which a run leaves the rest to the next."""
SHARE = 0.5
DAILY = frozenset({Facts.PREDICTIONS, Facts.SUBSCRIPTIONS, Facts.CREDITS, Facts.DISPUTES})
"""What changes without a message, or is few enough to be looked at for a lost one."""
DAY, WEEK = timedelta(days=1), timedelta(days=7)
REFUSED, FAILED = timedelta(days=1), timedelta(minutes=1)
SOON = 1.0
CAUSE = "data read"


def settle(house: House, tx: Transaction) -> None:
    """What the store's segments ask for is read from now on, and nothing else."""
    store = stores.get(tx)
    ours = readable(store)
    found = {name for each in (*segments.newest(tx), *segments.applied(tx)) for name in _asked_by(each)}
    if optional.settle(tx, {name for name in found if facts_of(name) in ours}):
        stores.rules_changed(tx)

        def ring() -> None:
            house.bell.ring(Work.OPTIONAL, tx.store_id)
            house.bell.ring(Work.REPAIR, tx.store_id)  # Some messages are sent only to who asks for them.

        tx.after_commit(ring)


def _asked_by(segment: Segment) -> frozenset[str]:
    try:
        return asked(schema.load(segment.definition))
    except RuleError:  # Of a rule from an older version nothing is read before it is brought up to date.
        return frozenset()


def refuse_unread(tx: Transaction, definition: Definition) -> None:
    """Raises Invalid while something that the definition asks for is still being read."""
    waits = asked(definition) & optional.unread(tx).keys()
    if waits:
        what = ", ".join(sorted(waits))
        raise Invalid(f"We still read {what} of your customers. This can go live once that is done.", field="segment")


def read_optional(house: House, store_id: StoreId) -> int:
    """Some more customers are read; how many. Rings for the rest.

    Twice is safe: one at a time by a lease, and each step starts from what is stored.
    """
    house.bell.answered(Work.OPTIONAL, store_id)
    owner = uuid.uuid4().hex
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
        if not (store.state is State.READY and store.reachable) or not leases.take(tx, LEASE, owner, LEASE_SECONDS):
            return 0
    count, began, wait = 0, time.monotonic(), 0.0
    try:
        while time.monotonic() - began < LONGEST:
            with house.database.store(store_id) as tx:
                found = optional.due(tx, alone=LISTS)
            if found is None:
                return count
            step = _step(house, store, found)
            if step is None:  # Its answers are not absorbed yet.
                wait = SOON
                break
            count += step
    finally:
        with house.database.store(store_id) as tx:
            leases.release(tx, LEASE, owner)
    house.bell.ring(Work.OPTIONAL, store_id, wait=wait)
    return count


def _step(house: House, store: Store, found: Pass) -> int | None:
    try:
        return _list(house, store, found) if found.names & LISTS else _customers(house, store, found)
    except Throttled as error:
        _put_off(house, store, found, timedelta(seconds=error.wait))
    except (AccessDenied, PlatformRefused) as error:
        return _refused(house, store, found, error)
    except PlatformError as error:
        log.warning("optional.failed", store=store.id, error=error.code)
        _put_off(house, store, found, REFUSED if isinstance(error, NeedsReauthorisation) else FAILED)
    return 0


def _refused(house: House, store: Store, found: Pass, error: PlatformError) -> int:
    """The name that is refused waits for a day and is a problem on the page; those beside it go on."""
    if len(found.names) > 1:
        return sum(_step(house, store, replace(found, names=frozenset({name}))) or 0 for name in sorted(found.names))
    log.warning("optional.refused", store=store.id, names=sorted(found.names), error=error.code)
    _put_off(house, store, found, REFUSED)
    with house.database.store(store.id) as tx:
        for name in found.names:
            problems.report(tx, "optional_refused", name, reason=error.message)
    return 0


def _put_off(house: House, store: Store, found: Pass, wait: timedelta) -> None:
    with house.database.store(store.id) as tx:
        optional.put_off(tx, found.names, house.now() + wait)


def _customers(house: House, store: Store, found: Pass) -> int | None:
    ours = platform(store.platform)
    with house.database.store(store.id) as tx:
        ids = optional.customers_after(tx, found, ours.optional_at_once)
        if not ids and found.until is not None:  # From here on together with those that were ahead.
            optional.reached(tx, found, found.until, None)
            return 0
    if not ids:
        return _finish(house, store, found)
    began = house.now()
    with metrics.calling("read"):
        body = ours.read_optional(client(house, store, share=SHARE, optional=True), ids, found.names, began)
    _keep(house, store, found, "api/optional", body, began, ids[-1])
    return len(ids)


def _list(house: House, store: Store, found: Pass) -> int | None:
    if found.read_to == _END:
        return _finish(house, store, found)
    began, facts = house.now(), facts_of(min(found.names))
    with metrics.calling("read"):
        calls = client(house, store, share=SHARE, optional=True)
        body, last = platform(store.platform).lists[facts](calls, found.read_to)
    _keep(house, store, found, f"api/{facts.value}", body, began, _END if last is None else last)
    return 1


_END = 2**63 - 1


def _keep(house: House, store: Store, found: Pass, topic: str, body: bytes, began: datetime, read_to: int) -> None:
    """The answer waits in the inbox, and the pass is as far as it goes."""
    with house.database.store(store.id) as tx:
        inbox.add(tx, topic, began, body)
        optional.reached(tx, found, read_to, optional.newest_message(tx))
        for name in found.names:
            problems.clear(tx, "optional_refused", name)
    house.bell.ring(Work.DRAIN, store.id)


def _finish(house: House, store: Store, found: Pass) -> int | None:
    """Once every answer is absorbed, the names are known, and who asks for them is looked at anew."""
    with house.database.store(store.id) as tx:
        stores.lock(tx)
        if not optional.is_absorbed(tx, found.last_message):
            return None
        again = {name: DAY if facts_of(name) in DAILY else WEEK for name in found.names}
        new = optional.finish(tx, found, house.now(), again)
        if new:
            stores.rules_changed(tx)
            _look_again(tx, new)
    if new:
        log.info("optional.read", store=store.id, names=sorted(new))
        house.bell.ring(Work.PLANS, store.id)
        house.bell.ring(Work.SWEEP, store.id)
    return 0


def _look_again(tx: Transaction, names: frozenset[str]) -> None:
    """Segments that wait for one of these names get a plan; where one decides by it already, everyone is due."""
    for segment in segments.newest(tx):
        if _asked_by(segment) & names:
            plans.create(tx, segment.id, segment.version)
    if any(_asked_by(segment) & names for segment in segments.applied(tx)):
        customers.all_due(tx, CAUSE)
