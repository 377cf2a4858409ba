"""A shop of the sandbox, and our app beside it in this process: work is done when a test says so."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from embedded.json_client import JsonClient
from plugin.db import outbox, stores
from plugin.db.outbox import Entry, Wanted
from plugin.db.stores import State
from plugin.domain.ids import CustomerId, SegmentId, StoreId
from plugin.flow.backfill import backfill
from plugin.flow.deliver import deliver
from plugin.flow.drain import drain
from plugin.flow.fetch import fetch
from plugin.flow.house import House
from plugin.flow.install import install
from plugin.flow.plan import go_live, plan
from plugin.flow.save import save
from plugin.flow.sweep import sweep

WRITES = frozenset({"WriteTags"})
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Shop:
    """A shop of the sandbox by its control API."""

    sandbox: JsonClient
    domain: str

    @staticmethod
    def of(sandbox: JsonClient, customers: int = 6, plan: str = "plus", scopes: Sequence[str] = ()) -> "Shop":
        """A new shop with a small past; none of its webhooks is sent."""
        shop = Shop(sandbox, f"faulty-{next(_numbers)}.myshopify.com")
        asked = {
            "domain": shop.domain,
            "customers": customers,
            "years": 0.2,
            "seed": 5,
            "plan": plan,
            "scopes": list(scopes),
        }
        sandbox.post("/_sandbox/shops", {**asked, "timezone": "UTC", "currency": "EUR"})
        shop.fail()
        shop.post("/open")
        return shop

    def get(self, path: str = "") -> Any:
        return self.sandbox.get(f"/_sandbox/shops/{self.domain}{path}")

    def post(self, path: str, body: Any = None) -> Any:
        return self.sandbox.post(f"/_sandbox/shops/{self.domain}{path}", body)

    def fail(self, **api: Any) -> None:
        """The shop's API fails like this from now on. Webhooks are always lost: a test posts its own."""
        body = {"webhooks": {"drop": 1.0}, "api": api}
        self.sandbox.call("PUT", f"/_sandbox/shops/{self.domain}/faults", body, None)

    def id_token(self) -> str:
        return str(self.post("/id-token")["id_token"])

    def customers(self) -> list[int]:
        return [who["id"] for who in self.get("/customers")]

    def tags(self, customer: int) -> list[str]:
        tags: list[str] = self.get(f"/customers/{customer}")["tags"]
        return tags

    def retag(self, customer: int, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """The merchant changes tags."""
        body = {"add_tags": list(add), "remove_tags": list(remove)}
        self.sandbox.call("PATCH", f"/_sandbox/shops/{self.domain}/customers/{customer}", body, None)

    def calls(self) -> list[str]:
        """The names of the operations our app asked for, oldest first."""
        return [call["operation"] for call in self.get("/calls")]

    def writes(self) -> list[str]:
        return [call for call in self.calls() if call in WRITES]


@dataclass(frozen=True)
class Merchant:
    """The app on that shop."""

    house: House
    shop: Shop
    store: StoreId

    @staticmethod
    def of(house: House, shop: Shop) -> "Merchant":
        """The app is installed by the path of production, history and all."""
        merchant = Merchant(house, shop, install(house, shop.domain, shop.id_token()).id)
        merchant.read_history()
        return merchant

    def read_history(self) -> None:
        """The history is whole."""
        for _ in range(200):
            if backfill(self.house, self.store) is State.READY:
                return
            self.absorb()
        raise AssertionError(f"the history is still being read: {self.state}")

    @property
    def state(self) -> State:
        with self.house.database.store(self.store) as tx:
            return stores.get(tx).state

    def is_ready(self) -> bool:
        return self.state is State.READY

    def absorb(self) -> None:
        """Nothing waits to be absorbed, read or decided."""
        while drain(self.house, self.store).count or fetch(self.house, self.store) or sweep(self.house, self.store):
            pass

    def live(self, rule: str, tag: str = "vip") -> SegmentId:
        """A live segment, its members posted and delivered."""
        segment, _ = save(self.house, self.store, tag, {"kind": "rule", "rule": rule}, {"": tag}, "test")
        plan(self.house, self.store)
        go_live(self.house, self.store, segment)
        self.absorb()
        return segment

    def deliver(self) -> None:
        """What is due is sent; what waits for a moment is not waited for."""
        deliver(self.house, self.store)

    def time_passes(self) -> None:
        """Whatever waits for a moment has reached it, as if the time had gone by."""
        with self.house.database.store(self.store) as tx:
            outbox.all_due(tx)
            tx.execute("UPDATE bundles SET due_at = now() - interval '1 second' WHERE store_id = %s", (self.store,))
            tx.execute("UPDATE leases SET expires_at = now() - interval '1 second' WHERE store_id = %s", (self.store,))

    def entry(self, customer: int) -> Entry:
        with self.house.database.store(self.store) as tx:
            return outbox.of(tx, [CustomerId(customer)])[CustomerId(customer)]

    def want(self, customer: int, *tags: str, heard: bool = False) -> None:
        """Our segments want exactly these tags for the customer, as posting says it; ``heard``: a message did it."""
        at = self.house.now() if heard else None
        with self.house.database.store(self.store) as tx:
            outbox.want(tx, [Wanted(CustomerId(customer), tags, "test", at)])
