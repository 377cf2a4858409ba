"""A merchant's browser and the control panel around our page: everything goes over HTTP, ours and the platform's."""

import itertools
import re
from dataclasses import dataclass
from typing import Any

import requests

from embedded.json_client import JsonClient
from plugin.db import problems, stores
from plugin.db.stores import State, Store
from plugin.domain.ids import StoreId
from plugin.flow.backfill import backfill
from plugin.flow.drain import drain
from plugin.flow.fetch import fetch
from plugin.flow.house import House
from plugin.flow.plan import plan
from plugin.flow.save import save
from plugin.flow.sweep import sweep

PLATFORM = "bigcommerce"

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Page:
    """What the frame shows; the token is the one that stands in it."""

    answer: requests.Response

    @property
    def token(self) -> str:
        found = re.search(r'name="visit" content="([^"]+)"', self.answer.text)
        assert found is not None, self.answer.text
        return found[1]


@dataclass(frozen=True)
class Panel:
    """A store of the sandbox, and our app beside it in this process: work is done when a test says so."""

    house: House
    sandbox: JsonClient
    app: str
    hash: str

    @staticmethod
    def of(house: House, sandbox: JsonClient) -> "Panel":
        """A new store with a small past."""
        name = f"panel{next(_numbers)}"
        sandbox.post(f"/_sandbox/{PLATFORM}/stores", {"hash": name, "customers": 3, "years": 0.2, "seed": 5})
        panel = Panel(house, sandbox, house.settings.public_url, name)
        panel.control("PUT", "/quota", {"quota": 5000})
        return panel

    def control(self, method: str, path: str = "", body: Any = None) -> Any:
        """The store's people, and the platform, do something."""
        return self.sandbox.call(method, f"/_sandbox/{PLATFORM}/stores/{self.hash}{path}", body, None)

    def install(self, **said: Any) -> Page:
        """The merchant agrees; their browser follows."""
        return Page(requests.get(self.control("POST", "/install", said)["url"], timeout=30, allow_redirects=False))

    def address(self, **said: Any) -> str:
        """Where the frame goes when somebody opens the app."""
        return str(self.control("POST", "/load", said)["url"])

    def load(self, **said: Any) -> Page:
        """Somebody opens the app."""
        return Page(requests.get(self.address(**said), timeout=30))

    def ask(self, token: str, method: str = "GET", path: str = "/overview") -> requests.Response:
        """A call of our page."""
        headers = {"Authorization": f"Bearer {token}", "X-Page": PLATFORM}
        return requests.request(method, f"{self.app}/api{path}", headers=headers, timeout=30)

    def send(self, token: str, method: str, path: str, body: Any) -> requests.Response:
        """A call of our page that carries something."""
        headers = {"Authorization": f"Bearer {token}", "X-Page": PLATFORM}
        return requests.request(method, f"{self.app}/api{path}", json=body, headers=headers, timeout=30)

    @property
    def id(self) -> StoreId:
        found = stores.find(self.house.database, PLATFORM, self.hash, self.house.now())
        assert found is not None
        return found

    @property
    def row(self) -> Store:
        with self.house.database.store(self.id) as tx:
            return stores.get(tx)

    def state(self) -> State:
        return self.row.state

    def segment(self, name: str, rule: str, tag: str = "") -> int:
        """A segment of this rule in preview, worked out for everyone."""
        definition = {"kind": "rule", "rule": rule}
        made, _ = save(self.house, self.id, name, definition, {"": tag} if tag else {}, "1")
        while plan(self.house, self.id):
            pass
        self.absorb()
        return made

    def told(self) -> set[str]:
        """The problems on the merchant's page."""
        with self.house.database.store(self.id) as tx:
            return {each["code"] for each in problems.listed(tx)}

    def hooks(self) -> dict[str, dict[str, Any]]:
        """The app's hooks at the store."""
        return {each["scope"]: each for each in self.control("GET", "/hooks")["hooks"]}

    def read_history(self) -> None:
        """The history is whole."""
        for _ in range(200):
            if backfill(self.house, self.id) is State.READY:
                return
            self.absorb()
        raise AssertionError(f"the history is still being read: {self.state()}")

    def absorb(self) -> None:
        """Nothing waits to be absorbed, read or decided."""
        while drain(self.house, self.id).count or fetch(self.house, self.id) or sweep(self.house, self.id):
            pass

    def hear(self) -> None:
        """Every message has come, and has been absorbed."""
        self.control("POST", "/quiet")
        self.absorb()
