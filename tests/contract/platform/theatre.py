"""Sandbox, app and stores of a module: work is done when a test says so, and what comes of it can be asked."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.serving import make_server

from embedded.json_client import JsonClient
from embedded.ports import free_port
from plugin.db import memberships, outbox, problems, stores
from plugin.db.stores import State
from plugin.domain.errors import RegularsError
from plugin.domain.ids import SegmentId, StoreId
from plugin.engine import cutoffs
from plugin.engine.decide import Asked
from plugin.engine.decide import decide as ask
from plugin.flow import reconcile as comparing
from plugin.flow.backfill import backfill
from plugin.flow.bell import Bell
from plugin.flow.check import check
from plugin.flow.count import a_draft
from plugin.flow.deliver import deliver
from plugin.flow.drafted import drafted
from plugin.flow.drain import drain
from plugin.flow.fetch import fetch
from plugin.flow.house import House, open_house
from plugin.flow.optional import read_optional
from plugin.flow.plan import go_live, plan
from plugin.flow.reconcile import reconcile
from plugin.flow.save import save
from plugin.flow.sweep import sweep
from plugin.web.app import create_app
from sandbox.server import running
from tests.contract.platform.telling import Market
from tests.database import Database
from tests.flow.conftest import Rings, settings_for

CLIENT_ID, SECRET = "test-client-id", "test-client-secret-of-32-characters"


@dataclass(frozen=True)
class Theatre:
    """The pretended platforms, and our app beside them."""

    house: House
    sandbox: JsonClient


@contextmanager
def theatre(database: Database, redis_url: str) -> Iterator[Theatre]:
    """Both platforms know our app, which answers at its address."""
    port = free_port()
    with running(f"http://127.0.0.1:{port}", CLIENT_ID, SECRET, retries=(0.05, 0.05)) as url:
        known = {f"{who}_CLIENT_{what}": value for who in ("SHOPIFY", "BIGCOMMERCE")
                 for what, value in (("ID", CLIENT_ID), ("SECRET", SECRET))}  # fmt: skip
        settings = settings_for(
            database,
            redis_url,
            PUBLIC_URL=f"http://127.0.0.1:{port}",
            SHOPIFY_SHOP_URL=f"{url}/{{shop}}",
            SHOPIFY_SUBSCRIPTIONS="store",
            BIGCOMMERCE_API_URL=f"{url}/bigcommerce",
            BIGCOMMERCE_LOGIN_URL=f"{url}/bigcommerce/login",
            **known,
        )
        opened = open_house(settings)
        house = replace(opened, bell=Bell(opened.redis, Rings()))
        server = make_server("127.0.0.1", port, create_app(house), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Theatre(house, JsonClient(url))
        server.shutdown()
        thread.join()
        server.server_close()
        opened.database.close()


@dataclass(frozen=True)
class Installed:
    """The app on a store."""

    house: House
    market: Market
    id: StoreId

    @classmethod
    def on(cls, house: House, market: Market) -> "Installed":
        """The merchant agrees, and the history is read."""
        found = cls(house, market, market.install(house))
        found.read_history()
        found.absorb()
        return found

    def read_history(self) -> None:
        for _ in range(200):
            if backfill(self.house, self.id) is State.READY:
                return
            self.absorb()
        raise AssertionError(f"the history is still being read: {self.state()}")

    def absorb(self) -> None:
        """Nothing waits to be absorbed, read or decided."""
        house, it = self.house, self.id
        for _ in range(200):
            with house.database.store(it) as tx:  # Whatever a read waits for has come.
                tx.execute("UPDATE reads SET due_at = now() WHERE store_id = %s", (it,))
            if not (drain(house, it).count or fetch(house, it) or sweep(house, it) or read_optional(house, it)):
                return
        raise AssertionError("there is no end to what waits")

    def hear(self) -> None:
        """Every message has come, and has been absorbed."""
        self.market.quiet()
        self.absorb()

    def compare(self) -> None:
        """The store's books and ours are compared, all of them, some minutes from now: the youngest changes wait."""
        comparing.ask(self._later(10), self.id, everything=True)
        for step in range(100):
            if not reconcile(self._later(10 + step / 10), self.id):
                break
            self.absorb()
        self.absorb()

    def _later(self, minutes: float) -> House:
        return replace(self.house, now=lambda: datetime.now(UTC) + timedelta(minutes=minutes))

    def state(self) -> State:
        with self.house.database.store(self.id) as tx:
            return stores.get(tx).state

    def told(self) -> set[str]:
        """The problems on the merchant's page."""
        with self.house.database.store(self.id) as tx:
            return {each["code"] for each in problems.listed(tx)}

    def answers(self, definition: Mapping[str, Any], at: datetime) -> dict[str, str | None] | str:
        """Everybody's label as of this moment, None when out, ``?`` when undecided; or why the rule is refused."""
        names = {number: name for name, number in self.market.people.items()}
        with self.house.database.store(self.id, isolation="REPEATABLE READ") as tx:
            try:
                draft = replace(a_draft(tx, check(tx, definition).definition, "", None), created_at=at)
            except RegularsError as error:
                return error.message
            meant = drafted(tx, stores.get(tx), draft).plan.only([draft.id])
            with cutoffs.supposed(tx):
                cutoffs.compute(tx, meant, at, cutoffs.missing(tx, meant, at))
                decided = [(each.customer_id, each.outcomes[0]) for each in ask(tx, meant, Asked.everyone(at))]
        found = {names[who]: "?" if outcome.undecided else outcome.label for who, outcome in decided if who in names}
        return dict.fromkeys(names.values()) | found

    def live(self, name: str, definition: Mapping[str, Any], outputs: Mapping[str, str]) -> SegmentId:
        """A live segment, its members decided and posted."""
        segment, _ = save(self.house, self.id, name, definition, outputs, "test")
        plan(self.house, self.id)
        go_live(self.house, self.id, segment)
        self.absorb()
        return segment

    def members(self, segment: SegmentId) -> dict[str, str]:
        """Who stands in the segment, and under which label."""
        names = {number: name for name, number in self.market.people.items()}
        with self.house.database.store(self.id) as tx:
            return {names[each.customer_id]: each.label for each in memberships.members(tx, segment)}

    def deliver(self) -> None:
        """What is wanted is written, whatever waits for a moment."""
        for _ in range(20):
            with self.house.database.store(self.id) as tx:
                outbox.all_due(tx)
            if not deliver(self.house, self.id):
                return

    def time_passes(self) -> None:
        """Whatever the platform asked us to wait for is over; so is what we remember of its pace."""
        self.market.let_pass()
        self.house.redis.flushall()
