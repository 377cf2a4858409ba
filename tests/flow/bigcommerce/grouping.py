"""What the tests of groups share: one store whose customers are moved by a note that the merchant writes of them."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from werkzeug.serving import make_server

from embedded.json_client import JsonClient
from embedded.valkey import Valkey
from plugin.db import outputs, placements, problems, writes
from plugin.db.outputs import Kind, Output
from plugin.db.placements import Placement
from plugin.domain.ids import CustomerId, SegmentId
from plugin.flow import output, release
from plugin.flow.bell import Bell
from plugin.flow.deliver import deliver
from plugin.flow.fit import Choice
from plugin.flow.house import House, open_house
from plugin.flow.plan import go_live, plan
from plugin.flow.repair import repair
from plugin.flow.save import save
from plugin.web.app import create_app
from tests.database import Database
from tests.flow.bigcommerce.conftest import CLIENT_ID, SECRET
from tests.flow.bigcommerce.panel import PLATFORM, Panel
from tests.flow.conftest import Rings, settings_for

_words = itertools.count(1)


@dataclass(frozen=True)
class Shop(Panel):
    """A store with groups; what workers do is done when a test says so."""

    rings: Rings

    def word(self) -> str:
        """A word that no other segment asks for."""
        return f"word{next(_words)}x"

    def group(self, name: str, **more: Any) -> int:
        """A group of the merchant's own."""
        return int(self.control("POST", "/groups", {"name": name, **more})["id"])

    def someone(self, **said: Any) -> int:
        """Somebody registers, and is in no group."""
        made = int(self.control("POST", "/customers", {"first_name": "Ada", **said})["id"])
        self.put(made, said.get("group_id", 0))
        return made

    def people(self, number: int) -> list[int]:
        return [self.someone() for _ in range(number)]

    def put(self, who: int, group: int) -> None:
        """The merchant moves a customer by hand."""
        self.control("PATCH", f"/customers/{who}", {"group_id": group})

    def asking(self, word: str) -> SegmentId:
        """A live segment of those whose note has the word."""
        return self.live(f"Of {word}", {"kind": "rule", "rule": f"note CONTAINS '{word}'"})

    def live(self, name: str, definition: dict[str, Any]) -> SegmentId:
        """A live segment of this definition."""
        made, _ = save(self.house, self.id, name, definition, {}, "1")
        while plan(self.house, self.id):
            pass
        go_live(self.house, self.id, made)
        self.settle()
        return made

    def show(self, segment: SegmentId, name: str, label: str = "") -> int:
        """The segment shows in a group of this name; the group's id."""
        output.choose(self.house, self.id, Choice(segment, Kind.GROUP, label, name))
        self.settle()
        found = self.output(segment, label)
        assert found is not None, self.told()
        assert found.remote_id is not None, found
        return int(found.remote_id)

    def shown(self, name: str) -> tuple[str, int]:
        """A word, and the group of those whose note has it."""
        word = self.word()
        return word, self.show(self.asking(word), name)

    def output(self, segment: SegmentId, label: str = "") -> Output | None:
        with self.house.database.store(self.id) as tx:
            return outputs.find(tx, (segment, Kind.GROUP, label))

    def drop(self, segment: SegmentId) -> None:
        output.drop(self.house, self.id, segment, Kind.GROUP, "")
        self.settle()

    def drop_all(self) -> None:
        """No segment shows in a group any more, and no group may be left."""
        with self.house.database.store(self.id) as tx:
            found = [each for each in outputs.every(tx) if each.kind is Kind.GROUP]
            tx.execute("DELETE FROM leavable WHERE true")
        for each in found:
            output.drop(self.house, self.id, each.segment_id, Kind.GROUP, each.label)
        self.settle()

    def note(self, who: int, text: str) -> None:
        """The merchant writes a note of a customer, and what follows of it is done."""
        self.control("PATCH", f"/customers/{who}", {"notes": text})
        self.settle()

    def note_all(self, people: list[int], text: str) -> None:
        for each in people:
            self.control("PATCH", f"/customers/{each}", {"notes": text})
        self.settle()

    def allow(self, group: int, *, confirmed: bool = False) -> None:
        """Customers may be taken out of the group."""
        release.allow(self.house, self.id, group, confirmed=confirmed)
        self.settle()

    def settle(self) -> None:
        """Every message has come, and nothing is left to do but what has to wait."""
        for _ in range(40):
            self.hear()
            if not deliver(self.house, self.id) and not self._is_due():
                return
        raise AssertionError("it never ends")

    def overdue(self) -> None:
        """What waits for a later try is tried now."""
        with self.house.database.store(self.id) as tx:
            tx.execute("UPDATE placements SET due_at = now() WHERE due_at IS NOT NULL")
        self.settle()

    def tomorrow(self) -> None:
        """The daily look is done."""
        assert repair(self.house, self.id)
        self.settle()

    def _is_due(self) -> bool:
        tables = ("customers", "placements", "outputs")
        asked = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE due_at <= now())" for table in tables)
        with self.house.database.store(self.id) as tx:
            return bool(tx.value(f"SELECT {asked}"))

    def where(self, who: int) -> str | None:
        """The name of the group the customer is in, as the store has it."""
        found: str | None = self.control("GET", f"/customers/{who}")["group"]
        return found

    def placement(self, who: int) -> Placement | None:
        with self.house.database.store(self.id) as tx:
            return placements.of(tx, [CustomerId(who)]).get(CustomerId(who))

    def held_by(self, who: int) -> str | None:
        row = self.placement(who)
        return None if row is None else row.held_name

    def moves(self, who: int) -> list[tuple[list[str], list[str], bool]]:
        """The journal of a customer's moves, oldest first: into, out of, whether it worked."""
        with self.house.database.store(self.id) as tx:
            found = reversed(writes.latest(tx, customer_id=CustomerId(who)))
            return [(row["added"], row["removed"], row["ok"]) for row in found if row["what"] == "group"]  # type: ignore[misc]

    def fail(self, **api: Any) -> None:
        """The platform fails so from now on."""
        self.control("PUT", "/faults", {"api": api})

    def heal(self) -> None:
        """Nothing fails any more, and what the store asked us to wait for is over."""
        self.control("DELETE", "/faults")
        self.control("PUT", "/quota", {"quota": 50_000})
        self.house.redis.flushdb()

    def puts(self) -> list[dict[str, Any]]:
        """The calls that moved somebody, or tried to."""
        made: list[dict[str, Any]] = self.control("GET", "/calls")
        return [each for each in made if each["method"] == "PUT" and each["path"].endswith("/customers")]

    def notices(self, code: str) -> list[dict[str, Any]]:
        """The particulars of each problem of the kind."""
        with self.house.database.store(self.id) as tx:
            return [each["particulars"] for each in problems.of_code(tx, code)]


@pytest.fixture(scope="module")
def _shop(module_database: Database, _session_redis: Valkey, sandbox: JsonClient, app_url: str) -> Iterator[Shop]:
    settings = settings_for(
        module_database,
        _session_redis.url,
        PUBLIC_URL=app_url,
        BIGCOMMERCE_CLIENT_ID=CLIENT_ID,
        BIGCOMMERCE_CLIENT_SECRET=SECRET,
        BIGCOMMERCE_API_URL=f"{sandbox.base}/bigcommerce",
        BIGCOMMERCE_LOGIN_URL=f"{sandbox.base}/bigcommerce/login",
    )
    opened = open_house(settings)
    rings = Rings()
    house: House = replace(opened, bell=Bell(opened.redis, rings))
    server = make_server("127.0.0.1", int(app_url.rpartition(":")[2]), create_app(house), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    sandbox.post(f"/_sandbox/{PLATFORM}/stores", {"hash": "groups", "customers": 2, "years": 0.1, "seed": 5})
    shop = Shop(house, sandbox, settings.public_url, "groups", rings)
    shop.control("PUT", "/quota", {"quota": 50_000})
    assert shop.install().answer.status_code == 200
    shop.read_history()
    yield shop
    server.shutdown()
    thread.join()
    server.server_close()
    opened.database.close()


@pytest.fixture
def shop(_shop: Shop) -> Iterator[Shop]:
    """The store that a module's tests share: each has people, words and groups of its own."""
    yield _shop
    _shop.heal()
    _shop.drop_all()
