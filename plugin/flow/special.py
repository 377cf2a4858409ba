"""What a store says of itself, and what it asks to be forgotten, once it is absorbed."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog

from plugin.db import (
    bundles,
    customers,
    entitlements,
    orders,
    problems,
    reads,
    stores,
    tombstones,
)
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.facts import (
    CustomerErased,
    DataRequested,
    ExportEnded,
    Fact,
    Kind,
    OrderNamed,
    PlanChanged,
    ScopesChanged,
    StoreErased,
    StoreSeen,
    Uninstalled,
)
from plugin.flow.bell import Work
from plugin.flow.forget import forget_customers, forget_store
from plugin.flow.house import House
from plugin.flow.uninstall import uninstall
from plugin.platforms import platform

log = structlog.get_logger()
ERASED_AFTER = timedelta(hours=47)
"""A store asks to be forgotten 48 hours after it removed the app: who installed it since then has come back."""


def act(house: House, tx: Transaction, store: Store, facts: Sequence[Fact]) -> None:
    """Each of these facts has had its effect. Calls no platform: the token may be dead already."""
    if erased := [fact for fact in facts if isinstance(fact, CustomerErased)]:
        forget_customers(tx, erased)
    for fact in facts:
        action = _ACTIONS.get(type(fact))
        if action is not None:
            action(house, tx, store, fact)


def _uninstalled(house: House, tx: Transaction, store: Store, fact: Uninstalled) -> None:
    uninstall(house, tx, store, fact.at)


def _seen(house: House, tx: Transaction, store: Store, fact: StoreSeen) -> None:
    store_seen(tx, store, fact)


def store_seen(tx: Transaction, store: Store, fact: StoreSeen) -> None:
    """The store's particulars are these, if none were told later; its customers are due where its days begin anew."""
    if not stores.set_particulars(tx, fact.name, fact.domain, fact.timezone, fact.currency, fact.at):
        return
    if fact.timezone not in (None, store.timezone):
        customers.all_due(tx, "time zone")
        stores.rules_changed(tx)


def _order_named(house: House, tx: Transaction, store: Store, fact: OrderNamed) -> None:
    """Its own message is late or lost. Not urgent: mostly it is only late, and a read more costs little."""
    if not orders.is_known(tx, fact.id) and not tombstones.among(tx, {Kind.ORDER: [fact.id]})[Kind.ORDER]:
        reads.want(tx, [(Kind.ORDER, fact.id)], urgent=False)


def _export_ended(house: House, tx: Transaction, store: Store, fact: ExportEnded) -> None:
    bundles.look_now(tx)
    for work in (Work.BACKFILL, Work.DELIVER):
        house.bell.ring(work, store.id)


def _scopes_changed(house: House, tx: Transaction, store: Store, fact: ScopesChanged) -> None:
    house.bell.ring(Work.REPAIR, store.id)


def _plan_changed(house: House, tx: Transaction, store: Store, fact: PlanChanged) -> None:
    if platform(store.platform).sells(house.settings) and store.state is not State.UNINSTALLED:
        entitlements.want(tx, house.now(), fact.hint)
        house.bell.ring(Work.ENTITLE, store.id)


def _data_requested(house: House, tx: Transaction, store: Store, fact: DataRequested) -> None:
    problems.report(tx, "data_requested", fact.request_id, customer=fact.customer_id)


def _store_erased(house: House, tx: Transaction, store: Store, fact: StoreErased) -> None:
    now = stores.get(tx)  # A message before this one in the same batch may have changed it.
    came_back = now.installed_at > fact.at - ERASED_AFTER
    if now.installed or (now.state is State.NEEDS_AUTHORISATION and came_back):
        log.warning("store.erase_ignored", store=store.id, state=now.state)
        return
    stores.set_state(tx, State.UNINSTALLED, house.now())
    forget_store(tx)


_ACTIONS: dict[type, Callable[[House, Transaction, Store, Any], None]] = {
    Uninstalled: _uninstalled,
    StoreSeen: _seen,
    OrderNamed: _order_named,
    ExportEnded: _export_ended,
    ScopesChanged: _scopes_changed,
    PlanChanged: _plan_changed,
    DataRequested: _data_requested,
    StoreErased: _store_erased,
}
