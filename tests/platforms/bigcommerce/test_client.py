"""A call gives the answer or says exactly what stands in the way, and whether it may have happened."""

from typing import Any

import pytest

from plugin.domain.errors import (
    AccessDenied,
    NeedsReauthorisation,
    OpenTransaction,
    PlatformError,
    PlatformRefused,
    Retry,
    StoreUnavailable,
    Throttled,
)
from plugin.platforms.bigcommerce.client import PAGE, Api, Call, Client, TooMuch, roots
from plugin.platforms.bigcommerce.limits import Pacer, pacer
from plugin.platforms.http import CallFailed, Http, Timeout
from tests.platforms.bigcommerce.builders import STORE, Purse
from tests.platforms.server import Reply, Server

GROUPS = Call("GET", Api.V2, "/customer_groups")
WINDOW = {"X-Rate-Limit-Time-Window-Ms": "30000", "X-Rate-Limit-Requests-Quota": "150"}


def reply(server: Server, body: bytes = b"", status: int = 200, **headers: str) -> None:
    server.replies.append(Reply(body, status, {name.replace("_", "-"): value for name, value in headers.items()}))


def test_a_call_carries_token_types_and_the_query_as_filters_want_it(server: Server, client: Client) -> None:
    reply(server, b'{"data":[]}')

    client.get(Api.V3, "/customers", {"id:in": (4, 5), "include": ("addresses",), "available": True})
    (asked,) = server.asked
    assert asked.method == "GET"
    assert asked.path == f"/stores/{STORE}/v3/customers?id:in=4,5&include=addresses&available=true"
    assert asked.headers["X-Auth-Token"] == "old"
    assert asked.headers["Accept"] == asked.headers["Content-Type"] == "application/json"


def test_a_path_never_ends_with_a_slash_and_a_plus_is_no_blank(server: Server, client: Client) -> None:
    reply(server, b"[]")

    client.get(Api.V2, "/orders/", {"min_date_modified": "2026-03-01T00:00:00+00:00"})
    assert server.asked[0].path.endswith("/v2/orders?min_date_modified=2026-03-01T00:00:00%2B00:00")


def test_each_half_of_the_api_may_live_at_another_address(http: Http, server: Server) -> None:
    reply(server, b"[]")
    urls = {Api.V2: f"{server.url}/orders-mock", Api.V3: f"{server.url}/customers-mock"}
    client = Client(STORE, Purse().tokens, http, Pacer(None), base_urls=urls)

    client.get(Api.V2, "/orders")
    client.get(Api.V3, "/customers")
    assert [asked.path for asked in server.asked] == ["/orders-mock/orders", "/customers-mock/customers"]


@pytest.mark.parametrize(("body", "status"), [(b"", 204), (b"", 200), (b" \n", 200)])
def test_an_answer_without_a_body_is_nothing_and_an_empty_list_is_empty(
    server: Server, client: Client, body: bytes, status: int
) -> None:
    reply(server, body, status)

    assert client.run(GROUPS) is None
    assert client.rows(Api.V2, "/customer_groups") == []


def test_v2_ends_with_a_short_page_and_v3_with_the_last_of_its_pages(server: Server, client: Client) -> None:
    full = "[" + ",".join(['{"id":1}'] * PAGE) + "]"
    reply(server, full.encode())
    reply(server, b"", 204)
    assert len(client.rows(Api.V2, "/customer_groups")) == PAGE

    server.replies.clear()
    for page in (1, 2):
        reply(server, b'{"data":[{"id":%d}],"meta":{"pagination":{"current_page":%d,"total_pages":2}}}' % (page, page))
    assert [row["id"] for row in client.rows(Api.V3, "/customers/attributes")] == [1, 2]
    assert server.asked[-1].path.endswith("limit=250&page=2")


V3 = b'{"status":422,"title":"Update customers failed.","type":"x","errors":{"0.customer_group_id":"no such group"}}'
V2 = b'[{"status":400,"message":"The field \'limit\' is invalid.","details":{"max_limit":250}}]'


@pytest.mark.parametrize(
    ("status", "body", "kind", "retry", "says"),
    [
        (400, V2, PlatformRefused, Retry.NEVER, "The field 'limit' is invalid."),
        (403, b"", AccessDenied, Retry.AFTER_REAUTHORISATION, "403"),
        (404, b"", StoreUnavailable, Retry.LATER, "404"),
        (409, V3, PlatformRefused, Retry.NEVER, "no such group"),
        (413, V2, TooMuch, Retry.NEVER, "limit"),
        (422, V3, PlatformRefused, Retry.NEVER, "Update customers failed.; 0.customer_group_id: no such group"),
        (423, b"", StoreUnavailable, Retry.LATER, "423"),
        (499, b"", CallFailed, Retry.LATER, "499"),
        (500, b"<html>", CallFailed, Retry.LATER, "500"),
        (502, b"", CallFailed, Retry.LATER, "502"),
        (503, b"", StoreUnavailable, Retry.LATER, "503"),
        (504, b"", CallFailed, Retry.LATER, "504"),
        (507, V3, PlatformRefused, Retry.NEVER, "507"),
        (302, b"", PlatformRefused, Retry.NEVER, "302"),
    ],
)
def test_a_status_has_a_name_a_verdict_and_the_platforms_words(
    server: Server, client: Client, status: int, body: bytes, kind: type[PlatformError], retry: Retry, says: str
) -> None:
    reply(server, body, status)

    with pytest.raises(PlatformError) as caught:
        client.run(Call("POST", Api.V3, "/customers", body=[]))
    assert type(caught.value) is kind
    assert caught.value.retry is retry
    assert says in caught.value.message
    if isinstance(caught.value, CallFailed):
        assert caught.value.sent


def test_what_is_not_there_is_none_where_that_was_asked_for(server: Server, client: Client) -> None:
    reply(server, b"", 404)
    assert client.get(Api.V2, "/orders/9") is None

    server.replies[:] = [Reply(status=403)]
    assert client.rows(Api.V2, "/customer_groups", none_for=(403, 404)) == []


@pytest.mark.parametrize("body", [b"<html>", b"{", b"\xff"])
def test_what_is_no_json_may_still_have_happened(server: Server, client: Client, body: bytes) -> None:
    reply(server, body)

    with pytest.raises(CallFailed) as caught:
        client.run(GROUPS)
    assert caught.value.sent


def test_a_refused_token_is_asked_for_once_more_and_then_the_merchant_is_needed(
    server: Server, client: Client, purse: Purse
) -> None:
    reply(server, b"", 401)
    reply(server, b"[]")
    assert client.run(GROUPS) == []
    assert [asked.headers["X-Auth-Token"] for asked in server.asked] == ["old", "new"]

    server.replies[:] = [Reply(status=401)]
    with pytest.raises(NeedsReauthorisation):
        client.run(GROUPS)
    assert purse.refused == ["old", "new"]


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({**WINDOW, "X-Rate-Limit-Requests-Left": "0", "X-Rate-Limit-Time-Reset-Ms": "4000"}, 4, 5),
        (
            {**WINDOW, "X-Rate-Limit-Requests-Left": "0", "X-Rate-Limit-Time-Reset-Ms": "4000", "X-Retry-After": "7"},
            7,
            9,
        ),
        ({**WINDOW, "X-Rate-Limit-Requests-Left": "99", "X-Rate-Limit-Time-Reset-Ms": "4000"}, 1, 2.6),
        ({}, 1, 2.6),
    ],
)
def test_a_429_says_how_long_to_wait_and_is_never_slept_through(
    server: Server, client: Client, headers: dict[str, str], least: float, most: float
) -> None:
    server.replies.append(Reply(status=429, headers=headers))

    with pytest.raises(Throttled) as caught:
        client.run(GROUPS)
    assert least <= caught.value.wait <= most
    assert len(server.asked) == 1


WIPES: list[tuple[str, dict[str, Any]]] = [
    ("/segments", {}),
    ("/segments", {"id:in": ()}),
    ("/segments", {"id:in": ""}),
    ("/segments", {"name": "Gold"}),
    ("/segments/", {}),
    ("/segments/0f2ad9c2-9dd3-4b5e-8dbd-7c5b9d0e6d10/shopper-profiles", {}),
    ("/shopper-profiles", {}),
    ("/customers", {}),
    ("/customers/12/metafields", {}),
    ("/orders", {}),
    ("/customer_groups", {"limit": 50}),
]


@pytest.mark.parametrize(("path", "query"), WIPES)
def test_a_deletion_of_a_whole_collection_cannot_be_made(
    server: Server, client: Client, path: str, query: dict[str, Any]
) -> None:
    reply(server, b"", 204)

    with pytest.raises(ValueError, match="id:in"):
        client.run(Call("DELETE", Api.V3, path, query))
    with pytest.raises(ValueError, match="id:in"):
        client.delete(Api.V3, path, [])
    assert server.asked == []


@pytest.mark.parametrize("ids", [["", ""], [7, ""], "", ",", [None], ["7 8"], ["x"]])
def test_a_deletion_names_each_thing_that_is_to_go(server: Server, client: Client, ids: Any) -> None:
    with pytest.raises(ValueError, match="id:in"):
        client.delete(Api.V3, "/segments", ids)
    assert server.asked == []


def test_ids_that_can_be_counted_only_once_are_all_sent(server: Server, client: Client) -> None:
    reply(server, b"", 204)

    client.run(Call("DELETE", Api.V3, "/customers/attributes", {"id:in": (number for number in (7, 8))}))

    assert server.asked[-1].path.endswith("/customers/attributes?id:in=7,8")


def test_nothing_is_asked_while_a_transaction_is_open_and_no_turn_is_lost(server: Server, redis_url: str) -> None:
    http = Http(Timeout(), None, lambda: True)
    client = Client(STORE, Purse().tokens, http, pacer(redis_url, patience=10), base_urls=roots(server.url, STORE))

    for _ in range(5):
        with pytest.raises(OpenTransaction):
            client.run(GROUPS)
    assert server.asked == []


def test_a_write_is_never_repeated_by_itself(server: Server, client: Client) -> None:
    reply(server, b"", 502)

    with pytest.raises(CallFailed):
        client.run(Call("POST", Api.V3, "/customers", body=[{"id": 1}]))
    assert len(server.asked) == 1
