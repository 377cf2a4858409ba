"""The facts of a batch, sorted by noun, before any of them is put into its table."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from plugin.db.forgetting import TELLING
from plugin.db.lines import naming
from plugin.domain.facts import (
    AMOUNTS,
    BORN_WITH,
    AddressesListed,
    AnswerGiven,
    AttributeSeen,
    CheckoutSeen,
    ConsentSeen,
    CreditsListed,
    CustomerMerged,
    CustomerSeen,
    DisputeSeen,
    EventHappened,
    Fact,
    Gone,
    Kind,
    OrderSeen,
    ProductSeen,
    ReadAnswered,
    ReadWanted,
    RefundSeen,
    SubscriberSeen,
    TagsChanged,
    TagsListed,
)
from plugin.domain.ids import CustomerId, OrderId
from plugin.domain.values import canonical

BEGINNING = datetime.min.replace(tzinfo=UTC)
Tags = TagsListed | TagsChanged
Dated = ConsentSeen | SubscriberSeen | AttributeSeen | AnswerGiven | EventHappened
"""What follows a person into the record that survives a merge."""
Snapshot = AddressesListed | CreditsListed
"""What is true of one record only: the survivor of a merge has its own."""


class Sorted:
    """A batch's facts by noun; of whole states only the newest version of each thing."""

    def __init__(self) -> None:
        self.customers: dict[int, CustomerSeen] = {}
        self.orders: dict[int, OrderSeen] = {}
        self.refunds: dict[tuple[int, int], RefundSeen] = {}
        self.checkouts: dict[int, CheckoutSeen] = {}
        self.products: list[tuple[ProductSeen, datetime]] = []
        """Every version, and when its delivery was received: lines show the one of their day."""
        self.tags: list[Tags] = []
        self.dated: dict[type[Dated], list[Any]] = {}
        self.snapshots: dict[type[Snapshot], list[Any]] = {}
        self.disputes: list[DisputeSeen] = []
        self.merged: list[CustomerMerged] = []
        self.gone: list[Gone] = []
        self.wanted: set[tuple[Kind, int]] = set()
        self.answered: list[ReadAnswered] = []
        self.special: list[Fact] = []
        self.refused: set[int] = set()
        """Ids of what is gone, and was spoken of all the same."""
        self.touched: dict[CustomerId, datetime] = {}
        self.moments: dict[CustomerId, datetime] = {}
        """Customer → latest moment their new facts speak of. When a credit expires is none: nothing became true."""
        self.order_moments: dict[OrderId, tuple[datetime, datetime]] = {}
        """Order → (latest moment its new facts speak of, when the delivery was received)."""

    def add(self, facts: Iterable[Fact], received_at: datetime) -> None:
        """These facts, of a delivery that was received then, are part of the batch.

        Raises ValueError for an attribute that is not what its type says."""
        for fact in facts:
            _SORTERS.get(type(fact), _special)(self, fact, received_at)

    def touch(self, customer_id: CustomerId, received_at: datetime, *moments: datetime | None) -> None:
        """The customer's facts change; ``moments``: what the facts speak of."""
        self.touched[customer_id] = min(received_at, self.touched.get(customer_id, received_at))
        known = [moment for moment in moments if moment is not None]
        self.moments[customer_id] = max([self.moments.get(customer_id, BEGINNING), *known])

    @property
    def amounts_unsure(self) -> bool:
        """Whether there is an order whose amounts are unknown."""
        return any(not AMOUNTS.isdisjoint(order.unknown) for order in self.orders.values())

    def named(self) -> set[int]:
        """Every customer a fact speaks of."""
        return {*self.touched, *(fact.survivor for fact in self.merged)}

    def without(self, gone_customers: set[int], gone_orders: set[int]) -> None:
        """What tombstones forbid is left out."""
        self.refused |= gone_customers | gone_orders
        if gone_customers:
            self.customers = {k: v for k, v in self.customers.items() if k not in gone_customers}
            self.checkouts = {k: v for k, v in self.checkouts.items() if v.customer_id not in gone_customers}
            self.tags = [t for t in self.tags if t.customer_id not in gone_customers]
            for some in (*self.dated.values(), *self.snapshots.values()):
                some[:] = [fact for fact in some if fact.customer_id not in gone_customers]
            self.wanted = {w for w in self.wanted if w[0] != Kind.CUSTOMER or w[1] not in gone_customers}
            self.touched = {k: v for k, v in self.touched.items() if k not in gone_customers}
            self.orders = {k: _of_nobody(v) if v.customer_id in gone_customers else v for k, v in self.orders.items()}
        if gone_orders:
            self.orders = {k: v for k, v in self.orders.items() if k not in gone_orders}
            self.refunds = {k: v for k, v in self.refunds.items() if k[0] not in gone_orders}
            self.disputes = [d for d in self.disputes if d.order_id not in gone_orders]
            self.wanted = {w for w in self.wanted if w[0] != Kind.ORDER or w[1] not in gone_orders}

    def redirect(self, survivors: Mapping[CustomerId, CustomerId]) -> None:
        """What speaks of a record that was merged away speaks of the one that survived, or is of no concern."""
        for old, new in survivors.items():
            if old in self.touched:
                self.touch(new, self.touched.pop(old), self.moments.pop(old))
        self.customers = {k: v for k, v in self.customers.items() if v.id not in survivors}
        for some in self.snapshots.values():
            some[:] = [fact for fact in some if fact.customer_id not in survivors]
        self.orders = {k: _moved(v, survivors) for k, v in self.orders.items()}
        self.checkouts = {k: _moved(v, survivors) for k, v in self.checkouts.items()}
        self.tags = [_tags_of(fact, survivors) for fact in self.tags]
        for some in self.dated.values():
            some[:] = [_moved(fact, survivors) for fact in some]


def _of_nobody(order: OrderSeen) -> OrderSeen:
    """The order counts for the store, and says nothing that could tell whose it was; as plugin/db/forgetting.py."""
    lines = tuple(replace(line, properties=()) for line in order.lines)
    return replace(order, customer_id=None, lines=lines, properties=(), email=None, **dict.fromkeys(TELLING))


def _moved(fact: Any, survivors: Mapping[CustomerId, CustomerId]) -> Any:
    survivor = survivors.get(fact.customer_id)
    return fact if survivor is None else replace(fact, customer_id=survivor)


def _tags_of(fact: Tags, survivors: Mapping[CustomerId, CustomerId]) -> Tags:
    """What one record carried is not all that the person's two records carried."""
    survivor = survivors.get(fact.customer_id)
    if survivor is None:
        return fact
    if isinstance(fact, TagsListed):
        return TagsChanged(survivor, fact.at, added=fact.tags)
    return replace(fact, customer_id=survivor)


def _customer(batch: Sorted, fact: CustomerSeen, received_at: datetime) -> None:
    known = batch.customers.get(fact.id)
    if known is None or known.version < fact.version:
        batch.customers[fact.id] = fact
    batch.touch(fact.id, received_at, fact.created_at)


def _order(batch: Sorted, fact: OrderSeen, received_at: datetime) -> None:
    known = batch.orders.get(fact.id)
    newest = fact if known is None or known.version < fact.version else known
    if known is not None:
        newest = _paid(newest, known if newest.version == fact.version else fact)
        newest = _born_with(_born_with(newest, known), fact)
        newest = _naming_products(newest, known if newest.version == fact.version else fact)
    batch.orders[fact.id] = newest
    moment = max(at for at in (fact.placed_at, fact.paid_at, fact.cancelled_at) if at is not None)
    _order_changed(batch, fact.id, moment, received_at)
    if fact.customer_id is not None:
        batch.touch(fact.customer_id, received_at, moment)


def _paid(newest: OrderSeen, other: OrderSeen) -> OrderSeen:
    """The order with what both messages say of its payment, as plugin/db/orders.py has it."""
    proofs = (newest.paid_at, newest.paid_before, other.paid_at, other.paid_before)
    proof = min((at for at in proofs if at is not None), default=None)
    telling = [each for each in (newest, other) if each.payment_version is not None]
    last = max(telling, key=lambda each: each.payment_version or each.version, default=None)
    if last is None:
        return newest if newest.paid_at == proof else replace(newest, paid_at=proof)
    paid, before = (None, proof) if last.paid_at is None else (proof, None)
    return replace(newest, paid_at=paid, paid_before=before, payment_version=last.payment_version)


def _naming_products(newest: OrderSeen, older: OrderSeen) -> OrderSeen:
    """The order with what only the older message says of its lines' products, deleted since."""
    told = {line.id: (line.product_id, line.variant_id) for line in older.lines}
    lines = tuple(naming(line, *told.get(line.id, (None, None))) for line in newest.lines)
    return newest if lines == newest.lines else replace(newest, lines=lines)


def _born_with(newest: OrderSeen, other: OrderSeen) -> OrderSeen:
    """The order with what only the other message knows of fields that never change."""
    found = {}
    for name in BORN_WITH:
        either = max(getattr(newest, name) or "", getattr(other, name) or "") or None
        if either != getattr(newest, name):
            found[name] = either
    unknown = tuple(name for name in newest.unknown if name not in BORN_WITH or name in other.unknown)
    return newest if not found and unknown == newest.unknown else replace(newest, **found, unknown=unknown)


def _refund(batch: Sorted, fact: RefundSeen, received_at: datetime) -> None:
    key = (fact.order_id, fact.id)
    known = batch.refunds.get(key)
    if known is None or known.version < fact.version:
        batch.refunds[key] = fact
    _order_changed(batch, fact.order_id, fact.refunded_at, received_at)


def _dispute(batch: Sorted, fact: DisputeSeen, received_at: datetime) -> None:
    batch.disputes.append(fact)
    _order_changed(batch, fact.order_id, fact.at, received_at)


def _order_changed(batch: Sorted, order_id: OrderId, moment: datetime, received_at: datetime) -> None:
    known = batch.order_moments.get(order_id, (BEGINNING, received_at))
    batch.order_moments[order_id] = (max(known[0], moment), min(known[1], received_at))


def _checkout(batch: Sorted, fact: CheckoutSeen, received_at: datetime) -> None:
    known = batch.checkouts.get(fact.id)
    if known is None or known.version < fact.version:
        batch.checkouts[fact.id] = fact
    batch.touch(fact.customer_id, received_at, fact.at, fact.completed_at)


def _product(batch: Sorted, fact: ProductSeen, received_at: datetime) -> None:
    batch.products.append((fact, received_at))


def _tags(batch: Sorted, fact: Tags, received_at: datetime) -> None:
    batch.tags.append(fact)
    batch.touch(fact.customer_id, received_at, fact.at)


def _dated(batch: Sorted, fact: Dated, received_at: datetime) -> None:
    batch.dated.setdefault(type(fact), []).append(fact)
    batch.touch(fact.customer_id, received_at, fact.at)


def _attribute(batch: Sorted, fact: AttributeSeen, received_at: datetime) -> None:
    _dated(batch, replace(fact, value=canonical(fact.type, fact.value)), received_at)


def _snapshot(batch: Sorted, fact: Snapshot, received_at: datetime) -> None:
    batch.snapshots.setdefault(type(fact), []).append(fact)
    batch.touch(fact.customer_id, received_at, fact.at)


def _merged(batch: Sorted, fact: CustomerMerged, received_at: datetime) -> None:
    batch.merged.append(fact)
    batch.touch(fact.loser, received_at, fact.at)
    batch.touch(fact.survivor, received_at, fact.at)


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
    CustomerMerged: _merged,
    OrderSeen: _order,
    RefundSeen: _refund,
    DisputeSeen: _dispute,
    CheckoutSeen: _checkout,
    ProductSeen: _product,
    TagsListed: _tags,
    TagsChanged: _tags,
    ConsentSeen: _dated,
    SubscriberSeen: _dated,
    AttributeSeen: _attribute,
    AnswerGiven: _dated,
    EventHappened: _dated,
    AddressesListed: _snapshot,
    CreditsListed: _snapshot,
    Gone: _gone,
    ReadWanted: _wanted,
    ReadAnswered: _answered,
}
