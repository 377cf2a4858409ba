"""The facts of a batch, sorted by noun and put into their tables in the order of locks."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from plugin.db import customers, forgetting, observations, orders, products, reads, tombstones
from plugin.db.transaction import Transaction
from plugin.domain.facts import (
    AttributeSeen,
    ConsentSeen,
    CustomerSeen,
    Fact,
    Gone,
    Kind,
    OrderSeen,
    ProductSeen,
    ReadAnswered,
    ReadWanted,
    RefundSeen,
    TagsChanged,
    TagsListed,
)
from plugin.domain.ids import CustomerId, OrderId

BEGINNING = datetime.min.replace(tzinfo=UTC)


class Sorted:
    """A batch's facts by noun; of whole states only the newest version of each thing."""

    def __init__(self) -> None:
        self.customers: dict[int, CustomerSeen] = {}
        self.orders: dict[int, OrderSeen] = {}
        self.refunds: dict[tuple[int, int], RefundSeen] = {}
        self.products: dict[int, ProductSeen] = {}
        self.tags: list[TagsListed | TagsChanged] = []
        self.consents: list[ConsentSeen] = []
        self.attributes: list[AttributeSeen] = []
        self.gone: list[Gone] = []
        self.wanted: set[tuple[Kind, int]] = set()
        self.answered: list[ReadAnswered] = []
        self.special: list[Fact] = []
        self.touched: dict[CustomerId, datetime] = {}
        self.moments: dict[CustomerId, datetime] = {}
        self.order_moments: dict[OrderId, tuple[datetime, datetime]] = {}
        """Order → (latest moment its new facts speak of, when the delivery was received)."""

    def add(self, facts: Iterable[Fact], received_at: datetime) -> None:
        """These facts, of a delivery that was received then, are part of the batch."""
        for fact in facts:
            _SORTERS.get(type(fact), _special)(self, fact, received_at)

    def touch(self, customer_id: CustomerId, received_at: datetime, *moments: datetime | None) -> None:
        """The customer's facts change; ``moments``: what the facts speak of."""
        self.touched[customer_id] = min(received_at, self.touched.get(customer_id, received_at))
        known = [moment for moment in moments if moment is not None]
        self.moments[customer_id] = max([self.moments.get(customer_id, BEGINNING), *known])

    def without(self, gone_customers: set[int], gone_orders: set[int]) -> None:
        """What tombstones forbid is left out."""
        if gone_customers:
            self.customers = {k: v for k, v in self.customers.items() if k not in gone_customers}
            self.tags = [t for t in self.tags if t.customer_id not in gone_customers]
            self.consents = [c for c in self.consents if c.customer_id not in gone_customers]
            self.attributes = [a for a in self.attributes if a.customer_id not in gone_customers]
            self.wanted = {w for w in self.wanted if w[0] != Kind.CUSTOMER or w[1] not in gone_customers}
            self.touched = {k: v for k, v in self.touched.items() if k not in gone_customers}
            self.orders = {
                k: _without_customer(v) if v.customer_id in gone_customers else v for k, v in self.orders.items()
            }
        if gone_orders:
            self.orders = {k: v for k, v in self.orders.items() if k not in gone_orders}
            self.refunds = {k: v for k, v in self.refunds.items() if k[0] not in gone_orders}
            self.wanted = {w for w in self.wanted if w[0] != Kind.ORDER or w[1] not in gone_orders}


def _without_customer(order: OrderSeen) -> OrderSeen:
    return replace(order, customer_id=None)


def _customer(batch: Sorted, fact: CustomerSeen, received_at: datetime) -> None:
    known = batch.customers.get(fact.id)
    if known is None or known.version < fact.version:
        batch.customers[fact.id] = fact
    batch.touch(fact.id, received_at, fact.created_at)


def _order(batch: Sorted, fact: OrderSeen, received_at: datetime) -> None:
    known = batch.orders.get(fact.id)
    newest = fact if known is None or known.version < fact.version else known
    if known is not None:
        paid = min((at for at in (known.paid_at, fact.paid_at) if at is not None), default=None)
        if newest.paid_at != paid:
            newest = replace(newest, paid_at=paid)
    batch.orders[fact.id] = newest
    moment = max(at for at in (fact.placed_at, fact.paid_at, fact.cancelled_at) if at is not None)
    _order_changed(batch, fact.id, moment, received_at)
    if fact.customer_id is not None:
        batch.touch(fact.customer_id, received_at, moment)


def _refund(batch: Sorted, fact: RefundSeen, received_at: datetime) -> None:
    key = (fact.order_id, fact.id)
    known = batch.refunds.get(key)
    if known is None or known.version < fact.version:
        batch.refunds[key] = fact
    _order_changed(batch, fact.order_id, fact.refunded_at, received_at)


def _order_changed(batch: Sorted, order_id: OrderId, moment: datetime, received_at: datetime) -> None:
    known = batch.order_moments.get(order_id, (BEGINNING, received_at))
    batch.order_moments[order_id] = (max(known[0], moment), min(known[1], received_at))


def _product(batch: Sorted, fact: ProductSeen, received_at: datetime) -> None:
    known = batch.products.get(fact.id)
    if known is None or known.version < fact.version:
        batch.products[fact.id] = fact


def _tags(batch: Sorted, fact: TagsListed | TagsChanged, received_at: datetime) -> None:
    batch.tags.append(fact)
    batch.touch(fact.customer_id, received_at, fact.at)


def _consent(batch: Sorted, fact: ConsentSeen, received_at: datetime) -> None:
    batch.consents.append(fact)
    batch.touch(fact.customer_id, received_at, fact.at)


def _attribute(batch: Sorted, fact: AttributeSeen, received_at: datetime) -> None:
    batch.attributes.append(fact)
    batch.touch(fact.customer_id, received_at, fact.at)


def _gone(batch: Sorted, fact: Gone, received_at: datetime) -> None:
    batch.gone.append(fact)
    if fact.kind == Kind.ORDER:
        _order_changed(batch, OrderId(fact.id), BEGINNING, received_at)


def _wanted(batch: Sorted, fact: ReadWanted, received_at: datetime) -> None:
    batch.wanted.add((fact.kind, fact.id))


def _answered(batch: Sorted, fact: ReadAnswered, received_at: datetime) -> None:
    batch.answered.append(fact)
    if fact.kind == Kind.CUSTOMER:
        batch.touch(CustomerId(fact.id), received_at)


def _special(batch: Sorted, fact: Any, received_at: datetime) -> None:
    batch.special.append(fact)


_SORTERS: dict[type, Callable[[Sorted, Any, datetime], None]] = {
    CustomerSeen: _customer,
    OrderSeen: _order,
    RefundSeen: _refund,
    ProductSeen: _product,
    TagsListed: _tags,
    TagsChanged: _tags,
    ConsentSeen: _consent,
    AttributeSeen: _attribute,
    Gone: _gone,
    ReadWanted: _wanted,
    ReadAnswered: _answered,
}


def put(tx: Transaction, batch: Sorted, urgent: bool) -> None:
    """The batch stands. First the customers' rows, locked in the order of their ids, then the rest.

    Whom it touched is to be decided in the same transaction, or made due (customers.now_due)."""
    _bury(tx, batch)
    changed = sorted(batch.order_moments)
    owners = orders.owners(tx, changed) if changed else {}
    for order_id, customer_id in owners.items():
        batch.touch(customer_id, batch.order_moments[order_id][1], batch.order_moments[order_id][0])
    _touch_by_waiting_refunds(tx, batch)
    _put_customers(tx, batch)
    _put_orders(tx, batch, changed)
    _put_observations(tx, batch)
    if batch.products:
        products.put(tx, list(batch.products.values()))
    if batch.answered:
        reads.answered(tx, batch.answered)
    if batch.wanted:
        reads.want(tx, batch.wanted, urgent)


def _bury(tx: Transaction, batch: Sorted) -> None:
    if batch.gone:
        tombstones.put(tx, batch.gone)
    gone = tombstones.among(
        tx, {Kind.CUSTOMER: {*batch.customers, *batch.touched}, Kind.ORDER: set(batch.order_moments)}
    )
    gone_customers, gone_orders = gone[Kind.CUSTOMER], gone[Kind.ORDER]
    if gone_orders:
        owners = orders.owners(tx, sorted(gone_orders))
        for order_id, customer_id in owners.items():
            batch.touch(customer_id, batch.order_moments[OrderId(order_id)][1])
        orders.remove(tx, sorted(gone_orders))
    deleted = [fact.id for fact in batch.gone if fact.kind == Kind.CUSTOMER]
    if deleted:
        forgetting.deleted(tx, sorted(deleted))
    batch.without(gone_customers | set(deleted), gone_orders)  # A deleted one may own an order that went with them.


def _put_customers(tx: Transaction, batch: Sorted) -> None:
    if not batch.touched:
        return
    new = customers.put(tx, {customer_id: batch.moments[customer_id] for customer_id in batch.touched}, batch.customers)
    known = {fact.id for fact in batch.answered if fact.kind == Kind.CUSTOMER}
    listed = {fact.customer_id for fact in batch.tags if isinstance(fact, TagsListed)}
    batch.wanted |= {(Kind.CUSTOMER, customer_id) for customer_id in new - known - listed}


def _touch_by_waiting_refunds(tx: Transaction, batch: Sorted) -> None:
    """A refund that waited for its order becomes a fact of the order's customer with it."""
    if not batch.orders:
        return
    for order_id, at in orders.last_refunds(tx, [order.id for order in batch.orders.values()]).items():
        customer_id = batch.orders[order_id].customer_id
        if customer_id is not None:
            batch.touch(customer_id, batch.order_moments[order_id][1], at)


def _put_orders(tx: Transaction, batch: Sorted, changed: Sequence[OrderId]) -> None:
    if batch.orders:
        orders.put(tx, [batch.orders[key] for key in sorted(batch.orders)])
    if batch.refunds:
        orders.put_refunds(tx, [batch.refunds[key] for key in sorted(batch.refunds)])
    if changed:
        orders.sum_refunds(tx, changed)


def _put_observations(tx: Transaction, batch: Sorted) -> None:
    if batch.tags:
        observations.put_tags(tx, batch.tags)
    if batch.consents:
        observations.put_consents(tx, batch.consents)
    if batch.attributes:
        observations.put_attributes(tx, batch.attributes)
