"""Who a customer is, and what they bought: groups, guests, money that went back."""

from decimal import Decimal

from tests.stories.bigcommerce.bazaar import Bazaar


def test_a_customer_of_one_group_has_every_label_and_keeps_the_group(bazaar: Bazaar) -> None:
    group = bazaar.control("POST", "/groups", {"name": "Retail"})["id"]
    ada = bazaar.someone("Ada", group_id=group)
    for label, rule in {
        "vip": "sum(orders.net) >= 300",
        "returning": "count(orders) >= 2",
        "retailer": "customer_groups CONTAINS 'retail'",
    }.items():
        bazaar.live(rule, label)

    for _ in range(2):
        bazaar.buy(ada, "200.00")
    bazaar.settle()

    assert bazaar.labels(ada) == {"vip", "returning", "retailer"}
    assert bazaar.customer(ada)["group"] == "Retail"  # There is room for one, and it was not touched.
    shown = {each["name"]: each["label"] for each in bazaar.page(f"/customers/{ada}")["segments"]}
    assert None not in (shown["Vip"], shown["Returning"], shown["Retailer"])


def test_a_customer_another_app_made_is_in_the_group_the_store_gave_them(bazaar: Bazaar) -> None:
    bazaar.live("customer_groups CONTAINS 'Newcomers'", "newcomer")
    body = {"first_name": "Bea", "last_name": "Bazaar", "email": "bea@bazaar.example"}
    before = bazaar.asked("POST", "/v3/customers", [body])["data"][0]["id"]

    group = bazaar.control("POST", "/groups", {"name": "Newcomers", "default": True})["id"]
    after = bazaar.asked("POST", "/v3/customers", [body | {"email": "ben@bazaar.example"}])["data"][0]["id"]
    bazaar.settle()

    # Nobody said a word of a group: the store put the one into its default group, and the other into none.
    assert [bazaar.customer(who)["group"] for who in (before, after)] == [None, "Newcomers"]
    assert (bazaar.labels(before), bazaar.labels(after)) == (set(), {"newcomer"})
    bazaar.control("PATCH", f"/groups/{group}", {"default": False})
    bazaar.control("PATCH", f"/customers/{after}", {"group_id": 0})
    bazaar.settle()
    assert bazaar.labels(after) == set()


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
