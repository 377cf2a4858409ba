"""All stores of one sandbox, and what they share: the app's registration and the courier of webhooks."""

import threading

from sandbox.bigcommerce.accounts.billing import Billing
from sandbox.bigcommerce.registration import Registration
from sandbox.bigcommerce.store.access import User
from sandbox.bigcommerce.store.crowd import Crowd
from sandbox.bigcommerce.store.store import Details, Store
from sandbox.bigcommerce.webhooks.announce import Announcer
from sandbox.bigcommerce.webhooks.courier import Courier
from sandbox.config import Config
from sandbox.rush import Rush

FIRST_STORE = 1_002_000_001
EXTENSION = "bigcommerce"


class World:
    """What a request needs to find its store and to have an effect."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.registration = Registration.of(config)
        self.courier = Courier(config.senders, config.retries)
        self.announcer = Announcer(self.registration, self.courier)
        self.courier.lost = lambda delivery: self.announcer.lost(self.stores[delivery.shop], delivery)
        self.courier.blocked = lambda delivery: self.announcer.blocked(self.stores[delivery.shop], delivery)
        self.courier.failing = lambda delivery: self.announcer.failing(self.stores[delivery.shop], delivery)
        self.crowd = Crowd()
        self.billing = Billing()
        self.stores: dict[str, Store] = {}
        self.runs: dict[tuple[str, int], Rush] = {}
        self._lock = threading.Lock()

    @property
    def api(self) -> str:
        """The address under which apps find the API."""
        return f"{self.config.base_url}/bigcommerce"

    def open_store(self, details: Details) -> Store:
        """An empty store with its owner. Raises ValueError when the hash is taken."""
        with self._lock:
            if details.hash in self.stores:
                raise ValueError(f"{details.hash} exists")
            store = Store(details, FIRST_STORE + len(self.stores))
            owner = User(store.numbers.next("user"), f"owner@{details.hash}.example", "Olivia Owner")
            store.access.users[owner.id] = owner
            store.access.owner_id = owner.id
            self.stores[details.hash] = store
            return store
