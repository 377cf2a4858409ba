"""link: guest orders stand with the customer whose address they have, or with nobody, as the store's people chose."""

from plugin.db import customers, guests, preferences, stores
from plugin.db.guests import Concerned
from plugin.db.transaction import Transaction
from plugin.domain.emails import email_key
from plugin.domain.facts import Kind
from plugin.domain.ids import StoreId
from plugin.flow.bell import Work
from plugin.flow.house import House
from plugin.flow.sorting import BEGINNING, Sorted

BATCH = 500
"""Addresses at a time: a purchase waits no longer for it than for a drain."""
CAUSE = "guest orders"


def chosen(house: House, tx: Transaction) -> None:
    """Every guest order is looked at anew, by workers; deliveries meanwhile go by the new choice."""
    guests.begin(tx)

    def ring() -> None:
        house.bell.ring(Work.LINK, tx.store_id)

    tx.after_commit(ring)


def link(house: House, store_id: StoreId) -> int:
    """Some more guest orders stand as chosen; how many addresses. Rings for the rest, and for whom it touched.

    Twice is safe: where an order belongs follows from what is known, and the second finds it there.
    """
    house.bell.answered(Work.LINK, store_id)
    with house.database.store(store_id) as tx:
        if not stores.try_lock(tx):
            house.bell.ring(Work.LINK, store_id, wait=0.2)
            return 0
        done = guests.under_way(tx)
        if done is None:
            return 0
        keys = guests.after(tx, done, BATCH)
        people = guests.concerned(tx, keys).people if keys else frozenset()
        if people:
            customers.put(tx, dict.fromkeys(people, BEGINNING))
            guests.link(tx, keys, preferences.get(tx).guest_orders_by_email)
            customers.now_due(tx, sorted(people), CAUSE)
        guests.reached(tx, keys[-1] if len(keys) == BATCH else None)
    if people:
        house.bell.ring(Work.SWEEP, store_id)
    if len(keys) == BATCH:
        house.bell.ring(Work.LINK, store_id)
    return len(keys)


def concerned(tx: Transaction, batch: Sorted) -> Concerned | None:
    """Which guest orders a batch may move, and between whom; None where the store does not link any."""
    if not preferences.get(tx).guest_orders_by_email:
        return None
    people = {fact.id for fact in batch.gone if fact.kind is Kind.CUSTOMER} | set(batch.customers)
    people |= {who for fact in batch.merged for who in (fact.loser, fact.survivor)}
    keys = {email_key(fact.email) for fact in batch.customers.values() if fact.email_proven}
    keys |= {email_key(order.email) for order in batch.orders.values() if order.customer_id is None}
    found = guests.concerned(tx, keys - {None}, people, set(batch.orders))  # type: ignore[arg-type]  # Without None.
    return found if found.keys else None
