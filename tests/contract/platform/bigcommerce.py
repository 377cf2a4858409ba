"""The story, told to a pretended BigCommerce."""

import itertools
import json
from datetime import datetime
from typing import Any

import requests

from embedded.json_client import JsonClient
from plugin.db import stores
from plugin.domain.ids import StoreId
from plugin.flow.house import House
from tests.contract.platform.story import Back, Bought, Person, Thing, shipping
from tests.contract.platform.telling import email

SOURCES = {"web": {"source": "www"}, "pos": {"external_source": "POS"}, "marketplace": {"source": "amazon"}}
AWAITING_PAYMENT, AWAITING_FULFILLMENT, CANCELLED = 7, 11, 5
BY_HAND = {"payment_method": "Bank Deposit", "payment_status": ""}
FOREIGN = {"currency": "GBP", "exchange_rate": "0.86"}
_numbers = itertools.count(1)


class BigCommerce:
    """A store of the sandbox."""

    platform = "bigcommerce"

    def __init__(self, sandbox: JsonClient, timezone: str) -> None:
        self._sandbox = sandbox
        self.hash = f"contract{next(_numbers)}"
        self.people: dict[str, int] = {}
        self.orders: dict[int, int] = {}
        self._things: dict[str, int] = {}
        store = {"hash": self.hash, "customers": 0, "timezone": timezone, "currency": "EUR", "country": "DE"}
        sandbox.post("/_sandbox/bigcommerce/stores", store)
        self.let_pass()

    def control(self, method: str, path: str = "", body: Any = None) -> Any:
        return self._sandbox.call(method, f"/_sandbox/bigcommerce/stores/{self.hash}{path}", body, None)

    def install(self, house: House) -> StoreId:
        where = self.control("POST", "/install", {})["url"]
        assert requests.get(where, timeout=30, allow_redirects=False).status_code == 200
        found = stores.find(house.database, self.platform, self.hash, house.now())
        assert found is not None
        return found

    def uninstall(self) -> None:
        self.control("POST", "/uninstall", {})

    def stock(self, name: str, thing: Thing) -> None:
        body: dict[str, Any] = {"name": thing.name, "brand": thing.brand, "sku": name, "price": thing.price}
        body |= {"retail_price": thing.retail or "0", "options": {"Size": thing.size}, "categories": thing.categories}
        self._things[name] = self.control("POST", "/products", body)["id"]

    def register(self, name: str, person: Person) -> None:
        if person.consent:
            consents = ["marketing_newsletter"] if person.consent == "SUBSCRIBED" else []
            self.control("PUT", f"/subscribers/{email(name)}", {"first_name": name.title(), "consents": consents})
        body = {"first_name": name.title(), "last_name": "Doe", "email": email(name)}
        body |= {"address1": "Way 1", "city": person.city, "postal_code": person.postcode, "country_code": person.land}
        body |= {"state_or_province": person.region[1] if person.region else ""}
        self.people[name] = self.control("POST", "/customers", body)["id"]

    def move(self, name: str, city: str) -> None:
        where = f"/customers/{self.people[name]}"
        (address,) = self.control("GET", where)["addresses"]
        self.control("PATCH", f"{where}/addresses/{address['id']}", {"city": city})

    def unsubscribe(self, name: str) -> None:
        self.control("DELETE", f"/subscribers/{email(name)}")
        self.control("PUT", f"/subscribers/{email(name)}", {"first_name": name.title(), "consents": []})

    def buy(self, order: Bought, at: datetime) -> None:
        lines = [{"product_id": self._things[name], "quantity": k} for name, k in order.lines.items()]
        body: dict[str, Any] = {"lines": lines, "created_at": at.isoformat(), "shipping": str(shipping(order))}
        body |= SOURCES[order.channel] | {"posted": order.channel != "pos"}
        body |= {"customer_id": self.people[order.by]} if order.by else {"email": "guest@example.com"}
        if order.code:
            body |= {"coupon_code": order.code[0], "coupon_percent": order.code[1]}
        body |= {} if order.paid else {"status_id": AWAITING_PAYMENT, **BY_HAND}
        body |= FOREIGN if order.foreign else {}
        self.orders[id(order)] = self.control("POST", "/orders", body)["id"]

    def pay(self, order: Bought) -> None:
        self._change(order, status_id=AWAITING_FULFILLMENT)

    def give_back(self, order: Bought, back: Back) -> None:
        body = {}
        if back.units is not None:
            shown = self.control("GET", f"/orders/{self.orders[id(order)]}")
            lines = {line["product_id"]: line["id"] for line in shown["lines"]}
            given = [{"line_id": lines[self._things[name]], "quantity": k} for name, k in back.units.items()]
            body = {"lines": given}
        self.control("POST", f"/orders/{self.orders[id(order)]}/refund", body)

    def cancel(self, order: Bought) -> None:
        self._change(order, status_id=CANCELLED)

    def delete(self, order: Bought) -> None:
        self.control("DELETE", f"/orders/{self.orders[id(order)]}")

    def quiet(self) -> None:
        self.control("POST", "/quiet", {})

    def messages(self, **faults: Any) -> None:
        self.control("PUT", "/faults", {"webhooks": faults})

    def throttle(self, calls: int) -> None:
        self.control("PUT", "/faults", {"api": {"throttle_next": calls}})

    def let_pass(self) -> None:
        self.control("PUT", "/quota", {"quota": 50_000})

    def refused(self) -> int:
        return sum(call["status"] == 429 for call in self.control("GET", "/calls"))

    def writes(self) -> int:
        calls = self.control("GET", "/calls")
        return sum(call["method"] != "GET" and "/v3/customers" in call["path"] for call in calls)

    def labels(self, name: str) -> set[str]:
        told = self.control("GET", f"/customers/{self.people[name]}")["attributes"].get("Segments") or ""
        return {each.strip() for each in told.split(",") if each.strip()}

    def put_label(self, name: str, label: str) -> None:
        said = ", ".join([*sorted(self.labels(name)), label])
        self.control("PATCH", f"/customers/{self.people[name]}", {"attributes": {"Segments": said}})

    def document(self, name: str) -> Any:
        kept = self.control("GET", f"/customers/{self.people[name]}")["metafields"].get("regulars.segments")
        return json.loads(kept) if kept else None

    def _change(self, order: Bought, **said: Any) -> None:
        self.control("PATCH", f"/orders/{self.orders[id(order)]}", said)
