"""What was bought is what it was on the day: the merchant's catalogue changes, the orders do not."""

import time
from typing import Any

from tests.stories.pains.corner import Corner
from tests.stories.play import until


def a_second_later() -> None:
    """Shopify tells moments by the second: what comes now is later than what came before."""
    began = int(time.time())
    until(lambda: int(time.time()) > began, "a second has gone by", 5)


def bought(corner: Corner, who: int) -> list[tuple[Any, ...]]:
    """What the customer's lines show, oldest first."""
    query = (
        "SELECT type, product_tags, categories FROM lines WHERE customer_id = {} AND store_id = %s ORDER BY order_id"
    )
    return corner.rows(query.format(who))


def test_a_product_changes_its_type_between_two_orders_and_rules_know_both_as_they_were_bought(corner: Corner) -> None:
    corner.live(
        "sum(lines.quantity WHERE type = 'Tents') = 1 AND sum(lines.quantity WHERE type = 'Shelters') = 2", "both"
    )
    tent = corner.post(
        "/products", {"title": "Dome", "type": "Tents", "tags": ["camp"], "collections": ["Spring"], "tracked": True}
    )
    tom, lines = corner.someone("Tom"), [{"product_id": tent["id"], "quantity": 1}]
    a_second_later()

    corner.post("/orders", {"customer_id": tom, "lines": lines})
    corner.settle()
    a_second_later()
    corner.call("PATCH", f"/products/{tent['id']}", {"type": "Shelters", "tags": ["camp", "sale"]})
    a_second_later()
    corner.post("/orders", {"customer_id": tom, "lines": [lines[0] | {"quantity": 2}]})

    corner.until_has(tom, "both")
    corner.settle()
    assert bought(corner, tom) == [("Tents", ["camp"], ["spring"]), ("Shelters", ["camp", "sale"], ["spring"])]


def test_orders_keep_what_was_bought_when_the_product_is_deleted_and_the_order_changes_after(corner: Corner) -> None:
    corner.live("any(lines WHERE type = 'Lamps') AND NOT any(lines WHERE product_tag CONTAINS 'new')", "lit")
    lamp = corner.post("/products", {"title": "Lantern", "type": "Lamps", "tags": ["old"]})
    ute = corner.someone("Ute")
    a_second_later()

    order = corner.post("/orders", {"customer_id": ute, "lines": [{"product_id": lamp["id"], "quantity": 2}]})
    corner.until_has(ute, "lit")
    corner.call("DELETE", f"/products/{lamp['id']}")
    corner.post(f"/orders/{order['id']}/refund", {"lines": [{"line_id": order["lines"][0]["id"], "quantity": 1}]})
    corner.settle()

    assert [row[:2] for row in bought(corner, ute)] == [("Lamps", ["old"])]
    assert corner.rows(f"SELECT product_id FROM lines WHERE customer_id = {ute} AND store_id = %s") == [(lamp["id"],)]
    assert "lit" in corner.tags(ute)


def test_what_an_edit_took_out_of_an_order_does_not_count_and_what_came_back_counts_once(corner: Corner) -> None:
    corner.live("sum(lines.quantity) = 3 AND sum(lines.net_quantity) = 2", "edited")
    vic = corner.someone("Vic")
    order = corner.buy(vic, quantity=5)
    line = order["lines"][0]["id"]

    corner.post(f"/orders/{order['id']}/edit", {"remove": [{"line_id": line, "quantity": 2}]})
    corner.post(f"/orders/{order['id']}/refund", {"lines": [{"line_id": line, "quantity": 1}]})

    corner.until_has(vic, "edited")
