"""choose: a merchant wants another plan, or none any more, where the platform has no page for that.

Nothing here gives a store anything: what it has is what its platform says when it is asked (``entitle``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from math import ceil

import structlog

from plugin.db import entitlements, stores
from plugin.db.stores import Store
from plugin.domain.errors import Invalid, NotFound, PlatformError, PlatformRefused, RegularsError, Throttled
from plugin.domain.ids import StoreId
from plugin.flow import metrics
from plugin.flow.agreed import known_as, look
from plugin.flow.house import House
from plugin.flow.tokens import client
from plugin.platforms import Choosing, platform, turns
from plugin.platforms.base import InTrial, Order
from plugin.platforms.manifest import asked, manifest

log = structlog.get_logger()
VIEW = "/plan"
"""Of our page, to which the merchant comes back."""


class ChoosingBusy(RegularsError):
    """Too many have chosen lately; ``minutes``: until when it can be done."""

    code = "choosing_busy"


class ChoosingRefused(RegularsError):
    """The platform does not take the order."""

    code = "choosing_refused"


def choose(house: House, store_id: StoreId, handle: str, *, leaving_trial: bool = False) -> str:
    """The address on which the merchant agrees to the plan with this handle; nothing is owed before they do.

    A trial can't be changed: InTrial is raised, and with ``leaving_trial`` it ends first, for good.
    Raises Invalid for no plan, NotFound where plans are not chosen here, ChoosingBusy, ChoosingRefused, PlatformError.
    """
    store, how = _choosing(house, store_id)
    billing, plan = platform(store.platform).billing, manifest().plan(handle)
    price = asked(store.platform).prices.get(handle)
    if plan is None or price is None or not plan.listed:
        raise Invalid("There is no such plan.", field="plan")
    order = Order(handle, price, f"{manifest().name} {plan.name}", VIEW)
    with _asking(house, store):
        _take(house, store, how, how.requests * (2 if leaving_trial else 1))
        seller = billing.seller(house.settings)
        if leaving_trial:
            how.cancel(house.http, seller, known_as(billing, store), house.now(), lambda: _take(house, store, how, 1))
            look(house, store_id, changed=True)
        address = how.ask(client(house, store), house.http, seller, order, house.now())
    log.info("plan.asked_for", store=store_id, plan=handle)
    return address


def cancel(house: House, store_id: StoreId) -> datetime | None:
    """Until when the store's plan is good, now that nothing more is paid; None: nothing was paid. A trial ends at once.

    Raises as ``choose`` does.
    """
    store, how = _choosing(house, store_id)
    billing = platform(store.platform).billing
    with _asking(house, store):
        _take(house, store, how, how.requests)
        seller, name = billing.seller(house.settings), known_as(billing, store)
        end = how.cancel(house.http, seller, name, house.now(), lambda: _take(house, store, how, 1))
    log.info("plan.cancelled", store=store_id, until=end)
    if end is not None and end > house.now():
        with house.database.store(store_id) as tx:
            entitlements.ends(tx, end)
    look(house, store_id, changed=True)
    return end


def _choosing(house: House, store_id: StoreId) -> tuple[Store, Choosing[object]]:
    with house.database.store(store_id) as tx:
        store = stores.get(tx)
    there = platform(store.platform)
    if there.billing.choosing is None or not there.sells(house.settings):
        raise NotFound("plans are not chosen here")
    return store, there.billing.choosing


def _take(house: House, store: Store, how: Choosing[object], wanted: int) -> None:
    """So many calls of our account are ours; raises Throttled where they must wait."""
    if wait := turns.take(house.redis, f"choosing:{store.platform}", *how.turns, wanted):
        raise Throttled(wait)


@contextmanager
def _asking(house: House, store: Store) -> Iterator[None]:
    """What goes wrong is named as what it is for who chooses."""
    try:
        with metrics.calling("plan"):
            yield
    except Throttled as error:
        raise ChoosingBusy(minutes=max(2, ceil(error.wait / 60))) from error
    except InTrial:
        look(house, store.id, changed=True)  # Their page does not know it.
        raise
    except PlatformRefused as error:
        log.error("plan.refused", store=store.id, reason=error.message)
        raise ChoosingRefused(error.message) from error
    except PlatformError as error:
        log.warning("plan.not_asked_for", store=store.id, error=error.code, reason=error.message)
        raise
