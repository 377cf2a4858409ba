"""What BigCommerce's answers say of a subscription, and every way in which they do not say it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from plugin.domain.errors import OpenTransaction, PlatformError, PlatformRefused, StoreUnavailable, Throttled
from plugin.platforms.base import Entitlement, Paying, Seller
from plugin.platforms.bigcommerce import billing
from plugin.platforms.bigcommerce.billing import choose, entitlement, entitlements
from plugin.platforms.http import CallFailed, Http, Timeout
from tests.platforms.bigcommerce.paying import BACK, PRICE
from tests.platforms.server import Reply, Server

NODE: dict[str, Any] = {
    "id": "bc/account/subscription/1",
    "status": "ACTIVE",
    "activationDate": "2026-11-01T00:00:00Z",
    "billingInterval": "MONTH",
    "createdAt": "2026-11-01T10:00:00Z",
    "currentPeriodEnd": "2026-12-01T00:00:00Z",
    "updatedAt": "2026-11-01T10:00:00Z",
    "pricePerInterval": {"value": 29.9, "currencyCode": "USD"},
    "product": {"id": "bc/account/product/11", "productLevel": "grow"},
    "scope": {"id": "bc/account/scope/z4zn3wo"},
}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
END = datetime(2026, 12, 1, tzinfo=UTC)
PAID = Entitlement("grow", Paying.ACTIVE, None, END, Decimal("29.9"), "USD", "month", None)
BEGINS = datetime(2026, 11, 25, tzinfo=UTC)
IN_TRIAL = {"activationDate": "2026-11-25T00:00:00Z"}
GONE = {"status": "CANCELLED", "updatedAt": "2026-11-20T00:00:00Z"}


def page(*changes: dict[str, Any]) -> bytes:
    edges = [{"node": NODE | each} for each in changes]
    told = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": edges}
    return json.dumps({"data": {"account": {"subscriptions": told}}}).encode()


def test_a_store_that_can_not_be_told_of_hides_nobody_elses_plan(http: Http, server: Server) -> None:
    strange = {"status": "REVERSED", "scope": {"id": "bc/account/scope/another"}}
    server.replies.append(Reply(page({}, strange)))

    found = entitlements(http, Seller(server.url, "me", "11", "", "account_secret"), NOW, lambda: None)

    assert found["z4zn3wo"] == PAID
    assert isinstance(found["another"], CallFailed)


def said(http: Http, server: Server, reply: Reply) -> Entitlement:
    server.replies.append(reply)
    return entitlement(http, Seller(server.url, "me", "11", "", "account_secret"), "z4zn3wo", NOW)


SAID: list[tuple[tuple[dict[str, Any], ...], Entitlement]] = [
    ((), Entitlement()),
    (({},), PAID),
    (({"currentPeriodEnd": "2026-11-05T00:00:00Z"},), replace(PAID, renews_at=None)),  # A period that is over: seen.
    (({"product": {"id": "bc/account/product/11", "productLevel": ""}},), replace(PAID, plan=None)),
    (({"billingInterval": "CENTURY"},), replace(PAID, every=None)),  # A word of tomorrow is not known, and no harm.
    ((IN_TRIAL,), replace(PAID, state=Paying.TRIAL, trial_until=BEGINS, renews_at=BEGINS)),
    (({"activationDate": None},), replace(PAID, state=Paying.TRIAL, trial_until=END)),
    (({"status": "SUSPENDED"},), replace(PAID, state=Paying.FROZEN)),
    ((GONE,), replace(PAID, state=Paying.ENDING)),
    ((GONE | {"currentPeriodEnd": "2026-11-21T00:00:00Z"},), Entitlement()),
    # A trial that was cancelled gives nothing, though the year it would have been lies before us.
    ((GONE | IN_TRIAL | {"currentPeriodEnd": "2027-11-25T00:00:00Z"},), Entitlement()),
    # Of several the one that gives most counts, then the newest.
    (({"status": "SUSPENDED"}, GONE, {}), PAID),
    (({"status": "SUSPENDED"}, GONE), replace(PAID, state=Paying.ENDING)),
    (({"createdAt": "2026-10-01T00:00:00Z", "billingInterval": "ANNUAL"}, {}), PAID),
    (({"status": "PAUSED"}, {}), PAID),
]


@pytest.mark.parametrize(("nodes", "meant"), SAID)
def test_what_is_said_is_meant_so(
    http: Http, server: Server, nodes: tuple[dict[str, Any], ...], meant: Entitlement
) -> None:
    assert said(http, server, Reply(page(*nodes))) == meant


def test_it_asks_for_one_store_of_our_app_by_our_own_token(http: Http, server: Server) -> None:
    said(http, server, Reply(page()))

    (one,) = server.asked
    assert (one.path, one.headers["X-Auth-Token"]) == ("/me/graphql", "account_secret")
    wanted = {"productId": "bc/account/product/11", "scopeId": "bc/account/scope/z4zn3wo"}
    assert one.json["variables"]["filters"] == wanted


FAULTS: list[tuple[Reply, type[PlatformError]]] = [
    (Reply(b"", 500), CallFailed),
    (Reply(b"", 401), PlatformRefused),
    (Reply(b"", 403), StoreUnavailable),
    (Reply(b"", 429, {"X-Retry-After": "30"}), Throttled),
    (Reply(b"<html>"), CallFailed),
    (Reply(b"[]"), CallFailed),
    (Reply(b"{}"), CallFailed),
    (Reply(b'{"data": null}'), CallFailed),
    (Reply(b'{"data": {"account": {"subscriptions": null}}}'), CallFailed),
    (Reply(b'{"data": {"account": {"subscriptions": {}}}}'), CallFailed),  # No list is no empty one.
    (Reply(b'{"data": {"account": {"subscriptions": {"edges": [null]}}}}'), CallFailed),
    (Reply(b'{"data": {"account": {"subscriptions": {"edges": [], "pageInfo": 1}}}}'), CallFailed),
    (Reply(b'{"data": {"account": null}, "errors": [{"message": "no such account"}]}'), PlatformRefused),
    (Reply(b'{"errors": "Unauthorized"}'), PlatformRefused),
    (Reply(page({"scope": {"id": "bc/account/scope/another"}})), CallFailed),
    (Reply(page({"product": {"id": "bc/account/product/12", "productLevel": "grow"}})), CallFailed),
    (Reply(page({"status": "PAUSED"})), CallFailed),  # It may mean that they pay: what was read last stays.
    (Reply(page({"pricePerInterval": None})), CallFailed),
    (Reply(page({"pricePerInterval": {"value": "much", "currencyCode": "USD"}})), CallFailed),
    (Reply(page({"createdAt": "soon"})), CallFailed),
    (Reply(page({"currentPeriodEnd": "soon"})), CallFailed),
]


@pytest.mark.parametrize(("reply", "error"), FAULTS)
def test_what_is_no_answer_is_no_entitlement(
    http: Http, server: Server, reply: Reply, error: type[PlatformError]
) -> None:
    with pytest.raises(error):
        said(http, server, reply)


def test_an_address_that_a_browser_would_run_is_none(http: Http, server: Server) -> None:
    made = {"checkout": {"createCheckout": {"checkout": {"checkoutUrl": "javascript:alert(1)"}}}}
    server.replies = [Reply(page()), Reply(json.dumps({"data": made}).encode())]
    seller = Seller(server.url, "me", "11", "", "account_secret")

    with pytest.raises(CallFailed):
        choose(
            http,
            seller,
            billing.Buyer("z4zn3wo", "them", "https://panel.example"),
            "grow",
            PRICE,
            "Regulars",
            BACK,
            NOW,
        )


def test_nobody_asks_within_a_transaction(server: Server) -> None:
    with pytest.raises(OpenTransaction):
        said(Http(Timeout(), None, lambda: True), server, Reply(page()))
    assert server.asked == []


def test_our_token_shows_nowhere() -> None:
    assert "account_secret" not in repr(Seller("", "me", "11", "", "account_secret"))


def test_a_list_that_does_not_go_on_is_no_list(http: Http, server: Server) -> None:
    again = {"pageInfo": {"hasNextPage": True, "endCursor": "one"}, "edges": []}
    server.replies.append(Reply(json.dumps({"data": {"account": {"subscriptions": again}}}).encode()))

    with pytest.raises(CallFailed):
        entitlements(http, Seller(server.url, "me", "11", "", "account_secret"), NOW, lambda: None)
    assert len(server.asked) == 2
