"""A random life of a shop of the sandbox: people come, buy, send back, change and go. None of it is sent.

It begins six days ago and ends before now, for a shop's clock goes by whole seconds and much may happen in one.
"""

import random
from contextlib import suppress
from typing import Any

from embedded.json_client import CallFailed
from tests.faults.shop import Shop

TAGS = ("friend", "VIP", "Newsletter", "wholesale")
COUNTRIES = ("DE", "FR", "US", "GB")
CONSENTS = ("SUBSCRIBED", "UNSUBSCRIBED", "PENDING")


class Life:
    """What happens at the shop, drawn from a seed. What a shop refuses does not happen."""

    def __init__(self, shop: Shop, seed: int, *, merges: bool) -> None:
        self.shop, self.chance, self.merges = shop, random.Random(seed), merges
        self.goods = sorted(product["id"] for product in shop.get("/products"))
        self.people: list[int] = []
        self.orders: list[int] = []

    def go_on(self, steps: int) -> None:
        """So many things happen."""
        happenings = (
            *((self._comes, 3), (self._buys, 8), (self._changes, 3), (self._is_tagged, 3), (self._refunds, 4)),
            *((self._cancels, 1), (self._pays, 2), (self._labels, 1), (self._deletes_order, 1), (self._goes, 1)),
            (self._edits, 2),
            (self._merges, 1 if self.merges else 0),
        )
        behind = 86_400.0 * 6
        self.shop.sandbox.call("PUT", "/_sandbox/clock", {"behind": behind}, None)
        self._comes()
        for _ in range(steps):
            behind = max(behind - self.chance.choice((1, 30, 61, 3600, 20_000)), 0.0)
            self.shop.sandbox.call("PUT", "/_sandbox/clock", {"behind": behind}, None)
            (happens,) = self.chance.choices([each for each, _ in happenings], [weight for _, weight in happenings])
            happens()
        self.shop.sandbox.call("PUT", "/_sandbox/clock", {"behind": 0}, None)

    def _comes(self) -> None:
        number = len(self.people)
        said = {"first_name": f"Ana{number}", "last_name": "Ng", "email": f"a{number}@example.com"}
        said |= self.chance.choice([{}, {"country_code": self._one(COUNTRIES), "city": "Town", "zip": "12 34"}])
        said |= self.chance.choice([{}, {"email_consent": self._one(CONSENTS)}])
        tags = self.chance.choice([[], [self._one(TAGS)]])
        self.people.append(int(self.shop.post("/customers", {**said, "tags": tags})["id"]))

    def _buys(self) -> None:
        who = self.chance.choice([None, *self.people, *self.people])
        lines = [self._line() for _ in range(self.chance.randint(1, 3))]
        said: dict[str, Any] = {"customer_id": who, "lines": lines, "paid": self.chance.random() < 0.7}
        said |= self.chance.choice([{}, {}, {"discount_code": "Spring", "discount_percent": 15}])
        said |= self.chance.choice([{}, {}, {"source_name": self._one(("pos", "iphone", "shopify_draft_order"))}])
        said |= self.chance.choice([{}, {}, {"processed_at": f"2026-0{self.chance.randint(1, 9)}-03T10:00:00Z"}])
        said |= self.chance.choice([{}, {}, {"test": True}, {"note": "Please wrap"}, {"tags": ["rush", "gift"]}])
        self.orders.append(int(self.shop.post("/orders", said)["id"]))

    def _line(self) -> dict[str, Any]:
        price = self.chance.choice([{}, {"price": f"{self.chance.randint(0, 9000) / 100:.2f}"}])
        return {"product_id": self._one(self.goods), "quantity": self.chance.randint(1, 4), **price}

    def _changes(self) -> None:
        if self.people:
            said = self.chance.choice(
                [
                    {"email_consent": self._one(CONSENTS)},
                    {"country_code": self._one(COUNTRIES), "city": "Village", "zip": "98765"},
                    {"note": self._one(("likes tea", "likes coffee"))},
                    {"email": f"b{self.chance.randint(0, 99)}@mail.example", "locale": self._one(("de", "fr"))},
                    {"state": "ENABLED"},
                ]
            )
            self._patch(self._one(self.people), said)

    def _is_tagged(self) -> None:
        if self.people:
            verb = self._one(("add_tags", "add_tags", "remove_tags"))
            self._patch(self._one(self.people), {verb: [self._one(TAGS)]})

    def _patch(self, who: int, said: dict[str, Any]) -> None:
        self.shop.sandbox.call("PATCH", f"/_sandbox/shops/{self.shop.domain}/customers/{who}", said, None)

    def _refunds(self) -> None:
        order = self._some_order()
        if order is not None:
            line = self._one(order["lines"])
            asked: dict[str, Any] = self.chance.choice(
                [{}, {"lines": [{"line_id": line["id"], "quantity": 1}]}, {"amount": "1.50"}, {"shipping": True}]
            )
            self._try(f"/orders/{order['id']}/refund", asked)

    def _edits(self) -> None:
        order = self._some_order()
        if order is not None:
            taken = {"line_id": self._one(order["lines"])["id"], "quantity": 1}
            self._try(f"/orders/{order['id']}/edit", {"remove": [taken]})

    def _cancels(self) -> None:
        self._on_order("cancel", {"refund": self.chance.random() < 0.5})

    def _pays(self) -> None:
        self._on_order("pay", self.chance.choice([{}, {"amount": "2.00"}]))

    def _labels(self) -> None:
        self._on_order("tags", {"add": [self._one(TAGS)], "remove": ["rush"]})

    def _deletes_order(self) -> None:
        if self.orders and self.chance.random() < 0.6:
            self._try(f"/orders/{self.orders.pop(self.chance.randrange(len(self.orders)))}/delete", {})

    def _goes(self) -> None:
        if len(self.people) > 2 and self.chance.random() < 0.6:
            gone = self._one(self.people)
            with suppress(CallFailed):  # Who bought anything stays.
                self.shop.sandbox.call("DELETE", f"/_sandbox/shops/{self.shop.domain}/customers/{gone}", None, None)
                self.people.remove(gone)

    def _merges(self) -> None:
        if len(self.people) > 2 and self.chance.random() < 0.6:
            lost = self.people.pop(self.chance.randrange(len(self.people)))
            self._try(f"/customers/{lost}/merge", {"into": self._one(self.people)})

    def _on_order(self, verb: str, asked: dict[str, Any]) -> None:
        if self.orders:
            self._try(f"/orders/{self._one(self.orders)}/{verb}", asked)

    def _some_order(self) -> dict[str, Any] | None:
        found = self.shop.get(f"/orders/{self._one(self.orders)}") if self.orders else None
        return found if found is None or isinstance(found, dict) else None

    def _try(self, path: str, asked: dict[str, Any]) -> None:
        with suppress(CallFailed):  # Nothing is left to refund, it was cancelled before, …
            self.shop.post(path, asked)

    def _one(self, some: Any) -> Any:
        return self.chance.choice(list(some))
