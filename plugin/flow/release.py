"""release: the store's people say out of which of their groups customers may be taken, and take it back.

Who may be taken out of a group loses what it gives for as long as they are in one of ours. So a group that prices,
hides or is promoted is given up only by somebody who was told so; some are not given up at all.
"""

from dataclasses import dataclass

import structlog

from plugin.db import leavable, outputs, placements, problems, stores
from plugin.db.outputs import Kind
from plugin.db.stores import Store
from plugin.domain.errors import Invalid, NotFound
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.tokens import client
from plugin.flow.weigh import KEPT, forbids, why
from plugin.platforms import Places, platform
from plugin.platforms.base import Calls, Why

log = structlog.get_logger()


@dataclass(frozen=True)
class Choice:
    """A group of the merchant's. ``reasons``: why it matters, as a sentence can go on with them; none: it does not."""

    id: int
    name: str
    given_up: bool
    never: bool
    """Nobody may be taken out of it, whoever says so."""
    reasons: str


@dataclass(frozen=True)
class Choices:
    """What there is to give up. ``unseen``: for what a group may matter that we were not allowed to look at."""

    groups: tuple[Choice, ...]
    unseen: frozenset[Why]


def choices(house: House, store_id: StoreId) -> Choices:
    """The merchant's groups, by name, as the store tells them now. Raises NotFound where there are no such groups at
    all, Invalid with the reason where this store has none, PlatformError."""
    store, places, calls = _asked(house, store_id)
    reason = places.why_not(calls)
    if reason is not None:
        raise Invalid(reason, field="group")
    there, survey = places.every(calls), places.survey(calls)
    with house.database.store(store.id) as tx:
        given = leavable.every(tx)
        ours = {each.remote_id for each in outputs.every(tx) if each.kind is Kind.GROUP}
    found = []
    for each in sorted(there, key=lambda group: (group.name.casefold(), group.id)):
        matters = survey.matters.get(each.id)
        never, reasons = (False, "") if matters is None else (forbids(matters), why(places, matters))
        if str(each.id) not in ours:
            found.append(Choice(each.id, each.name, each.id in given, never, reasons))
    return Choices(tuple(found), survey.unseen)


def allow(house: House, store_id: StoreId, group: int, *, confirmed: bool = False) -> None:
    """Customers may be taken out of this group; whom it held is tried again. Raises Invalid where nobody may be taken
    out of it, and NeedsConfirming where it matters and nobody has ``confirmed`` that, NotFound, PlatformError."""
    found = next((each for each in choices(house, store_id).groups if each.id == group), None)
    if found is None:
        raise NotFound("no such group", group=group)
    if found.never:
        raise Invalid(f"Nobody can be taken out of {found.name}: {found.reasons}.", field="group")
    if found.reasons and not confirmed:
        raise NeedsConfirming(f"{found.name} matters: {found.reasons}.", field="group")
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        leavable.put(tx, group, found.name)
        problems.clear(tx, KEPT, str(group))
        tried = placements.held_due(tx, group)
    log.info("group.given_up", store=store_id, group=group)
    if tried:
        house.bell.ring(Work.DELIVER, store_id)


def disallow(house: House, store_id: StoreId, group: int) -> None:
    """Nobody more is taken out of this group. Who was goes back to it when they leave ours, as before."""
    with house.database.store(store_id) as tx:
        stores.lock(tx)
        leavable.remove(tx, group)
    log.info("group.kept", store=store_id, group=group)


class NeedsConfirming(Invalid):
    """It can be done, once somebody has said that they know what it does."""

    code = "needs_confirming"


def _asked(house: House, store_id: StoreId) -> tuple[Store, Places[Calls], Calls]:
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
    places = platform(store.platform).places
    if places is None:
        raise NotFound("no such groups")
    return store, places, client(house, store, optional=True)
