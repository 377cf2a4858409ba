"""forget: a person, or a whole store, is gone from every table; tombstones keep late messages out.

What to take follows from the tables themselves (plugin/db/forgetting.py): whatever names a customer. What a
merchant wrote of them into a rule, a name or a pin is the merchant's: a problem asks for another text.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog

from plugin.db import bodies, customers, forgetting, guests, merging, orders, reads, tombstones
from plugin.db.transaction import Transaction
from plugin.domain.facts import Gone, Kind
from plugin.domain.ids import CustomerId, OrderId
from plugin.flow.mentions import report_mentions

log = structlog.get_logger()


def forget_customer(
    tx: Transaction,
    customer_id: CustomerId | None,
    order_ids: Sequence[OrderId],
    at: datetime,
    email: str | None = None,
) -> None:
    """Nothing here says anything about this customer any more, nor about the named orders.

    The records that were merged into theirs are the same person's, and so are guest orders with their address: the
    one we know, and the one we are told."""
    gone = [Gone(Kind.ORDER, order_id, at) for order_id in order_ids]
    people = [] if customer_id is None else [customer_id, *merging.losers(tx, customer_id)]
    for person in people:
        gone.append(Gone(Kind.CUSTOMER, person, at))
    bought = [*orders.of_customers(tx, people), *guests.with_the_address_of(tx, people, email)]
    gone += [Gone(Kind.ORDER, order_id, at) for order_id in bought]
    tombstones.put(tx, gone)
    erased = [fact.id for fact in gone if fact.kind is Kind.ORDER]
    orders.remove(tx, erased)
    reads.remove_of_orders(tx, erased)
    known = customers.named(tx, people).values()
    emails, names = ({str(each[key]) for each in known if each[key]} for key in ("email", "name"))
    if email:
        emails.add(email)
    for person in people:
        forgetting.customer(tx, person)
    bodies.forget(tx, [*erased, *people], emails)
    report_mentions(tx, people, emails | names)
    log.info("customer.forgotten", store=tx.store_id, orders=len(erased))


def forget_store(tx: Transaction) -> None:
    """Nothing is left of the store but its id and the day it left."""
    forgetting.store(tx)
    log.info("store.forgotten", store=tx.store_id)
