"""The Partner API says what a shop agreed to pay, and refuses as the platform does."""

import time
from typing import Any

import pytest
import requests

from sandbox.config import Config
from tests.sandbox.keeper import Keeper

CONFIG = Config("", "", "", "")
QUERY = """query Plan($app: ID!, $shopId: ID!) { activeSubscription(appId: $app, shopId: $shopId) {
  shop { id myshopifyDomain } cancelAtEndOfCycle currentBillingCycle { startTime endTime } trialEndsAt billingPeriod
  items { handle price { __typename active currency ... on FlatRatePrice { amount } } }
  pendingUpdate { items { handle } } } }"""


def ask(shop: Keeper, token: str = CONFIG.partner_token, app: int = CONFIG.app_number) -> requests.Response:
    """The raw answer; another test may just have used up the second's turns."""
    number = shop.control("GET")["id"]
    variables = {"app": f"gid://shopify/App/{app}", "shopId": f"gid://shopify/Shop/{number}"}
    for _ in range(20):
        answer = requests.post(
            f"{shop.base}/partners/{CONFIG.organisation}/api/2026-07/graphql.json",
            json={"query": QUERY, "variables": variables},
            headers={"X-Shopify-Access-Token": token},
            timeout=30,
        )
        if answer.status_code != 429:
            return answer
        time.sleep(float(answer.headers["Retry-After"]))
    raise AssertionError("never a turn")


def plan(shop: Keeper) -> Any:
    return ask(shop).json()["data"]["activeSubscription"]


def test_a_shop_without_a_plan_has_none(shop: Keeper) -> None:
    assert plan(shop) is None


def test_a_trial_has_no_cycle_yet(shop: Keeper) -> None:
    shop.control("PUT", "/plan", {"handle": "more", "trial_days": 7})

    told = plan(shop)

    assert told["currentBillingCycle"] is None
    assert told["trialEndsAt"] is not None
    assert told["items"] == [
        {
            "handle": "more",
            "price": {"__typename": "FlatRatePrice", "active": True, "currency": "USD", "amount": "9.00"},
        }
    ]


def test_a_plan_that_is_paid_has_a_cycle_and_what_comes_after_it(shop: Keeper) -> None:
    shop.control("PUT", "/plan", {"handle": "most", "pending": "more", "cancel_at_end": True})

    told = plan(shop)

    assert told["trialEndsAt"] is None
    assert told["currentBillingCycle"]["startTime"] < told["currentBillingCycle"]["endTime"]
    assert told["pendingUpdate"] == {"items": [{"handle": "more"}]}
    assert told["cancelAtEndOfCycle"] is True


@pytest.mark.parametrize("status", ["FROZEN", "PENDING", "DECLINED", "EXPIRED"])
def test_what_is_not_active_is_not_told(shop: Keeper, status: str) -> None:
    shop.control("PUT", "/plan", {"handle": "more", "status": status})

    assert plan(shop) is None


def test_removing_the_app_ends_its_plan(shop: Keeper) -> None:
    shop.control("PUT", "/plan", {"handle": "more"})

    shop.control("POST", "/uninstall")

    assert plan(shop) is None


def test_a_wrong_token_or_app_is_refused(shop: Keeper) -> None:
    assert ask(shop, token="another").status_code == 401
    assert ask(shop, app=1).json()["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_it_fails_as_asked(shop: Keeper) -> None:
    shop.control("PUT", "/faults", {"api": {"partner_status_next": [503]}})

    assert [ask(shop).status_code, ask(shop).status_code] == [503, 200]


def test_the_page_of_plans_agrees_at_once_and_tells_the_app(shop: Keeper) -> None:
    handle = shop.shop.partition(".")[0]
    page = f"{shop.base}/admin/store/{handle}/charges/listening/pricing_plans"

    shown = requests.get(page, timeout=30)
    answer = requests.post(page, data={"plan": "more"}, allow_redirects=False, timeout=30)

    assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]
    assert "Choose More" in shown.text
    agreed = shop.control("GET", "/plan")
    assert answer.headers["Location"] == (
        f"/admin/store/{handle}/apps/listening/app/plan?plan_handle=more&charge_id={agreed['id']}"
    )
    assert "/app/plan?plan_handle=more&amp;" in requests.get(shop.base + answer.headers["Location"], timeout=30).text
    assert [each["topic"] for each in shop.control("GET", "/deliveries")] == ["app_subscriptions/update"]


def test_a_cheaper_plan_waits_for_the_end_of_what_is_paid(shop: Keeper) -> None:
    handle = shop.shop.partition(".")[0]
    page = f"{shop.base}/admin/store/{handle}/charges/listening/pricing_plans"

    for chosen in ("most", "more"):
        requests.post(page, data={"plan": chosen}, allow_redirects=False, timeout=30).raise_for_status()
    waiting = shop.control("GET", "/plan")
    requests.post(page, data={"plan": "free"}, allow_redirects=False, timeout=30).raise_for_status()

    assert (waiting["handle"], waiting["pending"]) == ("most", "more")
    assert shop.control("GET", "/plan")["cancel_at_end"] is True
