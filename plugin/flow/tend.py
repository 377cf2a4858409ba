"""tend: what segments were asked to show in is made at the store, or taken away there; or the page says why not."""

from dataclasses import replace

import structlog

from plugin.db import customers, outputs, problems, segments, stores
from plugin.db.outputs import Kind, Output, State
from plugin.db.segments import State as Switch
from plugin.db.stores import Store
from plugin.domain.errors import AccessDenied, PlatformRefused
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.output import CAUSE, name_of, subject, unsay, well
from plugin.flow.settle import back_off
from plugin.flow.tokens import client
from plugin.platforms import platform
from plugin.platforms.base import Calls

log = structlog.get_logger()


def tend(house: House, store: Store, output: Output) -> None:
    """The store has what was asked for, or no longer what is to go; or the page says why not.

    Raises PlatformError where the store has to wait. Twice is harmless: what was made without an answer is found.
    """
    calls = client(house, store, optional=True)
    try:
        if output.state is State.LEAVING:
            _take_away(house, store, output, calls)
        else:
            _make(house, store, output, calls)
    except (PlatformRefused, AccessDenied) as error:
        log.warning("output.refused", store=store.id, segment=output.segment_id, reason=error.message)
        _refused(house, store.id, output, error.message)


def _rests(house: House, store: Store, output: Output) -> bool:
    """Whether the segment went back to preview before the store heard of it: it waits for going live, then."""
    with house.database.store(store.id) as tx:
        stores.lock(tx)
        now = outputs.find(tx, output.key)
        live = {each.id for each in segments.newest(tx) if each.state is Switch.LIVE}
        if now is None or output.segment_id in live:
            return now is None
        outputs.put(tx, replace(now, due_at=None))
        return True


def _make(house: House, store: Store, output: Output, calls: Calls) -> None:
    if _rests(house, store, output):
        return
    known = platform(store.platform)
    if output.kind is Kind.GROUP:
        assert known.places is not None
        remote_id = str(known.places.make(calls, output.name, _number(output.remote_id)).id)
    else:
        remote_id = known.rolls[output.kind].make(calls, output)
    _stands(house, store, output, remote_id)
    if output.kind is Kind.ATTRIBUTE:
        _count(house, store, calls)


def _stands(house: House, store: Store, output: Output, remote_id: str) -> None:
    """It is there, and its segment's customers are on their way into it; unless nobody wants it any more."""
    with house.database.store(store.id) as tx:
        stores.lock(tx)
        now = outputs.find(tx, output.key)
        if now is None or now.name != output.name:
            return  # A group that nobody wants any more stays empty.
        if now.state is State.LEAVING:
            outputs.put(tx, replace(now, remote_id=remote_id))
            return
        well(tx, now)
        outputs.put(tx, replace(now, remote_id=remote_id, state=State.STANDING, attempts=0, error=None, due_at=None))
        customers.members_due(tx, now.segment_id, CAUSE)
    house.bell.ring(Work.SWEEP, store.id)


def _count(house: House, store: Store, calls: Calls) -> None:
    """The page says where attributes are scarce."""
    room = platform(store.platform).rolls[Kind.ATTRIBUTE].room(calls)
    with house.database.store(store.id) as tx:
        if room.is_scarce:
            problems.report(tx, "attributes_scarce", used=room.used, most=room.most)
        else:
            problems.clear(tx, "attributes_scarce")


def _take_away(house: House, store: Store, output: Output, calls: Calls) -> None:
    """What we made there is deleted; what was never made is not."""
    if output.remote_id is not None:
        platform(store.platform).rolls[output.kind].remove(calls, output.remote_id)
    with house.database.store(store.id) as tx:
        stores.lock(tx)
        unsay(tx, output)
        outputs.remove(tx, output)
        well(tx, output)
    if output.kind is Kind.ATTRIBUTE:
        _count(house, store, calls)


def _refused(house: House, store_id: StoreId, output: Output, reason: str) -> None:
    """The page says why; what is to go is tried again in a while."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        now = outputs.find(tx, output.key)
        if now is None or now.state is not output.state or now.name != output.name:
            return
        leaving = now.state is State.LEAVING
        if leaving:
            outputs.put_off(tx, now, house.now() + back_off(now.attempts + 1), reason)
        else:
            outputs.put(tx, replace(now, state=State.REFUSED, error=reason[:500], due_at=None))
        particulars = {"name": now.name, "segment": name_of(tx, now.segment_id), "reason": reason}
        problems.report(tx, "output_stays" if leaving else "output_refused", subject(now), **particulars)


def _number(remote_id: str | None) -> int | None:
    return None if remote_id is None else int(remote_id)
