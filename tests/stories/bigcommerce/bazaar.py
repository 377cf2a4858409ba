"""A store of BigCommerce's: its people buy, its merchant writes rules, the platform misbehaves as it is asked to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import requests
from werkzeug.exceptions import ServiceUnavailable

from embedded.json_client import JsonClient
from plugin.db import credentials, reconciles
from plugin.db.stores import State
from plugin.flow.deliver import deliver
from plugin.flow.drain import drain
from plugin.flow.fetch import fetch
from plugin.flow.house import House
from plugin.flow.link import link
from plugin.flow.plan import plan
from plugin.flow.reconcile import ask, reconcile
from plugin.flow.repair import repair
from plugin.flow.sweep import sweep
from tests.flow.bigcommerce.panel import PLATFORM, Panel

LABELS = "Segments"


def entries(customer: dict[str, Any]) -> set[str]:
    """The labels of a customer as the store shows them."""
    return {each.strip() for each in customer["attributes"].get(LABELS, "").split(",")} - {""}


@dataclass
class Door:
    """The way into our app, which can be shut: then whoever calls is told that nobody is there."""

    app: WSGIApplication
    shut: bool = False

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return (ServiceUnavailable() if self.shut else self.app)(environ, start)


@dataclass(frozen=True)
class Bazaar(Panel):
    """A store in steps of a line each; what workers do is done when a story says so."""

    door: Door

    @classmethod
    def found(cls, house: House, sandbox: JsonClient, door: Door, name: str, **said: Any) -> Self:
        """A new store of this name, without the app."""
        body = {"hash": name, "customers": 3, "years": 0.2, "seed": 5, "timezone": "UTC"}
        sandbox.post(f"/_sandbox/{PLATFORM}/stores", body | said)
        made = cls(house, sandbox, house.settings.public_url, name, door)
        made.control("PUT", "/quota", {"quota": 5000})
        return made

    @classmethod
    def open(cls, house: House, sandbox: JsonClient, door: Door, name: str, **said: Any) -> Self:
        """The same, the app installed and its history read."""
        made = cls.found(house, sandbox, door, name, **said)
        made.move_in()
        return made

    def another(self, name: str, **said: Any) -> Self:
        """One more store, with the app."""
        return type(self).open(self.house, self.sandbox, self.door, name, **said)

    def move_in(self) -> None:
        """The merchant installs the app, and all history is read."""
        assert self.install().answer.status_code == 200
        self.read_history()
        self.settle()

    # The merchant at our page

    @property
    def control_panel(self) -> str:
        """Where the merchant has the app in a frame: to a browser, a site other than ours."""
        return f"{self.sandbox.base.replace('127.0.0.1', 'localhost')}/{PLATFORM}/manage/{self.hash}"

    def page(self, path: str, method: str = "GET", body: Any = None) -> Any:
        """What our page is told, or tells."""
        answer = self._page(path, method, body)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def refused(self, path: str, method: str, body: Any) -> str:
        """Why the page can't have it so."""
        answer = self._page(path, method, body)
        assert answer.status_code == 422, answer.text
        return answer.text

    def _page(self, path: str, method: str, body: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.load().token}", "X-Page": PLATFORM}
        return requests.request(method, f"{self.app}/api{path}", headers=headers, json=body, timeout=30)

    def show(self, segment: int, kind: str, name: str, **said: Any) -> None:
        """The segment shows in a group, an attribute or a segment of the store's own, too."""
        self.page(f"/segments/{segment}/outputs/{kind}", "PUT", {"name": name, **said})
        self.settle()

    def shown(self, segment: int, kind: str) -> dict[str, Any]:
        """What the page says of how it shows there."""
        told = self.page(f"/segments/{segment}/outputs")["kinds"]
        return next(dict(each) for each in told if each["kind"] == kind)

    def live(self, rule: str, label: str) -> int:
        """A segment with this label is live; its number."""
        body = {"name": label.title(), "definition": {"kind": "rule", "rule": rule}, "outputs": {"": label}}
        number = int(self.page("/segments", "POST", body)["id"])
        plan(self.house, self.id)
        self.page(f"/segments/{number}/live", "POST")
        self.settle()
        return number

    def notices(self) -> dict[str, str]:
        """The problems on the page: code, and what is said of each."""
        return {each["code"]: f"{each['title']} {each['advice']}" for each in self.page("/problems")["problems"]}

    def why(self, who: int, segment: int) -> Any:
        """Why the customer is in the segment or not, as the page says it."""
        return self.page(f"/customers/{who}/segments/{segment}")["reason"]

    # People at the store

    def someone(self, name: str, **said: Any) -> int:
        """Somebody registers."""
        who = {"first_name": name, "last_name": "Bazaar", "email": f"{name.casefold()}@bazaar.example"}
        return int(self.control("POST", "/customers", who | said)["id"])

    def buy(self, who: int | None, price: str = "60.00", quantity: int = 1, **said: Any) -> dict[str, Any]:
        """An order; shipping costs nothing."""
        lines = [{"product_id": self.goods(), "quantity": quantity, "price": price}]
        body = {"customer_id": who, "lines": lines, "shipping": "0", **said}
        made: dict[str, Any] = self.control("POST", "/orders", body)
        return made

    def goods(self) -> int:
        """Something to buy."""
        return int(next(each["id"] for each in self.control("GET", "/products") if each["type"] == "physical"))

    def customer(self, who: int) -> Any:
        """The customer as the store has them."""
        return self.control("GET", f"/customers/{who}")

    def labels(self, who: int) -> set[str]:
        """The entries of the store's attribute for labels."""
        return entries(self.customer(who))

    def labelled(self, label: str) -> set[int]:
        """All who have the label at the store."""
        return {each["id"] for each in self.control("GET", "/customers") if label in entries(each)}

    # The platform

    def fail(self, webhooks: dict[str, Any] | None = None, **api: Any) -> None:
        """The platform fails like this from now on."""
        self.control("PUT", "/faults", {"webhooks": webhooks or {}, "api": api})

    def heal(self) -> None:
        """Nothing fails any more."""
        self.control("DELETE", "/faults")

    def deliveries(self, scope: str) -> list[dict[str, Any]]:
        """What the store sent of a topic, oldest first."""
        sent: list[dict[str, Any]] = self.control("GET", f"/deliveries?scope={scope}&bodies=1")
        return sent

    def calls(self, method: str, path: str = "", after: int = 0) -> list[dict[str, Any]]:
        """The app's calls of this kind below a path, oldest first, without the first ``after`` of all."""
        made = self.control("GET", "/calls")[after:]
        return [each for each in made if each["method"] == method and each["path"].startswith(path)]

    def called(self) -> int:
        """How many calls the app made so far."""
        return len(self.control("GET", "/calls"))

    def asked(self, method: str, path: str, body: Any = None) -> Any:
        """What the store's own API answers: what stands behind its faces, or what another app does there."""
        answer = self.answer(method, path, body)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def answer(self, method: str, path: str, body: Any = None) -> requests.Response:
        """The same as it comes, whatever it says."""
        with self.house.database.store(self.id) as tx:
            granted = credentials.get(tx, self.house.keys)
        assert granted is not None
        url = f"{self.sandbox.base}/{PLATFORM}/stores/{self.hash}{path}"
        return requests.request(method, url, json=body, headers={"X-Auth-Token": granted.access_token}, timeout=30)

    # Workers

    def settle(self) -> None:
        """Every message has come, and nothing of it waits in the app."""
        for _ in range(500):
            self.control("POST", "/quiet", {"timeout": 30})
            if not self.work():
                return
        raise AssertionError("it never ends")

    def work(self) -> int:
        """What workers find to do is done once; how much it was, and whether it left more."""
        done = [drain(self.house, self.id).count]
        done += [each(self.house, self.id) for each in (fetch, sweep, plan, link, deliver)]
        return sum(done) + self._leaves_more()

    def _leaves_more(self) -> bool:
        """Whether anybody is due by now whom somebody could help."""
        tables = ("customers", "outputs", "placements", "rolls")
        asked = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE due_at <= now())" for table in tables)
        return self.state() is State.READY and bool(self.rows(f"SELECT {asked}")[0][0])

    def deliver_in(self, hours: float) -> None:
        """So much later what waited to be written again is written."""
        with self.house.database.store(self.id) as tx:
            tx.execute("UPDATE outbox SET due_at = due_at - %s WHERE due_at IS NOT NULL", (timedelta(hours=hours),))
        self.settle()

    def days_go_by(self, days: float) -> None:
        """What is open has been so for longer."""
        with self.house.database.store(self.id) as tx:
            tx.execute("UPDATE problems SET first_at = first_at - %s WHERE true", (timedelta(days=days),))

    def compare(self, *, everything: bool = False) -> None:
        """The hourly look is complete, or the weekly one too; what it found is read."""
        ask(self.house, self.id, everything=everything)
        self.look_on()

    def look_on(self) -> None:
        """Looks that somebody asked for are complete; what they found is read."""
        while (wait := self._next_look()) is not None:
            reconcile(self.later(wait), self.id)
            self.settle()

    def _next_look(self) -> timedelta | None:
        """When the look under way goes on; None where none is."""
        now = self.house.now()
        with self.house.database.store(self.id) as tx:
            rows = [row for row in reconciles.listed(tx) if row.began_at is not None or row.due_at <= now]
        return min((max(row.due_at - now, timedelta(0)) for row in rows), default=None)

    def tend(self) -> bool:
        """The daily look at what the store sends us; whether it went well."""
        return repair(self.house, self.id)

    def later(self, wait: timedelta) -> House:
        """The house so much later."""
        now = self.house.now
        return replace(self.house, now=lambda: now() + wait)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the app's own books, of this store alone."""
        with self.house.database.store(self.id) as tx:
            return tx.rows(query, values)
