"""twin: a segment of ours has one of the platform's own beside it, because somebody asked for it.

It follows ours. What a merchant changes or deletes over there is theirs from then on: it is said, not fought over.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog

from plugin.db import problems, segments, stores, twins
from plugin.db.segments import Segment
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.db.twins import State, Twin
from plugin.domain.errors import Invalid, NotFound, PlatformRefused
from plugin.domain.ids import SegmentId, StoreId
from plugin.flow.allowed import may_write
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.settle import back_off
from plugin.flow.tokens import client
from plugin.platforms import Twins, platform
from plugin.platforms.base import Calls, Shown, TwinRefused
from plugin.rules import schema

log = structlog.get_logger()
ASKED_AGAIN = timedelta(seconds=30)
PROBLEMS = ("twin_changed", "twin_gone", "twin_refused")


class Saying(NamedTuple):
    """How the platform's own segment says what ours means; ``exact``: by the rule itself, else by its tags."""

    query: str
    exact: bool


def saying(store: Store, segment: Segment) -> Saying | None:
    """How the segment can be said over there; None where it can't: no such words, and no tag, or no segments at all."""
    known = platform(store.platform).twins
    if known is None:
        return None
    query = known.of_rule(schema.load(segment.definition))
    if query is not None:
        return Saying(query, exact=True)
    query = known.of_tags(tuple(dict.fromkeys(segment.outputs[label] for label in sorted(segment.outputs))))
    return None if query is None else Saying(query, exact=False)


def _known(store: Store) -> Twins[Calls]:
    """How the platform's own segments are made. Raises Invalid where it has none."""
    known = platform(store.platform).twins
    if known is None:
        raise Invalid("Your store has no segments of its own.", field="segment")
    return known


def make(house: House, store_id: StoreId, segment_id: SegmentId) -> Twin:
    """The store has a segment of its own for this one. Raises Invalid with the reason where it can't have one."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        store, found = stores.get(tx), _applied(tx, segment_id)
        known, said = _known(store), saying(store, found)
        now = twins.of(tx, segment_id)
        if now is not None and now.state not in (State.CHANGED, State.GONE):
            raise Invalid("This segment has one already.", field="segment")
        if not may_write(house, tx):
            raise Invalid("Your plan doesn't let us write to your store. Choose a larger one first.", field="segment")
        if said is None:
            raise Invalid(
                "Give the segment a tag first: its rule can't be said in {platform}'s own words.", field="segment"
            )
        twin = Twin(segment_id, None, found.name, said.query, State.MAKING, due_at=house.now() + ASKED_AGAIN)
        leave(tx, segment_id)  # What somebody changed over there stays, and is theirs.
        twins.put(tx, twin)  # Should the answer be lost, it is looked for.
    try:
        made = known.make(client(house, store), twin.name, twin.query)
    except TwinRefused as error:
        _forget(house, store_id, segment_id)
        raise Invalid("{platform} says: " + error.message, field="segment") from error
    return _stands(house, store_id, twin, made)


def remove(house: House, store_id: StoreId, segment_id: SegmentId) -> None:
    """The store's own segment is on its way out, unless somebody made it theirs. Raises NotFound."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        if twins.of(tx, segment_id) is None:
            raise NotFound("no twin", segment=segment_id)
        leave(tx, segment_id)
    house.bell.ring(Work.DELIVER, store_id)


def leave(tx: Transaction, segment_id: SegmentId) -> None:
    """The segment's twin, if it has one, is to be deleted; one that is the merchant's by now stays theirs."""
    twin = twins.of(tx, segment_id)
    for code in PROBLEMS:
        problems.clear(tx, code, str(segment_id))
    if twin is None:
        return
    if twin.state in (State.CHANGED, State.GONE):
        twins.remove(tx, segment_id)
    else:
        twins.put(tx, replace(twin, state=State.LEAVING, attempts=0, due_at=tx.value("SELECT now()")))


def tend(house: House, store: Store, twin: Twin) -> None:
    """The twin is as it should be, or the page says why not. Raises PlatformError where the store has to wait."""
    calls = client(house, store)
    try:
        if twin.state is State.LEAVING:
            _delete(house, store, twin, calls)
        elif twin.remote_id is None:
            _look_for(house, store, twin, calls)
        else:
            _compare(house, store, twin, calls)
    except PlatformRefused as error:
        log.warning("twin.refused", store=store.id, segment=twin.segment_id, reason=error.message)
        _put_off(house, store.id, twin, error.message)


def _applied(tx: Transaction, segment_id: SegmentId) -> Segment:
    """The segment as it is decided by. Raises NotFound, Invalid."""
    found = segments.get(tx, segment_id)
    if found.applied_version is None:
        raise Invalid("Wait until the first plan of this segment is complete.", field="segment")
    return segments.at_version(tx, segment_id, found.applied_version)


def _stands(house: House, store_id: StoreId, twin: Twin, made: Shown) -> Twin:
    standing = replace(
        twin, remote_id=made.remote_id, state=State.STANDING, shown=_spelt(made), attempts=0, due_at=None
    )
    _put(house, store_id, standing)
    return standing


def _put(house: House, store_id: StoreId, twin: Twin) -> None:
    """The row stands so, unless it was taken away or told to leave meanwhile."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        now = twins.of(tx, twin.segment_id)
        if now is None or now.state is State.LEAVING:
            if now is not None and now.remote_id is None:
                twins.put(tx, replace(now, remote_id=twin.remote_id))
            return
        twins.put(tx, twin)
        for code in PROBLEMS:
            problems.clear(tx, code, str(twin.segment_id))
        if twin.state is State.GONE:
            problems.report(tx, "twin_gone", str(twin.segment_id), segment=twin.name)
        if twin.state is State.CHANGED:
            problems.report(tx, "twin_changed", str(twin.segment_id), segment=twin.name)


def _forget(house: House, store_id: StoreId, segment_id: SegmentId) -> None:
    with house.database.store(store_id) as tx:
        twins.remove(tx, segment_id)


def _spelt(shown: Shown) -> str:
    return f"{shown.name}\n{shown.query}"


def _look_for(house: House, store: Store, twin: Twin, calls: Calls) -> None:
    """Nobody knows whether it was made: one of that name and query is it, else it is made now."""
    known = _known(store)
    found = known.find(calls, twin.name)
    if found is None or found.query != twin.query:
        found = known.make(calls, twin.name, twin.query)
    _stands(house, store.id, twin, found)


def _delete(house: House, store: Store, twin: Twin, calls: Calls) -> None:
    known = _known(store)
    remote_id = twin.remote_id
    if remote_id is None:
        found = known.find(calls, twin.name)
        remote_id = found.remote_id if found is not None and found.query == twin.query else None
    elif (there := known.read(calls, [remote_id])[0]) is not None and _spelt(there) != twin.shown:
        remote_id = None  # Somebody made it theirs.
    if remote_id is not None:
        known.remove(calls, remote_id)
    _forget(house, store.id, twin.segment_id)


def _compare(house: House, store: Store, twin: Twin, calls: Calls) -> None:
    assert twin.remote_id is not None
    known = _known(store)
    there = known.read(calls, [twin.remote_id])[0]
    if there is None:
        _put(house, store.id, replace(twin, state=State.GONE, due_at=None))
    elif _spelt(there) != twin.shown:
        _put(house, store.id, replace(twin, state=State.CHANGED, due_at=None))
    else:
        _follow(house, store, twin, there, calls)


def _follow(house: House, store: Store, twin: Twin, there: Shown, calls: Calls) -> None:
    """Over there it is what ours is now called and means."""
    with house.database.store(store.id) as tx:
        try:
            found = _applied(tx, twin.segment_id)
        except NotFound:
            return leave(tx, twin.segment_id)
        said = saying(store, found)
    if said is None:  # Nothing over there can mean it any more.
        raise TwinRefused("its rule can't be said there any more, and it has no tag")
    if (found.name, said.query) != (twin.name, twin.query):
        there = _known(store).change(calls, there.remote_id, found.name, said.query)
    _stands(house, store.id, replace(twin, name=found.name, query=said.query), there)
    return None


def _put_off(house: House, store_id: StoreId, twin: Twin, reason: str) -> None:
    """It is tried again in a while, unless it was taken away or told otherwise meanwhile."""
    until: datetime = house.now() + back_off(twin.attempts + 1)
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        now = twins.of(tx, twin.segment_id)
        if now is not None and now.state is twin.state:
            twins.put(tx, replace(now, attempts=twin.attempts + 1, due_at=until))
            problems.report(tx, "twin_refused", str(twin.segment_id), segment=twin.name, reason=reason)
