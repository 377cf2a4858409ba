"""fetch: what thin messages left out is read at the platform and stored in the inbox."""

import time
from collections.abc import Sequence
from datetime import timedelta

import structlog

from plugin.db import inbox, optional, problems, reads, stores, versions
from plugin.db.reads import Read
from plugin.db.stores import State, Store
from plugin.domain.errors import AccessDenied, PlatformError, PlatformRefused, Throttled
from plugin.domain.facts import Kind
from plugin.domain.ids import CustomerId, StoreId
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.sources import readable
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.rules.optional import LISTS, facts_of

log = structlog.get_logger()
LONGEST = 10.0
"""Seconds after which a run leaves the rest to the next."""
SHARE = 0.8
SPOKEN_OF = (Kind.CUSTOMER, Kind.ORDER)
"""What messages speak of by its number alone."""


def fetch(house: House, store_id: StoreId) -> int:
    """Due reads are answered until none is left or time is up; how many.

    A claim is committed before the call, the answer waits in the inbox, and the read is cleared when
    that is absorbed.
    """
    house.bell.answered(Work.FETCH, store_id)
    answered, began = 0, time.monotonic()
    while time.monotonic() - began < LONGEST:
        with house.database.store(store_id) as tx:
            store = stores.get(tx)
            claimed = reads.claim(tx, platform(store.platform).read_at_once) if store.reachable else []
        if not claimed:
            return answered
        try:
            _read(house, store, claimed)
        except Throttled as error:
            _put_off(house, store_id, claimed, error.wait)
            return answered
        except PlatformError as error:
            log.warning("reads.failed", store=store_id, kind=claimed[0].kind.value, error=error.code)
            _failed(house, store_id, claimed, error)
            return answered
        answered += len(claimed)
        house.bell.ring(Work.DRAIN, store_id)
    house.bell.ring(Work.FETCH, store_id)
    return answered


def _read(house: House, store: Store, claimed: list[Read]) -> None:
    """The platform's answer to these reads, all of one kind, waits in the inbox."""
    began, kind = house.now(), claimed[0].kind
    calls = client(house, store, share=SHARE)
    with metrics.calling("read"):
        wanted = {read.id: read.counter for read in claimed}
        more = _optional(house, store, claimed) if kind is Kind.CUSTOMER else None
        body = platform(store.platform).read(calls, kind, wanted, began, _unheard(house, store, claimed))
    with house.database.store(store.id) as tx:
        if more is not None:  # First, so that it is known when the read is answered.
            inbox.add(tx, "api/optional", began, more)
        inbox.add(tx, f"api/{kind.value}s", began, body)
        if problems.find(tx, "reads_late", kind.value) is not None and not reads.late(tx, kind, list(wanted)):
            problems.clear(tx, "reads_late", kind.value)


def _unheard(house: House, store: Store, claimed: Sequence[Read]) -> set[int]:
    """Of these, what was only ever spoken of. A platform may speak of a thing a moment before it shows it, and gone is
    for good: so nothing is gone before it was missing twice."""
    kind, tried_once = claimed[0].kind, {each.id for each in claimed if each.attempts == 1}
    if store.state is not State.READY or kind not in SPOKEN_OF or not platform(store.platform).is_thin:
        return set()
    with house.database.store(store.id) as tx:
        known = versions.known(tx, kind, sorted(tried_once))
    return {each for each in tried_once if each not in known or known[each].heard_to is None}


def _optional(house: House, store: Store, claimed: list[Read]) -> bytes | None:
    """What rules ask of these customers beyond what is always read; None where that is nothing, or is refused:
    then the next pass over everybody says so."""
    with house.database.store(store.id) as tx:
        names = {name for name in optional.names(tx) if facts_of(name) in readable(store) - LISTS}
    if not names:
        return None
    calls, ids = client(house, store, share=SHARE, optional=True), [CustomerId(read.id) for read in claimed]
    try:
        return platform(store.platform).read_optional(calls, ids, names, house.now())
    except (AccessDenied, PlatformRefused) as error:
        log.warning("reads.optional_refused", store=store.id, error=error.code)
        return None


def _failed(house: House, store_id: StoreId, claimed: list[Read], error: PlatformError) -> None:
    """These are tried again, ever less often; once somebody has waited for too long, the page says so."""
    with house.database.store(store_id) as tx:
        reads.failed(tx, claimed)
        can_be_called = stores.get(tx).reachable  # Else it has a problem of its own.
        if can_be_called and reads.late(tx, claimed[0].kind):
            problems.report(tx, "reads_late", claimed[0].kind.value, reason=error.message)


def _put_off(house: House, store_id: StoreId, claimed: list[Read], seconds: float) -> None:
    """The platform asks us to wait: these are read after that."""
    with house.database.store(store_id) as tx:
        reads.put_off(tx, claimed, house.now() + timedelta(seconds=seconds))
    house.bell.ring(Work.FETCH, store_id, wait=seconds)
