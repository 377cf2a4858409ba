"""output: a segment shows somewhere beyond its tags, because the store's people asked for it, and as long as they do.

Asking writes nothing to anybody: the store is asked to make the thing when the segment is live, and only what stands
there is written to (place, roll). What is taken away goes the way back.
"""

from collections.abc import Sequence
from dataclasses import replace

from plugin.db import customers, outputs, placements, problems, rolls, segments, stores
from plugin.db.outputs import Kind, Output, State
from plugin.db.segments import Segment
from plugin.db.segments import State as Switch
from plugin.db.transaction import Transaction
from plugin.domain.errors import Invalid, NotFound
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.flow import fit
from plugin.flow.bell import Work
from plugin.flow.fit import Asked, Choice
from plugin.flow.house import House
from plugin.flow.mentions import recheck_mentions
from plugin.flow.named import askers
from plugin.flow.tokens import client

CAUSE = "output"
CURED = ("roll_refused", "written_too_often")
"""Problems of a customer that are none any more once nothing is refused for them."""
PROBLEMS = ("output_gone", "output_refused", "output_stays")


def choose(house: House, store_id: StoreId, choice: Choice) -> Output:
    """The segment is to show there; what was refused, or deleted over there, is tried anew.

    Made as soon as the segment is live. Raises Invalid with the reason where the store can't have it, NotFound,
    PlatformError where it can't be asked.
    """
    with house.database.store(store_id) as tx:
        store, wanted = stores.get(tx), fit.fit(house, tx, choice)
        emptying = placements.emptying(tx) if choice.kind is Kind.GROUP else frozenset()
    fit.check(client(house, store, optional=True), store, wanted, emptying)
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        wanted = fit.fit(house, tx, choice)
        live = segments.get(tx, choice.segment_id).state is Switch.LIVE
        wanted = replace(wanted, due_at=tx.value("SELECT now()") if live else None)
        well(tx, wanted)
        outputs.put(tx, wanted)
    house.bell.ring(Work.DELIVER, store_id)
    return wanted


def room(house: House, store_id: StoreId, kind: Kind) -> Asked:
    """What the store says of one more of these. Raises NotFound where there is no such thing, PlatformError."""
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
    if kind not in fit.kinds(store):
        raise NotFound("no such kind", kind=kind)
    return fit.ask(client(house, store, optional=True), store, kind)


def drop(house: House, store_id: StoreId, segment_id: SegmentId, kind: Kind, label: str) -> None:
    """The segment no longer shows there: who was written to it is written back.

    Raises NotFound, Invalid while a rule asks about it.
    """
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        found = outputs.find(tx, (segment_id, kind, label))
        if found is None:
            raise NotFound("no output", segment=segment_id)
        asking = askers(tx, found.name) if kind is Kind.ATTRIBUTE else []
        if asking:
            raise Invalid(
                f"{', '.join(asking)} asks about the attribute {found.name}. Change that first.", field="kind"
            )
        leave(tx, found)
        customers.members_due(tx, segment_id, CAUSE)
        recheck_mentions(tx)
    house.bell.ring(Work.SWEEP, store_id)
    house.bell.ring(Work.DELIVER, store_id)


def leave(tx: Transaction, output: Output) -> None:
    """The output is on its way out. Of a group nothing is deleted at the store: it stays there, and empties."""
    well(tx, output)
    if output.kind is Kind.GROUP:
        outputs.remove(tx, output)
    elif output.state is not State.LEAVING:
        at = tx.value("SELECT now()")
        outputs.put(tx, replace(output, state=State.LEAVING, attempts=0, error=None, due_at=at))
        rolls.rest(tx, output.key)


def leave_all(house: House, tx: Transaction, segment_id: SegmentId) -> None:
    """The segment, which is about to be deleted, shows nowhere. The caller has made its members due."""
    for each in outputs.of(tx, segment_id):
        leave(tx, each)
        _ring_after(house, tx)


def follow(house: House, tx: Transaction, segment: Segment) -> None:
    """The segment's outputs are such as this version, which decides from now on, can have."""
    told = fit.told(segment)
    changed = False
    for each in outputs.of(tx, segment.id):
        if each.state is State.LEAVING:
            continue
        if each.label not in told.labels(each.kind):
            leave(tx, each)
        elif each.says not in told.says(each.kind):
            outputs.put(tx, replace(each, says=told.says(each.kind)[0]))
        else:
            continue
        changed = True
    if changed:
        customers.members_due(tx, segment.id, CAUSE)
        _ring_after(house, tx)


def wake(house: House, tx: Transaction, segment_id: SegmentId) -> None:
    """The segment is live: what it was asked to show in is made, and what was refused is tried again."""
    for each in outputs.of(tx, segment_id):
        if each.state in (State.MAKING, State.REFUSED):
            at = tx.value("SELECT now()")
            outputs.put(tx, replace(each, state=State.MAKING, attempts=0, due_at=at))
            _ring_after(house, tx)


def order(house: House, store_id: StoreId, segment_ids: list[SegmentId]) -> None:
    """Who is in several of these segments is put into the group of the first. Raises Invalid."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        every = [each for each in outputs.every(tx) if each.kind is Kind.GROUP]
        if sorted(segment_ids) != sorted({each.segment_id for each in every}):
            raise Invalid("The groups have changed. Reload the page and try again.", field="segments")
        for each in every:
            rank = segment_ids.index(each.segment_id)
            if each.rank != rank:
                outputs.put(tx, replace(each, rank=rank))
                customers.members_due(tx, each.segment_id, CAUSE)
    house.bell.ring(Work.SWEEP, store_id)


def gone(tx: Transaction, output: Output) -> None:
    """Somebody deleted it over there: nobody is written to it until it is asked for anew, and the page says so.

    The caller holds the store's lock.
    """
    now = outputs.find(tx, output.key)
    if now is not None and now.state is State.STANDING and now.remote_id == output.remote_id:
        outputs.put(tx, replace(now, state=State.GONE, remote_id=None, due_at=None))
        unsay(tx, now)
        problems.report(tx, "output_gone", subject(now), name=now.name, segment=name_of(tx, now.segment_id))


def unsay(tx: Transaction, output: Output) -> None:
    """It is gone over there, and all it said of anybody; whom it was refused for has one trouble less."""
    cured(tx, rolls.remove_of(tx, output.key))


def cured(tx: Transaction, ids: Sequence[CustomerId]) -> None:
    """Whom nothing more is refused for has no problem any more."""
    if ids:
        still = {row.customer_id for row in rolls.of(tx, ids) if row.attempts}
        problems.clear_all(tx, CURED, [str(each) for each in ids if each not in still])


def subject(output: Output) -> str:
    """Whose a problem with the output is; it begins with the segment's id."""
    return f"{output.segment_id} {output.kind.value} {output.label}".rstrip()


def _ring_after(house: House, tx: Transaction) -> None:
    def ring() -> None:
        house.bell.ring(Work.DELIVER, tx.store_id)

    tx.after_commit(ring)


def well(tx: Transaction, output: Output) -> None:
    """Nothing is wrong with it any more."""
    for code in PROBLEMS:
        problems.clear(tx, code, subject(output))


def name_of(tx: Transaction, segment_id: SegmentId) -> str:
    """What the segment is called, or the dash of one that is deleted."""
    found = [each.name for each in segments.newest(tx) if each.id == segment_id]
    return found[0] if found else "–"
