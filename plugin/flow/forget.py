"""forget: a person, or a whole store, is gone from every table; tombstones keep late messages out.

What to take follows from the tables themselves (plugin/db/forgetting.py): whatever names a customer. What a
merchant wrote of them into a rule, a name or a pin is the merchant's: a problem asks for another text.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog

from plugin.db import bodies, customers, forgetting, guests, merging, orders, reads, tombstones
from plugin.db.transaction import Transaction
from plugin.domain.facts import CustomerErased, Gone, Kind
from plugin.domain.ids import CustomerId, OrderId
from plugin.flow.mentions import report_mentions

log = structlog.get_logger()


def forget_customer(
    tx: Transaction, customer_id: CustomerId | None, order_ids: Sequence[OrderId], at: datetime
) -> None:
    """Nothing here says anything about this customer any more, nor about the named orders."""
    forget_customers(tx, [CustomerErased(customer_id, tuple(order_ids), at)])


def forget_customers(tx: Transaction, asked: Sequence[CustomerErased]) -> None:
    """The same of many, with one look through the inbox for all of them.

    The records that were merged into theirs are the same person's, and so are guest orders with their address: the
    one we know, and the one we are told."""
    ids: list[int] = []
    everyone: list[CustomerId] = []
    emails, names = set[str](), set[str]()
    for each in asked:
        people = [] if each.customer_id is None else [each.customer_id, *merging.losers(tx, each.customer_id)]
        known = customers.named(tx, people).values()
        emails |= {str(person["email"]) for person in known if person["email"]} | (
            {each.email} if each.email else set()
        )
        names |= {str(person["name"]) for person in known if person["name"]}
        ids += [*_forget_orders(tx, each, people), *people]
        everyone += people
        for person in people:
            forgetting.customer(tx, person)
    bodies.forget(tx, ids, emails)
    report_mentions(tx, everyone, emails | names)
    log.info("customers.forgotten", store=tx.store_id, customers=len(asked))


def _forget_orders(tx: Transaction, asked: CustomerErased, people: Sequence[CustomerId]) -> list[int]:
    """Who they are has a tombstone, and so have their orders, which are gone; which those were."""
    bought = [*orders.of_customers(tx, people), *guests.with_the_address_of(tx, people, asked.email)]
    erased: list[int] = [*asked.order_ids, *bought]
    tombstones.put(tx, [Gone(Kind.CUSTOMER, person, asked.at) for person in people])
    tombstones.put(tx, [Gone(Kind.ORDER, order_id, asked.at) for order_id in erased])
    orders.remove(tx, erased)
    reads.remove_of_orders(tx, erased)
    return erased


def forget_store(tx: Transaction) -> None:
    """Nothing is left of the store but its id and the day it left."""
    forgetting.store(tx)
    log.info("store.forgotten", store=tx.store_id)
