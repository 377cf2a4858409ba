"""What the tests of choosing where a segment shows share: a store with buyers, and whatever is to be done is done."""

from typing import Any

import pytest

from plugin.domain.ids import SegmentId
from plugin.flow.deliver import deliver
from plugin.flow.plan import go_live, plan
from plugin.flow.save import save
from tests.flow.bigcommerce.panel import Panel

TIERS = {
    "kind": "tiers",
    "cases": [
        {"label": "Gold", "rule": "number_of_orders >= 2"},
        {"label": "Silver", "rule": "number_of_orders >= 1"},
    ],
}


@pytest.fixture
def store(installed: Panel) -> Panel:
    """A store of a plan that has everything."""
    installed.control("PATCH", "", {"plan": "enterprise"})
    installed.hear()
    return installed


def buyer(store: Panel, orders: int = 1) -> int:
    """Somebody who has bought that often."""
    made = int(store.control("POST", "/customers", {})["id"])
    product = store.control("GET", "/products")[0]["id"]
    for _ in range(orders):
        lines = [{"product_id": product, "quantity": 1}]
        store.control("POST", "/orders", {"customer_id": made, "lines": lines, "status_id": 11})
    store.hear()
    return made


def live(store: Panel, name: str, definition: dict[str, Any] | None = None) -> SegmentId:
    """A live segment, worked out for everybody."""
    if definition is None:
        made = SegmentId(store.segment(name, "number_of_orders >= 1"))
    else:
        made, _ = save(store.house, store.id, name, definition, {}, "1")
        work(store)
    go_live(store.house, store.id, made)
    work(store)
    return made


def work(store: Panel) -> None:
    """Whatever is to be done is done."""
    for _ in range(30):
        plan(store.house, store.id)
        store.absorb()
        if not deliver(store.house, store.id) and not due(store):
            return
    raise AssertionError("it never ends")


def due(store: Panel) -> bool:
    """Whether anything waits to be made, written, or taken away."""
    with store.house.database.store(store.id) as tx:
        query = """SELECT EXISTS (SELECT 1 FROM outputs WHERE store_id = %(s)s AND due_at <= now())
                     OR EXISTS (SELECT 1 FROM rolls WHERE store_id = %(s)s AND due_at <= now())
                     OR EXISTS (SELECT 1 FROM placements WHERE store_id = %(s)s AND due_at <= now())
                     OR EXISTS (SELECT 1 FROM customers WHERE store_id = %(s)s AND due_at <= now())"""
        return bool(tx.value(query, {"s": store.id}))


def theirs(store: Panel, customer: int) -> dict[str, Any]:
    """The customer as the store has them."""
    return dict(store.control("GET", f"/customers/{customer}"))
