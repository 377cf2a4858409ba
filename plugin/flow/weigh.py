"""weigh: once a day, what the store's people did to groups that concern us is known, and said.

A group of ours may get prices, promotions or categories: that is often what it is for, and it is told by name. One that
is gone shows nobody. A group that was given up and is now one that nobody may be taken out of is kept from then on.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import structlog

from plugin.db import customers, leavable, outputs, placements, problems, segments, stores
from plugin.db.outputs import Kind, Output, State
from plugin.db.stores import Store
from plugin.db.transaction import Transaction
from plugin.domain.errors import PlatformError, Throttled
from plugin.flow import metrics
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.output import CAUSE, gone, subject
from plugin.platforms import Places, platform
from plugin.platforms.base import Calls, Group, Matters, Survey, Why

log = structlog.get_logger()
NEVER = frozenset({Why.DEFAULT, Why.GUESTS, Why.COMPANY})
"""Why nobody may be taken out of a group, whoever says so."""
MATTERS, KEPT = "place_matters", "leavable_kept"


def weigh(house: House, store: Store, calls: Calls) -> None:
    """What matters about the groups we write to and take from is on the page; who is held is tried again.

    Safe to repeat. Raises Throttled alone: whatever else fails is tried again with the next daily look.
    """
    places = platform(store.platform).places
    with house.database.store(store.id) as tx:
        concerns = bool(_ours(tx)) or bool(leavable.every(tx)) or placements.any_left(tx)
    if places is None or not concerns:
        return
    try:
        with metrics.calling("place"):
            _weigh(house, store, places, calls)
    except Throttled:
        raise
    except PlatformError as error:
        log.warning("groups.not_weighed", store=store.id, error=error.code, reason=error.message)


def _weigh(house: House, store: Store, places: Places[Calls], calls: Calls) -> None:
    reason = places.why_not(calls)
    if reason is not None:
        _refuse(house, store, reason)
        return
    there, survey = places.every(calls), places.survey(calls)
    end_missing(house, store, there)
    with house.database.store(store.id) as tx:
        stores.lock(tx)
        _rename(tx, there)
        _say(tx, places, survey)
        _keep(tx, places, there, survey)
        tried = placements.held_due(tx)
    if tried:
        house.bell.ring(Work.DELIVER, store.id)


def end_missing(house: House, store: Store, there: Collection[Group]) -> None:
    """Outputs whose groups are not among these show nobody any more, and the page says so."""
    numbers = {str(each.id) for each in there}
    with house.database.store(store.id) as tx:
        stores.lock(tx)
        missing = [each for each in _ours(tx) if each.state is State.STANDING and each.remote_id not in numbers]
        for each in missing:
            log.info("output.gone", store=store.id, segment=each.segment_id, kind=each.kind)
            gone(tx, each)
            _nobody(tx, each)
    if missing:
        house.bell.ring(Work.SWEEP, store.id)


def _ours(tx: Transaction) -> list[Output]:
    return [each for each in outputs.every(tx) if each.kind is Kind.GROUP]


def _nobody(tx: Transaction, output: Output) -> None:
    """Nobody is to be in the output's group; who is in its segment is decided anew, for there may be another group."""
    placements.unwant(tx, int(output.remote_id or 0), CAUSE)
    customers.members_due(tx, output.segment_id, CAUSE)


def _refuse(house: House, store: Store, reason: str) -> None:
    """The store has no groups any more: its plan is another."""
    with house.database.store(store.id) as tx:
        stores.lock(tx)
        names = {each.id: each.name for each in segments.newest(tx)}
        for each in _ours(tx):
            if each.state is State.STANDING:
                outputs.put(tx, replace(each, state=State.REFUSED, error=reason, due_at=None))
                _nobody(tx, each)
                particulars = {"name": each.name, "segment": names.get(each.segment_id, "–"), "reason": reason}
                problems.report(tx, "output_refused", subject(each), **particulars)
    house.bell.ring(Work.SWEEP, store.id)


def _rename(tx: Transaction, there: Sequence[Group]) -> None:
    """Our groups are called here as the store's people call them by now."""
    names = {str(each.id): each.name for each in there}
    for each in _ours(tx):
        name = names.get(each.remote_id or "", each.name)
        if name != each.name:
            outputs.put(tx, replace(each, name=name))


def _say(tx: Transaction, places: Places[Calls], survey: Survey) -> None:
    """Which of our groups matter, and why: by the names of price lists and promotions."""
    open_before = {each["subject"] for each in problems.of_code(tx, MATTERS)}
    ours = {int(each.remote_id) for each in _ours(tx) if each.remote_id is not None}
    found = {number: survey.matters[number] for number in sorted(ours) if number in survey.matters}
    for number, matters in found.items():
        reasons = why(places, matters)
        if (problems.find(tx, MATTERS, str(number)) or {}).get("reasons") != reasons:
            problems.report(tx, MATTERS, str(number), name=matters.group.name, reasons=reasons)
    problems.clear_all(tx, [MATTERS], sorted(open_before - {str(each) for each in found}))


def why(places: Places[Calls], matters: Matters) -> str:
    """Its reasons, as a sentence can go on with them."""
    return "; ".join(places.words(each) for each in matters.reasons)


def _keep(tx: Transaction, places: Places[Calls], there: Sequence[Group], survey: Survey) -> None:
    """Groups that were given up are called as they are by now; what may no longer be given up is kept."""
    names: Mapping[int, str] = {each.id: each.name for each in there}
    for group, name in leavable.every(tx).items():
        found = survey.matters.get(group)
        if group not in names:
            leavable.remove(tx, group)
        elif found is not None and forbids(found):
            leavable.remove(tx, group)
            problems.report(tx, KEPT, str(group), name=names[group], reasons=why(places, found))
        elif names[group] != name:
            leavable.put(tx, group, names[group])
    over = [each["subject"] for each in problems.of_code(tx, KEPT) if not _still(each["subject"], survey)]
    problems.clear_all(tx, [KEPT], over)


def forbids(matters: Matters) -> bool:
    """Whether nobody may be taken out of the group, whoever says so."""
    return any(each.why in NEVER for each in matters.reasons)


def _still(group: str, survey: Survey) -> bool:
    return int(group) in survey.matters and forbids(survey.matters[int(group)])
