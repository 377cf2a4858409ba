"""Who bought, and what remains of it: guests, and money that went back."""

from decimal import Decimal

from tests.stories.bigcommerce.bazaar import Bazaar


def test_what_went_back_is_known_though_the_order_says_that_nothing_did(bazaar: Bazaar) -> None:
    segment = bazaar.live("sum(orders.net) >= 400", "big")
    cai = bazaar.someone("Cai")
    order = bazaar.buy(cai, "119.00", 5)
    bazaar.settle()
    assert "big" in bazaar.labels(cai)

    lines = [{"line_id": order["lines"][0]["id"], "quantity": 2}]
    bazaar.control("POST", f"/orders/{order['id']}/refund", {"lines": lines})
    bazaar.settle()

    told = bazaar.asked("GET", f"/v2/orders/{order['id']}")
    assert Decimal(told["refunded_amount"]) == 0
    assert Decimal(told["total_inc_tax"]) == Decimal(order["total"])
    assert "big" not in bazaar.labels(cai)
    assert "300" in bazaar.why(cai, segment)["actual"]


def test_a_guest_is_nobody_until_the_merchant_says_that_the_address_tells(bazaar: Bazaar) -> None:
    bazaar.live("count(orders) >= 3", "regular")
    dan = bazaar.someone("Dan")
    bazaar.buy(dan)
    for _ in range(2):
        guest = bazaar.buy(None, email="DAN@bazaar.example")
    bazaar.settle()

    assert guest["customer_id"] == 0
    assert guest["id"] in [row[0] for row in bazaar.rows("SELECT id FROM orders WHERE customer_id IS NULL")]
    assert "regular" not in bazaar.labels(dan)
    (switch,) = [each for each in bazaar.page("/preferences")["switches"] if each["name"] == "guest_orders_by_email"]
    assert switch["on"] is False
    assert "2" in switch["now"]

    bazaar.page("/preferences", "PATCH", {"guest_orders_by_email": True})
    bazaar.settle()
    assert "regular" in bazaar.labels(dan)
    bazaar.page("/preferences", "PATCH", {"guest_orders_by_email": False})
    bazaar.settle()
    assert "regular" not in bazaar.labels(dan)
