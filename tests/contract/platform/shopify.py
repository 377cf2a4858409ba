"""The story, told to a pretended Shopify."""

import itertools
import json
from datetime import datetime
from typing import Any

from embedded.json_client import JsonClient
from plugin.domain.ids import StoreId
from plugin.flow.house import House
from plugin.flow.install import install
from tests.contract.platform.story import Back, Bought, Person, Thing
from tests.contract.platform.telling import email

SOURCES = {"web": "web", "pos": "pos", "marketplace": "amazon-us"}
_numbers = itertools.count(1)


class Shopify:
    """A shop of the sandbox."""

    platform = "shopify"

    def __init__(self, sandbox: JsonClient, timezone: str) -> None:
        self._sandbox = sandbox
        self.domain = f"contract-{next(_numbers)}.myshopify.com"
        self.people: dict[str, int] = {}
        self.orders: dict[int, int] = {}
        self._things: dict[str, int] = {}
        shop = {"domain": self.domain, "customers": 0, "timezone": timezone, "currency": "EUR", "plan": "plus"}
        sandbox.post("/_sandbox/shops", shop | {"country": "DE"})

    def control(self, method: str, path: str = "", body: Any = None) -> Any:
        return self._sandbox.call(method, f"/_sandbox/shops/{self.domain}{path}", body, None)

    def install(self, house: House) -> StoreId:
        self.control("POST", "/open", {})
        return install(house, self.domain, self.control("POST", "/id-token", {})["id_token"]).id

    def uninstall(self) -> None:
        self.control("POST", "/uninstall", {})

    def stock(self, name: str, thing: Thing) -> None:
        body: dict[str, Any] = {"title": thing.name, "vendor": thing.brand, "sku": name, "price": thing.price}
        body |= {"compare_at": thing.retail, "options": {"Size": thing.size}, "collections": thing.categories}
        self._things[name] = self.control("POST", "/products", body)["id"]

    def register(self, name: str, person: Person) -> None:
        body = {"first_name": name.title(), "last_name": "Doe", "email": email(name), "state": "ENABLED"}
        body |= {"address1": "Way 1", "city": person.city, "zip": person.postcode, "country_code": person.land}
        if person.region:
            body |= {"province_code": person.region[0], "province": person.region[1]}
        if person.consent:
            body |= {"email_consent": person.consent}
        self.people[name] = self.control("POST", "/customers", body)["id"]

    def move(self, name: str, city: str) -> None:
        self.control("PATCH", f"/customers/{self.people[name]}", {"city": city})

    def unsubscribe(self, name: str) -> None:
        self.control("PATCH", f"/customers/{self.people[name]}", {"email_consent": "UNSUBSCRIBED"})

    def buy(self, order: Bought, at: datetime) -> None:
        lines = [{"product_id": self._things[name], "quantity": k} for name, k in order.lines.items()]
        body: dict[str, Any] = {"lines": lines, "paid": order.paid, "processed_at": at.isoformat()}
        body |= {"source_name": SOURCES[order.channel]}
        body |= {"customer_id": self.people[order.by]} if order.by else {"email": "guest@example.com"}
        if order.code:
            body |= {"discount_code": order.code[0], "discount_percent": order.code[1]}
        self.orders[id(order)] = self.control("POST", "/orders", body)["id"]

    def pay(self, order: Bought) -> None:
        self._do(order, "pay")

    def give_back(self, order: Bought, back: Back) -> None:
        if back.units is None:
            return self._do(order, "refund")
        lines = {line["product_id"]: line["id"] for line in self._shown(order)["lines"]}
        given = [{"line_id": lines[self._things[name]], "quantity": k} for name, k in back.units.items()]
        return self._do(order, "refund", {"lines": given})

    def cancel(self, order: Bought) -> None:
        self._do(order, "cancel", {"refund": False})

    def delete(self, order: Bought) -> None:
        self._do(order, "delete")

    def quiet(self) -> None:
        self.control("POST", "/quiet", {})

    def messages(self, **faults: Any) -> None:
        self.control("PUT", "/faults", {"webhooks": faults, "api": {}})

    def throttle(self, calls: int) -> None:
        self.control("PUT", "/faults", {"webhooks": {}, "api": {"throttle_next": calls}})

    def let_pass(self) -> None:
        self.control("DELETE", "/faults")

    def refused(self) -> int:
        return sum(call["outcome"] == "throttled" for call in self.control("GET", "/calls"))

    def writes(self) -> int:
        return sum(call["operation"] == "WriteTags" for call in self.control("GET", "/calls"))

    def labels(self, name: str) -> set[str]:
        return set(self.control("GET", f"/customers/{self.people[name]}")["tags"])

    def put_label(self, name: str, label: str) -> None:
        self.control("PATCH", f"/customers/{self.people[name]}", {"add_tags": [label]})

    def document(self, name: str) -> Any:
        kept = self.control("GET", f"/customers/{self.people[name]}")["metafields"]
        found = [value for key, value in kept.items() if key.endswith(".segments")]
        return json.loads(found[0]) if found else None

    def _shown(self, order: Bought) -> Any:
        return self.control("GET", f"/orders/{self.orders[id(order)]}")

    def _do(self, order: Bought, what: str, body: Any = None) -> None:
        self.control("POST", f"/orders/{self.orders[id(order)]}/{what}", body or {})
