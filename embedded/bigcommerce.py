"""A merchant and a customer at a pretend BigCommerce: labels are entries of an attribute, the page has our token."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from embedded.json_client import page, submit
from embedded.story import PageClosed, Story

# The sandbox's control API, and the store's control panel: `{shop}` is the store's hash.
STORES = "/_sandbox/bigcommerce/stores"
STORE = "/_sandbox/bigcommerce/stores/{shop}"
PANEL = "/bigcommerce/manage/{shop}"

LABELS = "Segments"
"""The customer attribute whose entries are labels."""
_FRAME = re.compile(r'<iframe id="app"[^>]* src="([^"]+)"')
_VISIT = re.compile(r'<meta name="visit" content="([^"]+)"')


@dataclass(frozen=True)
class BigCommerceStory(Story):
    """One store, by its hash."""

    _visits: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def make_shop(self, customers: int, years: float, seed: int) -> dict[str, Any]:
        """The store exists, on the plan with everything, with customers and orders of the past; gives its summary."""
        asked = {
            "hash": self.shop, "name": "Corner Shop", "timezone": "Europe/Berlin", "currency": "EUR",
            "plan": "enterprise", "customers": customers, "years": years, "seed": seed,
        }  # fmt: skip
        made: dict[str, Any] = self.sandbox.post(STORES, asked)
        return made

    def open_app(self) -> None:
        """The app is installed: the merchant confirmed it in the control panel, whose frame brought us the code."""
        panel = submit(self.sandbox.base + PANEL.format(shop=self.shop) + "/install")
        self._enter(panel)

    def labelled(self, label: str) -> set[int]:
        """The customers whose attribute has the entry."""
        return {customer["id"] for customer in self._store_get("/customers") if label in entries(customer)}

    def someone_without(self, label: str) -> dict[str, Any]:
        """A customer whose attribute has no such entry."""
        customers: list[dict[str, Any]] = self._store_get("/customers")
        return next(customer for customer in customers if label not in entries(customer))

    def buy(self, customer: int) -> str:
        """The customer has bought and paid; gives the order's number."""
        bought = [line["product_id"] for order in self._store_get("/orders?limit=20") for line in order["lines"]]
        lines = [{"product_id": next(product for product in bought if product), "quantity": 1}]
        made = self.sandbox.post(STORE.format(shop=self.shop) + "/orders", {"customer_id": customer, "lines": lines})
        return str(made["id"])

    def labels(self, customer: int) -> list[str]:
        """The entries of the customer's attribute."""
        return entries(self._store_get(f"/customers/{customer}"))

    def _token(self) -> str:
        """The token of the page that was opened last."""
        if not self._visits:
            self._enter(page(self.sandbox.base + PANEL.format(shop=self.shop)))
        return self._visits[-1]

    def _enter(self, panel: str) -> None:
        """The frame of the control panel shows our page, which has a token. Raises PageClosed, CallFailed."""
        frame = _FRAME.search(panel)
        if frame is None:
            raise PageClosed(f"the control panel of {self.shop} has no frame with the app")
        visit = _VISIT.search(page(unescape(frame[1])))
        if visit is None:
            raise PageClosed("our page has no token")
        self._visits.append(visit[1])

    def _store_get(self, path: str) -> Any:
        return self.sandbox.get(STORE.format(shop=self.shop) + path)


def entries(customer: dict[str, Any]) -> list[str]:
    """The labels of a customer as the sandbox shows them."""
    return [each.strip() for each in customer["attributes"].get(LABELS, "").split(",") if each.strip()]
