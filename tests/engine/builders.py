"""Stores, facts and plans with defaults: a test mentions only what matters to it.

Facts go in by the same functions as the product's own, so that what they derive is derived here too.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from plugin.db import (
    addresses,
    answers,
    checkouts,
    credits,  # noqa: A004 - the module is named as its table
    customers,
    disputes,
    events,
    observations,
    orders,
    stores,
)
from plugin.db.transaction import Database, Transaction
from plugin.domain.facts import (
    Address,
    AddressesListed,
    AnswerGiven,
    AttributeSeen,
    Channel,
    CheckoutSeen,
    ConsentSeen,
    Credit,
    CreditsListed,
    CustomerSeen,
    DisputeSeen,
    EventHappened,
    LineSeen,
    OrderSeen,
    RefundLineSeen,
    RefundSeen,
    TagsChanged,
    TagsListed,
    ValueType,
    Version,
)
from plugin.domain.ids import CustomerId, LineId, OrderId, ProductId, RefundId, SegmentId, StoreId
from plugin.domain.text import fold
from plugin.domain.values import canonical
from plugin.engine.decide import Asked, Decision, decide
from plugin.engine.plan import Plan, SegmentRule, StoreContext, compile_plan
from plugin.rules.parse import parse
from plugin.rules.segment import Case, Definition, OneRule, Tiers, TwoSided
from plugin.rules.tree import Duration, Unit
from tests.database import Database as TestDatabase

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ANN, BOB, CAT = CustomerId(101), CustomerId(102), CustomerId(103)

_numbers = itertools.count(1)


def at(text: str) -> datetime:
    """``2026-06-01`` or ``2026-06-01T10:00``, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ago(days: float = 0, hours: float = 0) -> datetime:
    """So long before NOW."""
    return NOW - timedelta(days=days, hours=hours)


def doors(database: TestDatabase) -> Database:
    """The product's door to the test's database, in its own roles."""
    urls = {"app": database.app, "receive": database.receive, "scan": database.scan}
    return Database(lambda role: urls[role], "tests")


class Shop:
    """A store in a database, ready to be filled and asked."""

    def __init__(
        self,
        database: Database,
        timezone: str = "UTC",
        orders_known_from: datetime | None = None,
        labels_known_from: datetime | None = None,
    ) -> None:
        self.database = database
        self.id: StoreId = stores.next_id(database)
        self.context = StoreContext(self.id, timezone, "EUR", orders_known_from, labels_known_from)
        with database.store(self.id) as tx:
            stores.put(tx, "shopify", f"r{self.id}", f"s{self.id}.example", "Shop", timezone, "EUR", (), ago(1))

    @contextmanager
    def open(self) -> Iterator[Transaction]:
        """A transaction of this store."""
        with self.database.store(self.id) as tx:
            yield tx

    # --- facts --------------------------------------------------------------------------------

    def customer(
        self, customer_id: CustomerId = ANN, created: datetime | None = None, unknown: Sequence[str] = ()
    ) -> CustomerId:
        """``unknown``: attributes and sources that nobody can know of the customer."""
        with self.open() as tx:
            version = Version(NOW, NOW, b"")
            seen = CustomerSeen(customer_id, version, created, None, None, unknown=tuple(unknown))
            customers.put(tx, {customer_id: LONG_AGO}, {customer_id: seen})
        return customer_id

    def order(self, placed: datetime, customer_id: CustomerId = ANN, **particulars: Any) -> OrderSeen:
        order = an_order(placed, customer_id, **particulars)
        with self.open() as tx:
            orders.put(tx, [order])
            moments = [m for m in (order.placed_at, order.paid_at, order.cancelled_at) if m]
            customers.put(tx, {customer_id: max(moments)})
        return order

    def refund(
        self, order: OrderSeen, refunded: datetime, goods: str, units: int = 0, total: str | None = None
    ) -> None:
        """Without ``units`` a bare amount, else that many of the order's first line."""
        lines = (RefundLineSeen(order.lines[0].id, units, Decimal(goods)),) if units else ()
        refund = RefundSeen(
            RefundId(next(_numbers)),
            order.id,
            Version(NOW, NOW, b""),
            refunded,
            Decimal(goods),
            Decimal(total or goods),
            lines,
        )
        assert order.customer_id is not None
        with self.open() as tx:
            orders.put_refunds(tx, [refund])
            orders.sum_refunds(tx, [order.id])
            customers.put(tx, {order.customer_id: refunded})

    def tags(self, seen: datetime, *tags: str, customer_id: CustomerId = ANN) -> None:
        """Exactly these stood there."""
        self._saw(customer_id, seen, [TagsListed(customer_id, seen, tags)])

    def tag_added(self, seen: datetime, tag: str, customer_id: CustomerId = ANN) -> None:
        self._saw(customer_id, seen, [TagsChanged(customer_id, seen, added=(tag,))])

    def tag_removed(self, seen: datetime, tag: str, customer_id: CustomerId = ANN) -> None:
        self._saw(customer_id, seen, [TagsChanged(customer_id, seen, removed=(tag,))])

    def _saw(self, customer_id: CustomerId, seen: datetime, facts: Sequence[TagsListed | TagsChanged]) -> None:
        with self.open() as tx:
            observations.put_tags(tx, facts)
            customers.put(tx, {customer_id: seen})

    def countries(self, seen: datetime, *codes: str, customer_id: CustomerId = ANN) -> None:
        self.addresses(seen, *(Address(country=code) for code in codes), customer_id=customer_id)

    def said(
        self,
        seen: datetime,
        name: str,
        *value: str,
        kind: ValueType = ValueType.TEXT,
        customer_id: CustomerId = ANN,
    ) -> None:
        """An attribute of that name had this value."""
        with self.open() as tx:
            observations.put_attributes(tx, [AttributeSeen(customer_id, name, seen, canonical(kind, value), kind)])
            customers.put(tx, {customer_id: seen})

    def consent(self, seen: datetime, state: str, customer_id: CustomerId = ANN) -> None:
        with self.open() as tx:
            observations.put_consents(tx, [ConsentSeen(customer_id, Channel.EMAIL, seen, state)])
            customers.put(tx, {customer_id: seen})

    def dispute(self, order: OrderSeen, seen: datetime, state: str, number: int = 1) -> None:
        assert order.customer_id is not None
        with self.open() as tx:
            disputes.put(tx, [DisputeSeen(order.id, number, seen, state)])
            customers.put(tx, {order.customer_id: seen})

    def answer(self, given: datetime, question: str, *choices: str, **particulars: Any) -> None:
        with self.open() as tx:
            answers.put(tx, [AnswerGiven(ANN, question, given, choices, **particulars)])
            customers.put(tx, {ANN: given})

    def event(self, happened: datetime, name: str, **particulars: Any) -> None:
        with self.open() as tx:
            events.put(tx, [EventHappened(ANN, happened, name, **particulars)])
            customers.put(tx, {ANN: happened})

    def checkout(self, began: datetime, amount: str, completed: datetime | None = None) -> None:
        number = next(_numbers)
        with self.open() as tx:
            version = Version(began, began, b"")
            checkouts.put(tx, [CheckoutSeen(number, ANN, version, began, completed, Decimal(amount))])
            customers.put(tx, {ANN: max(began, completed or began)})

    def credits(self, seen: datetime, *listed: Credit) -> None:
        with self.open() as tx:
            credits.put(tx, [CreditsListed(ANN, seen, listed)])
            customers.put(tx, {ANN: seen})

    def addresses(self, seen: datetime, *listed: Address, customer_id: CustomerId = ANN) -> None:
        """Exactly these addresses the customer had."""
        with self.open() as tx:
            addresses.put(tx, [AddressesListed(customer_id, seen, listed)])
            customers.put(tx, {customer_id: seen})

    # --- questions ----------------------------------------------------------------------------

    def plan(self, *rules: SegmentRule) -> Plan:
        return compile_plan(rules, self.context)

    def decide(self, plan: Plan, asked: Asked) -> list[Decision]:
        with self.open() as tx:
            return list(decide(tx, plan, asked))

    def one(self, rule: str, customer_id: CustomerId = ANN, as_of: datetime = NOW) -> Decision:
        """The decision for one rule and one customer."""
        return self.decide(self.plan(segment(rule)), Asked.customers([customer_id], as_of))[0]

    def holds(self, rule: str, customer_id: CustomerId = ANN, as_of: datetime = NOW) -> bool | None:
        """Whether the customer is in; None where that is undecided."""
        outcome = self.one(rule, customer_id, as_of).outcomes[0]
        return None if outcome.undecided else outcome.label is not None


def segment(
    rule: str, name: str = "it", number: int = 1, writes: Mapping[str, str] | Sequence[str] = ()
) -> SegmentRule:
    """A segment of one rule."""
    return _named(OneRule(parse(rule)), name, number, writes)


def two_sided(
    join: str, stay: str, grace: tuple[int, Unit] = (0, Unit.DAY), name: str = "it", number: int = 1
) -> SegmentRule:
    """A segment with a rule for joining and one for staying."""
    return _named(TwoSided(parse(join), parse(stay), Duration(*grace)), name, number)


def tiers(
    cases: Mapping[str, str],
    default: str | None = None,
    name: str = "it",
    number: int = 1,
    writes: Mapping[str, str] | Sequence[str] = (),
) -> SegmentRule:
    """A segment of labels, the first that holds."""
    listed = tuple(Case(label, parse(rule)) for label, rule in cases.items())
    return _named(Tiers(listed, default), name, number, writes)


def _named(
    definition: Definition, name: str, number: int, writes: Mapping[str, str] | Sequence[str] = ()
) -> SegmentRule:
    if isinstance(writes, Mapping):
        return SegmentRule(SegmentId(number), name, definition, {k: fold(v) for k, v in writes.items()})
    return SegmentRule(SegmentId(number), name, definition, frozenset(fold(tag) for tag in writes))


def an_order(
    placed: datetime,
    customer_id: CustomerId = ANN,
    *,
    paid: datetime | bool = True,
    cancelled: datetime | None = None,
    test: bool = False,
    net: str = "100",
    discount: str = "0",
    total: str | None = None,
    lines: Sequence[LineSeen] = (),
    **particulars: Any,
) -> OrderSeen:
    """An order of one line unless told otherwise. ``paid``: when; True: when placed; False: not."""
    gross = Decimal(net) + Decimal(discount)
    listed = tuple(lines) or (a_line(gross=str(gross), discount=discount),)
    return OrderSeen(
        id=OrderId(next(_numbers)),
        customer_id=customer_id,
        version=Version(placed, placed, b""),
        placed_at=placed,
        paid_at=placed if paid is True else None if paid is False else paid,
        cancelled_at=cancelled,
        test=test,
        currency="EUR",
        gross=gross,
        discount=Decimal(discount),
        shipping=Decimal(0),
        tax=Decimal(0),
        total=Decimal(total or net),
        lines=listed,
        **particulars,
    )


def a_line(
    product: int = 1,
    quantity: int = 1,
    gross: str = "100",
    discount: str = "0",
    tags: Sequence[str] | None = (),
    **particulars: Any,
) -> LineSeen:
    """A line; ``tags`` None: what the product's tags and type were is not known."""
    if tags is None:
        particulars.setdefault("unknown", ("type", "product_tag"))
    return LineSeen(
        id=LineId(next(_numbers)),
        product_id=ProductId(product),
        variant_id=None,
        quantity=quantity,
        gross=Decimal(gross),
        discount=Decimal(discount),
        product_tags=None if tags is None else tuple(tags),
        **particulars,
    )
