"""An order that is edited at the shop: a read of it and an export of it come to the same."""

from decimal import Decimal
from typing import Any

from plugin.db import reads
from plugin.domain.facts import Kind
from plugin.flow.house import House
from tests.faults.shop import Merchant, Shop


def an_order(shop: Shop, customer: int) -> dict[str, Any]:
    """Three of one thing and one of another, with a code worth a tenth."""
    goods = [each["id"] for each in shop.get("/products") if not each["gift_card"]]
    lines = [
        {"product_id": goods[0], "quantity": 3, "price": "40.00"},
        {"product_id": goods[1], "quantity": 1, "price": "20.00"},
    ]
    made: dict[str, Any] = shop.post("/orders", {"customer_id": customer, "lines": lines, "discount_code": "TENTH"})
    return made


def facts(merchant: Merchant, order: dict[str, Any]) -> tuple[Any, ...]:
    """Units, worth and discount of the lines, and what is left of it all."""
    with merchant.house.database.store(merchant.store) as tx:
        lines = tx.rows(
            "SELECT quantity, refunded_quantity, gross, discount FROM lines WHERE order_id = %s ORDER BY id",
            (order["id"],),
        )
        return (*lines, tx.value("SELECT round(net, 2) FROM orders WHERE id = %s", (order["id"],)))


def read(merchant: Merchant, order: dict[str, Any]) -> None:
    """The order is read at the shop."""
    with merchant.house.database.store(merchant.store) as tx:
        reads.want(tx, [(Kind.ORDER, order["id"])], urgent=True)
    merchant.absorb()


def test_units_taken_out_of_an_order_were_not_bought(house: House, shop: Shop) -> None:
    merchant = Merchant.of(house, shop)
    order = an_order(shop, shop.customers()[0])
    first, second = order["lines"]

    shop.post(f"/orders/{order['id']}/edit", {"remove": [{"line_id": first["id"], "quantity": 1}]})
    read(merchant, order)
    one = facts(merchant, order)
    shop.post(f"/orders/{order['id']}/refund", {"lines": [{"line_id": first["id"], "quantity": 1}]})
    shop.post(f"/orders/{order['id']}/edit", {"remove": [{"line_id": second["id"], "quantity": 1}]})
    read(merchant, order)
    other = facts(merchant, order)

    assert [row[:2] for row in one[:-1]] == [(2, 0), (1, 0)]
    assert [row[:2] for row in other[:-1]] == [(2, 1)]
    goods = 1 - Decimal(order["tax"]) / Decimal(order["subtotal"])
    assert abs(one[-1] - other[-1] - Decimal(40 + 20) * Decimal("0.9") * goods) < Decimal("0.02")


def test_a_history_with_an_edited_order_comes_to_the_same_as_a_read(house: House, shop: Shop) -> None:
    order = an_order(shop, shop.customers()[0])
    line = order["lines"][0]["id"]
    shop.post(f"/orders/{order['id']}/edit", {"remove": [{"line_id": line, "quantity": 1}]})
    shop.post(f"/orders/{order['id']}/refund", {"lines": [{"line_id": line, "quantity": 1}]})

    merchant = Merchant.of(house, shop)
    exported = facts(merchant, order)
    read(merchant, order)

    assert [row[:2] for row in exported[:-1]] == [(2, 1), (1, 0)]
    assert facts(merchant, order) == exported
