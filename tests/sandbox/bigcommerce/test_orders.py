"""V2 orders: their odd forms and limits."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

import pytest

from tests.sandbox.bigcommerce.clerk import Clerk
from tests.sandbox.bigcommerce.conftest import NewStore

MONEY = re.compile(r"\d+\.\d{4}")
RFC = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000")


def test_amounts_have_four_places_and_dates_are_rfc_2822(store: Clerk) -> None:
    (order,) = store.get("/v2/orders", limit=1)

    assert MONEY.fullmatch(order["total_inc_tax"])
    assert MONEY.fullmatch(order["discount_amount"])
    assert RFC.fullmatch(order["date_created"])
    assert RFC.fullmatch(order["date_modified"])


def test_an_empty_list_has_no_body(store: Clerk) -> None:
    answer = store.raw("GET", "/v2/orders", min_id=1_000_000)

    assert answer.status_code == 204
    assert answer.content == b""


def test_a_page_of_more_than_250_is_too_large(store: Clerk) -> None:
    (refused,) = store.get("/v2/orders", status=413, limit=251)

    assert refused["details"] == {"max_limit": 250}
    assert len(store.get("/v2/orders", limit=250)) == store.get("/v2/orders/count")["count"]


def test_totals_are_those_of_the_lines(store: Clerk) -> None:
    made = store.buy(store.customer(), 2, coupon_code="TENOFF", coupon_percent=10)

    order = store.get(f"/v2/orders/{made['id']}")
    (line,) = store.get(f"/v2/orders/{made['id']}/products")
    (coupon,) = store.get(f"/v2/orders/{made['id']}/coupons")

    assert (order["subtotal_inc_tax"], order["coupon_discount"]) == ("258.0000", "25.8000")
    assert (order["total_inc_tax"], order["discount_amount"]) == ("232.2000", "0.0000")
    assert (line["total_inc_tax"], line["discounted_total_inc_tax"]) == ("258.0000", "232.2000")
    assert (coupon["code"], coupon["type"], coupon["discount"]) == ("TENOFF", 1, 25.8)
    assert line["applied_discounts"][0]["amount"] == "25.8000"


def test_a_promotion_is_a_discount_and_no_coupon(store: Clerk) -> None:
    made = store.buy(discount_percent=50, email="guest@example.com")

    order = store.get(f"/v2/orders/{made['id']}")

    assert (order["discount_amount"], order["coupon_discount"]) == ("64.5000", "0.0000")
    assert store.get(f"/v2/orders/{made['id']}/coupons", status=204) is None


def test_guests_have_no_number(store: Clerk) -> None:
    made = store.buy(email="guest@example.com")

    order = store.get(f"/v2/orders/{made['id']}")

    assert order["customer_id"] == 0
    assert order["billing_address"]["email"] == "guest@example.com"


def test_american_prices_are_without_tax(new_store: NewStore) -> None:
    clerk = new_store(currency="USD", country="US", timezone="America/New_York")
    order = clerk.get(f"/v2/orders/{clerk.buy()['id']}")

    assert order["is_tax_inclusive_pricing"] is False
    assert (order["total_ex_tax"], order["total_inc_tax"]) == ("129.0000", "138.0300")


def test_lines_come_with_the_list_when_asked(store: Clerk) -> None:
    made = store.buy(store.customer(), 3)

    (order,) = store.get(
        "/v2/orders", min_id=made["id"], include="consignments.line_items", consignment_structure="object"
    )
    (plain,) = store.get("/v2/orders", min_id=made["id"])

    (shipping,) = order["consignments"]["shipping"]
    assert [line["quantity"] for line in shipping["line_items"]] == [3]
    assert plain["consignments"]["resource"] == f"/orders/{made['id']}/consignments"


def test_a_gift_certificate_goes_by_e_mail(store: Clerk) -> None:
    card = next(item["id"] for item in store.control("GET", "/products") if item["type"] == "giftcertificate")
    made = store.buy(store.customer(), lines=[{"product_id": card, "quantity": 1}])

    consignments = store.get(f"/v2/orders/{made['id']}/consignments")

    assert consignments["shipping"] == []
    assert store.get(f"/v2/orders/{made['id']}/shipping_addresses", status=204) is None
    assert len(consignments["email"]["gift_certificates"]) == 1


def test_orders_are_found_by_what_they_are(store: Clerk) -> None:
    customer = store.customer()
    first, second = store.buy(customer), store.buy(customer, status_id=7)

    def ids(**asked: object) -> list[int]:
        return [order["id"] for order in store.get("/v2/orders", **asked)]

    assert ids(customer_id=customer["id"]) == [first["id"], second["id"]]
    assert ids(customer_id=customer["id"], status_id=7) == [second["id"]]
    assert ids(email=customer["email"], sort="id:desc") == [second["id"], first["id"]]
    assert ids(min_id=first["id"], max_id=first["id"]) == [first["id"]]


@pytest.mark.parametrize("form", ["rfc", "iso"])
def test_changes_are_found_in_either_form_of_a_date(store: Clerk, form: str) -> None:
    order = store.get("/v2/orders", limit=1, sort="date_modified:desc")[0]
    at: datetime = parsedate_to_datetime(order["date_modified"])
    text = order["date_modified"] if form == "rfc" else at.isoformat()

    found = store.get("/v2/orders", min_date_modified=text, limit=250)

    assert order["id"] in [each["id"] for each in found]
    assert all(parsedate_to_datetime(each["date_modified"]) >= at for each in found)


def test_an_archived_order_leaves_the_list_and_can_still_be_read(store: Clerk) -> None:
    made = store.buy(store.customer())
    count = store.get("/v2/orders/count")["count"]

    store.control("POST", f"/orders/{made['id']}/archive")

    assert store.get("/v2/orders/count")["count"] == count - 1
    assert store.get(f"/v2/orders/{made['id']}")["is_deleted"] is True
    assert [order["id"] for order in store.get("/v2/orders", is_deleted="true")] == [made["id"]]


def test_a_deleted_order_is_not_found(store: Clerk) -> None:
    made = store.buy(store.customer())

    store.control("DELETE", f"/orders/{made['id']}")

    (refused,) = store.get(f"/v2/orders/{made['id']}", status=404)
    assert refused["status"] == 404


def test_the_merchant_names_statuses_and_their_ids_stay(store: Clerk) -> None:
    store.control("PATCH", "", {"status_labels": {"11": "To pack"}})
    made = store.buy(store.customer())

    labels = {each["id"]: each["custom_label"] for each in store.get("/v2/order_statuses")}
    order = store.get(f"/v2/orders/{made['id']}")

    assert labels[11] == "To pack"
    assert len(labels) == 15
    assert (order["status"], order["custom_status"], order["status_id"]) == ("Awaiting Fulfillment", "To pack", 11)


def test_another_currency_is_said_three_times(store: Clerk) -> None:
    made = store.buy(store.customer(), currency="CHF", exchange_rate="0.95")

    order = store.get(f"/v2/orders/{made['id']}")

    assert (order["default_currency_code"], order["store_default_currency_code"]) == ("CHF", "EUR")
    assert order["store_default_to_transactional_exchange_rate"] == "0.9500000000"
