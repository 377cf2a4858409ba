"""The control API over HTTP, where the other tests do not use it already."""

from datetime import datetime

import pytest
import requests

from tests.sandbox.conftest import NewShop
from tests.sandbox.ears import Ears
from tests.sandbox.keeper import Keeper, until


def test_a_shop_says_what_it_has(new_shop: NewShop) -> None:
    shop = new_shop(name="Sunny Socks", plan="advanced", currency="USD", timezone="America/New_York")

    told = shop.control("GET")

    assert told["domain"] == shop.shop
    assert (told["name"], told["plan"], told["currency"], told["installed"]) == ("Sunny Socks", "advanced", "USD", True)
    assert told["counts"]["customers"] == 30
    assert told["counts"]["orders"] > 30
    assert told["bucket"]["maximumAvailable"] == 4000.0


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"domain": "elsewhere.example.com"}, 400),
        ({"domain": "a.myshopify.com", "plan": "golden"}, 400),
        ({"domain": "b.myshopify.com", "timezone": "Mars/Base"}, 422),
    ],
)
def test_an_impossible_shop_is_refused(base: str, said: dict[str, str], status: int) -> None:
    assert requests.post(f"{base}/_sandbox/shops", json=said, timeout=30).status_code == status


def test_a_domain_is_taken_once(shop: Keeper) -> None:
    answer = requests.post(f"{shop.base}/_sandbox/shops", json={"domain": shop.shop}, timeout=30)

    assert answer.status_code == 422
    assert "exists" in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "path", "said", "status"),
    [
        ("GET", "/customers/1", None, 404),
        ("GET", "/orders/nothing", None, 404),
        ("POST", "/customers", {"shoe_size": 43}, 422),
        ("POST", "/customers", {"email_consent": "maybe"}, 422),
        ("POST", "/orders", {"lines": []}, 422),
        ("POST", "/orders", {"lines": [{"product_id": 1, "quantity": 1}]}, 422),
        ("POST", "/orders", {}, 422),
        ("POST", "/privacy", {"topic": "orders/create"}, 400),
        ("PUT", "/faults", {"webhooks": {"dropped": 1}}, 422),
        ("GET", "/purchases/999999", None, 404),
    ],
)
def test_what_cannot_be_done_says_why(
    shop: Keeper, method: str, path: str, said: dict[str, object] | None, status: int
) -> None:
    assert shop.control(method, path, said, status)["error"]


def test_a_customer_with_orders_stays_unless_forced(shop: Keeper) -> None:
    who = shop.customer()
    shop.order(who)

    assert "can't be deleted" in shop.control("DELETE", f"/customers/{who['id']}", status=422)["error"]
    assert shop.control("DELETE", f"/customers/{who['id']}?force=1") == {"deleted": who["id"]}
    shop.control("GET", f"/customers/{who['id']}", status=404)


def test_customers_are_found_by_tag_whatever_its_case(shop: Keeper) -> None:
    who = shop.customer(tags=["Gold"])

    assert [item["id"] for item in shop.control("GET", "/customers?tag=gOLD")] == [who["id"]]
    assert list(shop.control("GET", f"/customers/{who['id']}")["tags_since"]) == ["Gold"]


def test_a_purchase_can_lie_in_the_past(shop: Keeper) -> None:
    order = shop.order(shop.customer(), processed_at="2026-01-05T10:00:00+01:00", source_name="pos", test=True)

    assert order["processed_at"] == "2026-01-05T09:00:00Z"
    assert order["created_at"] > order["processed_at"]
    assert (order["source_name"], order["test"], order["shipping"]) == ("pos", True, "0.00")


def test_a_refund_beyond_what_was_paid_is_refused(shop: Keeper) -> None:
    order = shop.order(shop.customer())

    assert shop.control("POST", f"/orders/{order['id']}/refund", {"amount": "1000"}, 422)["error"]
    assert shop.control("POST", f"/orders/{order['id']}/refund", {})["financial_status"] == "REFUNDED"
    assert shop.control("POST", f"/orders/{order['id']}/refund", {}, 422)["error"]


def test_a_run_of_purchases_is_the_same_for_the_same_seed(new_shop: NewShop, ears: Ears) -> None:
    bought = []
    for _ in range(2):
        shop = new_shop(seed=11)
        run = shop.control("POST", "/purchases", {"count": 20, "per_second": 400, "seed": 5}, 202)
        shop.quiet()
        assert until(lambda: shop.control("GET", f"/purchases/{run['id']}")["done"])  # noqa: B023 (called at once)
        orders = shop.control("GET", "/orders?limit=20")
        bought.append([(order["customer_id"], order["total"]) for order in orders])
        assert len(ears.of(shop.shop, "orders/create")) == 20

    assert bought[0] == bought[1]


def test_calls_are_kept(shop: Keeper) -> None:
    shop.graphql("query Named { shop { id plan { shopifyPlus } } }")

    (call,) = shop.control("GET", "/calls?limit=1")

    assert (call["operation"], call["status"], call["outcome"]) == ("Named", 200, "ok")
    assert (call["requested"], call["actual"]) == (2, 2)


def test_the_shops_clock_goes_behind_and_comes_back(shop: Keeper) -> None:
    answer = requests.put(f"{shop.base}/_sandbox/clock", json={"behind": 86_400 * 400}, timeout=30)
    long_ago = shop.control("POST", "/customers", {"first_name": "Ana"})["updated_at"]
    requests.put(f"{shop.base}/_sandbox/clock", json={"behind": 0}, timeout=30)
    now = shop.control("POST", "/customers", {"first_name": "Bob"})["updated_at"]

    assert answer.json()["behind"] == 86_400 * 400
    assert (datetime.fromisoformat(now) - datetime.fromisoformat(long_ago)).days == 400
