"""A call gives whole data or says exactly what stands in the way, and whether it may have happened."""

import pytest
from structlog.testing import capture_logs

from plugin.domain.errors import (
    AccessDenied,
    NeedsReauthorisation,
    PlatformError,
    PlatformRefused,
    Retry,
    StoreUnavailable,
    Throttled,
)
from plugin.platforms.http import CallFailed, Http
from plugin.platforms.shopify.client import Client, TooCostly
from plugin.platforms.shopify.limits import Pacer, ThrottleStatus, pacer
from tests.platforms.server import Reply, Server
from tests.platforms.shopify.conftest import Purse

FULL = {"maximumAvailable": 2000.0, "currentlyAvailable": 1990.0, "restoreRate": 100.0}


def test_a_call_carries_document_variables_and_token(server: Server, client: Client) -> None:
    server.answer({"nodes": []})

    assert client.run("read_tags", {"ids": ["gid://shopify/Customer/1"]}) == {"nodes": []}
    (asked,) = server.asked
    assert asked.path == "/admin/api/2026-10/graphql.json"
    assert asked.headers["X-Shopify-Access-Token"] == "old"
    assert asked.json["variables"] == {"ids": ["gid://shopify/Customer/1"]}
    assert "query ReadTags" in asked.json["query"]


@pytest.mark.parametrize(
    ("code", "kind", "retry"),
    [
        ("ACCESS_DENIED", AccessDenied, Retry.AFTER_REAUTHORISATION),
        ("SHOP_INACTIVE", StoreUnavailable, Retry.LATER),
        ("MAX_COST_EXCEEDED", TooCostly, Retry.NEVER),
        ("INTERNAL_SERVER_ERROR", CallFailed, Retry.LATER),
        ("undefinedField", PlatformRefused, Retry.NEVER),
        (None, PlatformRefused, Retry.NEVER),
    ],
)
def test_a_graphql_error_has_a_name_and_a_verdict(
    server: Server, client: Client, code: str | None, kind: type[PlatformError], retry: Retry
) -> None:
    error = {"message": "No", "extensions": {"code": code}} if code else {"message": "No"}
    server.answer({"nodes": None}, errors=[error])

    with pytest.raises(PlatformError) as caught:
        client.run("read_tags", {"ids": []})
    assert type(caught.value) is kind
    assert caught.value.retry is retry


def test_errors_as_a_bare_text_are_understood(server: Server, client: Client) -> None:
    server.replies.append(Reply(b'{"errors":"Not Found"}'))

    with pytest.raises(PlatformRefused, match="Not Found"):
        client.run("read_tags", {"ids": []})


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data":null}', b"{}", b"\xff"])
def test_what_is_no_answer_may_still_have_happened(server: Server, client: Client, body: bytes) -> None:
    server.replies.append(Reply(body))

    with pytest.raises(CallFailed) as caught:
        client.run("read_tags", {"ids": []})
    assert caught.value.sent


def test_a_throttled_answer_says_how_long_to_wait(server: Server, client: Client) -> None:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 30.0, "restoreRate": 100.0}
    server.answer(
        None,
        cost={"requestedQueryCost": 180, "actualQueryCost": None, "throttleStatus": status},
        errors=[{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
    )

    with pytest.raises(Throttled) as caught:
        client.run("read_tags", {"ids": []})
    assert caught.value.wait == pytest.approx(1.5)


def test_a_full_bucket_stops_the_call_before_it_is_made(server: Server, client: Client, pace: Pacer) -> None:
    while pace.reserve(client.shop, 10) == 0:
        pass

    with pytest.raises(Throttled) as caught:
        client.run("read_tags", {"ids": []})
    assert 0 < caught.value.wait <= 1
    assert server.asked == []


def test_an_answer_teaches_the_cost_and_the_shared_bucket(
    server: Server, http: Http, purse: Purse, redis_url: str
) -> None:
    pace = pacer(redis_url, patience=10)
    client = Client("a.myshopify.com", purse.tokens, http, pace, base_url=server.url, api_version="2026-10")
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 4.0, "restoreRate": 100.0}
    server.answer({"nodes": []}, cost={"requestedQueryCost": 55, "actualQueryCost": 5, "throttleStatus": status})
    client.run("read_tags", {"ids": []})

    assert pace.estimate("read_tags") == 55
    assert pacer(redis_url, patience=10).reserve("a.myshopify.com", 104) == pytest.approx(1.0, abs=0.1)


def test_a_dead_token_is_refreshed_once_and_the_call_repeated(server: Server, client: Client, purse: Purse) -> None:
    server.replies.append(Reply(status=401))
    server.answer({"nodes": []})

    assert client.run("read_tags", {"ids": []}) == {"nodes": []}
    assert purse.refused == ["old"]
    assert [asked.headers["X-Shopify-Access-Token"] for asked in server.asked] == ["old", "new"]


def test_a_fresh_token_that_is_refused_needs_the_merchant(server: Server, client: Client, purse: Purse) -> None:
    server.replies.append(Reply(status=401))

    with pytest.raises(NeedsReauthorisation):
        client.run("read_tags", {"ids": []})
    assert purse.refused == ["old"]
    assert len(server.asked) == 2


def test_a_search_that_shopify_misread_is_an_error(server: Server, client: Client) -> None:
    search = [{"path": ["customers"], "query": "x:1", "warnings": [{"field": "x", "message": "Invalid field"}]}]
    server.answer({"customers": {}}, extensions={"search": search})

    with pytest.raises(PlatformRefused, match="misreads"):
        client.run("read_tags", {"ids": []})


def test_another_version_than_asked_is_logged(server: Server, client: Client) -> None:
    server.replies.append(Reply(b'{"data":{}}', headers={"X-Shopify-API-Version": "2027-01"}))
    with capture_logs() as logs:
        client.run("read_tags", {"ids": []})

    assert logs[0]["event"] == "shopify.version"
    assert (logs[0]["asked"], logs[0]["served"]) == ("2026-10", "2027-01")


def test_the_wait_of_a_status_is_what_is_missing_over_the_rate() -> None:
    status = ThrottleStatus.of({"throttleStatus": FULL})

    assert status is not None
    assert (status.wait(1990), status.wait(2000), status.wait(5000)) == (0, 0.1, 0.1)
