"""What Shopify's library for Python says of our signatures, our answers and the sandbox's token endpoint."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import pytest
import time_machine
from shopify_app import ShopifyApp
from shopify_app.types import RequestInput, TokenExchangeAccessToken

from embedded.children import Children
from embedded.json_client import JsonClient
from embedded.ports import free_port
from plugin.platforms.shopify import webhooks
from tests.conftest import ROOT
from tests.contract.vectors import (
    BODY,
    BODY_SIGNATURE,
    CLIENT_ID,
    NOW,
    PROXY,
    QUERY,
    SECRET,
    SHOP,
    TOKEN,
    altered,
)

pytestmark = pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")

CORNER = "corner.myshopify.com"
BOUNCE = "/shopify/bounce"


def webhook(body: str, signature: str) -> RequestInput:
    """A webhook as the library takes it."""
    headers = {"X-Shopify-Hmac-Sha256": signature, "X-Shopify-Shop-Domain": SHOP, "X-Shopify-Topic": "orders/create"}
    return {"method": "POST", "url": "https://app.example/webhooks", "headers": headers, "body": body}


def page(query: str = "", token: str | None = None, path: str = "shopify") -> RequestInput:
    """A request for the embedded page: a document, or a fetch with this token."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return {"method": "GET", "url": f"https://app.example/{path}?{query}", "headers": headers, "body": ""}


def judged(theirs: ShopifyApp, request: RequestInput) -> Any:
    """The library's verdict on a request for the page, at the moment of the vectors."""
    with time_machine.travel(NOW, tick=False):
        return theirs.verify_app_home_req(request, BOUNCE)


def test_the_fixed_vectors_are_accepted(theirs: ShopifyApp) -> None:
    assert theirs.verify_webhook_req(webhook(BODY, BODY_SIGNATURE)).ok
    assert judged(theirs, page(f"id_token={TOKEN}")).shop == "segment-dev"
    assert judged(theirs, page(token=TOKEN)).user_id == "42"
    with time_machine.travel(NOW, tick=False):
        assert theirs.verify_app_proxy_req(page(PROXY, path="proxy")).ok


def test_a_webhook_with_any_one_character_changed_is_refused(theirs: ShopifyApp) -> None:
    changed = [webhook(body, BODY_SIGNATURE) for body in altered(BODY)]
    changed += [webhook(BODY, signature) for signature in altered(BODY_SIGNATURE)]

    assert {theirs.verify_webhook_req(each).response.status for each in changed} == {401}


def test_an_id_token_with_any_one_character_changed_is_refused(theirs: ShopifyApp) -> None:
    for token in altered(TOKEN):
        verdict = judged(theirs, page(token=token))
        assert (verdict.ok, verdict.response.status) == (False, 401)
        assert verdict.response.headers["X-Shopify-Retry-Invalid-Session-Request"] == "1"


def test_a_proxys_query_with_any_one_character_changed_is_refused(theirs: ShopifyApp) -> None:
    with time_machine.travel(NOW, tick=False):
        asked = [page(query, path="proxy") for query in altered(PROXY)]
        assert [each["url"] for each in asked if theirs.verify_app_proxy_req(each).ok] == []


@pytest.mark.parametrize("body", [BODY, "{}", '{"a": "€ 😀"}'])
def test_what_we_sign_is_accepted(theirs: ShopifyApp, body: str) -> None:
    assert theirs.verify_webhook_req(webhook(body, webhooks.sign(body.encode(), SECRET))).ok


def test_the_secret_before_a_rotation_is_accepted_by_the_library_as_by_us() -> None:
    rotated = ShopifyApp(client_id=CLIENT_ID, client_secret="a new one", old_client_secret=SECRET)
    request = webhook(BODY, BODY_SIGNATURE)

    assert rotated.verify_webhook_req(request).ok
    assert webhooks.verify(request["headers"], BODY.encode(), ["a new one", SECRET]).remote_store == SHOP


def test_the_library_too_sends_a_document_without_token_to_a_bounce_page(theirs: ShopifyApp) -> None:
    verdict = judged(theirs, page(QUERY))

    place = urlsplit(verdict.response.headers["Location"])
    assert (verdict.response.status, place.path) == (302, BOUNCE)
    assert "shopify-reload=" in place.query


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JsonClient]:
    """A sandbox of the app of the vectors, with one shop on which it is installed."""
    port = free_port()
    command = [sys.executable, "-m", "sandbox", "--port", str(port), "--app-url", "http://127.0.0.1:1"]
    command += ["--client-id", CLIENT_ID, "--client-secret", SECRET]
    with Children(tmp_path_factory.mktemp("sandbox")) as children:
        children.start("sandbox", command, folder=ROOT)
        children.wait_http("sandbox", port, "/_sandbox/health")
        control = JsonClient(f"http://127.0.0.1:{port}")
        control.post("/_sandbox/shops", {"domain": CORNER, "customers": 1, "years": 0.1})
        control.post(f"/_sandbox/shops/{CORNER}/open")
        yield control


@pytest.fixture
def via(sandbox: JsonClient) -> Iterator[httpx.Client]:
    """An HTTP client for which every shop's address leads into the sandbox."""

    class Redirecting(httpx.HTTPTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            there = urlsplit(sandbox.base)
            path = f"/{request.url.host}{request.url.raw_path.decode()}".encode()
            request.url = request.url.copy_with(scheme="http", host=there.hostname, port=there.port, raw_path=path)
            return super().handle_request(request)

    with httpx.Client(transport=Redirecting(), trust_env=False) as client:
        yield client


def fail(sandbox: JsonClient, **api: Any) -> None:
    sandbox.call("PUT", f"/_sandbox/shops/{CORNER}/faults", {"api": api}, None)


@pytest.fixture
def exchanged(theirs: ShopifyApp, sandbox: JsonClient, via: httpx.Client) -> Callable[[str | None], Any]:
    """Exchanges an ID token of the shop (or this one) by the library, at the sandbox."""

    def exchange(token: str | None = None) -> Any:
        fresh = sandbox.post(f"/_sandbox/shops/{CORNER}/id-token")["id_token"]
        verified = theirs.verify_app_home_req(page(f"id_token={fresh}"), BOUNCE)
        assert verified.ok, verified.log.detail
        proof: Any = verified.id_token
        if token is not None:
            proof = {"exchangeable": True, "token": token, "claims": {"dest": f"https://{CORNER}"}}
        refusal = verified.invalid_token_response
        return theirs.exchange_using_token_exchange("offline", proof, refusal, expiring=True, http_client=via)

    return exchange


def stale(granted: TokenExchangeAccessToken) -> dict[str, Any]:
    """The token an hour later."""
    then = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    return {**granted.__dict__, "expires": then}


def test_the_library_gets_an_expiring_pair_from_the_sandbox(exchanged: Callable[..., Any]) -> None:
    result = exchanged()

    granted = result.access_token
    assert result.ok
    assert (granted.shop, granted.access_mode) == ("corner", "offline")
    assert granted.refresh_token
    assert "read_orders" in granted.scope
    lives = datetime.fromisoformat(granted.expires) - datetime.now(UTC)
    assert timedelta(minutes=59) < lives <= timedelta(hours=1)
    lasts = datetime.fromisoformat(granted.refresh_token_expires) - datetime.now(UTC)
    assert timedelta(days=89) < lasts <= timedelta(days=90)


def test_the_library_refreshes_at_the_sandbox_and_gets_another_pair(
    theirs: ShopifyApp, exchanged: Callable[..., Any], via: httpx.Client
) -> None:
    first = exchanged().access_token

    result = theirs.refresh_token_exchanged_access_token(stale(first), http_client=via)

    assert result.ok
    assert result.access_token
    assert result.access_token.token != first.token
    assert result.access_token.refresh_token != first.refresh_token


def test_the_library_calls_the_sandboxs_api_with_its_token(
    theirs: ShopifyApp, exchanged: Callable[..., Any], via: httpx.Client
) -> None:
    granted = exchanged().access_token

    result = theirs.admin_graphql_request(
        "query Who { shop { id } }", shop="corner", access_token=granted.token, api_version="2026-10", http_client=via
    )

    assert result.ok, result.log.detail
    assert result.data
    assert result.data["shop"]["id"].startswith("gid://shopify/Shop/")


def test_the_library_knows_the_sandboxs_word_for_a_stale_id_token(exchanged: Callable[..., Any]) -> None:
    old = jwt.encode({"dest": f"https://{CORNER}", "exp": 1, "aud": CLIENT_ID}, SECRET, algorithm="HS256")

    result = exchanged(old)

    assert (result.ok, result.log.code, result.response.status) == (False, "invalid_subject_token", 302)


def test_the_library_knows_the_sandboxs_word_for_a_spent_refresh_token(
    theirs: ShopifyApp, exchanged: Callable[..., Any], via: httpx.Client
) -> None:
    spent = {**stale(exchanged().access_token), "refresh_token": "shprt_spent"}

    result = theirs.refresh_token_exchanged_access_token(spent, http_client=via)

    assert (result.ok, result.log.code) == (False, "invalid_grant")


def test_the_library_knows_the_sandboxs_word_for_wrong_credentials(
    sandbox: JsonClient, exchanged: Callable[..., Any], via: httpx.Client
) -> None:
    stranger = ShopifyApp(client_id=CLIENT_ID, client_secret="another")
    fresh = sandbox.post(f"/_sandbox/shops/{CORNER}/id-token")["id_token"]
    proof = {"exchangeable": True, "token": fresh, "claims": {"dest": f"https://{CORNER}"}}

    result = stranger.exchange_using_token_exchange("offline", proof, None, http_client=via)

    assert (result.ok, result.log.code) == (False, "invalid_client")


def test_the_library_outlasts_a_busy_token_endpoint_of_the_sandbox(
    sandbox: JsonClient, exchanged: Callable[..., Any]
) -> None:
    fail(sandbox, token_status_next=[429])

    result = exchanged()

    assert result.ok
    assert [each.code for each in result.http_logs] == ["rate_limited_retry", "success"]
    assert SECRET not in json.dumps([each.req for each in result.http_logs], default=str)
