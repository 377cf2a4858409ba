"""One store: everything it has, in memory, behind one lock."""

import threading
import uuid
from collections import defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox import moments
from sandbox.bigcommerce.store.access import Access
from sandbox.bigcommerce.store.cart import Cart
from sandbox.bigcommerce.store.customer import Customer
from sandbox.bigcommerce.store.extras import Attribute, Metafield, Profile, Segment, Subscriber
from sandbox.bigcommerce.store.faults import Faults
from sandbox.bigcommerce.store.goods import Brand, Category, Product
from sandbox.bigcommerce.store.group import Assignment, Group, PriceList, Promotion
from sandbox.bigcommerce.store.hook import Extension, Hook
from sandbox.bigcommerce.store.numbers import Numbers
from sandbox.bigcommerce.store.order import Order
from sandbox.bigcommerce.store.quota import Quota


@dataclass(frozen=True, slots=True)
class Details:
    """What a store is created with."""

    hash: str
    name: str
    timezone: str = "Europe/Berlin"
    currency: str = "EUR"
    country: str = "DE"
    plan: str = "plus"
    channels: int = 1
    """Storefronts."""


@dataclass(slots=True)
class Call:
    """One call of the app to this store's API, for whoever watches."""

    at: str
    method: str
    path: str
    query: str
    body: Any
    """Of the request, where it was JSON."""
    status: int
    left: int | None
    """Requests left in the window afterwards."""
    milliseconds: float


@dataclass(eq=False)
class Store:
    """A store and the app's standing with it. Take ``lock`` to read or change several things at once."""

    details: Details
    number: int
    """Its ``store_id``, which is not its hash."""
    created_at: datetime = field(default_factory=moments.now)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.zone = ZoneInfo(self.details.timezone)
        self.account_uuid = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.hash}.account"))
        self.numbers = Numbers()
        self.access = Access()
        self.quota = Quota(self.details.plan)
        self.faults = Faults()
        self.suspended = False
        self._goods()
        self._people()
        self._app()

    def _goods(self) -> None:
        self.products: dict[int, Product] = {}
        self.categories: dict[int, Category] = {}
        self.brands: dict[int, Brand] = {}
        self.groups: dict[int, Group] = {}
        self.default_group_id: int | None = None
        self.guest_group_id: int | None = None
        self.price_lists: dict[int, PriceList] = {}
        self.assignments: dict[int, Assignment] = {}
        self.promotions: dict[int, Promotion] = {}

    def _people(self) -> None:
        self.customers: dict[int, Customer] = {}
        self.orders: dict[int, Order] = {}
        self.orders_of: dict[int, list[Order]] = defaultdict(list)
        self.carts: dict[str, Cart] = {}
        self.status_labels: dict[int, str] = {}
        """Where the merchant calls a status something else."""
        self.attributes: dict[int, Attribute] = {}
        self.metafields: dict[int, Metafield] = {}
        self.segments: dict[str, Segment] = {}
        self.profiles: dict[str, Profile] = {}
        self.subscribers: dict[int, Subscriber] = {}
        self.letters: dict[str, int] = {}
        """Subscribers by their folded address."""

    def _app(self) -> None:
        self.hooks: dict[int, Hook] = {}
        self.hook_emails: list[str] = []
        self.mailed: list[str] = []
        """What the platform wrote to the app's address about its hooks."""
        self.extensions: dict[str, Extension] = {}
        self.calls: deque[Call] = deque(maxlen=20_000)

    @property
    def hash(self) -> str:
        """The key of a store everywhere."""
        return self.details.hash

    @property
    def tax_inclusive(self) -> bool:
        """Whether prices contain the tax: so everywhere but in North America."""
        return self.details.currency not in {"USD", "CAD"}

    @property
    def enterprise(self) -> bool:
        """Whether the plan has native segments."""
        return self.details.plan == "enterprise"

    def describe(self, changed: dict[str, str]) -> None:
        """These of its details are different from now on. Raises ZoneInfoNotFoundError."""
        self.details = replace(self.details, **changed)  # type: ignore[arg-type]
        self.zone = ZoneInfo(self.details.timezone)
        if "plan" in changed:
            self.quota = Quota(self.details.plan)

    def keep(self, order: Order) -> None:
        """The order is the store's, and its customer's."""
        self.orders[order.id] = order
        if order.customer_id:
            self.orders_of[order.customer_id].append(order)

    def forget_group(self, group: Group) -> None:
        """The group is gone; who was in it is in none, and it is nobody's by default."""
        del self.groups[group.id]
        for each in self.customers.values():
            each.group_id = 0 if each.group_id == group.id else each.group_id
        self.default_group_id = None if self.default_group_id == group.id else self.default_group_id
        self.guest_group_id = None if self.guest_group_id == group.id else self.guest_group_id
        self.assignments = {key: each for key, each in self.assignments.items() if each.group_id != group.id}

    def forget_attribute(self, number: int) -> None:
        """The attribute is gone, and all that it said."""
        self.attributes.pop(number, None)
        for each in self.customers.values():
            each.values.pop(number, None)

    def subscriber(self, email: str) -> Subscriber | None:
        """Who gets letters at this address."""
        return self.subscribers.get(self.letters.get(email.casefold(), 0))

    def status_name(self, status_id: int, name: str) -> str:
        """What the merchant calls a status."""
        return self.status_labels.get(status_id, name)

    def summary(self) -> dict[str, Any]:
        """The store in a few numbers, for whoever watches."""
        left = self.quota.look()
        return {
            "hash": self.hash,
            "store_id": self.number,
            "account_uuid": self.account_uuid,
            "name": self.details.name,
            "timezone": self.details.timezone,
            "currency": self.details.currency,
            "country": self.details.country,
            "plan": self.details.plan,
            "installed": self.access.installed,
            "scopes": list(self.access.scopes),
            "counts": {
                "customers": len(self.customers),
                "orders": len(self.orders),
                "products": len(self.products),
                "groups": len(self.groups),
                "attributes": len(self.attributes),
                "segments": len(self.segments),
                "subscribers": len(self.subscribers),
                "hooks": len(self.hooks),
            },
            "quota": {"quota": left.quota, "left": left.left, "reset_ms": left.reset_ms, "window_ms": left.window_ms},
        }
