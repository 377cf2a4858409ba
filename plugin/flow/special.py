"""What a store says of itself, and what it asks to be forgotten, once it is absorbed."""

from collections.abc import Callable, Sequence
from typing import Any

import structlog

from plugin.db import credentials, customers, problems, stores
from plugin.db.stores import State, Store
from plugin.db.transaction import Transaction
from plugin.domain.facts import CustomerErased, DataRequested, Fact, StoreErased, StoreSeen, Uninstalled
from plugin.flow.forget import forget_customer, forget_store
from plugin.flow.house import House

log = structlog.get_logger()


def act(house: House, tx: Transaction, store: Store, facts: Sequence[Fact]) -> None:
    """Each of these facts has had its effect. Calls no platform: the token may be dead already."""
    for fact in facts:
        action = _ACTIONS.get(type(fact))
        if action is not None:
            action(house, tx, store, fact)


def _uninstalled(house: House, tx: Transaction, store: Store, fact: Uninstalled) -> None:
    if fact.at < store.installed_at:
        log.info("store.old_uninstall", store=store.id)
        return
    stores.set_state(tx, State.UNINSTALLED, house.now())
    credentials.remove(tx)
    log.info("store.uninstalled", store=store.id)


def _seen(house: House, tx: Transaction, store: Store, fact: StoreSeen) -> None:
    stores.set_particulars(tx, fact.name, fact.domain, fact.timezone, fact.currency)
    if fact.timezone not in (None, store.timezone):
        customers.all_due(tx, "time zone")
        stores.rules_changed(tx)


def _data_requested(house: House, tx: Transaction, store: Store, fact: DataRequested) -> None:
    problems.report(tx, "data_requested", fact.request_id, customer=fact.customer_id)


def _customer_erased(house: House, tx: Transaction, store: Store, fact: CustomerErased) -> None:
    forget_customer(tx, fact.customer_id, fact.order_ids, fact.at)


def _store_erased(house: House, tx: Transaction, store: Store, fact: StoreErased) -> None:
    state = stores.get(tx).state  # A message before this one in the same batch may have changed it.
    if state not in (State.UNINSTALLED, State.NEEDS_AUTHORISATION):
        log.warning("store.erase_ignored", store=store.id, state=state)
        return
    stores.set_state(tx, State.UNINSTALLED, house.now())
    forget_store(tx)


_ACTIONS: dict[type, Callable[[House, Transaction, Store, Any], None]] = {
    Uninstalled: _uninstalled,
    StoreSeen: _seen,
    DataRequested: _data_requested,
    CustomerErased: _customer_erased,
    StoreErased: _store_erased,
}
