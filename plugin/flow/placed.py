"""placed: what came of moving customers: the rows say where they stand, the journal what was done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plugin.db import leavable, outputs, placements, problems, writes
from plugin.db.outputs import Kind
from plugin.db.placements import Placement, Standing
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.db.writes import What, Write
from plugin.domain.ids import CustomerId
from plugin.flow.house import House
from plugin.flow.judge import Going, Groups, held, previous
from plugin.flow.settle import UNSURE_SECONDS, back_off, forgotten, lost
from plugin.platforms.base import NO_GROUP, Moved

CURED = ("place_refused", "written_too_often")
"""Problems of a customer that are none any more once they are moved."""


@dataclass(frozen=True)
class Sent:
    """A customer's row before the call, where they were to go, where they were, and what came of it."""

    row: Placement
    going: Going
    now: int
    result: Moved


def placed(house: House, store: Store, sent: Sequence[Sent], sent_at: datetime, groups: Groups) -> bool:
    """The rows and the journal follow the store's answers, in one transaction; True where somebody was refused a
    group, which may be gone."""
    refused = False
    with house.database.store(store.id) as tx:
        ids = [each.row.customer_id for each in sent]
        rows, away = placements.lock(tx, ids), forgotten(tx, ids)
        answered = [each for each in sent if each.row.customer_id in rows and each.row.customer_id not in away]
        names = _Names(tx, groups)
        writes.add(tx, [_journal(each, names, sent_at) for each in answered if not each.result.unsure])
        stand: list[Standing] = []
        for each in answered:
            standing = _standing(each, rows[each.row.customer_id], groups)
            if standing is None:
                refused |= _failed(house, tx, each)
            else:
                stand.append(standing)
        placements.settle(tx, stand)
        problems.clear_all(tx, CURED, [str(each.row.customer_id) for each in answered if each.result.ok])
        if any(each.result.ok for each in answered):
            problems.clear(tx, "place_refused")
    return refused


def _standing(sent: Sent, current: Placement, groups: Groups) -> Standing | None:
    """Where the customer stands now; None where nothing was answered, or nothing done. ``current``: the row as it is
    by now, in which something else may be wanted."""
    row, result = sent.row, sent.result
    if result.after is None:
        return None
    if row.wanted is None:  # They left: back where they were, or wherever somebody put them meanwhile.
        return Standing(row.customer_id)
    if not result.ok:
        stays = held(row, result.after, result.held.name if result.held is not None else None)
        return stays if current.wanted == row.wanted else replace(stays, held_by=None, held_name=None)
    moved_meanwhile = result.before not in (None, sent.now, result.after)
    before = previous(row, result.before or NO_GROUP, groups) if moved_meanwhile else sent.going.previous
    return Standing(row.customer_id, result.after, before)


def _failed(house: House, tx: Transaction, sent: Sent) -> bool:
    """The customer is gone, refused, or nobody knows; True where they were refused."""
    result, who = sent.result, sent.row.customer_id
    if result.gone:
        placements.remove(tx, [who])
        lost(tx, [who])
    elif result.unsure:
        until = house.now() + timedelta(seconds=UNSURE_SECONDS)
        placements.put_off(tx, replace(sent.row, heading=sent.going.group), until, "no answer")
    else:
        reason = result.error or "no reason"
        until = house.now() + back_off(sent.row.attempts + 1)
        placements.put_off(tx, sent.row, until, reason)
        problems.report(tx, "place_refused", str(who), customer=who, reason=reason)
        return True
    return False


class _Names:
    """How groups are called, as far as anybody knows."""

    def __init__(self, tx: Transaction, groups: Groups) -> None:
        ours = {int(e.remote_id): e.name for e in outputs.every(tx) if e.kind is Kind.GROUP and e.remote_id}
        self._known = {**leavable.every(tx), **ours, **(groups.names or {})}

    def of(self, group: int | None) -> tuple[str, ...]:
        """Nothing for none."""
        return (self._known.get(group, str(group)),) if group else ()


def _journal(sent: Sent, names: _Names, sent_at: datetime) -> Write:
    result = sent.result
    was = names.of(sent.now if result.before is None or result.before == result.after else result.before)
    added, removed = (names.of(sent.going.group), was) if result.ok else ((), ())
    cause = sent.row.cause
    return Write(sent.row.customer_id, was, added, removed, cause, result.ok, result.error, sent_at, What.GROUP)


def read_back(tx: Transaction, rows: Sequence[Placement], groups: Groups, at: datetime) -> None:
    """Whom a call without an answer has moved all the same: that stands in the journal, too."""
    names = _Names(tx, groups) if rows else None
    if names is None:
        return
    found = []
    for row in rows:
        was = names.of(row.previous if row.heading != row.previous else row.written)
        told = (row.cause, True, "read back", at, What.GROUP)
        found.append(Write(CustomerId(row.customer_id), was, names.of(row.heading), was, *told))
    writes.add(tx, found)
    problems.clear_all(tx, CURED, [str(row.customer_id) for row in rows])
