"""place: customers of live segments are in the groups that show these, as far as they may be moved (judge).

Where somebody is, is read first, and where they go back to is stored before they are moved; a row whose last call had
no answer is read again like any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from plugin.db import leavable, observations, outputs, placements, problems, writes
from plugin.db.outputs import Kind, Output, State
from plugin.db.placements import LET_GO, Heading, Placement, Standing, Wanted
from plugin.db.segments import State as Switch
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.db.writes import What
from plugin.domain.errors import AccessDenied, PlatformError, PlatformRefused
from plugin.domain.ids import CustomerId, SegmentId
from plugin.domain.text import fold
from plugin.flow import metrics
from plugin.flow.compiled import Rules
from plugin.flow.house import House
from plugin.flow.judge import Going, Groups, judge
from plugin.flow.placed import CURED, Sent, placed, read_back
from plugin.flow.reasons import Reason
from plugin.flow.settle import back_off, forgotten, lost
from plugin.flow.tokens import client
from plugin.flow.weigh import end_missing
from plugin.flow.write import CROWD_SHARE, SHARE, WRITES_AN_HOUR
from plugin.platforms import Places, platform
from plugin.platforms.base import NO_GROUP, Calls, Move

log = structlog.get_logger()
TOLD = "customer_groups"
"""The fact that says in which group a customer is."""


def want(
    tx: Transaction,
    rules: Rules,
    labels: Mapping[CustomerId, Mapping[SegmentId, str]],
    reasons: Mapping[CustomerId, Reason],
) -> bool:
    """Each of these customers should be in the first group that shows a live segment they are in; True when anybody is
    to be moved, or looked at because a message told of another group than the one we know.

    ``labels``: each customer's segments with the label.
    """
    groups = [each for each in rules.outputs if each.kind is Kind.GROUP]
    if not groups and not rules.placed:
        return False
    live = {segment.id for segment in rules.every if segment.state is Switch.LIVE}
    standing = [each for each in groups if each.state is State.STANDING and each.segment_id in live]
    known = placements.lock(tx, list(labels))
    wanted: list[Wanted] = []
    for customer_id, mine in labels.items():
        output = next((each for each in standing if mine.get(each.segment_id) == each.label), None)
        row, reason = known.get(customer_id), reasons[customer_id]
        group = None if output is None else _number(output)
        if group != (None if row is None else row.wanted):
            by = None if output is None else output.segment_id
            wanted.append(Wanted(customer_id, group, by, reason.word, reason.received_at))
    placements.want(tx, wanted)
    changed = {each.customer_id for each in wanted}
    heard = [row for who, row in known.items() if who not in changed and reasons[who].received_at is not None]
    moved = _moved(tx, heard, {_number(each): each.name for each in standing})
    for row in moved:
        reason = reasons[row.customer_id]
        placements.look(tx, [row.customer_id], reason.word, reason.received_at)
    return bool(wanted) or bool(moved)


def _number(output: Output) -> int:
    """The group's id at the store, which an output that stands has."""
    return int(output.remote_id or NO_GROUP)


def _moved(tx: Transaction, rows: Sequence[Placement], names: Mapping[int, str]) -> list[Placement]:
    """Of these, who is said to be in another group than the one in which we put them, or which holds them."""
    asked = [row for row in rows if row.wanted is not None and row.held_by != LET_GO]
    told = observations.attribute_now(tx, [row.customer_id for row in asked], TOLD) if asked else {}
    found = []
    for row in asked:
        expected = row.held_name if row.held_by is not None else names.get(row.wanted or NO_GROUP)
        said = told.get(row.customer_id)
        if said is not None and [fold(each) for each in said] != [fold(expected or "")]:
            found.append(row)
    return found


@dataclass
class _Step:
    """What a transaction before the call is to write, gathered row by row."""

    stand: list[Standing] = field(default_factory=list)
    confirmed: list[Placement] = field(default_factory=list)
    """Whom a call without an answer has moved, as we see now."""
    going: list[tuple[Placement, Going, int]] = field(default_factory=list)
    """With where they are."""
    gone: list[CustomerId] = field(default_factory=list)


def place(house: House, store: Store, due: Sequence[Placement]) -> int:
    """These rows are settled, as far as the store answers; how many customers were moved. Raises PlatformError where
    it has to wait."""
    places = platform(store.platform).places
    assert places is not None
    heard = any(each.caused_at is not None for each in due)
    calls = client(house, store, SHARE if heard else CROWD_SHARE, optional=True)
    try:
        with metrics.calling("place"):
            return _place(house, store, places, calls, due)
    except (PlatformRefused, AccessDenied) as error:  # Of all of them.
        _put_off(house, store, due, error.message)
        return 0


def _place(house: House, store: Store, places: Places[Calls], calls: Calls, due: Sequence[Placement]) -> int:
    there = places.where(calls, [row.customer_id for row in due])
    with house.database.store(store.id) as tx:
        asks = _asks_for_names(due, there, _groups(tx))
    names = {each.id: each.name for each in places.every(calls)} if asks else None
    with house.database.store(store.id) as tx:
        groups = replace(_groups(tx), names=names)
        step = _step(house, tx, due, there, groups)
    if not step.going:
        return 0
    sent_at = house.now()
    moves = [Move(going.customer_id, going.group, going.may_leave) for _, going, _ in step.going]
    try:
        results = places.move(calls, moves)
    except PlatformError:
        _not_sent(house, store, step.going)
        raise
    sent = [Sent(row, going, now, result) for (row, going, now), result in zip(step.going, results, strict=False)]
    refused = placed(house, store, sent, sent_at, groups)
    _not_sent(house, store, step.going[len(results) :])
    if refused:
        end_missing(house, store, places.every(calls))
    return len(results)


def _groups(tx: Transaction) -> Groups:
    """Which of the store's groups are ours, and which may be left."""
    ours = frozenset(_number(each) for each in outputs.every(tx) if each.kind is Kind.GROUP and each.remote_id)
    return Groups(ours, frozenset(leavable.every(tx)))


def _asks_for_names(due: Sequence[Placement], there: Mapping[int, int], groups: Groups) -> bool:
    """Whether somebody is in a group of the merchant's, or may go back to one."""
    foreign = {there.get(row.customer_id, NO_GROUP) for row in due} - groups.ours - {NO_GROUP}
    return bool(foreign) or any(row.previous is not None for row in due)


def _step(house: House, tx: Transaction, due: Sequence[Placement], there: Mapping[int, int], groups: Groups) -> _Step:
    """What to do with whom; who is to be moved is marked. Rows that were forgotten meanwhile stay so."""
    ids, step = [row.customer_id for row in due], _Step()
    rows, often = placements.lock(tx, ids), writes.in_last_hour(tx, ids, What.GROUP)
    for row in rows.values():
        if row.customer_id not in there:
            step.gone.append(row.customer_id)
            continue
        now = there[row.customer_id]
        verdict = judge(row, now, groups)
        if isinstance(verdict, Standing):
            step.stand.append(verdict)
            step.confirmed += [row] if row.heading is not None and row.heading == now else []
        elif often.get(row.customer_id, 0) >= WRITES_AN_HOUR:
            placements.put_off(tx, row, house.now() + timedelta(hours=1), "written too often")
            problems.report(tx, "written_too_often", str(row.customer_id), customer=row.customer_id)
        else:
            step.going.append((row, verdict, now))
    read_back(tx, step.confirmed, groups, house.now())
    problems.clear_all(tx, CURED, [str(each.customer_id) for each in step.stand])
    placements.settle(tx, step.stand)
    placements.sending(tx, [Heading(each.customer_id, each.group, each.previous) for _, each, _ in step.going])
    placements.remove(tx, step.gone)
    lost(tx, [each for each in step.gone if each not in forgotten(tx, step.gone)])
    return step


def _not_sent(house: House, store: Store, going: Sequence[tuple[Placement, Going, int]]) -> None:
    """These were marked but no call was made for them: they are where they were, and still due."""
    if going:
        with house.database.store(store.id) as tx:
            rows = [row for row, _, _ in going]
            placements.lock(tx, [row.customer_id for row in rows])
            placements.not_sent(tx, rows)


def _put_off(house: House, store: Store, due: Sequence[Placement], reason: str) -> None:
    log.warning("placements.refused", store=store.id, reason=reason)
    with house.database.store(store.id) as tx:
        placements.lock(tx, [row.customer_id for row in due])
        for row in due:
            placements.put_off(tx, row, house.now() + back_off(row.attempts + 1), reason)
        problems.report(tx, "place_refused", reason=reason)
