"""What the Partner API says of a store's plan, and every way in which it does not say it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.errors import OpenTransaction, PlatformError, PlatformRefused, StoreUnavailable, Throttled
from plugin.platforms.base import Entitlement, Paying, Seller
from plugin.platforms.http import CallFailed, Http, Timeout
from plugin.platforms.manifest import manifest
from plugin.platforms.shopify.billing import entitlement, plans_url
from tests.platforms.server import Reply, Server

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
END = datetime(2026, 12, 1, 8, tzinfo=UTC)
PLAN = manifest().plans[1].handle


def a_price(amount: str | None = "29.00") -> dict[str, Any]:
    return {"currency": "USD"} | ({} if amount is None else {"amount": amount})


def a_subscription(**told: Any) -> dict[str, Any]:
    """Paid, renewed on the first of December."""
    return {
        "shop": {"id": "gid://shopify/Shop/42"},
        "billingPeriod": "EVERY_30_DAYS",
        "cancelAtEndOfCycle": False,
        "currentBillingCycle": {"endTime": "2026-12-01T08:00:00Z"},
        "trialEndsAt": None,
        "items": [{"handle": PLAN, "price": a_price()}],
        "pendingUpdate": None,
    } | told


@pytest.fixture
def seller(server: Server) -> Seller:
    return Seller(server.url, "7", "11", "2026-07", "prtapi_secret")


def told(http: Http, server: Server, seller: Seller, subscription: object) -> Entitlement:
    server.answer({"activeSubscription": subscription})
    return entitlement(http, seller, "42", NOW)


PAID = Entitlement(PLAN, Paying.ACTIVE, None, END, Decimal("29.00"), "USD", "30 days", None)


def test_it_asks_for_one_store_of_our_app_by_our_own_token(http: Http, server: Server, seller: Seller) -> None:
    told(http, server, seller, None)

    (asked,) = server.asked
    assert asked.path == "/7/api/2026-07/graphql.json"
    assert asked.headers["X-Shopify-Access-Token"] == "prtapi_secret"
    assert asked.json["variables"] == {"appId": "gid://shopify/App/11", "shopId": "gid://shopify/Shop/42"}


SAID: list[tuple[dict[str, Any], Entitlement]] = [
    ({}, PAID),
    (
        {"trialEndsAt": "2026-12-01T08:00:00Z", "currentBillingCycle": None},
        replace(PAID, state=Paying.TRIAL, trial_until=END),
    ),
    ({"trialEndsAt": "2026-11-01T08:00:00Z"}, replace(PAID, trial_until=datetime(2026, 11, 1, 8, tzinfo=UTC))),
    ({"cancelAtEndOfCycle": True}, replace(PAID, state=Paying.ENDING)),
    ({"billingPeriod": "ANNUAL"}, replace(PAID, every="year")),
    ({"billingPeriod": "EVERY_CENTURY"}, replace(PAID, every=None)),  # A word of tomorrow is not known, and no harm.
    (
        {"pendingUpdate": {"items": [{"handle": "free", "price": a_price("0")}]}},
        replace(PAID, next_plan="free"),
    ),
    # A plan for one merchant, which manifest.json does not know.
    ({"items": [{"handle": "friend", "price": a_price("1")}]}, replace(PAID, plan="friend", amount=Decimal(1))),
    # The plan stands among charges for usage, whose handles are events'.
    (
        {"items": [{"handle": "rows", "price": a_price(None)}, {"handle": PLAN, "price": a_price()}]},
        PAID,
    ),
    ({"items": [{"handle": "rows", "price": a_price(None)}]}, replace(PAID, plan="rows", amount=None)),
    ({"items": []}, replace(PAID, plan=None, amount=None, currency=None)),
]


@pytest.mark.parametrize(("said", "meant"), SAID)
def test_what_is_said_is_meant_so(
    http: Http, server: Server, seller: Seller, said: dict[str, Any], meant: Entitlement
) -> None:
    assert told(http, server, seller, a_subscription(**said)) == meant


def test_a_store_without_an_agreement_has_none(http: Http, server: Server, seller: Seller) -> None:
    assert told(http, server, seller, None) == Entitlement()


FAULTS: list[tuple[Reply, type[PlatformError]]] = [
    (Reply(b"", 500), CallFailed),
    (Reply(b"", 401), PlatformRefused),
    (Reply(b"", 403), StoreUnavailable),
    (Reply(b"", 429, {"Retry-After": "3"}), Throttled),
    (Reply(b"<html>"), CallFailed),
    (Reply(b"[]"), CallFailed),
    (Reply(b"{}"), CallFailed),
    (Reply(b'{"data": null}'), CallFailed),
    (Reply(b'{"data": {}}'), CallFailed),  # No field is no answer: only null is "none".
    (Reply(b'{"data": {"activeSubscription": []}}'), CallFailed),
    (Reply(b'{"errors": [{"message": "no", "extensions": {"code": "429"}}]}'), Throttled),
    (Reply(b'{"data": {"activeSubscription": null}, "errors": [{"message": "no such app"}]}'), PlatformRefused),
    (Reply(b'{"errors": "Unauthorized"}'), PlatformRefused),
    (Reply(json.dumps({"data": {"activeSubscription": a_subscription(items=None)}}).encode()), CallFailed),
    (Reply(json.dumps({"data": {"activeSubscription": a_subscription(trialEndsAt="soon")}}).encode()), CallFailed),
    (Reply(json.dumps({"data": {"activeSubscription": a_subscription(shop={"id": "x"})}}).encode()), CallFailed),
    (
        Reply(
            json.dumps(
                {"data": {"activeSubscription": a_subscription(items=[{"handle": "a", "price": a_price("much")}])}}
            ).encode()
        ),
        CallFailed,
    ),
]


@pytest.mark.parametrize(("reply", "error"), FAULTS)
def test_what_is_no_answer_is_no_entitlement(
    http: Http, server: Server, seller: Seller, reply: Reply, error: type[PlatformError]
) -> None:
    server.replies.append(reply)

    with pytest.raises(error):
        entitlement(http, seller, "42", NOW)


def test_nobody_asks_within_a_transaction(server: Server, seller: Seller) -> None:
    server.answer({"activeSubscription": None})

    with pytest.raises(OpenTransaction):
        entitlement(Http(Timeout(), None, lambda: True), seller, "42", NOW)
    assert server.asked == []


def test_our_token_shows_nowhere(seller: Seller) -> None:
    assert "prtapi_secret" not in repr(seller)


def test_the_page_of_plans_is_shopifys_own() -> None:
    url = plans_url("https://admin.shopify.com", "corner-shop.myshopify.com")

    assert url == f"https://admin.shopify.com/store/corner-shop/charges/{manifest().handle}/pricing_plans"
