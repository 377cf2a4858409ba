"""What was bought, at a shop: the history's products, a look at collections nobody tells of, a product that went."""

from datetime import UTC, datetime
from typing import Any

from plugin.db import reads
from plugin.domain.facts import Kind
from plugin.flow.drain import drain
from plugin.flow.fetch import fetch
from plugin.flow.house import House
from tests.faults.shop import Merchant, Shop
from tests.messages import order, post


def a_product(shop: Shop, **said: Any) -> dict[str, Any]:
    """A product that was just stocked."""
    made: dict[str, Any] = shop.post("/products", {"title": "Cup", "type": "Mugs", "tags": ["tea"]} | said)
    return made


def sold(merchant: Merchant, product: dict[str, Any], number: int = 900) -> None:
    """Somebody buys it now, and the message about it is absorbed."""
    line = {
        "id": number * 10,
        "product_id": product["id"],
        "variant_id": None,
        "quantity": 1,
        "price": "10.00",
        "title": product["title"],
        "gift_card": False,
        "total_discount": "0.00",
        "discount_allocations": [],
        "tax_lines": [],
    }
    body = order(number, placed_at=datetime.now(UTC)) | {"line_items": [line]}
    post(merchant.house, merchant.store, "orders/create", body)
    drain(merchant.house, merchant.store)


def lines(merchant: Merchant, condition: str, *values: object) -> list[tuple[Any, ...]]:
    with merchant.house.database.store(merchant.store) as tx:
        return tx.rows(f"SELECT type, product_tags, categories, unknown FROM lines WHERE {condition}", values)


def wanted(merchant: Merchant) -> int:
    with merchant.house.database.store(merchant.store) as tx:
        return len(reads.of_kind(tx, Kind.PRODUCT))


def members(merchant: Merchant) -> set[int]:
    with merchant.house.database.store(merchant.store) as tx:
        return {row[0] for row in tx.rows("SELECT customer_id FROM memberships")}


def test_lines_of_the_history_show_a_product_that_did_not_change_since(house: House, shop: Shop) -> None:
    merchant = Merchant.of(house, shop)
    types = {each["id"]: each["type"] for each in shop.get("/products")}

    with house.database.store(merchant.store) as tx:
        found = tx.rows(
            """SELECT l.product_id, l.type FROM lines l JOIN products p ON p.id = l.product_id
               WHERE p.updated_at <= l.placed_at"""
        )
        guessed = tx.rows(
            """SELECT l.type FROM lines l JOIN products p ON p.id = l.product_id
               WHERE p.updated_at > l.placed_at AND l.type IS NOT NULL"""
        )

    assert len({kind for _, kind in found}) > 2
    assert all(types[product] == kind for product, kind in found)
    assert guessed == []


def test_collections_are_looked_up_when_the_product_is_sold_and_nobody_looked_today(house: House, shop: Shop) -> None:
    merchant = Merchant.of(house, shop)
    cup = a_product(shop, collections=["New", "Gifts"])

    sold(merchant, cup)
    assert wanted(merchant) == 1
    assert "category" in lines(merchant, "order_id = 900")[0][-1]
    merchant.absorb()

    assert lines(merchant, "order_id = 900")[0][2] == ["gifts", "new"]
    assert wanted(merchant) == 0
    sold(merchant, cup, 901)
    assert wanted(merchant) == 0
    assert lines(merchant, "order_id = 901")[0][2] == ["gifts", "new"]


def test_a_product_in_many_collections_is_read_to_the_last_page(house: House, shop: Shop) -> None:
    merchant = Merchant.of(house, shop)
    names = [f"collection {number:03}" for number in range(123)]

    sold(merchant, a_product(shop, collections=names))
    merchant.absorb()

    assert lines(merchant, "order_id = 900")[0][2] == names
    assert shop.calls().count("ProductCollections") == 2


def test_many_products_sold_at_once_are_read_in_few_calls(house: House, shop: Shop) -> None:
    merchant = Merchant.of(house, shop)
    for number in range(25):
        sold(merchant, a_product(shop, title=f"Cup {number}"), 900 + number)

    merchant.absorb()

    assert wanted(merchant) == 0
    assert shop.calls().count("ReadProducts") == 3


def test_a_product_that_went_before_anybody_looked_stays_unknown_and_is_not_asked_for_again(
    house: House, shop: Shop
) -> None:
    merchant = Merchant.of(house, shop)
    cup = a_product(shop)
    sold(merchant, cup)
    shop.sandbox.call("DELETE", f"/_sandbox/shops/{shop.domain}/products/{cup['id']}", None, None)

    merchant.absorb()
    sold(merchant, cup, 901)

    assert wanted(merchant) == 0
    assert lines(merchant, "order_id = 900")[0][0] is None


def test_a_look_that_is_refused_for_now_is_made_later(house: House, shop: Shop) -> None:
    merchant = Merchant.of(house, shop)
    sold(merchant, a_product(shop, collections=["New"]))
    shop.fail(throttle_next=1)

    fetch(house, merchant.store)
    assert wanted(merchant) == 1
    with house.database.store(merchant.store) as tx:
        tx.execute("UPDATE reads SET due_at = now()")
    merchant.absorb()

    assert lines(merchant, "order_id = 900")[0][2] == ["new"]


def test_whoever_a_look_decides_is_decided_when_its_answer_is_in(house: House, shop: Shop) -> None:
    ana = shop.customers()[0]
    merchant = Merchant.of(house, shop)
    merchant.live("any(lines WHERE category CONTAINS 'new')", "fan")
    cup = a_product(shop, collections=["New"])
    line = {"id": 1, "product_id": cup["id"], "quantity": 1, "price": "10.00", "title": "Cup"}
    body = order(900, ana, placed_at=datetime.now(UTC)) | {"line_items": [line]}

    post(house, merchant.store, "orders/create", body)
    drain(house, merchant.store)
    assert members(merchant) == set()
    merchant.absorb()

    assert members(merchant) == {ana}
