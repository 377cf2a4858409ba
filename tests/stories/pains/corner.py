"""A corner shop: its people buy, its merchant writes rules, and the platform misbehaves as it is asked to."""

import http.client
from typing import Any

import psycopg

from embedded.json_client import JsonClient
from embedded.stage import DATABASE
from tests.stories.play import WRITES, Play, until

SOON = 45.0


class Corner(Play):
    """A play in steps of a line each."""

    def live(self, rule: str, tag: str) -> int:
        """A segment with this tag is live; its number."""
        return self.save(tag.title(), {"kind": "rule", "rule": rule}, {"": tag})

    def someone(self, name: str, **said: Any) -> int:
        """A new customer."""
        who = {"first_name": name, "last_name": "Corner", "email": f"{name.casefold()}@corner.example"}
        return int(self.post("/customers", who | said)["id"])

    def goods(self) -> int:
        """Something to buy."""
        return int(next(each["id"] for each in self.get("/products") if not each["gift_card"]))

    def buy(self, who: int | None, price: str = "60.00", quantity: int = 1, **said: Any) -> dict[str, Any]:
        """An order, paid unless said otherwise."""
        lines = [{"product_id": self.goods(), "quantity": quantity, "price": price}]
        made: dict[str, Any] = self.post("/orders", {"customer_id": who, "lines": lines} | said)
        return made

    def fail(self, webhooks: dict[str, Any] | None = None, **api: Any) -> None:
        """The platform fails like this from now on."""
        self.call("PUT", "/faults", {"webhooks": webhooks or {}, "api": api})

    def heal(self) -> None:
        """Nothing fails any more."""
        self.call("DELETE", "/faults")

    def waiting(self) -> dict[str, int]:
        """How much waits; a read that nobody is in a hurry for does not count."""
        lazy = "SELECT count(*) FROM reads WHERE due_at > now() AND attempts = 0 AND store_id = %s"
        waiting = super().waiting()
        return waiting | {"reads": max(0, waiting["reads"] - self.rows(lazy)[0][0])}

    def until_has(self, who: int, tag: str) -> None:
        """The customer has this tag in the shop."""
        until(lambda: tag in self.tags(who), lambda: f"{tag} in {self.tags(who)}; {self.waiting()}", SOON)

    def until_lacks(self, who: int, tag: str) -> None:
        """The customer has this tag no more."""
        until(lambda: tag not in self.tags(who), lambda: f"no {tag} in {self.tags(who)}; {self.waiting()}", SOON)

    def app(self, path: str) -> Any:
        """What the app's page is told."""
        return JsonClient(self.stage.addresses.web).get(f"/api{path}", self.token())

    def problems(self) -> set[str]:
        """The codes of what the page calls a problem."""
        return {row[0] for row in self.rows("SELECT code FROM problems WHERE store_id = %s")}

    def writes(self) -> int:
        """How many calls of the app changed tags."""
        return sum(call["operation"] in WRITES for call in self.get("/calls"))

    def let_time_pass(self, who: int) -> None:
        """As if the moment had come for which a write to the customer waits."""
        with psycopg.connect(self.stage.postgres.url(DATABASE), autocommit=True) as connection:
            query = "UPDATE outbox SET due_at = now() WHERE due_at > now() AND store_id = %s AND customer_id = %s"
            connection.execute(query, (self.store, who))

    def throttled(self) -> int:
        """How many calls of the app were refused for their pace."""
        return sum(call["outcome"] == "throttled" for call in self.get("/calls"))

    def knock(self, topic: str, body: bytes, **headers: str) -> int:
        """The status that a delivery is answered with which has these headers and no others."""
        connection = http.client.HTTPConnection("127.0.0.1", self.stage.addresses.web_port, timeout=5)
        try:
            named = {f"X-Shopify-{name.replace('_', '-')}": value for name, value in headers.items()}
            connection.request("POST", "/webhooks/shopify", body, {"X-Shopify-Topic": topic, **named})
            return connection.getresponse().status
        finally:
            connection.close()

    def bodies(self, topic: str) -> list[dict[str, Any]]:
        """What was sent of a topic, oldest first, with headers and body."""
        sent: list[dict[str, Any]] = self.get(f"/deliveries?topic={topic}&bodies=1")
        return sent
