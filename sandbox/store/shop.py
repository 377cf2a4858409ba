"""One shop: everything it has, in memory, behind one lock."""

import threading
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox import moments
from sandbox.ids import Numbers
from sandbox.money import ZERO
from sandbox.store import totals
from sandbox.store.agreement import Agreement
from sandbox.store.bucket import Bucket
from sandbox.store.bulk import BulkOperation
from sandbox.store.customer import Customer
from sandbox.store.extras import Checkout, Dispute
from sandbox.store.faults import Faults
from sandbox.store.metafield import Definition
from sandbox.store.order import Order
from sandbox.store.product import Collection, Product
from sandbox.store.segment import Segment
from sandbox.store.subscription import Subscription
from sandbox.store.tokens import Tokens

READABLE = timedelta(days=60)
"""Without the scope ``read_all_orders`` older orders do not exist for an app."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a shop is created with."""

    domain: str
    name: str
    timezone: str = "Europe/Berlin"
    currency: str = "EUR"
    plan: str = "standard"
    country: str = "DE"
    scopes: tuple[str, ...] = ()


@dataclass(slots=True)
class Call:
    """One call of the app to this shop's API, for whoever watches."""

    at: str
    operation: str
    status: int
    outcome: str
    """``ok``, ``errors``, ``throttled``, or the name of the fault."""
    requested: int | None
    actual: int | None
    milliseconds: float


@dataclass(eq=False)
class Shop:
    """A shop and the app's standing with it. Take ``lock`` to read or change several things at once."""

    profile: Profile
    number: int
    created_at: datetime = field(default_factory=moments.now)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.zone = ZoneInfo(self.profile.timezone)
        self.numbers = Numbers()
        self.customers: dict[int, Customer] = {}
        self.orders: dict[int, Order] = {}
        self.orders_of: dict[int, list[Order]] = defaultdict(list)
        self.products: dict[int, Product] = {}
        self.collections: dict[str, Collection] = {}
        """By their titles."""
        self.last_order_number = 1000
        self.installed = False
        self.agreement: Agreement | None = None
        """What the merchant pays the app for."""
        self.has_tried = False
        """Whether the app's one free trial is used up."""
        self.scopes: tuple[str, ...] = self.profile.scopes
        self.tokens = Tokens()
        self.codes: set[str] = set()
        """What merchants brought back from agreeing, until it is exchanged."""
        self.bucket = Bucket(self.profile.plan)
        self.faults = Faults()
        self.subscriptions: dict[int, Subscription] = {}
        self.bulk: dict[int, BulkOperation] = {}
        self.definitions: dict[tuple[str, str], Definition] = {}
        """Of customers' metafields, by namespace and key."""
        self.segments: dict[int, Segment] = {}
        self.checkouts: dict[int, Checkout] = {}
        self.disputes: dict[int, Dispute] = {}
        self.calls: deque[Call] = deque(maxlen=20_000)

    @property
    def domain(self) -> str:
        """``name.myshopify.com``: the key of a shop everywhere."""
        return self.profile.domain

    @property
    def handle(self) -> str:
        """The part of the domain that the admin's address carries."""
        return self.domain.removesuffix(".myshopify.com")

    @property
    def taxes_included(self) -> bool:
        """Whether prices contain the tax: so everywhere but in North America."""
        return self.profile.currency not in {"USD", "CAD"}

    def keep(self, order: Order) -> None:
        """The order is the shop's, and its customer's."""
        self.orders[order.id] = order
        if order.customer_id is not None:
            self.orders_of[order.customer_id].append(order)

    def forget_order(self, order: Order) -> None:
        """The order is gone."""
        del self.orders[order.id]
        if order.customer_id is not None:
            self.orders_of[order.customer_id].remove(order)

    def counted(self, customer_id: int) -> Iterable[Order]:
        """The orders that make up a customer's own numbers: not the tests."""
        return [order for order in self.orders_of.get(customer_id, ()) if not order.test]

    def number_of_orders(self, customer_id: int) -> int:
        """The lifetime count: cancelled ones too, those of gift cards alone not."""
        return sum(1 for order in self.counted(customer_id) if not all(line.gift_card for line in order.lines))

    def amount_spent(self, customer_id: int) -> Decimal:
        """The lifetime spend: paid, with tax and shipping, less refunds, without gift cards."""
        return sum((_spent(order) for order in self.counted(customer_id)), ZERO)

    def last_order(self, customer_id: int) -> Order | None:
        """The newest order, if there is one."""
        return max(self.counted(customer_id), key=lambda order: (order.processed_at, order.id), default=None)

    def readable(self, order: Order) -> bool:
        """Whether the app's scopes reach this order."""
        return "read_all_orders" in self.scopes or order.created_at >= moments.now() - READABLE

    def readable_orders(self) -> list[Order]:
        """Every order the app may read."""
        return [order for order in self.orders.values() if self.readable(order)]

    def summary(self) -> dict[str, Any]:
        """The shop in a few numbers, for whoever watches."""
        return {
            "id": self.number,
            "domain": self.domain,
            "name": self.profile.name,
            "timezone": self.profile.timezone,
            "currency": self.profile.currency,
            "plan": self.profile.plan,
            "scopes": list(self.scopes),
            "installed": self.installed,
            "counts": {
                "customers": len(self.customers),
                "orders": len(self.orders),
                "products": len(self.products),
                "tagged_customers": sum(1 for customer in self.customers.values() if len(customer.tags)),
            },
            "subscriptions": [subscription.summary() for subscription in self.subscriptions.values()],
            "bucket": self.bucket.status(),
        }


def _spent(order: Order) -> Decimal:
    gift_cards = sum((line.discounted_total for line in order.lines if line.gift_card), ZERO)
    return max(ZERO, totals.received(order) - totals.refunded(order) - gift_cards)
