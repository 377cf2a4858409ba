"""What a merchant and a customer do in the demo, one method per step, through the doors they would use.

The merchant's steps are the calls of our embedded page, each with a fresh ID token of the platform; the
customer's are the sandbox's. Nothing reaches into a database.
"""

from dataclasses import dataclass
from typing import Any

from embedded.json_client import JsonClient, page

# The sandbox's control API: `{shop}` is the shop's domain.
SHOPS = "/_sandbox/shops"
SHOP = "/_sandbox/shops/{shop}"

# The API of our page.
OVERVIEW = "/api/overview"
SEGMENTS = "/api/segments"
PLAN = "/api/segments/{id}/plan"
LIVE = "/api/segments/{id}/live"
PLANNED = ("ready", "applied")  # A segment in preview applies its plan itself: that writes nothing.


class PlanFailed(Exception):
    """The app could not work out what a segment would do; the message is its reason."""


@dataclass(frozen=True)
class Draft:
    """A segment as a merchant writes it: a name, a rule, and the tag its members wear."""

    name: str
    rule: str
    tag: str


@dataclass(frozen=True)
class Plan:
    """What going live would do."""

    joins: int
    leaves: int
    total: int


@dataclass(frozen=True)
class Progress:
    """How far the history of the store has been read."""

    done: bool
    said: str


@dataclass(frozen=True)
class Story:
    """One shop of the sandbox, and our app beside it."""

    sandbox: JsonClient
    app: JsonClient
    shop: str

    def make_shop(self, customers: int, years: int, seed: int) -> dict[str, Any]:
        """The shop exists, with customers and orders of the past; gives its summary."""
        asked = {
            "domain": self.shop, "name": "Corner Shop", "timezone": "Europe/Berlin", "currency": "EUR",
            "plan": "advanced", "customers": customers, "years": years, "seed": seed,
        }  # fmt: skip
        made: dict[str, Any] = self.sandbox.post(SHOPS, asked)
        return made

    def open_app(self) -> str:
        """The app is installed: the admin has opened its page; gives the address it opened."""
        address: str = self._shop_post("/open")["url"]
        page(address)
        return address

    def backfill_progress(self) -> Progress:
        """How far the history is."""
        history = self.app.get(OVERVIEW, self._token())["history"]
        said = ", ".join(f"{each['things'] or 0} {each['kind']}s" for each in history["readings"])
        return Progress(history["done"], said)

    def create_segment(self, draft: Draft) -> int:
        """The segment exists in preview; gives its id."""
        body = {
            "name": draft.name,
            "definition": {"kind": "rule", "rule": draft.rule},
            "outputs": {"": draft.tag},  # A plain rule has one label without a name.
        }
        made: int = self.app.post(SEGMENTS, body, self._token())["id"]
        return made

    def plan(self, segment: int) -> Plan | None:
        """What going live would do; None while it is still being worked out. Raises PlanFailed."""
        plan = self.app.get(PLAN.format(id=segment), self._token())
        if plan["state"] == "failed":
            raise PlanFailed(plan["error"])
        return Plan(plan["joins"], plan["leaves"], plan["total"]) if plan["state"] in PLANNED else None

    def go_live(self, segment: int) -> None:
        """The segment's tag is written to the store from now on."""
        self.app.post(LIVE.format(id=segment), {}, self._token())

    def tagged(self, tag: str) -> set[int]:
        """The customers who have the tag in the shop's own state."""
        return {customer["id"] for customer in self._shop_get(f"/customers?tag={tag}")}

    def someone_without(self, tag: str) -> dict[str, Any]:
        """A customer of the shop who does not have the tag."""
        customers: list[dict[str, Any]] = self._shop_get("/customers")
        return next(customer for customer in customers if tag not in customer["tags"] and customer["email"])

    def buy(self, customer: int) -> str:
        """The customer has bought and paid for something that others bought lately; gives the order's name."""
        bought = [line["product_id"] for order in self._shop_get("/orders?limit=20") for line in order["lines"]]
        product = next(product for product in bought if product is not None)
        lines = [{"product_id": product, "quantity": 1}]
        made = self._shop_post("/orders", {"customer_id": customer, "lines": lines, "paid": True})
        return str(made["name"])

    def tags(self, customer: int) -> list[str]:
        """The customer's tags in the shop's own state."""
        tags: list[str] = self._shop_get(f"/customers/{customer}")["tags"]
        return tags

    def _token(self) -> str:
        """A fresh ID token, as the admin gives the page for each call."""
        token: str = self._shop_post("/id-token")["id_token"]
        return token

    def _shop_get(self, path: str) -> Any:
        return self.sandbox.get(SHOP.format(shop=self.shop) + path)

    def _shop_post(self, path: str, body: Any = None) -> Any:
        return self.sandbox.post(SHOP.format(shop=self.shop) + path, body)
