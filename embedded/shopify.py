"""A merchant and a customer at a pretend Shopify: the store has tags, the admin gives a token for each call."""

from dataclasses import dataclass
from typing import Any

from embedded.json_client import page
from embedded.story import Story

# The sandbox's control API: `{shop}` is the shop's domain.
SHOPS = "/_sandbox/shops"
SHOP = "/_sandbox/shops/{shop}"


@dataclass(frozen=True)
class ShopifyStory(Story):
    """One shop, by its domain."""

    def make_shop(self, customers: int, years: float, seed: int) -> dict[str, Any]:
        """The shop exists, with customers and orders of the past; gives its summary."""
        asked = {
            "domain": self.shop, "name": "Corner Shop", "timezone": "Europe/Berlin", "currency": "EUR",
            "plan": "advanced", "customers": customers, "years": years, "seed": seed,
        }  # fmt: skip
        made: dict[str, Any] = self.sandbox.post(SHOPS, asked)
        return made

    def open_app(self) -> None:
        """The app is installed: the admin has opened its page."""
        page(self._shop_post("/open")["url"])

    def labelled(self, label: str) -> set[int]:
        """The customers who have the tag."""
        return {customer["id"] for customer in self._shop_get(f"/customers?tag={label}")}

    def someone_without(self, label: str) -> dict[str, Any]:
        """A customer who does not have the tag."""
        customers: list[dict[str, Any]] = self._shop_get("/customers")
        return next(customer for customer in customers if label not in customer["tags"] and customer["email"])

    def buy(self, customer: int) -> str:
        """The customer has bought and paid; gives the order's name."""
        bought = [line["product_id"] for order in self._shop_get("/orders?limit=20") for line in order["lines"]]
        product = next(product for product in bought if product is not None)
        lines = [{"product_id": product, "quantity": 1}]
        made = self._shop_post("/orders", {"customer_id": customer, "lines": lines, "paid": True})
        return str(made["name"])

    def labels(self, customer: int) -> list[str]:
        """The customer's tags."""
        tags: list[str] = self._shop_get(f"/customers/{customer}")["tags"]
        return tags

    def _token(self) -> str:
        """A fresh ID token."""
        token: str = self._shop_post("/id-token")["id_token"]
        return token

    def _shop_get(self, path: str) -> Any:
        return self.sandbox.get(SHOP.format(shop=self.shop) + path)

    def _shop_post(self, path: str, body: Any = None) -> Any:
        return self.sandbox.post(SHOP.format(shop=self.shop) + path, body)
