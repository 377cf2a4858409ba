"""V3 refunds, the only place that tells what was given back."""

import pytest

from tests.sandbox.bigcommerce.clerk import Clerk

REFUNDS = "/v3/orders/payment_actions/refunds"


def test_a_whole_refund_is_told_by_the_refunds_and_the_status_alone(store: Clerk) -> None:
    made = store.buy(store.customer(), 2)

    store.control("POST", f"/orders/{made['id']}/refund")

    order = store.get(f"/v2/orders/{made['id']}")
    (refund,) = store.get(REFUNDS, **{"order_id:in": made["id"]})["data"]
    assert (order["status_id"], order["payment_status"]) == (4, "refunded")
    assert (order["refunded_amount"], order["total_inc_tax"]) == ("0.0000", "258.0000")
    assert (refund["total_amount"], refund["items"][0]["quantity"]) == (258.0, 2)


def test_a_refund_of_a_part_leaves_a_partially_refunded_order(store: Clerk) -> None:
    made = store.buy(store.customer(), 2)
    lines = [{"line_id": made["lines"][0]["id"], "quantity": 1}]

    store.control("POST", f"/orders/{made['id']}/refund", {"lines": lines, "reason": "Too small"})

    (refund,) = store.get(f"/v3/orders/{made['id']}/payment_actions/refunds")["data"]
    (line,) = store.get(f"/v2/orders/{made['id']}/products")
    assert store.get(f"/v2/orders/{made['id']}")["status_id"] == 14
    assert (refund["total_amount"], refund["reason"]) == (129.0, "Too small")
    assert (line["quantity_refunded"], line["is_refunded"], line["refund_amount"]) == (1, False, "0.0000")


def test_an_amount_is_given_back_for_the_order_itself(store: Clerk) -> None:
    made = store.buy(store.customer())

    store.control("POST", f"/orders/{made['id']}/refund", {"amount": "5.00"})

    (refund,) = store.get(REFUNDS, **{"order_id:in": made["id"]})["data"]
    assert [(item["item_type"], item["item_id"]) for item in refund["items"]] == [("ORDER", made["id"])]
    assert store.get(f"{REFUNDS}/{refund['id']}")["data"]["items"][0]["requested_amount"] == "5.0000"


def test_no_more_is_given_back_than_was_paid(store: Clerk) -> None:
    made = store.buy(store.customer())
    store.control("POST", f"/orders/{made['id']}/refund")

    store.control("POST", f"/orders/{made['id']}/refund", status=422)

    assert len(store.get(REFUNDS, **{"order_id:in": made["id"]})["data"]) == 1


def test_the_stores_refunds_come_in_pages(store: Clerk) -> None:
    total = store.get(REFUNDS, limit=1)["meta"]["pagination"]["total"]

    pages = [store.get(REFUNDS, limit=1, page=number)["data"][0]["id"] for number in range(1, total + 1)]

    assert total > 1
    assert sorted(set(pages)) == pages


@pytest.mark.parametrize("orders", ["1", "1,2,3"])
def test_orders_without_refunds_have_an_empty_list(store: Clerk, orders: str) -> None:
    assert store.get(REFUNDS, **{"order_id:in": orders})["data"] == []
