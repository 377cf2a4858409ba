"""absorb: what deliveries say stands as facts. Twice, late or in any order: the same end.

A delivery that can't be read, or whose facts PostgreSQL refuses, is found by halving and set aside
with its reason; the others go in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import psycopg
import structlog

from plugin.db import inbox, problems
from plugin.db.inbox import Delivery
from plugin.db.transaction import Transaction
from plugin.domain.errors import MessageUnreadable
from plugin.domain.facts import Fact
from plugin.domain.ids import CustomerId, DeliveryId
from plugin.flow.facts import put
from plugin.flow.sorting import Sorted

Translate = Callable[[str, bytes, datetime], Sequence[Fact]]
log = structlog.get_logger()


@dataclass
class Absorbed:
    """What a batch came to: whose facts changed, when the first word of it reached us, what was set aside."""

    touched: dict[CustomerId, datetime] = field(default_factory=dict)
    """Customer and the moment the delivery that touched them was received."""
    set_aside: list[DeliveryId] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    """Ids of what is gone, and was spoken of all the same."""
    tagged: set[CustomerId] = field(default_factory=set)
    """Whose tags were told."""
    amounts_unsure: bool = False
    """Whether there was an order whose amounts are unknown: rules must ask for that from now on."""
    special: list[Fact] = field(default_factory=list)
    """Facts about the store itself and requests to forget: the drain acts on them."""


def absorb(tx: Transaction, translate: Translate, deliveries: Sequence[Delivery], urgent: bool) -> Absorbed:
    """The deliveries' facts stand. ``urgent``: a rule reads what only the platform can tell, so reads
    are due at once and not when convenient."""
    absorbed = Absorbed()
    readable: list[tuple[Delivery, Sequence[Fact]]] = []
    for delivery in deliveries:
        try:
            readable.append((delivery, translate(delivery.topic, delivery.body, delivery.triggered_at)))
        except MessageUnreadable as error:
            _set_aside(tx, absorbed, delivery, error.message)
    _put_halving(tx, absorbed, readable, urgent)
    return absorbed


def _put_halving(
    tx: Transaction, absorbed: Absorbed, readable: list[tuple[Delivery, Sequence[Fact]]], urgent: bool
) -> None:
    if not readable:
        return
    try:
        with tx.savepoint():
            sorted_facts = Sorted()
            for delivery, facts in readable:
                sorted_facts.add(facts, delivery.received_at)
            put(tx, sorted_facts, urgent)
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, ValueError) as error:
        if len(readable) == 1:
            _set_aside(tx, absorbed, readable[0][0], str(error))
            return
        middle = len(readable) // 2
        _put_halving(tx, absorbed, readable[:middle], urgent)
        _put_halving(tx, absorbed, readable[middle:], urgent)
    else:
        for customer_id, received_at in sorted_facts.touched.items():
            absorbed.touched[customer_id] = min(received_at, absorbed.touched.get(customer_id, received_at))
        absorbed.tagged |= {fact.customer_id for fact in sorted_facts.tags}
        absorbed.special += sorted_facts.special
        absorbed.refused |= sorted_facts.refused
        absorbed.amounts_unsure |= sorted_facts.amounts_unsure


def _set_aside(tx: Transaction, absorbed: Absorbed, delivery: Delivery, reason: str) -> None:
    log.warning("delivery.set_aside", store=tx.store_id, delivery=delivery.id, topic=delivery.topic)
    inbox.set_aside(tx, delivery.id, reason)
    problems.report(tx, "delivery_set_aside", str(delivery.id), topic=delivery.topic)
    absorbed.set_aside.append(delivery.id)
