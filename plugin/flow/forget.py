"""forget: a person, or a whole store, is gone from every table; tombstones keep late messages out.

What to take follows from the tables themselves (plugin/db/forgetting.py): whatever names a customer.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog

from plugin.db import forgetting, orders, tombstones
from plugin.db.transaction import Transaction
from plugin.domain.facts import Gone, Kind
from plugin.domain.ids import CustomerId, OrderId

log = structlog.get_logger()


def forget_customer(
    tx: Transaction, customer_id: CustomerId | None, order_ids: Sequence[OrderId], at: datetime
) -> None:
    """Nothing here says anything about this customer any more, nor about the named orders."""
    gone = [Gone(Kind.ORDER, order_id, at) for order_id in order_ids]
    if customer_id is not None:
        gone.append(Gone(Kind.CUSTOMER, customer_id, at))
        gone += [Gone(Kind.ORDER, order_id, at) for order_id in orders.of_customer(tx, customer_id)]
    tombstones.put(tx, gone)
    erased = [fact.id for fact in gone if fact.kind is Kind.ORDER]
    orders.remove(tx, erased)
    if customer_id is not None:
        forgetting.customer(tx, customer_id)
    forgetting.bodies(tx, [*erased, *([customer_id] if customer_id is not None else [])])
    log.info("customer.forgotten", store=tx.store_id, orders=len(erased))


def forget_store(tx: Transaction) -> None:
    """Nothing is left of the store but its id and the day it left."""
    forgetting.store(tx)
    log.info("store.forgotten", store=tx.store_id)
