"""A store of the pretend BigCommerce, and our app beside it in this process: work is done when a test says so."""

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from plugin.db import backfills, outbox, repairs, stores
from plugin.db.backfills import Backfill
from plugin.db.stores import State
from plugin.domain.facts import Kind
from plugin.domain.ids import SegmentId, StoreId
from plugin.flow.backfill import backfill
from plugin.flow.deliver import deliver
from plugin.flow.drain import drain
from plugin.flow.fetch import fetch
from plugin.flow.house import House
from plugin.flow.install import install_granted
from plugin.flow.plan import go_live, plan
from plugin.flow.reconcile import ask, reconcile
from plugin.flow.save import save
from plugin.flow.sweep import sweep
from plugin.flow.tokens import client
from plugin.platforms.base import Grant
from plugin.platforms.bigcommerce.client import Client
from plugin.platforms.manifest import asked
from tests.platforms.bigcommerce.doors import Pretended
from tests.platforms.server import Server

PLATFORM = "bigcommerce"
_numbers = itertools.count(1)


def a_store(url: str, app: Server, **more: Any) -> Pretended:
    """A new store with a small past."""
    name = f"pages{next(_numbers)}"
    body = {"hash": name, "currency": "EUR", "timezone": "UTC", "country": "DE", "seed": 5, "customers": 12, **more}
    requests.post(f"{url}/_sandbox/bigcommerce/stores", json={"years": 0.3, **body}, timeout=60).raise_for_status()
    made = Pretended(url, name, app)
    made.control("PUT", "/quota", {"quota": 5000})
    return made


@dataclass(frozen=True)
class Keeper:
    """The app on that store."""

    house: House
    there: Pretended
    store: StoreId

    @staticmethod
    def of(house: House, there: Pretended) -> "Keeper":
        """The app is installed; its history is still to be read."""
        scopes = tuple(sorted(asked(PLATFORM).scopes))
        token = str(there.control("POST", "/token", {"scopes": list(scopes)})["access_token"])
        grant = Grant(token, scopes, None, None, None)
        return Keeper(house, there, install_granted(house, PLATFORM, there.hash, grant).id)

    @property
    def state(self) -> State:
        with self.house.database.store(self.store) as tx:
            return stores.get(tx).state

    def calls(self) -> Client:
        """A client with the app's own token: another one would end it."""
        with self.house.database.store(self.store) as tx:
            store = stores.get(tx)
        made: Client = client(self.house, store)
        return made

    def read_history(self) -> None:
        """The history is whole."""
        for _ in range(200):
            if backfill(self.house, self.store) is State.READY:
                return
            self.absorb()
        raise AssertionError(f"the history is still being read: {self.state}")

    def reading(self, kind: Kind) -> Backfill:
        with self.house.database.store(self.store) as tx:
            return next(row for row in backfills.listed(tx) if row.kind is kind)

    def absorb(self) -> None:
        """Nothing waits to be absorbed, read or decided."""
        while drain(self.house, self.store).count or fetch(self.house, self.store) or sweep(self.house, self.store):
            pass

    def absorb_all(self) -> None:
        """Nothing is to be read any more either, at whatever moment."""
        with self.house.database.store(self.store) as tx:
            tx.execute("UPDATE reads SET due_at = now() WHERE store_id = %s", (self.store,))
        self.absorb()

    def compare(self, minutes: float = 10, *, everything: bool = False) -> None:
        """The look is complete, and what it found is absorbed."""
        ask(self.later(minutes), self.store, everything=everything)
        for step in range(200):
            if not reconcile(self.later(minutes + step / 10), self.store):
                break
            self.absorb()
        self.absorb()

    def later(self, minutes: float) -> House:
        """The house so much later: what changed until now is no longer young."""
        return replace(self.house, now=lambda: datetime.now(UTC) + timedelta(minutes=minutes))

    def found(self) -> dict[tuple[str, str], int]:
        """What was mended so far: how many by kind and by what was wrong."""
        sums: dict[tuple[str, str], int] = {}
        with self.house.database.store(self.store) as tx:
            for row in repairs.latest(tx):
                key = (str(row["kind"]), str(row["what"]))
                sums[key] = sums.get(key, 0) + int(str(row["count"]))
        return sums

    def live(self, rule: str, tag: str) -> SegmentId:
        """A live segment, its members posted and delivered."""
        segment, _ = save(self.house, self.store, tag, {"kind": "rule", "rule": rule}, {"": tag}, "test")
        plan(self.house, self.store)
        go_live(self.house, self.store, segment)
        self.deliver()
        return segment

    def deliver(self) -> None:
        """What is due is decided and sent, whatever it waits for."""
        self.absorb()
        with self.house.database.store(self.store) as tx:
            outbox.all_due(tx)
        deliver(self.house, self.store)

    def ids(self, table: str, where: str = "") -> list[int]:
        with self.house.database.store(self.store) as tx:
            return [row[0] for row in tx.rows(f"SELECT id FROM {table} {where} ORDER BY id")]

    def value(self, query: str) -> Any:
        with self.house.database.store(self.store) as tx:
            return tx.value(query)

    def says(self, customer: int) -> str | None:
        """What stands in the attribute of labels."""
        told: str | None = self.there.control("GET", f"/customers/{customer}")["attributes"].get("Segments")
        return told
