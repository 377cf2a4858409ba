"""A day at a shop, played to the real processes, and the picture of what it came to.

The day is the same at every shop; ids differ, so a picture numbers customers and orders in their order.
"""

import http.client
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

import psycopg

from embedded.json_client import JsonClient, page
from embedded.stage import DATABASE, Stage
from plugin.db.schema import metadata
from plugin.platforms.shopify.webhooks import sign

SEGMENTS: Mapping[str, tuple[Mapping[str, Any], Mapping[str, str]]] = {
    "Spenders": ({"kind": "rule", "rule": "sum(orders.net) >= 400"}, {"": "spender"}),
    "Friends": ({"kind": "rule", "rule": "IN SEGMENT 'Spenders' AND number_of_orders >= 3"}, {"": "friend"}),
    "Asked": ({"kind": "rule", "rule": "customer_tags CONTAINS 'newsletter' AND number_of_orders >= 2"}, {"": "asked"}),
    "Regulars": ({"kind": "rule", "rule": "number_of_orders >= 4"}, {"": "regular"}),
    "Loyal": (
        {"kind": "two_sided", "join": "number_of_orders >= 4", "stay": "number_of_orders >= 2", "grace": "0d"},
        {"": "loyal"},
    ),
    "Level": (
        {
            "kind": "tiers",
            "cases": [
                {"label": "gold", "rule": "sum(orders.net) >= 900"},
                {"label": "silver", "rule": "sum(orders.net) >= 300"},
            ],
            "default": None,
        },
        {"gold": "gold", "silver": "silver"},
    ),
}
OURS = frozenset(tag for _, outputs in SEGMENTS.values() for tag in outputs.values())
WRITES = frozenset({"WriteTags"})
PATIENCE = 120.0


def until(true: Callable[[], bool], told: str | Callable[[], str], seconds: float = PATIENCE) -> None:
    """The condition holds; fails with what was waited for, as it is then."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {told if isinstance(told, str) else told()}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Play:
    """One shop of the stage, with the app installed and its segments live."""

    stage: Stage
    shop: str
    store: int

    @classmethod
    def open(cls, stage: Stage, name: str, customers: int = 8, **said: Any) -> Self:
        """The shop exists, the merchant has opened the app's page, and its history is whole."""
        shop, sandbox = f"{name}.myshopify.com", JsonClient(stage.addresses.sandbox)
        asked = {"domain": shop, "customers": customers, "years": 0.1, "seed": 7, "timezone": "UTC", "plan": "plus"}
        sandbox.post("/_sandbox/shops", asked | said)
        page(sandbox.post(f"/_sandbox/shops/{shop}/open")["url"])
        play = cls(stage, shop, int(told(stage, "SELECT id FROM stores WHERE domain = %s", shop)[0][0]))
        until(lambda: play.state == "ready", f"{shop} is ready")
        return play

    @classmethod
    def begin(cls, stage: Stage, name: str, customers: int = 8) -> Self:
        """The same, and its segments are live."""
        play = cls.open(stage, name, customers)
        play.go_live()
        play.settle()
        return play

    @property
    def state(self) -> str:
        return str(self.rows("SELECT state FROM stores WHERE id = %s")[0][0])

    def go_live(self) -> None:
        """All segments are live, by the page's own calls."""
        for name, (definition, outputs) in SEGMENTS.items():
            self.save(name, definition, outputs)

    def save(self, name: str, definition: Mapping[str, Any], outputs: Mapping[str, str]) -> int:
        """The segment is live; its number."""
        app = JsonClient(self.stage.addresses.web)
        body = {"name": name, "definition": definition, "outputs": outputs}
        number: int = app.post("/api/segments", body, self.token())["id"]
        until(partial(self._is_applied, number), f"{name} is planned")
        app.post(f"/api/segments/{number}/live", {}, self.token())
        return number

    def _is_applied(self, segment: int) -> bool:
        """Whether the segment's first plan is complete."""
        rows = self.rows("SELECT id FROM segments WHERE store_id = %s AND applied_version IS NOT NULL")
        return segment in {row[0] for row in rows}

    def token(self) -> str:
        return str(self.post("/id-token")["id_token"])

    def get(self, path: str = "") -> Any:
        return JsonClient(self.stage.addresses.sandbox).get(f"/_sandbox/shops/{self.shop}{path}")

    def call(self, method: str, path: str, body: Any = None) -> Any:
        sandbox = JsonClient(self.stage.addresses.sandbox)
        return sandbox.call(method, f"/_sandbox/shops/{self.shop}{path}", body, None)

    def post(self, path: str, body: Any = None) -> Any:
        return self.call("POST", path, body or {})

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of the database; the query's one parameter is the store."""
        return told(self.stage, query, self.store)

    def tags(self, customer: int) -> list[str]:
        """The customer's tags in the shop's own state."""
        tags: list[str] = self.get(f"/customers/{customer}")["tags"]
        return tags

    def left(self) -> dict[str, int]:
        """How many rows each of the app's tables has of the shop, where it has any."""
        names = [table.name for table in metadata.sorted_tables if table.info.get("tenant")]
        counts = {name: self.rows(f"SELECT count(*) FROM {name} WHERE store_id = %s")[0][0] for name in names}
        return {name: count for name, count in counts.items() if count}

    def customers(self) -> list[int]:
        return sorted(who["id"] for who in self.get("/customers"))

    def webhook(self, topic: str, body: bytes, delivery: str) -> int:
        """The status that a delivery, signed like any other, is answered with."""
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": sign(body, self.stage.environment["SHOPIFY_CLIENT_SECRET"]),
            "X-Shopify-Shop-Domain": self.shop,
            "X-Shopify-Webhook-Id": delivery,
            "X-Shopify-Triggered-At": "2026-01-01T00:00:00.000000000Z",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.stage.addresses.web_port, timeout=4)
        try:
            connection.request("POST", "/webhooks/shopify", body, headers)
            return connection.getresponse().status
        finally:
            connection.close()

    def day(self, around: Callable[[int], AbstractContextManager[None]] = lambda step: nullcontext()) -> None:
        """What happens at the shop; each step inside what ``around`` gives for it."""
        products = sorted(self.get("/products"), key=lambda product: product["id"])
        goods = [product["id"] for product in products if not product["gift_card"]]
        people = self.customers()
        orders: list[dict[str, Any]] = []
        for step in range(24):
            who = people[(3 * step + step // 4) % len(people)]
            lines = [{"product_id": goods[step % len(goods)], "quantity": 1 + step % 3, "price": "60.00"}]
            with around(step):
                orders.append(self.post("/orders", {"customer_id": who, "lines": lines, "paid": step % 5 != 4}))
                self._aside(step, people, orders)

    def _aside(self, step: int, people: Sequence[int], orders: list[dict[str, Any]]) -> None:
        """What else happens in that step."""
        match step:
            case 6 | 18:
                self.post(f"/orders/{orders[step - 3]['id']}/refund")
            case 8:
                self.post(f"/orders/{orders[4]['id']}/pay")
            case 10:
                self.post(f"/orders/{orders[7]['id']}/cancel")
            case 12 | 3:
                self.call("PATCH", f"/customers/{people[step % 5]}", {"add_tags": ["newsletter", "gold"]})
            case 14:
                self.post(f"/orders/{orders[11]['id']}/refund", {"amount": "25.00"})
            case 16:
                self.call("PATCH", f"/customers/{people[2]}", {"remove_tags": ["newsletter"]})
            case 20:
                self.post(f"/orders/{orders[13]['id']}/delete")

    def settle(self) -> None:
        """Every webhook is answered, and nothing waits in the app any more."""
        until(self.is_quiet, self._what_waits)

    def _what_waits(self) -> str:
        """Why the shop is not quiet; raises ChildEndedError where a process is no longer there."""
        self.stage.children.check()
        return f"{self.shop} is quiet; {self.waiting()}"

    def is_quiet(self) -> bool:
        """Whether nothing is under way, seen twice with the shop's own silence between."""
        if any(self.waiting().values()):
            return False
        self.post("/quiet", {"timeout": 20})
        return not any(self.waiting().values()) and self.get()["pending_webhooks"] == 0

    def waiting(self) -> dict[str, int]:
        """How much waits, by kind."""
        row = self.rows(
            """WITH s AS (SELECT %s::bigint AS id)
               SELECT (SELECT count(*) FROM inbox_open WHERE store_id = s.id AND state = 0),
                      (SELECT count(*) FROM customers WHERE store_id = s.id AND due_at <= now()),
                      (SELECT count(*) FROM reads WHERE store_id = s.id),
                      (SELECT count(*) FROM outbox WHERE store_id = s.id AND due_at IS NOT NULL) FROM s"""
        )[0]
        return dict(zip(("inbox", "due", "reads", "outbox"), row, strict=True))

    def is_draining(self) -> bool:
        """Whether a drain has begun and not ended."""
        return any(row[0] for row in self.rows("SELECT started_at IS NOT NULL FROM drains WHERE store_id = %s"))

    def statuses(self) -> set[int | None]:
        """How the web server answered; None where it did not."""
        return {attempt["status"] for delivery in self.get("/deliveries") for attempt in delivery["attempts"]}

    def twice_written(self) -> int:
        """How many writes the shop was asked for beyond those that the journal knows."""
        asked = sum(call["operation"] in WRITES for call in self.get("/calls"))
        known = self.rows("SELECT count(*) FROM writes WHERE store_id = %s AND (added <> '{}' OR removed <> '{}')")
        return int(asked - known[0][0])

    def lost(self) -> set[str]:
        """Deliveries that were answered with 200 and are not in the inbox."""
        heard = {
            delivery["id"]
            for delivery in self.get("/deliveries")
            if any(attempt["status"] == 200 for attempt in delivery["attempts"])
        }
        kept = {row[0] for row in self.rows("SELECT delivery_id FROM inbox WHERE store_id = %s")}
        return heard - kept

    def picture(self) -> dict[str, Any]:
        """Facts, memberships and tags, without ids and without moments of processing."""
        people = {who: place for place, who in enumerate(self.customers())}
        orders = {row[0]: place for place, row in enumerate(self.rows(ORDERS))}
        names = dict(self.rows("SELECT id, name FROM segments WHERE store_id = %s"))
        return {
            "orders": [
                (orders[id_], None if who is None else people[who], *amounts)
                for id_, who, *amounts in self.rows(ORDERS)
            ],
            "lines": sorted(
                (orders[order], quantity, gross, discount, refunded)
                for order, quantity, gross, discount, refunded in self.rows(LINES)
            ),
            "members": sorted((names[segment], people[who], label) for who, segment, label in self.rows(MEMBERS)),
            "wanted": sorted((people[who], sorted(tags)) for who, tags in self.rows(WANTED) if tags),
            "tags": [sorted(who["tags"]) for who in sorted(self.get("/customers"), key=lambda who: who["id"])],
        }

    def orders(self) -> list[int]:
        """How many orders each customer has, by the sandbox's own books: all but the tests."""
        bought = Counter(order["customer_id"] for order in self.get("/orders") if not order["test"])
        return [bought[who["id"]] for who in sorted(self.get("/customers"), key=lambda who: who["id"])]


ORDERS = """SELECT id, customer_id, gross, discount, refunded, paid_at IS NOT NULL, cancelled_at IS NOT NULL
            FROM orders WHERE store_id = %s ORDER BY id"""
LINES = "SELECT order_id, quantity, gross, discount, refunded FROM lines WHERE store_id = %s"
MEMBERS = "SELECT customer_id, segment_id, label FROM memberships WHERE store_id = %s"
WANTED = "SELECT customer_id, wanted FROM outbox WHERE store_id = %s"


def told(stage: Stage, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of the stage's database as its superuser, whom no store's wall holds back."""
    with psycopg.connect(stage.postgres.url(DATABASE), autocommit=True) as connection:
        return connection.execute(query, values).fetchall()
