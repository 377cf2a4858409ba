"""entitle: what a store has agreed to pay for is read at its platform; how it stands to its plan follows.

Read daily, when the merchant opens the app and the last answer is old, when they come back from the platform's page,
and when a message hints at a change. Who says something is never believed: it is only a reason to read. Where one
question tells the plans of many stores, it is asked for all that are due.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog

from plugin.db import entitlements, problems, stores
from plugin.db.entitlements import Entitled
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.allowance import Allowance, Standing
from plugin.domain.errors import PlatformError, Throttled
from plugin.domain.ids import StoreId
from plugin.flow import metrics
from plugin.flow.agreed import Told, TooLong, beside, claimed, is_gone, look, read
from plugin.flow.allowed import allowed, plan_in_force
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.part import part
from plugin.platforms import Billing, platform, selling
from plugin.platforms.base import Entitlement, Paying

log = structlog.get_logger()
DAILY = timedelta(days=1)
SOON = timedelta(minutes=10)
"""A store whose history is being read is looked at again so soon: before it is whole, nobody knows its size."""
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60))
AFTER = timedelta(seconds=30)
"""So long after a moment at which something changes, nobody's clock says otherwise."""
READ_FROM = (State.READY, State.NEEDS_AUTHORISATION)


def entitle(house: House, store_id: StoreId) -> bool:
    """The store's plan is as at its platform, if it was due to be read; False when it wasn't, or could not be."""
    house.bell.answered(Work.ENTITLE, store_id)
    if part(house, store_id):
        return False
    began = house.now()
    mine = claimed(house, store_id, began)
    if mine is None:
        return False
    others, pages = beside(house, *mine, began)
    every = [mine[0], *others]
    told = read(house, every, pages, began)
    for store in every:
        _take(house, store, told[store.id], began)
    return isinstance(told[store_id], Entitlement)


def entitle_all(house: House) -> int:
    """Every store of whose plan nobody ever asked is asked about (billing was switched on); how many."""
    found = entitlements.never_asked(house.database, [each.name for each in selling(house.settings)])
    for store_id in found:
        look(house, store_id)
    return len(found)


def _take(house: House, store: Store, told: Told, began: datetime) -> None:
    """The store's plan is what was told, or what it was."""
    if isinstance(told, Throttled):
        with house.database.store(store.id) as tx:
            if isinstance(told, TooLong):
                entitlements.alone(tx)
            entitlements.put_off(tx, began, house.now() + timedelta(seconds=told.wait))
    elif isinstance(told, PlatformError):
        _failed(house, store, began, told)
    else:
        metrics.plan_read("read")
        with house.database.store(store.id) as tx:
            if not is_gone(tx, stores.get(tx)):
                _put(tx, began, told)
                problems.clear(tx, "plan_unread")
                _stand(house, tx, began)


def _failed(house: House, store: Store, began: datetime, error: PlatformError) -> None:
    """What was read last stays for a while. It is our trouble, and no merchant is told."""
    metrics.plan_read("failed")
    log.error("plan.unread", store=store.id, error=error.code, reason=error.message)
    with house.database.store(store.id) as tx:
        if is_gone(tx, stores.get(tx)):
            return
        entitlements.failed(tx, began, error.message)
        problems.report(tx, "plan_unread", reason=error.message)
        _stand(house, tx, began)


def _put(tx: Transaction, began: datetime, told: Entitlement) -> None:
    row, values = entitlements.get(tx), asdict(told)
    if row is not None and told.state is Paying.NONE and row.hint == "frozen":
        values["state"] = Paying.FROZEN  # The platform says only that it gives nothing; the message said why.
    if row is not None and _still_ends(row, told, platform(stores.get(tx).platform).billing):
        values["state"] = Paying.ENDING
    entitlements.put(tx, began, **values)


def _still_ends(row: Entitled, told: Entitlement, billing: Billing[Any]) -> bool:
    """Whether what was cancelled here is what the platform goes on calling active until it ends."""
    if billing.choosing is None or row.state != Paying.ENDING or told.state is not Paying.ACTIVE:
        return False
    same = (row.plan, row.every) == (told.plan, told.every)
    return same and row.renews_at is not None and told.renews_at is not None and told.renews_at <= row.renews_at + DAILY


def _stand(house: House, tx: Transaction, began: datetime) -> None:
    """How the store stands follows from what is known; it is looked at again when that may change."""
    row, store, now = entitlements.get(tx), stores.get(tx), house.now()
    if row is None:
        return
    found = None
    if store.state in READ_FROM:
        found = allowed(tx, row, now)
        _weighed(house, tx, row, found, now)
    entitlements.put_off(tx, began, _next(row, found, now))


def _weighed(house: House, tx: Transaction, row: Entitled, found: Allowance, now: datetime) -> None:
    paused_at = None if found.may_write else row.paused_at or now
    entitlements.weighed(tx, found.customers, found.over_since, paused_at)
    plan = plan_in_force(row, now)
    told: dict[str, Any] = {
        "plan": plan.name if plan else "",
        "customers": found.customers,
        "limit": found.limit,
        "until": found.until.isoformat() if found.until else None,
    }
    for code, standing in (("plan_over", Standing.OVER), ("plan_paused", Standing.PAUSED)):
        if found.standing is not standing:
            problems.clear(tx, code)
    if found.standing is Standing.OVER:
        problems.report(tx, "plan_over", **told)
    elif found.standing is Standing.PAUSED:
        problems.report(tx, "plan_paused", **told)
    if (paused_at is None) != (row.paused_at is None):
        log.info("store.writing_paused" if paused_at else "store.writing_resumed", store=tx.store_id)
        if paused_at is None:  # What waited meanwhile is due still.
            tx.after_commit(lambda: _ring_writer(house, tx.store_id))


def _ring_writer(house: House, store_id: StoreId) -> None:
    house.bell.ring(Work.DELIVER, store_id)


def _next(row: Entitled, found: Allowance | None, now: datetime) -> datetime:
    """When to look again: in a day, or when a trial, a period or a landing ends, or soon after a failure."""
    moments = [now + DAILY]
    turning = [row.trial_until, row.renews_at, found.until if found else None]
    moments += [moment + AFTER for moment in turning if moment is not None and moment + AFTER > now]
    if found is None:
        moments.append(now + SOON)
    if row.attempts:
        moments.append(now + BACKOFF[min(row.attempts, len(BACKOFF)) - 1])
    return min(moments)
